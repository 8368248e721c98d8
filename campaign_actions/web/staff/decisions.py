"""One decision about suspected signatures: how far it is, and agreeing to it, stopping it, undoing it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from campaign_actions.accounts import permissions
from campaign_actions.actions import queries as actions
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import reviewing
from campaign_actions.signatures.models import Decision, Review, Stage
from campaign_actions.web import guard
from campaign_actions.web.proof import is_proved
from campaign_actions.web.staff import review_words
from campaign_actions.web.staff.review_form import ReasonForm

bp = Blueprint("decisions", __name__, url_prefix="/review/decisions")

LOOK_AGAIN_SECONDS = 5
UNDER_WAY = (Stage.RUNNING, Stage.UNDOING)

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/<uuid:review_id>/")
def show(review_id: UUID) -> Answer:
    """Where a decision stands; the browser looks again while the worker is at it."""
    review = _review_or_404(review_id)
    page = _page(review, ReasonForm(formdata=None))
    if review.stage not in UNDER_WAY:
        return page
    return page, 200, {"Refresh": str(LOOK_AGAIN_SECONDS)}


@bp.post("/<uuid:review_id>/approve")
def approve(review_id: UUID) -> Answer:
    """Somebody else of the team agrees."""
    form, review = ReasonForm(), _review_or_404(review_id)
    if not form.validate() or not is_proved(form):
        return _page(_review_or_404(review_id), form), 422
    return _change(review, form, lambda one: reviewing.approve(session.connection(), one, by=guard.user()))


@bp.post("/<uuid:review_id>/stop")
def stop(review_id: UUID) -> Answer:
    """Change nothing further."""
    form, review = ReasonForm(), _review_or_404(review_id)
    return _change(review, form, lambda one: reviewing.stop(session.connection(), one, by=guard.user()))


@bp.post("/<uuid:review_id>/undo")
def undo(review_id: UUID) -> Answer:
    """Bring back what it changed and what is still as it left it."""
    form, review = ReasonForm(), _review_or_404(review_id)
    if not form.validate():
        return _page(review, form), 422
    why, public = form.reason.data or "", form.public_reason.data or ""
    return _change(
        review, form, lambda one: reviewing.undo(session.connection(), one, why, public, by=guard.user())
    )


def _change(review: Review, form: ReasonForm, deed: Callable[[Review], None]) -> Answer:
    review_id = review.id
    try:
        with writing():
            deed(session.get_one(Review, review_id))
    except Refused as refusal:
        form.refuse(refusal)
        return _page(_review_or_404(review_id), form), 422
    return redirect(url_for("staff.decisions.show", review_id=review_id), 303)


def _review_or_404(review_id: UUID) -> Review:
    return session.get(Review, review_id) or abort(404)


def _page(review: Review, form: ReasonForm) -> str:
    user = guard.user()
    undoing = review.stage is Stage.UNDOING
    return render_template(
        "staff/review/decision.html",
        review=review,
        card=actions.by_ids([review.action_id]).get(review.action_id) or abort(404),
        names=reviewing.names_of(review),
        form=form,
        failed=bool(form.errors),
        words=review_words,
        asked=review_words.condition_words(review),
        done=review.restored if undoing else review.changed,
        out_of=review.changed if undoing else review.expected,
        is_public=review.decision is Decision.INVALID,
        may_decide=permissions.allows(user, "signature.review"),
        may_agree=review.asked_by != user.id,
        may_undo=reviewing.may_undo(review),
        undo_days=reviewing.UNDO_DAYS,
        needs_password=not guard.fresh(),
    )
