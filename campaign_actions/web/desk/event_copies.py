"""The same events a year later: which ones, on which days, and drafts whose places wait to be checked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from wtforms import SelectMultipleField

from campaign_actions.accounts import permissions
from campaign_actions.actions import events, scheduling
from campaign_actions.actions.events import EventView
from campaign_actions.actions.models import Event
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import TokenForm, label
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.templating import event_when

bp = Blueprint("event_copies", __name__, url_prefix="/events")


@dataclass(frozen=True)
class Copy:
    """An event and what it becomes: the same at its new time."""

    event: EventView
    later: EventView


class CopyForm(TokenForm):
    """Which events are copied."""

    which = SelectMultipleField(label("Which events?"))

    def offer(self, found: list[Copy]) -> None:
        """Fill the list to choose from."""
        self.which.choices = [(str(copy.event.id), _line(copy)) for copy in found]


@bp.route("/<slug>/copy/", methods=["GET", "POST"])
def copy(slug: str) -> Answer:
    """The event, and those of its action in the same year, as they would stand next year."""
    event = own_or_404(events.find(slug), user())
    found = _copies(event)
    form = CopyForm(data={"which": [str(one.event.id) for one in found if not one.event.is_cancelled]})
    form.offer(found)
    chosen = [one.event.id for one in found if str(one.event.id) in (form.which.data or ())]
    if request.method == "POST" and form.validate():
        try:
            with writing():
                scheduling.copies_for_next_year(chosen, by=user())
            return redirect(url_for("desk.events.index", copied=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template("desk/copy_event.html", form=form, event=events.view(event), failed=failed)
    return (page, 422) if failed else page


def _copies(event: Event) -> list[Copy]:
    one = events.view(event)
    beside = events.of_action_for_desk(one.action_id) if one.action_id else [one]
    year = one.local_start.year
    same = [other for other in beside if other.local_start.year == year and not other.yearly]
    return [_a_year_on(other) for other in same or [one] if _may_copy(other)]


def _may_copy(event: EventView) -> bool:
    return permissions.allows(user(), "event.write", event.owner_id)


def _a_year_on(event: EventView) -> Copy:
    starts_at = scheduling.next_year_of(event.starts_at, event.zone)
    ends_at = starts_at + (event.ends_at - event.starts_at) if event.ends_at else None
    return Copy(event, replace(event, starts_at=starts_at, ends_at=ends_at))


def _line(copy: Copy) -> str:
    place = ", ".join(filter(None, [copy.event.place, copy.event.city]))
    return f"{copy.event.title}: {event_when(copy.later)}" + (f" ({place})" if place else "")
