"""What a link in a letter opens: an account for somebody invited, a new password for somebody who forgot."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import EmailField, PasswordField, StringField

from campaign_actions.accounts import invitations, resetting, users
from campaign_actions.errors import Refused
from campaign_actions.infra import i18n
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _
from campaign_actions.web import guard, limits
from campaign_actions.web.forms import TokenForm, add_error, label
from campaign_actions.web.settings import settings
from campaign_actions.web.stamps import tools

bp = Blueprint("by_letter", __name__, url_prefix="/account")

Shown = Answer | str | tuple[str, int] | tuple[str, int, dict[str, str]]


class JoinForm(TokenForm):
    """Name and password of somebody who was invited."""

    name = StringField(label("Your name, as others on the desk see it"))
    password = PasswordField(label("A password"))


class ForgottenForm(TokenForm):
    """Whose password is forgotten."""

    email = EmailField(label("Email address"))


class NewForm(TokenForm):
    """The password to come."""

    password = PasswordField(label("New password"))


@bp.before_request
def check() -> None:
    """These forms need the token of this browser, like all behind the log-in."""
    guard.check_token()


@bp.route("/invitation/<token>/", methods=["GET", "POST"])
def join(token: str) -> Shown:
    """Make the account of an invitation; one that is used or too old is not found."""
    found = invitations.find(token, settings().secret_keys) or abort(404)
    form = JoinForm()
    if form.validate_on_submit():
        try:
            with writing():
                invitations.accept(
                    found.id, form.name.data or "", form.password.data or "", fast=settings().fast_passwords
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("account.logging_in.log_in", joined=1), 303)
    page = render_template("account/join.html", form=form, token=token, failed=bool(form.errors))
    return (page, 422) if form.errors else page


@bp.route("/forgotten/", methods=["GET", "POST"])
def forgotten() -> Shown:
    """One field; the answer is the same whether or not anybody has that address."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("account/forgotten.html", form=form, failed=False)
    email = (form.email.data or "").strip()
    if "@" not in email or len(email) > users.LONGEST_ADDRESS:
        add_error(form.email, form, _("Enter an email address in the correct format, like name@example.com"))
        return render_template("account/forgotten.html", form=form, failed=True), 422
    try:
        with writing() as connection:
            limits.count_post(connection)
            resetting.ask(connection, email, i18n.current_locale(), tools().mail_sealer)
    except limits.TooMany:
        add_error(form.email, form, _("Too many requests. Wait a minute and try again."))
        page = render_template("account/forgotten.html", form=form, failed=True)
        return page, 429, {"Retry-After": str(limits.WAIT_SECONDS)}
    return render_template("account/sent.html")


@bp.route("/new-password/<token>/", methods=["GET", "POST"])
def new_password(token: str) -> Shown:
    """Choose a new password; every session ends, and the second step stays."""
    user = resetting.find(token, settings().secret_keys) or abort(404)
    form = NewForm()
    if form.validate_on_submit():
        try:
            with writing():
                users.set_password(user, form.password.data or "", by=user, fast=settings().fast_passwords)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("account.logging_in.log_in", changed=1), 303)
    page = render_template("account/new_password.html", form=form, token=token, failed=bool(form.errors))
    return (page, 422) if form.errors else page
