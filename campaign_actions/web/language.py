"""The language of a page: a prefix of its path, taken off before anything else looks at the path.

`/ru/actions/` is the page `/actions/` spoken in Russian. The prefix moves from PATH_INFO to
SCRIPT_NAME (PEP 3333), so views know nothing of it and `url_for` stays in the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from campaign_actions.config import Settings
from campaign_actions.infra import i18n
from campaign_actions.web.settings import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = "campaign_actions.root"


@dataclass(frozen=True)
class Spoken:
    """This page in one language: code, the language's own name, address with and without the host."""

    code: str
    name: str
    path: str
    url: str
    is_here: bool


class Frame:
    """Takes the language off the path and speaks it while the request lasts."""

    def __init__(self, inner: WSGIApplication, codes: Iterable[str]) -> None:
        self._inner = inner
        self._codes = frozenset(codes) - {i18n.DEFAULT_LANGUAGE}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer in the language that the path begins with, else in English."""
        root, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
        environ[ROOT] = root
        code = path[1:].split("/", 1)[0]
        if code not in self._codes:
            code = i18n.DEFAULT_LANGUAGE
        else:
            environ["SCRIPT_NAME"] = root + i18n.path_prefix(code)
            environ["PATH_INFO"] = path[len(i18n.path_prefix(code)) :]
        with i18n.using_locale(code):
            return self._inner(environ, start_response)


def prepare(app: Flask, settings: Settings) -> None:
    """Let `app` answer under the prefix of each language of the site."""
    app.wsgi_app = Frame(app.wsgi_app, settings.languages)  # type: ignore[method-assign]  # as Flask's manual does

    @app.before_request
    def begin_with_a_slash() -> Response | None:
        if request.environ.get("PATH_INFO"):
            return None
        return redirect(request.script_root + "/", 301)


def here() -> str:
    """The path of this page with its language, as links are written."""
    return request.script_root + request.path


def spoken() -> list[Spoken]:
    """This page in each language of the site; the home page where it is the answer to a post."""
    path, query = _readable_path()
    root = request.environ.get(ROOT, "")
    found = []
    for code in settings().languages:
        address = root + i18n.path_prefix(code) + path + query
        is_here = code == i18n.current_locale()
        found.append(Spoken(code, i18n.LANGUAGES[code], address, settings().site_url + address, is_here))
    return found


def _readable_path() -> tuple[str, str]:
    if request.method in ("GET", "HEAD"):
        query = request.query_string.decode("ascii", "replace")
        return request.path, f"?{query}" if query else ""
    adapter = current_app.url_map.bind_to_environ(request.environ)
    return (request.path if adapter.test(request.path, "GET") else "/"), ""
