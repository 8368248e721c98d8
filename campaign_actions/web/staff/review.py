"""Review of suspected abuse: clusters and figures, never people, and the effect on the count first."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from campaign_actions.accounts import permissions
from campaign_actions.actions import queries as actions
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import clusters, matching, reviewing
from campaign_actions.signatures.clusters import Cluster
from campaign_actions.signatures.matching import Condition, Effect
from campaign_actions.signatures.models import Decision
from campaign_actions.web import guard
from campaign_actions.web.proof import is_proved
from campaign_actions.web.staff import review_words
from campaign_actions.web.staff.review_form import DecideForm

bp = Blueprint("review", __name__, url_prefix="/review")

Answer = Response | str | tuple[str, int]


@bp.get("/")
def index() -> str:
    """What is suspected, oldest first, and what was decided."""
    found, decided = clusters.listed(session.connection()), reviewing.listed()
    ids = {one.action_id for one in found} | {item.review.action_id for item in decided}
    return render_template(
        "staff/review/index.html",
        clusters=found,
        overdue=sum(1 for one in found if one.is_overdue),
        decided=decided,
        cards=actions.by_ids(ids),
        words=review_words,
        may_decide=permissions.allows(guard.user(), "signature.review"),
    )


@bp.get("/clusters/<label>/")
def cluster(label: str) -> str:
    """One cluster: what its signals have in common, and what each decision would do."""
    return _page(_cluster_or_404(label), DecideForm(formdata=None))


@bp.post("/clusters/<label>/")
def decide(label: str) -> Answer:
    """Decide about all of it; the worker carries it out."""
    reviewing.check_right(guard.user())
    found, form = _cluster_or_404(label), DecideForm()
    wish = form.wish(_all_of(found)) if form.validate() else None
    if wish is None:
        return _page(found, form), 422
    if wish.seen > reviewing.ALONE_UP_TO and not is_proved(form):
        return _page(found, form), 422
    try:
        with writing() as connection:
            review_id = reviewing.ask(connection, wish, by=guard.user()).id
    except Refused as refusal:
        form.refuse(refusal)
        return _page(_cluster_or_404(label), form), 422
    return redirect(url_for("staff.decisions.show", review_id=review_id), 303)


def _cluster_or_404(label: str) -> Cluster:
    return clusters.find(session.connection(), label) or abort(404)


def _all_of(found: Cluster) -> Condition:
    return Condition(action_id=found.action_id, cluster=found.label)


def _page(found: Cluster, form: DecideForm) -> str:
    connection = session.connection()
    effects: dict[Decision, Effect] = {
        decision: matching.effect(connection, _all_of(found), decision) for decision in Decision
    }
    most = max(effect.rows for effect in effects.values())
    return render_template(
        "staff/review/cluster.html",
        cluster=found,
        card=actions.by_ids([found.action_id]).get(found.action_id) or abort(404),
        traces=clusters.traces(connection, found.label),
        form=form,
        failed=bool(form.errors),
        effects=form.offer(effects),
        words=review_words,
        alone=reviewing.ALONE_UP_TO,
        needs_second=most > reviewing.ALONE_UP_TO,
        needs_password=most > reviewing.ALONE_UP_TO and not guard.fresh(),
        may_decide=permissions.allows(guard.user(), "signature.review"),
    )
