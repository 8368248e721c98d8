"""The session cookie: set and read behind the log-in only, so that public pages know no cookie."""

from __future__ import annotations

import hashlib
from typing import Any, NoReturn

from flask import Flask, Request, Response, g, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from campaign_actions.accounts import logging_in
from campaign_actions.accounts.models import LoginSession
from campaign_actions.config import Settings
from campaign_actions.infra import clock

PRIVATE = frozenset({"account", "desk", "log-in", "log-out", "staff"})
RENEW_AFTER_SECONDS = 60


class NoSession(dict[str, Any], SessionMixin):
    """The session of a public page: empty, and nothing can be put into it."""

    modified = False

    def __setitem__(self, key: str, value: Any) -> NoReturn:
        """Raises RuntimeError: a public page that keeps something is a fault of ours."""
        raise RuntimeError("public pages have no session")


class PrivateSessions(SecureCookieSessionInterface):
    """A signed cookie with the secret of a log-in, when it was last used, and the token of forms.

    When it was last used stands in the cookie, so that reading a page never writes to the
    database; a copied cookie dies 30 minutes after it was set, as the original does.
    """

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> Any:
        """The session in the cookie; an empty one on public pages, and after 30 idle minutes."""
        if not is_private(request.path):
            return NoSession()
        found = super().open_session(app, request)
        if found is not None and "token" in found and _is_idle(found["seen"]):
            found.clear()
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie behind the log-in, anew after a minute of use; nothing on public pages."""
        if isinstance(session, NoSession):
            return
        old = "token" in session and _seconds() - session["seen"] >= RENEW_AFTER_SECONDS
        if old and not g.get("by_itself", False):
            session["seen"] = _seconds()
        super().save_session(app, session, response)


def prepare(app: Flask, settings: Settings) -> None:
    """Give `app` these sessions. The cookie ends with the browser's session."""
    app.config.update(
        SECRET_KEY=settings.secret_keys[0] if settings.secret_keys else None,
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        SESSION_COOKIE_NAME="__Host-session" if settings.secure else "session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=logging_in.LONGEST,
    )
    app.session_interface = PrivateSessions()


def is_private(path: str) -> bool:
    """Whether a path of this site lies behind the log-in, the log-in page included."""
    return path.lstrip("/").split("/", 1)[0] in PRIVATE


def begin(token: str) -> None:
    """Put the secret of a new log-in in place of all the cookie held, the token of forms too."""
    session.clear()
    session["token"] = token
    session["seen"] = _seconds()
    # A token made before this belongs to the session that is over.
    g.pop("csrf_token", None)
    g.pop("login_session", None)


def by_itself() -> None:
    """Say that no person asks but a page that lies open: the session runs on to its end."""
    g.by_itself = True


def finish() -> str | None:
    """Empty the cookie; the secret it held, for the database to forget."""
    token: str | None = session.get("token")
    session.clear()
    g.pop("login_session", None)
    return token


def current() -> LoginSession | None:
    """The log-in this request belongs to, if it is not over."""
    if "login_session" not in g:
        token = session.get("token")
        g.login_session = logging_in.find(token) if isinstance(token, str) else None
    found = g.login_session
    return found if isinstance(found, LoginSession) else None


def _is_idle(seen: int) -> bool:
    return _seconds() - seen >= logging_in.IDLE.total_seconds()


def _seconds() -> int:
    return int(clock.now().timestamp())
