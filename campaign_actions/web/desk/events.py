"""Events on the desk: the list, a new one, changing, publishing and cancelling."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, redirect, render_template, request, url_for
from wtforms import StringField, TextAreaField

from campaign_actions.actions import drafting, events, queries, scheduling
from campaign_actions.actions.models import Action, Event, EventState
from campaign_actions.editors import unsaved
from campaign_actions.editors.models import Sheet
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.event_form import EventForm, copied, filled
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm, TokenForm, label, thing_id
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings

bp = Blueprint("events", __name__, url_prefix="/events")


class CancelForm(TokenForm):
    """Why an event is cancelled."""

    reason = StringField(label("Why is it cancelled?"))


class ReportForm(EditForm):
    """How an event was."""

    came = StringField(label("How many people came? (optional)"))
    report = TextAreaField(label("How it was"))


@bp.get("/")
def index() -> str:
    """Events the user works on, next first."""
    found = events.for_desk(user())
    actions = queries.by_ids({event.action_id for event in found if event.action_id})
    last = max(found, key=lambda event: event.changed_at, default=None)
    return render_template(
        "desk/events.html", events=found, actions=actions, last=last, copied="copied" in request.args
    )


@bp.route("/new/", methods=["GET", "POST"])
def new() -> Answer:
    """A new event, with `?action=` for that action, with `?copy=` filled from that event."""
    source, form = _source(), cast("EventForm", sheets.form_for(EDITOR, None))
    if request.method == "POST" and form.validate():
        try:
            with writing():
                publish_now = request.form.get("do") == "publish"
                typed = form.typed(place_checked=source is None)
                event = scheduling.schedule(typed, by=user(), publish_now=publish_now)
                sheets.made(EDITOR, event)
            return redirect(url_for("desk.events.edit", slug=event.slug, saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template(
        "desk/edit_event.html",
        form=form,
        event=None,
        source=source,
        action=None,
        to_check=source is not None,
        checks=[],
        failed=failed,
        saved=False,
        around=sheets.around(EDITOR, None),
    )
    return (page, 422) if failed else page


@bp.route("/<slug>/edit/", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    """The editor of an event. Every button saves; "Publish" then publishes."""
    event = own_or_404(events.by_id(thing_id()) or events.find(slug), user())
    form = cast("EventForm", sheets.form_for(EDITOR, event))
    if request.method == "POST":
        return _save(event, form)
    return _page(event, form)


@bp.route("/<slug>/cancel/", methods=["GET", "POST"])
def cancel(slug: str) -> Answer:
    """What cancelling means, and the button that does it."""
    event = own_or_404(events.find(slug), user())
    form = CancelForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                scheduling.cancel(event.id, form.reason.data or "", by=user())
            return redirect(url_for("desk.events.edit", slug=slug, saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template("desk/cancel_event.html", form=form, event=events.view(event), failed=failed)
    return (page, 422) if failed else page


@bp.route("/<slug>/report/", methods=["GET", "POST"])
def report(slug: str) -> Answer:
    """How many came and how it was, once the event is over."""
    event = own_or_404(events.find(slug), user())
    shown = {"seen": event.version, "came": _digits(event.came), "report": event.report}
    form = ReportForm(data=shown)
    status = 422
    if request.method == "POST" and form.validate():
        try:
            with writing():
                scheduling.report(
                    event.id,
                    came=form.came.data or "",
                    told=form.report.data or "",
                    by=user(),
                    seen_version=form.seen_version,
                )
            return redirect(url_for("desk.events.edit", slug=slug, saved=1), 303)
        except Refused as refusal:
            status = form.refuse_save(refusal, event.version)
    failed = request.method == "POST"
    page = render_template("desk/report_event.html", form=form, event=events.view(event), failed=failed)
    return (page, status) if failed else page


def _save(event: Event, form: EventForm) -> Answer:
    if not form.validate():
        return _page(event, form, failed=True), 422
    try:
        with sheets.saving(EDITOR, event):
            scheduling.change(
                event.id,
                form.typed(place_checked=event.place_checked),
                by=user(),
                seen_version=form.seen_version,
                note=form.note.data or "",
            )
            if request.form.get("do") == "publish":
                scheduling.publish(event.id, by=user())
    except Refused as refusal:
        status = form.refuse_save(refusal, event.version)
        return _page(event, form, failed=True), status
    return redirect(url_for("desk.events.edit", slug=event.slug, saved=1), 303)


def _page(event: Event, form: EventForm, *, failed: bool = False) -> str:
    return render_template(
        "desk/edit_event.html",
        form=form,
        event=events.view(event),
        source=None,
        action=queries.by_ids([event.action_id]).get(event.action_id) if event.action_id else None,
        to_check=event.state is EventState.DRAFT and not event.place_checked,
        checks=scheduling.checks(event),
        failed=failed,
        saved="saved" in request.args and not failed,
        around=sheets.around(EDITOR, event),
    )


def _source() -> Event | None:
    """The event that a new one is copied from: by the address, or by the kept text that is taken up."""
    kept = unsaved.find(Sheet("event"), user()) if request.args.get("text") == sheets.UNSAVED else None
    slug = dict(kept.fields).get("copy", "") if kept else request.args.get("copy", "")
    return own_or_404(events.find(slug), user()) if slug else None


def _stored(event: Event | None, _locale: str) -> dict[str, Any]:
    if event is not None:
        return filled(event)
    source, of_action = _source(), _action(request.args.get("action", ""))
    if source is not None:
        return copied(source)
    zone = of_action.zone if of_action else settings().zone
    return {"zone": zone, "action": str(of_action.id) if of_action else ""}


def _form(event: Event | None, _locale: str, **given: Any) -> EventForm:
    form = EventForm(**given)
    form.offer(event.action_id if event else None)
    return form


def _address(event: Event | None, _locale: str, **query: Any) -> str:
    if event is None:
        return url_for("desk.events.new", **query)
    return url_for("desk.events.edit", slug=event.slug, **query)


def _digits(number: int | None) -> str:
    return "" if number is None else str(number)


def _action(slug: str) -> Action | None:
    return own_or_404(drafting.find(slug), user()) if slug else None


EDITOR = sheets.register(
    Editor(
        kind="event",
        find=lambda event_id: own_or_404(events.by_id(event_id), user()),
        stored=_stored,
        form=_form,
        address=_address,
        title=lambda event: event.title,
        from_nothing=True,
    )
)
