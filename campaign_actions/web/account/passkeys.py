"""Adding and removing the user's own passkeys."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for

from campaign_actions.accounts import logging_in, passkeys, second_step
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.web import guard, passkeys as shown_passkeys, sessions
from campaign_actions.web.account.second_step import Shown, StepForm, page
from campaign_actions.web.proof import is_proved
from campaign_actions.web.settings import settings

bp = Blueprint("passkeys", __name__, url_prefix="/account/second-step/passkeys")
guard.protect(bp, *guard.EVERYBODY)


@bp.post("/add")
def add() -> Shown:
    """Take a new key; with the first second step come recovery codes, and every other session ends."""
    form, current, user, place = StepForm(), sessions.current(), guard.user(), shown_passkeys.where()
    if place is None or current is None:
        abort(404)
    if not form.validate() or not is_proved(form):
        return page(form, failed=True), 422
    keys, codes, first = settings().secret_keys, [], not user.has_second_step
    try:
        with writing() as connection:
            passkeys.add(connection, user, place, form.new_passkey.data or "", form.name.data or "", keys)
            if first:
                codes = second_step.renew_codes(user, keys)
                logging_in.end_all(user.id, but=current.token_digest)
    except Refused as refusal:
        form.refuse(refusal)
        return page(form, failed=True), 422
    if codes:
        return page(StepForm(formdata=None), codes=codes)
    return redirect(url_for("account.second_step.show"), 303)


@bp.post("/remove")
def remove() -> Shown:
    """Forget one of the user's keys; 404 for anybody else's."""
    form = StepForm()
    try:
        passkey_id = UUID(request.form.get("key", ""))
    except ValueError:
        abort(404)
    if not form.validate() or not is_proved(form):
        return page(form, failed=True), 422
    try:
        with writing() as connection:
            found = passkeys.remove(connection, guard.user(), passkey_id)
    except Refused as refusal:
        form.refuse(refusal)
        return page(form, failed=True), 422
    if not found:
        abort(404)
    return redirect(url_for("account.second_step.show"), 303)
