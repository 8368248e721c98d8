"""What is deleted when: for admins, who may hold a deletion up for a legal reason, or not wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from campaign_actions.actions import queries
from campaign_actions.actions.queries import ActionCard
from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import Lazy, lazy
from campaign_actions.signatures import holds
from campaign_actions.signatures.holds import Going
from campaign_actions.signatures.models import LegalHold
from campaign_actions.web import guard
from campaign_actions.web.forms import TokenForm, label
from campaign_actions.web.proof import ProofField, is_proved

bp = Blueprint("retention", __name__, url_prefix="/retention")

DAYS_SHOWN = 50
Answer = Response | str | tuple[str, int]
DONE: dict[str, Lazy] = {
    "run": lazy("The worker deletes what is due now. Look again in a minute."),
    "hold": lazy("The deletion is held up. The action's page says so, with your reason."),
    "lift": lazy("The hold is lifted. What is overdue is deleted within a minute."),
}


class RetentionForm(TokenForm):
    """The reason of a legal hold, and the password if it was given more than ten minutes ago."""

    reason = TextAreaField(label("Reason"))
    password = ProofField()


@dataclass(frozen=True)
class Plan:
    """An action with signatures: what goes when, the next day first, and what holds it up."""

    card: ActionCard
    going: list[Going]
    hold: LegalHold | None

    @property
    def records(self) -> int:
        """How many sealed records there are."""
        return sum(one.records for one in self.going)


@bp.before_request
def only_admins() -> None:
    """Others are told whom to ask."""
    holds.check_right(guard.user())


@bp.get("/")
def index() -> str:
    """The plan of every action, what is due today, and what was deleted before."""
    return _page(RetentionForm(formdata=None))


@bp.post("/run")
def run() -> Answer:
    """Do not wait for the minute."""
    form = RetentionForm()
    if not _is_valid(form):
        return _page(form, failed=True), 422
    with writing() as connection:
        holds.run_now(connection, by=guard.user())
    return redirect(url_for("staff.retention.index", done="run"), 303)


@bp.route("/<uuid:action_id>/hold/", methods=["GET", "POST"])
def hold(action_id: UUID) -> Answer:
    """Why the signatures of this action are kept longer than was promised."""
    card = _card(action_id)
    found = holds.of_action(action_id)
    form = RetentionForm(data={"reason": found.reason if found else ""})
    if request.method != "POST":
        return _hold_page(card, form, found)
    if not _is_valid(form):
        return _hold_page(card, form, found, failed=True), 422
    try:
        with writing() as connection:
            holds.lay(connection, action_id, form.reason.data or "", by=guard.user())
    except Refused as refusal:
        form.refuse(refusal)
        return _hold_page(card, form, found, failed=True), 422
    return redirect(url_for("staff.retention.index", done="hold"), 303)


@bp.post("/<uuid:action_id>/lift")
def lift(action_id: UUID) -> Answer:
    """Let the signatures go on their day again."""
    card, form = _card(action_id), RetentionForm()
    found = holds.of_action(action_id)
    if not _is_valid(form):
        return _hold_page(card, form, found, failed=True), 422
    with writing() as connection:
        holds.lift(connection, action_id, by=guard.user())
    return redirect(url_for("staff.retention.index", done="lift"), 303)


def _is_valid(form: RetentionForm) -> bool:
    return bool(form.validate()) and is_proved(form)


def _page(form: RetentionForm, *, failed: bool = False) -> str:
    connection = session.connection()
    going, gone = holds.going(connection), holds.gone(connection, DAYS_SHOWN)
    cards = queries.by_ids({one.action_id for one in going} | {one.action_id for one in gone})
    held = holds.of_actions(connection, cards)
    plans = [
        Plan(card, [one for one in going if one.action_id == action_id], held.get(action_id))
        for action_id, card in cards.items()
    ]
    words = DONE.get(request.args.get("done", ""))
    return render_template(
        "staff/retention/index.html",
        plans=sorted((plan for plan in plans if plan.going), key=lambda plan: plan.going[0].on),
        gone=gone,
        cards=cards,
        due=sum(one.records for one in going if one.on <= clock.today() and one.action_id not in held),
        form=form,
        failed=failed,
        done=str(words) if words else "",
        needs_password=not guard.fresh(),
    )


def _hold_page(
    card: ActionCard, form: RetentionForm, found: LegalHold | None, *, failed: bool = False
) -> str:
    return render_template(
        "staff/retention/hold.html",
        card=card,
        form=form,
        hold=found,
        failed=failed,
        needs_password=not guard.fresh(),
    )


def _card(action_id: UUID) -> ActionCard:
    return queries.by_ids([action_id]).get(action_id) or abort(404)
