"""A ceiling for floods: so many posts a minute from one network, counted in the database."""

from __future__ import annotations

from sqlalchemy import Connection

from campaign_actions.infra import clock, digests, limits
from campaign_actions.web import client
from campaign_actions.web.settings import settings

POSTS_A_MINUTE = 100
WAIT_SECONDS = 60


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
