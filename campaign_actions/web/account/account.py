"""The user's own account: password and sessions."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import PasswordField

from campaign_actions.accounts import logging_in, users
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _
from campaign_actions.web import guard, sessions
from campaign_actions.web.forms import TokenForm, add_error, label
from campaign_actions.web.settings import settings
from campaign_actions.web.words import ROLES

bp = Blueprint("account", __name__, url_prefix="/account")
guard.protect(bp, *guard.EVERYBODY)

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


class PasswordForm(TokenForm):
    """The password of today and the one to come."""

    current = PasswordField(label("Your password now"))
    password = PasswordField(label("New password"))


@bp.get("/")
def show() -> str:
    """Who I am here, my password, my sessions."""
    return _page(PasswordForm(formdata=None))


@bp.post("/password")
def change_password() -> Answer:
    """A new password; every session ends, and this browser gets a new one."""
    form = PasswordForm()
    if not form.validate():
        return _page(form, failed=True), 422
    knock = guard.who_knows(current_user.email, form.current.data or "")
    if knock.user is None:
        add_error(form.current, form, _("This is not your password."))
        headers = {"Retry-After": str(knock.retry_after_seconds)} if knock.retry_after_seconds else {}
        return _page(form, failed=True), 429 if headers else 422, headers
    try:
        with writing():
            users.set_password(
                knock.user, form.password.data or "", by=knock.user, fast=settings().fast_passwords
            )
            token = logging_in.open_session(knock.user)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form, failed=True), 422
    sessions.begin(token)
    return redirect(url_for("account.account.show", changed=1), 303)


@bp.post("/sessions/end")
def end_session() -> Response:
    """End one of my sessions, named by the digest of its secret; 404 for anybody else's."""
    try:
        digest = bytes.fromhex(request.form.get("session", ""))
    except ValueError:
        abort(404)
    user = guard.user()
    with writing():
        found = logging_in.end_one(user, digest)
    if not found:
        abort(404)
    return redirect(url_for("account.account.show"), 303)


def _page(form: PasswordForm, *, failed: bool = False) -> str:
    return render_template(
        "account/account.html",
        form=form,
        failed=failed,
        changed="changed" in request.args and not failed,
        role=str(ROLES[current_user.role]),
        current=sessions.current(),
        sessions=logging_in.sessions_of(current_user),
    )
