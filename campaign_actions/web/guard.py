"""The guard of desk, staff and account: who comes in, with which form token, and whose thing it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from campaign_actions.accounts import logging_in, passkeys, passwords, second_step
from campaign_actions.accounts.models import Role, User
from campaign_actions.config import Settings
from campaign_actions.errors import NotAllowed
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _
from campaign_actions.web import carrying, client, origin, passkeys as shown_passkeys, sessions, uploads
from campaign_actions.web.settings import settings

log = logging.getLogger(__name__)

TEAM = (Role.STAFF, Role.ADMIN)
EVERYBODY = tuple(Role)

_csrf = CSRFProtect()


class Owned(Protocol):
    """A thing that belongs to a user."""

    @property
    def owner_id(self) -> UUID | None:
        """The id of the user it belongs to."""


Thing = TypeVar("Thing", bound=Owned)


@dataclass(frozen=True)
class Knock:
    """What became of an address and a password: the user, or seconds to wait before the next try."""

    user: User | None
    retry_after_seconds: int = 0

    @property
    def status(self) -> int:
        """The status of a page that says no."""
        return 429 if self.retry_after_seconds else 422

    @property
    def headers(self) -> dict[str, str]:
        """What goes with it."""
        return {"Retry-After": str(self.retry_after_seconds)} if self.retry_after_seconds else {}


def prepare(app: Flask, settings: Settings) -> None:
    """Sessions, the user of a request, and tokens of forms, none of which touch public pages."""
    sessions.prepare(app, settings)
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # the origin guard does this, with newer headers
        REMEMBER_COOKIE_NAME=None,
    )
    _csrf.init_app(app)
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_user_of_request)
    manager.init_app(app)


def protect(blueprint: Blueprint, *roles: Role) -> None:
    """Let only users with one of `roles` into `blueprint` and what is nested in it.

    A stranger is sent to the log-in, another role gets NotAllowed. Forms need their token.
    """

    def check() -> Response | None:
        if not current_user.is_authenticated:
            return to_log_in()
        if settings().second_step and not user().has_second_step and not _is_set_up():
            return redirect(url_for("account.second_step.show"), 303)
        must_be(*roles)
        uploads.let_in()
        check_token()
        return None

    blueprint.before_request(check)


def must_be(*roles: Role) -> None:
    """Raise NotAllowed, in words, unless the user has one of `roles`."""
    if current_user.role not in roles:
        raise NotAllowed(_("This page is for staff and admins. Ask one of them for what you need."))


def check_token() -> None:
    """Raise CSRFError (400) unless a posted form carries the token of this session."""
    _csrf.protect()


def own_or_404(thing: Thing | None, user: User) -> Thing:
    """`thing`, if it exists and is the user's own or the user is of the team; else 404.

    Reaching for somebody else's thing is noted in the log.
    """
    if thing is None:
        abort(404)
    if user.role not in TEAM and thing.owner_id != user.id:
        log.warning("reached for another's", extra={"user": str(user.id), "route": request.endpoint})
        abort(404)
    return thing


def user() -> User:
    """The user of this request, behind the guard. Raises TypeError for a stranger."""
    found = current_user._get_current_object()
    if not isinstance(found, User):
        raise TypeError("no user: this page stands before the guard")
    return found


def fresh() -> bool:
    """Whether password or code was given within the last ten minutes."""
    current = sessions.current()
    return current is not None and logging_in.is_fresh(current)


def to_log_in() -> Response:
    """Send a stranger to the log-in and from there back to this page, or to the form's page after a post.

    What was typed at desk or staff is sent along, and comes back after the log-in; a file is not.
    """
    if (
        request.method == "POST"
        and uploads.limit() is None
        and not origin.STRICT_AUDIENCES.isdisjoint(request.blueprints)
    ):
        path = local_path(request.path)
        if path and carrying.typed():
            return redirect(url_for("account.logging_in.again", next=path), 307)
    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else _path_before()
    return redirect(url_for("account.logging_in.log_in", next=local_path(here)), 303)


def local_path(text: str) -> str | None:
    """`text` if it is the path, without language, of a page behind the log-in of this site, else None."""
    odd = "\\" in text or any(letter <= " " or letter == "\x7f" for letter in text)
    if odd or not text.startswith("/") or text.startswith("//") or ".." in text:
        return None
    first = text.split("?", 1)[0].split("/")[1]
    return text if first in ("account", "desk", "staff") else None


def who_knows(email: str, password: str) -> Knock:
    """The user with this address and password. The same work and answer for any wrong pair.

    Every try counts until it has succeeded; after too many the password is not looked at.
    """
    chosen = settings()
    made = logging_in.attempt(email, client.prefix(), chosen.secret_keys[0])
    with writing() as connection:
        wait = logging_in.begin(connection, made)
    if wait:
        return Knock(None, wait)
    user = logging_in.user_by_email(email)
    stored = user.password_hash if user else None
    if not passwords.matches(stored, password, fast=chosen.fast_passwords) or user is None:
        return Knock(None)
    outdated = passwords.is_outdated(user.password_hash, fast=chosen.fast_passwords)
    better = passwords.hashed(password, fast=chosen.fast_passwords) if outdated else None
    with writing() as connection:
        logging_in.succeeded(connection, made)
        if better:
            user.password_hash = better
    return Knock(user)


def asks_for_code() -> bool:
    """Whether the user proves who they are by the second step, and no more with the password."""
    return user().has_second_step


def has_code(user: User, typed: str) -> Knock:
    """Whether `typed` is a code of this user, or the form brings the answer of a passkey; then used up.

    Tries are slowed down as passwords are.
    """
    keys = settings().secret_keys
    made = logging_in.attempt(f"{user.email} second step", client.prefix(), keys[0])
    with writing() as connection:
        wait = logging_in.begin(connection, made)
    if wait:
        return Knock(None, wait)
    place, answer = shown_passkeys.where(), request.form.get(shown_passkeys.ANSWER, "")
    proof = passkeys.read(user, place, answer, keys) if place and answer else None
    with writing() as connection:
        taken = passkeys.take(connection, user, proof) if proof else second_step.check(user, typed, keys)
        if not taken:
            return Knock(None)
        logging_in.succeeded(connection, made)
    return Knock(user)


def confirm(typed: str) -> Knock:
    """Whether the user proves who they are, by password or second step; then the session is renewed."""
    knock = has_code(user(), typed) if asks_for_code() else who_knows(current_user.email, typed)
    current = sessions.current()
    if knock.user is not None and current is not None:
        with writing():
            token = logging_in.renew(current)
        sessions.begin(token)
    return knock


def _user_of_request(_request: object) -> User | None:
    current = sessions.current()
    return current.user if current and not current.half else None


def _is_set_up() -> bool:
    """Whether this request is for the pages on which the second step is set up."""
    return (request.endpoint or "").startswith(("account.second_step.", "account.passkeys."))


def _path_before() -> str:
    before = urlsplit(request.referrer or "")
    return before.path.removeprefix(request.script_root) if before.netloc == request.host else ""
