"""Signing: the form comes in, a letter goes out, the answer is alike for every address."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign_actions.actions.models import Kind
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import Busy, Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import addresses, confirming, signing
from campaign_actions.signatures.screening import Noticed
from campaign_actions.signatures.signing import Shown, WordsChanged
from campaign_actions.web import client, limits
from campaign_actions.web.origin import Sender, answers_itself, sender
from campaign_actions.web.public.actions import published
from campaign_actions.web.public.forms import CodeForm
from campaign_actions.web.showing import (
    Phase,
    action_page,
    changes_since,
    figures,
    phase_of,
    takes_signatures,
)
from campaign_actions.web.sign_form import SignForm
from campaign_actions.web.stamps import tools
from campaign_actions.web.words import opening_words

bp = Blueprint("signing", __name__)

LONGEST_AGENT = 400


@bp.get("/actions/<slug>/sign", endpoint="sign_address")
@bp.get("/actions/<slug>/code", endpoint="code_address")
def back_to_action(slug: str) -> Answer:
    """Addresses that are only posted to lead to the action when opened."""
    return redirect(url_for("public.actions.show", slug=slug), 303)


@bp.post("/actions/<slug>/sign")
@answers_itself
def sign(slug: str) -> Response:
    """Take a signature; the answer is the same for new, known and held addresses."""
    action = published(slug)
    form = SignForm(action)
    if sender() is Sender.FOREIGN:
        return _once_more(action, form, 403, _("This did not come from our page"), [_foreign()])
    if not takes_signatures(action.card):
        return _shut(action, form)
    if "edit" in request.form:
        return _once_more(action, form, 200)
    if not form.validate():
        return _once_more(action, form, 422)
    if _asks_about_slip(form):
        return _once_more(action, form, 200, slip=addresses.slip(form.email.data or ""))
    shown = form.shown()
    changes = changes_since(shown, action)
    if shown is None or changes:
        return _changed(action, form, changes)
    return _taken(action, form, shown)


@bp.post("/actions/<slug>/code")
def code(slug: str) -> Answer:
    """Confirm with the six digits; one text for every failure."""
    action = published(slug)
    typed = CodeForm()
    form = SignForm(action)
    try:
        with writing() as connection:
            limits.count_post(connection)
            view = confirming.confirm_by_code(
                connection, typed.key.data or "", typed.code.data or "", tools()
            )
    except limits.TooMany:
        return _wait(_not_yet(action, form, typed, _flood(), 429), limits.WAIT_SECONDS)
    except Busy as busy:
        return _wait(_not_yet(action, form, typed, _busy(), 503), busy.retry_after_seconds)
    if view is not None and view.kind is confirming.LinkKind.DONE:
        return redirect(url_for("public.actions.thanks", slug=slug), 303)
    wrong = _("That code does not work. Use the newest message, or the link in it.")
    return _not_yet(action, form, typed, wrong, 422)


def _taken(action: ActionPage, form: SignForm, shown: Shown) -> Response:
    noticed = Noticed(client.prefix(), request.user_agent.string[:LONGEST_AGENT], form.trapped)
    try:
        with writing() as connection:
            limits.count_post(connection)
            key = signing.sign(
                connection, action, form.supporter(), shown, noticed, tools(), again="again" in request.form
            )
    except Refused:
        return _shut(published(action.card.slug), form)
    except WordsChanged:
        return _changed(action, form, [_("The text of the letter was changed after you opened the page.")])
    except limits.TooMany:
        return _wait(_once_more(action, form, 429, _("Too many requests"), [_flood()]), limits.WAIT_SECONDS)
    except Busy as busy:
        answer = _once_more(action, form, 503, _("We could not finish just now"), [_busy()])
        return _wait(answer, busy.retry_after_seconds)
    return _check_email(action, form, CodeForm(formdata=None, data={"key": key}), 200)


def _not_yet(action: ActionPage, form: SignForm, code: CodeForm, sentence: str, status: int) -> Response:
    code.code.errors = [sentence]
    return _check_email(action, form, code, status)


def _shut(action: ActionPage, form: SignForm) -> Response:
    """Why nobody can sign now; while it may still open, with what was typed."""
    if action.card.kind is Kind.PETITION and phase_of(action.card) is Phase.PAUSED:
        reason = action.state_reason or _("Signing is paused while we check some signatures.")
        return _once_more(action, form, 422, _("Signing is paused"), [reason, _wait_for_opening()])
    if action.card.kind is Kind.PETITION and phase_of(action.card) is Phase.SCHEDULED:
        return _once_more(action, form, 422, opening_words(action.card), [_wait_for_opening()])
    return make_response(action_page(action), 422)


def _check_email(action: ActionPage, form: SignForm, code: CodeForm, status: int) -> Response:
    failed = bool(code.code.errors)
    page = render_template("public/check_email.html", card=action.card, form=form, code=code, failed=failed)
    return make_response(page, status)


def _once_more(
    action: ActionPage,
    form: SignForm,
    status: int,
    heading: str = "",
    notes: list[str] | None = None,
    slip: str | None = None,
) -> Response:
    """The form, filled in with what was typed and with a new stamp: what it shows now is what is signed."""
    form.renew_stamp()
    page = render_template(
        "public/sign.html",
        action=action,
        card=action.card,
        form=form,
        failed=bool(form.errors),
        heading=heading,
        notes=notes or [],
        slip=slip,
        **figures(action),
    )
    return make_response(page, status)


def _changed(action: ActionPage, form: SignForm, changes: list[str]) -> Response:
    return _once_more(action, form, 422, _("Check your details and sign again."), changes or [_old_page()])


def _wait(answer: Response, seconds: int) -> Response:
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _asks_about_slip(form: SignForm) -> bool:
    """True when the address looks like a slip and nobody has said that it is right."""
    meant = addresses.slip(form.email.data or "")
    answer = request.form.get("slip")
    if meant and answer == "use":
        form.email.data = meant
    return meant is not None and answer not in ("use", "keep") and "again" not in request.form


def _foreign() -> str:
    return _("Another site sent this form, so nothing was saved. Check the details below and sign here.")


def _flood() -> str:
    return _(
        "Too many signatures came from your network in a short time. "
        "Wait a minute and try again; what you typed is kept below."
    )


def _busy() -> str:
    return _("What you typed is kept: press the button again. Sending twice is safe.")


def _wait_for_opening() -> str:
    return _("Nothing was saved. Keep this page and press the button once signing is open again.")


def _old_page() -> str:
    return _("The page was open for more than 7 days. The letter may have changed since: it stands below.")
