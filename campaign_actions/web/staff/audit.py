"""The audit log, to be read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from campaign_actions import audit
from campaign_actions.audit import Entry

bp = Blueprint("audit", __name__, url_prefix="/audit")

ENTRIES = 50


@bp.get("/")
def index() -> str:
    """Who did what, newest first; `before` names the last entry of the page before."""
    found = audit.newest(ENTRIES + 1, before=_before(request.args.get("before", "")))
    entries = found[:ENTRIES]
    older = _name(entries[-1]) if len(found) > ENTRIES else ""
    return render_template(
        "staff/audit.html", entries=entries, older=older, is_first="before" not in request.args
    )


def _name(entry: Entry) -> str:
    return f"{entry.at.isoformat()}_{entry.id}"


def _before(text: str) -> tuple[datetime, UUID] | None:
    if not text:
        return None
    at, _mark, entry_id = text.partition("_")
    try:
        moment, key = datetime.fromisoformat(at), UUID(entry_id)
    except ValueError:
        abort(404)
    return (moment, key) if moment.tzinfo else abort(404)
