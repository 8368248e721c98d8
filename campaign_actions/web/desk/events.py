"""Events on the desk: the list, a new one, changing, publishing and cancelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from campaign_actions.actions import drafting, events, queries
from campaign_actions.actions.events import EventView, Typed
from campaign_actions.actions.models import Action, Event, EventKind, EventState
from campaign_actions.errors import Refused
from campaign_actions.infra import local_time
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _, countries
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import EditForm, TokenForm, label, read_moment
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings
from campaign_actions.web.words import EVENT_KINDS

bp = Blueprint("events", __name__, url_prefix="/events")


class EventForm(EditForm):
    """Everything of an event."""

    kind = SelectField(label("Kind"), default=EventKind.DEMONSTRATION.value)
    title = StringField(label("Title"))
    action = SelectField(label("Action it belongs to"))
    starts = StringField(label("Starts"))
    ends = StringField(label("Ends (optional)"))
    zone = SelectField(label("Time zone"))
    place = StringField(label("Place"))
    city = StringField(label("City"))
    country = SelectField(label("Country"))
    place_later = BooleanField(label("Keep the place back for now"))
    access = StringField(label("Access"))
    called_by = StringField(label("Who calls it"))
    safety = StringField(label("Safety note"))
    body = TextAreaField(label("More about it"))
    note = StringField(label("What has changed"))

    def offer(self, action_id: UUID | None = None) -> None:
        """Fill the lists to choose from; the action it belongs to already is always among them."""
        cards = {card.id: card for card in queries.for_desk(user())}
        cards |= queries.by_ids([action_id] if action_id else [])
        self.kind.choices = [(kind.value, str(words)) for kind, words in EVENT_KINDS.items()]
        self.action.choices = [("", _("No action")), *((str(card.id), card.title) for card in cards.values())]
        self.zone.choices = local_time.choices(self.zone.data or "")
        self.country.choices = [("", _("Online, or not said")), *countries()]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """As other forms do; a missing title and dates that are none are all named at once."""
        valid = super().validate(extra_validators)
        if not (self.title.data or "").strip():
            valid = False
            self.refuse(Refused(_("Write the title of the event."), field="title"))
        for field in ("starts", "ends"):
            typed = self[field].data or ""
            if (field == "starts" or typed.strip()) and not read_moment(self, field, typed):
                valid = False
        return valid

    def typed(self) -> Typed:
        """What was typed, after `validate`."""
        return Typed(
            kind=EventKind(self.kind.data),
            title=self.title.data or "",
            starts=self.starts.data or "",
            ends=self.ends.data or "",
            zone=self.zone.data,
            place=self.place.data or "",
            city=self.city.data or "",
            country=self.country.data or "",
            place_later=self.place_later.data,
            access=self.access.data or "",
            called_by=self.called_by.data or "",
            safety=self.safety.data or "",
            body=self.body.data or "",
            action_id=UUID(self.action.data) if self.action.data else None,
        )


class CancelForm(TokenForm):
    """Why an event is cancelled."""

    reason = StringField(label("Why is it cancelled?"))


@bp.get("/")
def index() -> str:
    """Events the user works on, next first."""
    found = events.for_desk(user())
    actions = queries.by_ids({event.action_id for event in found if event.action_id})
    return render_template("desk/events.html", events=found, actions=actions)


@bp.route("/new/", methods=["GET", "POST"])
def new() -> Answer:
    """A new event, with `?action=` for that action."""
    of_action = _action(request.args.get("action", ""))
    zone = of_action.zone if of_action else settings().zone
    form = EventForm(data={"zone": zone, "action": str(of_action.id) if of_action else ""})
    form.offer()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                publish_now = request.form.get("do") == "publish"
                slug = events.schedule(form.typed(), by=user(), publish_now=publish_now).slug
            return redirect(url_for("desk.events.edit", slug=slug, saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template(
        "desk/edit_event.html",
        form=form,
        event=None,
        action=None,
        is_public=False,
        failed=failed,
        saved=False,
    )
    return (page, 422) if failed else page


@bp.route("/<slug>/edit/", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    """The editor of an event. Every button saves; "Publish" then publishes."""
    event = own_or_404(events.find(slug), user())
    form = EventForm(data=_filled(event))
    form.offer(event.action_id)
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
                events.cancel(event.id, form.reason.data or "", by=user())
            return redirect(url_for("desk.events.edit", slug=slug, saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template("desk/cancel_event.html", form=form, event=events.view(event), failed=failed)
    return (page, 422) if failed else page


def _save(event: Event, form: EventForm) -> Answer:
    if not form.validate():
        return _page(event, form, failed=True), 422
    try:
        with writing():
            events.change(
                event.id, form.typed(), by=user(), seen_version=form.seen_version, note=form.note.data or ""
            )
            if request.form.get("do") == "publish":
                events.publish(event.id, by=user())
    except Refused as refusal:
        status = form.refuse_save(refusal, event.version)
        return _page(event, form, failed=True), status
    return redirect(url_for("desk.events.edit", slug=event.slug, saved=1), 303)


def _page(event: Event, form: EventForm, *, failed: bool = False) -> str:
    shown: EventView = events.view(event)
    return render_template(
        "desk/edit_event.html",
        form=form,
        event=shown,
        action=queries.by_ids([event.action_id]).get(event.action_id) if event.action_id else None,
        is_public=event.state is not EventState.DRAFT,
        failed=failed,
        saved="saved" in request.args and not failed,
    )


def _filled(event: Event) -> dict[str, object]:
    plain = (
        "title",
        "zone",
        "place",
        "city",
        "country",
        "place_later",
        "access",
        "called_by",
        "safety",
        "body",
    )
    return {
        **{name: getattr(event, name) for name in plain},
        "seen": event.version,
        "kind": event.kind.value,
        "action": str(event.action_id or ""),
        "starts": local_time.written(event.starts_at, event.zone),
        "ends": local_time.written(event.ends_at, event.zone),
    }


def _action(slug: str) -> Action | None:
    return own_or_404(drafting.find(slug), user()) if slug else None
