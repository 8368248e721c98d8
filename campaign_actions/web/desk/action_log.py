"""The audit log of one action, its events and its updates, for whoever may edit them."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from campaign_actions import audit
from campaign_actions.actions import drafting, events, queries, updates
from campaign_actions.actions.models import Action
from campaign_actions.audit import Filter
from campaign_actions.web.audit_lines import line
from campaign_actions.web.desk.person import user
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.paging import number_before

bp = Blueprint("action_log", __name__, url_prefix="/actions")

ENTRIES = 50
AREAS = ("action", "event", "update", "mailing")


@bp.get("/<slug>/log/")
def show(slug: str) -> str:
    """Who did what with the action, newest first, fifty a page."""
    action = own_or_404(drafting.find(slug), user())
    card = queries.by_ids([action.id]).get(action.id) or abort(404)
    before = number_before(request.args.get("before", ""))
    found = audit.newest(ENTRIES + 1, before=before, wanted=_wanted(action))
    entries = found[:ENTRIES]
    return render_template(
        "desk/action_log.html",
        card=card,
        lines=[line(entry) for entry in entries],
        older=entries[-1].number if len(found) > ENTRIES else None,
        is_first=before is None,
    )


def _wanted(action: Action) -> Filter:
    things = [("action", str(action.id))]
    things += [("event", str(event.id)) for event in events.of_action_for_desk(action.id)]
    things += [("update", str(update.id)) for update in updates.for_desk(action.id)]
    return Filter(areas=AREAS, things=tuple(things))
