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
    "action.approve_change": lazy("approved a change of an action's text"),
    "action.ask_change": lazy("asked for a change of an action's text"),
    "action.close": lazy("closed an action"),
    "action.decline_change": lazy("declined a change of an action's text"),
    "action.deliver": lazy("noted that an action was delivered"),
    "action.draft": lazy("made a draft of an action"),
    "action.goal_passed": lazy("noted that a goal was passed"),
    "action.move": lazy("gave an action a new address"),
    "action.new_version": lazy("made a new version of an action's text"),
    "action.open": lazy("opened an action"),
    "action.outcome": lazy("recorded an outcome"),
    "action.pause": lazy("paused an action"),
    "action.publish": lazy("published an action"),
    "action.reopen": lazy("opened an action again"),
    "action.save": lazy("saved an action"),
    "action.translate": lazy("saved a translation of an action"),
    "action.withdraw": lazy("withdrew an action"),
    "article.import": lazy("imported an article"),
    "article.make": lazy("wrote an article"),
    "article.move": lazy("gave an article a new address"),
    "article.publish": lazy("published an article"),
    "article.save": lazy("saved an article"),
    "article.withdraw": lazy("withdrew an article"),
    "case.draft": lazy("made a draft of a case"),
    "case.entry": lazy("told what happened in a case"),
    "case.entry_off": lazy("took away what was told of a case"),
    "case.erase": lazy("erased a case"),
    "case.fact": lazy("added a fact to a case"),
    "case.fact_off": lazy("took a fact away from a case"),
    "case.link": lazy("joined an article to a case"),
    "case.publish": lazy("published a case"),
    "case.save": lazy("saved a case"),
    "case.take_back": lazy("took a case off the site"),
    "case.unlink": lazy("parted an article from a case"),
    "case.words": lazy("saved the words of a case"),
    "comment.hide": lazy("hid a comment"),
    "comment.show": lazy("showed a comment"),
    "event.cancel": lazy("cancelled an event"),
    "event.change": lazy("changed an event"),
    "event.copy": lazy("copied an event"),
    "event.publish": lazy("published an event"),
    "event.report": lazy("told how an event went"),
    "event.schedule": lazy("added an event"),
    "export.ask": lazy("asked for a list of names"),
    "export.delete": lazy("deleted a list of names"),
    "export.download": lazy("downloaded a list of names"),
    "export.failed": lazy("could not make a list of names"),
    "export.gone": lazy("deleted a list of names after 24 hours"),
    "export.made": lazy("made a list of names"),
    "redirect.add": lazy("added a redirect"),
    "redirect.remove": lazy("removed a redirect"),
    "target.add": lazy("added a target"),
    "target.remove": lazy("removed a target"),
    "target.save": lazy("saved a target"),
    "update.publish": lazy("published an update"),
    "update.save": lazy("saved an update"),
    "update.withdraw": lazy("withdrew an update"),
    "update.write": lazy("wrote an update"),
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
