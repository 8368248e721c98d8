"""Posts come from our own pages: what browsers tell about the sender of a form is checked here.

Source: Fetch Metadata Request Headers (W3C); the Origin header, RFC 6454.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Behind the log-in a session's token is checked too, but a browser that says nothing is refused.
STRICT_AUDIENCES = frozenset({"desk", "staff"})

View = TypeVar("View", bound=Callable[..., object])


class Sender(StrEnum):
    """Who sent a form, as far as the browser says."""

    OURSELVES = "ourselves"
    FOREIGN = "foreign"
    UNSAID = "unsaid"


class Foreign(Exception):
    """A post that another site sent; nothing is written, the answer is 403."""


def prepare(app: Flask) -> None:
    """Refuse unsafe methods that another site, or on desk and staff an unknown one, has sent."""

    @app.before_request
    def refuse_foreign() -> None:
        if request.method in SAFE or request.endpoint is None:
            return
        who = sender()
        if who is Sender.UNSAID and STRICT_AUDIENCES.isdisjoint(request.blueprints):
            return
        if who is not Sender.OURSELVES and not _answers_itself(request.endpoint):
            raise Foreign


def sender() -> Sender:
    """Who sent this request, by Sec-Fetch-Site, else by Origin.

    An Origin of "null" (a page that hides its address) says nothing.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return Sender.OURSELVES if site in ("same-origin", "none") else Sender.FOREIGN
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        return Sender.UNSAID
    # The scheme is left out: behind a proxy we do not see the one the browser used.
    return Sender.OURSELVES if _place(origin) == request.host.lower() else Sender.FOREIGN


def answers_itself(view: View) -> View:
    """Mark a view that refuses foreign posts in its own page, to keep what was typed."""
    setattr(view, "answers_foreign_posts", True)  # noqa: B010 - a function has no such attribute to a type checker
    return view


def _answers_itself(endpoint: str) -> bool:
    return getattr(current_app.view_functions.get(endpoint), "answers_foreign_posts", False) is True


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
