"""Figures of an action for programs and for our own script; no people."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify

from campaign_actions.actions import queries
from campaign_actions.actions.goals import goal_state
from campaign_actions.actions.models import ActionState
from campaign_actions.infra.i18n import number
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep

bp = Blueprint("actions", __name__)

NEXT_SECONDS = 30
HIDDEN = (ActionState.DRAFT, ActionState.WITHDRAWN)


@bp.get("/actions/<slug>/count.json")
@keep(Keep.COUNT)
def count(slug: str) -> Response:
    """Count, next goal, and after how many seconds it makes sense to ask again."""
    action = queries.by_slug(slug)
    if action is None or action.card.state in HIDDEN:
        abort(404)
    signed = counting.shown([action.card.id])[action.card.id]
    state = goal_state(action.card.goals, signed)
    return jsonify(
        count=signed,
        words=number(signed),
        goal=state.goal.number if state.goal else None,
        to_go=state.to_go,
        percent=state.percent,
        next=NEXT_SECONDS,
    )
