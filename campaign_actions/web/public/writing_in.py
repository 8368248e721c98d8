"""Letters people write themselves: put together for the mail program or the printer, and never kept."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign_actions.actions.models import Kind
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import writing
from campaign_actions.signatures import counting
from campaign_actions.web import limits
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.errors import page as error_page
from campaign_actions.web.letter_form import LetterForm, letter_form
from campaign_actions.web.public.actions import published
from campaign_actions.web.showing import Phase, action_page, phase_of

bp = Blueprint("writing_in", __name__)


@bp.get("/actions/<slug>/letter/", endpoint="letter_address")
@bp.get("/actions/<slug>/sent", endpoint="sent_address")
def back_to_action(slug: str) -> Response:
    """Addresses that are only posted to lead to the action when opened."""
    return redirect(url_for("public.actions.show", slug=slug), 303)


@bp.get("/actions/<slug>/letter/<locale>/")
@keep(Keep.COUNT)
def in_language(slug: str, locale: str) -> str:
    """The page of the action with the letter in another language; its canonical address is the bare one."""
    action = _letter(slug)
    form = letter_form(action, locale, empty=True)
    if form.words.locale != locale:
        abort(404)
    return action_page(action, form if phase_of(action.card) is Phase.OPEN else None)


@bp.post("/actions/<slug>/letter/")
def put_together(slug: str) -> Response:
    """The letter as typed, for the mail program or the printer. Nothing of it is stored or logged."""
    action = _letter(slug)
    form = letter_form(action, request.form.get("locale", ""))
    is_open = phase_of(action.card) is Phase.OPEN
    if is_open and not form.validate():
        return make_response(action_page(action, form), 422)
    return make_response(_put_together(action, form, is_open=is_open), 200 if is_open else 422)


@bp.post("/actions/<slug>/sent")
def sent(slug: str) -> Response:
    """Somebody says that they have sent a letter: a number goes up by one, and nothing else is kept."""
    action = _letter(slug)
    if phase_of(action.card) is not Phase.OPEN:
        return make_response(action_page(action), 422)
    try:
        with writing() as connection:
            limits.count_post(connection)
            if limits.is_first(connection, "letter sent", action.card.id.bytes):
                counting.add(connection, action.card.id, counting.SENT, 1)
    except limits.TooMany:
        answer = error_page(429, "429")
        answer.headers["Retry-After"] = str(limits.WAIT_SECONDS)
        return answer
    return redirect(url_for("public.actions.thanks", slug=slug), 303)


def _put_together(action: ActionPage, form: LetterForm, *, is_open: bool) -> str:
    return render_template(
        "public/letter.html",
        action=action,
        card=action.card,
        writing=form,
        is_open=is_open,
        prints=request.form.get("do") == "print",
        today=clock.today(),
    )


def _letter(slug: str) -> ActionPage:
    action = published(slug)
    if action.card.kind is not Kind.LETTER:
        abort(404)
    return action
