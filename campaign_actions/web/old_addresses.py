"""Where an address that leads nowhere led once: looked up when a page was not found."""

from __future__ import annotations

import re

from flask import request

from campaign_actions.infra import redirects
from campaign_actions.infra.database.engine import session

# An article is found by its slug whatever month stands before it; this is the address without one.
ARTICLE = "/news/undated/{}/"
_ARTICLE = re.compile(r"(?:/news)?/(?:undated|\d{4}/\d\d(?:/\d\d)?)/([^/]+)/")
_THING = re.compile(r"(/[^/]+/[^/]+/)(.+)")
# Below these stand tokens, or nothing that ever had another address.
_NEVER = ("/account/", "/c/", "/desk/", "/my/", "/preview/", "/staff/", "/static/")


def moved() -> str | None:
    """The address that the one asked for leads to now, with its language; None when it never led anywhere."""
    path = _path()
    if path is None or path.startswith(_NEVER):
        return None
    found = redirects.find(session.connection(), _candidates(path))
    if found is None:
        return None
    old, new = found
    thing = _THING.fullmatch(path)
    rest = thing[2] if thing and thing[1] == old else ""
    # Joined with one slash: "//" at the beginning would lead to another site.
    return request.script_root + new + rest.lstrip("/")


def _path() -> str | None:
    """The path asked for, or "?p=ID" for a page of WordPress by its number."""
    path = f"?p={request.args['p']}" if request.path == "/" and "p" in request.args else request.path
    return path if path.isprintable() and len(path) <= redirects.MAX_LENGTH else None


def _candidates(path: str) -> list[str]:
    """What may be listed for a path: itself, the article it names, the thing whose page it is a part of."""
    whole = path if path.endswith("/") or path.startswith("?") else f"{path}/"
    found = [path, whole]
    if article := _ARTICLE.fullmatch(whole):
        found.append(ARTICLE.format(article[1]))
    if thing := _THING.fullmatch(path):
        found.append(thing[1])
    return found
