"""One decision about all signatures that match: counted first, then asked for with the password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign_actions.actions import queries as actions
from campaign_actions.actions.models import ActionState, Kind
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import matching, reviewing
from campaign_actions.signatures.matching import Effect
from campaign_actions.signatures.models import Decision
from campaign_actions.signatures.reviewing import Wish
from campaign_actions.web import guard
from campaign_actions.web.forms import add_error
from campaign_actions.web.proof import is_proved
from campaign_actions.web.staff import review_words
from campaign_actions.web.staff.review_form import BulkForm, mark_of

bp = Blueprint("bulk", __name__, url_prefix="/review/bulk")

Answer = Response | str | tuple[str, int]


@bp.before_request
def only_staff() -> None:
    """Admins agree to what staff ask for; they do not ask."""
    reviewing.check_right(guard.user())


@bp.get("/")
def new() -> str:
    """The questions."""
    form = _form()
    form.decision.data = Decision.HOLD.value
    form.action.data = request.args.get("action", form.action.data)
    return _page(form)


@bp.post("/count")
def count() -> Answer:
    """How many match, and what the count would be; nothing is changed."""
    form = _form()
    wish = _wish(form)
    return _page(form, wish) if wish else (_page(form), 422)


@bp.post("/")
def start() -> Answer:
    """Leave it to the worker, if it is what was counted."""
    form = _form()
    wish = _wish(form)
    if wish is None:
        return _page(form), 422
    if form.counted.data != mark_of(wish):
        add_error(None, form, _("You have changed what is asked for. Look at the new numbers, then go on."))
        return _page(form, wish), 422
    if not is_proved(form):
        return _page(form, wish), 422
    try:
        with writing() as connection:
            review_id = reviewing.ask(connection, wish, by=guard.user()).id
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form, wish), 422
    return redirect(url_for("staff.decisions.show", review_id=review_id), 303)


def _form() -> BulkForm:
    form = BulkForm()
    cards = actions.for_desk(guard.user())
    form.offer([card for card in cards if card.kind is Kind.PETITION and card.state is not ActionState.DRAFT])
    return form


def _wish(form: BulkForm) -> Wish | None:
    if not form.validate():
        return None
    wish = form.wish()
    faults = reviewing.faults(wish)
    for fault in faults:
        form.refuse(fault)
    return None if faults else wish


def _page(form: BulkForm, wish: Wish | None = None) -> str:
    effect: Effect | None = None
    if wish is not None:
        effect = matching.effect(session.connection(), wish.condition, wish.decision)
        form.seen.data, form.counted.data = effect.rows, mark_of(wish)
    return render_template(
        "staff/review/bulk.html",
        form=form,
        failed=bool(form.errors),
        effect=effect,
        words=review_words,
        alone=reviewing.ALONE_UP_TO,
        decision=wish.decision if wish else None,
        needs_password=not guard.fresh(),
    )
