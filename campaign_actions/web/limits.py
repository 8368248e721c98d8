"""A ceiling for floods: so many posts a minute from one network, counted in the database."""

from __future__ import annotations

from flask import request
from sqlalchemy import Connection

from campaign_actions.infra import clock, digests, limits
from campaign_actions.web import client
from campaign_actions.web.settings import settings

POSTS_A_MINUTE = 100
WAIT_SECONDS = 60
LONGEST_AGENT = 400


class TooMany(Exception):
    """This network has posted too often; it may try again after WAIT_SECONDS."""


def count_post(connection: Connection) -> None:
    """Count a post of this minute under a keyed digest of the client's network; raises TooMany.

    Far above what a shared line of real people makes: it answers floods only, and survives a
    restart. What the row holds says nothing without the secret key.
    """
    minute = f"{clock.now():%Y-%m-%dT%H:%M}"
    secret = settings().secret_keys[0].encode()
    key = digests.keyed(secret, "post flood", minute.encode(), client.prefix().encode())
    if not limits.hit(connection, key, minute, POSTS_A_MINUTE):
        raise TooMany


def is_first(connection: Connection, deed: str, thing: bytes) -> bool:
    """Whether this browser does `deed` to `thing` for the first time in this minute.

    A second press of a button is not a second deed. The row is as unreadable as those above, and
    is deleted with them.
    """
    minute = f"{clock.now():%Y-%m-%dT%H:%M}"
    secret = settings().secret_keys[0].encode()
    who = (client.prefix().encode(), request.user_agent.string.encode()[:LONGEST_AGENT])
    return limits.hit(connection, digests.keyed(secret, deed, minute.encode(), thing, *who), minute, 1)
