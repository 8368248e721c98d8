"""The audit log, to be read, searched by who, what and when, and taken along as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template, request, stream_with_context

from campaign_actions import audit
from campaign_actions.audit import Entry, Filter
from campaign_actions.formats import csv_lines
from campaign_actions.infra.database.engine import session
from campaign_actions.web.audit_lines import AREAS, line
from campaign_actions.web.paging import number_before
from campaign_actions.web.settings import settings

bp = Blueprint("audit", __name__, url_prefix="/audit")

ENTRIES = 50
COLUMNS = ("number", "moment_utc", "who", "deed", "thing", "thing_id", "details", "link")


@dataclass(frozen=True)
class Asked:
    """What the form above the log asks for, as typed; days are of the site's zone, both included."""

    who: str = ""
    what: str = ""
    since: str = ""
    until: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What belongs into an address."""
        return {name: text for name, text in vars(self).items() if text}

    @property
    def wanted(self) -> Filter:
        """As the log understands it. Answers 404 for what no form of ours sends."""
        if self.what and self.what not in AREAS:
            abort(404)
        since, until = _day(self.since), _day(self.until)
        zone = ZoneInfo(settings().zone)
        return Filter(
            user_id=_id(self.who),
            areas=(self.what,) if self.what else (),
            since=datetime.combine(since, time(), zone) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        )


@bp.get("/")
def index() -> str:
    """Who did what, newest first; `before` is the number of the last entry of the page before."""
    asked, before = _asked(), number_before(request.args.get("before", ""))
    found = audit.newest(ENTRIES + 1, before=before, wanted=asked.wanted)
    entries = found[:ENTRIES]
    last, link = audit.head(session.connection())
    return render_template(
        "staff/audit.html",
        lines=[line(entry) for entry in entries],
        older=entries[-1].number if len(found) > ENTRIES else None,
        is_first=before is None,
        asked=asked,
        areas=sorted(((area, str(words)) for area, words in AREAS.items()), key=lambda pair: pair[1]),
        people=audit.people(),
        last=last,
        mark=link.hex(),
    )


@bp.get("/audit.csv")
def table() -> Response:
    """The entries asked for as CSV, newest first, in full and in the words of the database."""
    rows = csv_lines.write(COLUMNS, _rows(_asked().wanted))
    response = Response(stream_with_context(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    return response


def _rows(wanted: Filter) -> Iterator[list[csv_lines.Cell]]:
    for entry in audit.all_of(wanted):
        yield _row(entry)


def _row(entry: Entry) -> list[csv_lines.Cell]:
    return [
        *(entry.number, entry.at.isoformat(timespec="seconds"), entry.user_name, entry.deed),
        *(entry.thing, entry.thing_id, audit.written(entry.details), entry.link.hex()),
    ]


def _asked() -> Asked:
    return Asked(**{name: request.args.get(name, "").strip() for name in ("who", "what", "since", "until")})


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        abort(404)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        abort(404)
    # The ends of the calendar have no day before or after them.
    return found if found is None or date.min < found < date.max - timedelta(days=2) else abort(404)
