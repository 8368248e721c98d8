"""What somebody typed at the desk goes with them through the log-in when their session has ended meanwhile.

Nobody knows yet who they are, so nothing is stored: the fields travel signed in the log-in page, and come
back, not saved, in the form they were typed into. Its field "again" keeps that form from being taken
for one that was sent on purpose.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import render_template, request

from campaign_actions.infra import tokens
from campaign_actions.web import passkeys
from campaign_actions.web.settings import settings

PURPOSE = "typed before a log-in"
GOOD_FOR_SECONDS = 3_600
MAX_LETTERS = 600_000
AGAIN = "again"
# Secrets do not go along, and what is made anew for each page.
LEFT_OUT = frozenset({"csrf_token", "password", "current", "code", passkeys.ANSWER, AGAIN})


@dataclass(frozen=True)
class Carried:
    """The path, without language, of the form, and the fields as they were typed: (name, value)."""

    path: str
    fields: list[tuple[str, str]]


def typed() -> list[tuple[str, str]]:
    """The fields of this request's form that are worth to be kept; empty when they are too much."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in LEFT_OUT]
    letters = sum(len(name) + len(value) for name, value in fields)
    return fields if letters <= MAX_LETTERS else []


def wrapped(path: str) -> str:
    """The fields of this request's form, typed at `path`, as a signed text good for an hour."""
    return tokens.sign(PURPOSE, json.dumps([path, typed()]), settings().secret_keys)


def unwrapped(token: str) -> Carried | None:
    """What `wrapped` made `token` of; None when it is forged or too old."""
    text = tokens.read(PURPOSE, token, settings().secret_keys, max_age_seconds=GOOD_FOR_SECONDS)
    if text is None:
        return None
    path, fields = json.loads(text)
    return Carried(path, [(name, value) for name, value in fields])


def page(carried: Carried) -> str:
    """The page that leads back into the form, with everything in it."""
    return render_template("account/again.html", carried=carried, address=request.script_root + carried.path)
