"""The audit log, to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from campaign_actions import audit
from campaign_actions.audit import Entry
from campaign_actions.infra.i18n import _, lazy

bp = Blueprint("audit", __name__, url_prefix="/audit")

ENTRIES = 50
# What is not here is shown by its own dotted word, so that no entry is ever hidden.
DEEDS = {
    "action.close": lazy("closed an action"),
    "action.deliver": lazy("noted that an action was delivered"),
    "action.draft": lazy("made a draft of an action"),
    "action.new_version": lazy("made a new version of an action's text"),
    "action.outcome": lazy("recorded an outcome"),
    "action.pause": lazy("paused an action"),
    "action.publish": lazy("published an action"),
    "action.reopen": lazy("opened an action again"),
    "action.save": lazy("saved an action"),
    "action.withdraw": lazy("withdrew an action"),
    "article.import": lazy("imported an article"),
    "article.make": lazy("wrote an article"),
    "article.publish": lazy("published an article"),
    "article.save": lazy("saved an article"),
    "article.withdraw": lazy("withdrew an article"),
    "event.cancel": lazy("cancelled an event"),
    "event.change": lazy("changed an event"),
    "event.publish": lazy("published an event"),
    "event.schedule": lazy("added an event"),
    "export.ask": lazy("asked for a list of names"),
    "export.delete": lazy("deleted a list of names"),
    "export.download": lazy("downloaded a list of names"),
    "export.failed": lazy("could not make a list of names"),
    "export.gone": lazy("deleted a list of names after 24 hours"),
    "export.made": lazy("made a list of names"),
    "user.add": lazy("added a user"),
    "user.disable": lazy("shut a user out"),
    "user.enable": lazy("let a user in again"),
    "user.log_in": lazy("logged in"),
    "user.log_out": lazy("logged out"),
    "user.password": lazy("changed a password"),
    "user.role": lazy("changed a user's role"),
    "user.session_end": lazy("ended a session"),
}


@dataclass(frozen=True)
class Line:
    """One entry in words, with its details as texts."""

    entry: Entry
    deed: str
    details: list[tuple[str, str]]


@bp.get("/")
def index() -> str:
    """Who did what, newest first; `before` names the last entry of the page before."""
    found = audit.newest(ENTRIES + 1, before=_before(request.args.get("before", "")))
    entries = found[:ENTRIES]
    older = _name(entries[-1]) if len(found) > ENTRIES else ""
    return render_template(
        "staff/audit.html",
        lines=[_line(entry) for entry in entries],
        older=older,
        is_first="before" not in request.args,
    )


def _line(entry: Entry) -> Line:
    known = DEEDS.get(entry.deed)
    details = [(name.replace("_", " "), _text(value)) for name, value in entry.details.items()]
    return Line(entry, str(known) if known else entry.deed, [item for item in details if item[1]])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        parts = [f"{name.replace('_', ' ')} {_text(part)}" for name, part in value.items() if part]
        return "; ".join(parts)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)


def _name(entry: Entry) -> str:
    return f"{entry.at.isoformat()}_{entry.id}"


def _before(text: str) -> tuple[datetime, UUID] | None:
    if not text:
        return None
    at, _mark, entry_id = text.partition("_")
    try:
        moment, key = datetime.fromisoformat(at), UUID(entry_id)
        return (moment.astimezone(UTC), key) if moment.tzinfo else abort(404)
    except (ValueError, OverflowError):
        abort(404)
