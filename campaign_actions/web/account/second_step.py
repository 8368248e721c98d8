"""Setting up the second step at log-in, and what belongs to it: the picture, codes, taking it off."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import HiddenField, StringField

from campaign_actions.accounts import logging_in, passkeys, second_step
from campaign_actions.errors import Refused
from campaign_actions.formats import qr
from campaign_actions.infra.database.engine import writing
from campaign_actions.web import guard, passkeys as shown_passkeys, sessions
from campaign_actions.web.forms import TokenForm, label
from campaign_actions.web.proof import ProofField, is_proved
from campaign_actions.web.settings import settings

bp = Blueprint("second_step", __name__, url_prefix="/account/second-step")
guard.protect(bp, *guard.EVERYBODY)

Shown = Answer | str | tuple[str, int]
SECRET_GROUP = 4


class StepForm(TokenForm):
    """The code of the app, a passkey with its name, and what proves who somebody is where they have to."""

    code = StringField(label("Code"))
    name = StringField(label("A name for it"))
    new_passkey = HiddenField()
    password = ProofField()


@bp.get("/")
def show() -> str:
    """What the second step is, and where the user stands with it."""
    return page(StepForm(formdata=None))


@bp.get("/qr.png")
def picture() -> Response:
    """The secret that waits to be confirmed, for the app to read; not found when none waits."""
    user = guard.user()
    secret = second_step.pending(user, settings().secret_keys)
    if secret is None:
        abort(404)
    address = second_step.address(user, secret, settings().site_name)
    return Response(qr.png(address, pixels_per_module=5), mimetype="image/png")


@bp.post("/prove")
def prove() -> Shown:
    """Prove who it is, so that the rest of the page can be used for ten minutes."""
    form = StepForm()
    if not form.validate() or not is_proved(form):
        return page(form, failed=True), 422
    return redirect(url_for("account.second_step.show"), 303)


@bp.post("/begin")
def begin() -> Shown:
    """Draw a secret, in place of one that was not confirmed; an app in use goes on until then."""
    form = StepForm()
    if not form.validate() or not is_proved(form):
        return page(form, failed=True), 422
    with writing():
        second_step.begin(guard.user(), settings().secret_keys)
    return redirect(url_for("account.second_step.show"), 303)


@bp.post("/confirm")
def confirm() -> Shown:
    """Take the secret into use; every other session ends, and the recovery codes are shown this once."""
    form, current, user = StepForm(), sessions.current(), guard.user()
    if not form.validate() or not is_proved(form) or current is None:
        return page(form, failed=True), 422
    try:
        with writing():
            codes = second_step.finish(user, form.code.data or "", settings().secret_keys)
            logging_in.end_all(user.id, but=current.token_digest)
    except Refused as refusal:
        form.refuse(refusal)
        return page(form, failed=True), 422
    return page(StepForm(formdata=None), codes=codes)


@bp.post("/codes")
def codes() -> Shown:
    """Ten new recovery codes, shown this once."""
    form = StepForm()
    if not guard.user().has_second_step:
        abort(404)
    if not form.validate() or not is_proved(form):
        return page(form, failed=True), 422
    with writing():
        drawn = second_step.renew_codes(guard.user(), settings().secret_keys)
    return page(StepForm(formdata=None), codes=drawn)


@bp.post("/app-off")
def forget_app() -> Shown:
    """Take codes of the app no more; a passkey and the recovery codes stay."""
    form = StepForm()
    if not guard.user().has_app:
        abort(404)
    if not form.validate() or not is_proved(form):
        return page(form, failed=True), 422
    try:
        with writing():
            second_step.forget_app(guard.user())
    except Refused as refusal:
        form.refuse(refusal)
        return page(form, failed=True), 422
    return redirect(url_for("account.second_step.show"), 303)


@bp.post("/off")
def turn_off() -> Shown:
    """Let the password alone do again, and log in anew; not found where the site demands a second step."""
    form = StepForm()
    if not guard.user().has_second_step or settings().second_step:
        abort(404)
    if not form.validate() or not is_proved(form):
        return page(form, failed=True), 422
    with writing():
        second_step.turn_off(guard.user(), by=guard.user())
    sessions.finish()
    return redirect(url_for("account.logging_in.log_in"), 303)


def page(form: StepForm, *, failed: bool = False, codes: list[str] | None = None) -> str:
    """Everything about the user's second step; `codes` are shown alone, for they are shown once."""
    user, keys, place = guard.user(), settings().secret_keys, shown_passkeys.where()
    secret = second_step.pending(user, keys)
    return render_template(
        "account/second_step.html",
        form=form,
        failed=failed,
        codes=codes or [],
        left=second_step.codes_left(user),
        is_on=user.has_second_step,
        since=user.totp_since,
        secret=_grouped(secret) if secret else "",
        needs_proof=not guard.fresh(),
        demanded=settings().second_step,
        passkeys=passkeys.of_user(user),
        full=passkeys.MOST,
        installed=passkeys.is_installed(),
        question=passkeys.question_to_add(user, place, keys) if place else "",
    )


def _grouped(secret: str) -> str:
    return " ".join(secret[start : start + SECRET_GROUP] for start in range(0, len(secret), SECRET_GROUP))
