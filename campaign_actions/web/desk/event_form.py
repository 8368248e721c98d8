"""The form of an event: its fields, what there is to choose, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, SelectField, StringField, TextAreaField

from campaign_actions.actions import map_points, queries
from campaign_actions.actions.event_fields import Typed
from campaign_actions.actions.models import Event, EventKind
from campaign_actions.errors import Refused
from campaign_actions.infra import local_time
from campaign_actions.infra.i18n import LANGUAGES, _, countries
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import EditForm, label, read_moment
from campaign_actions.web.words import EVENT_KINDS

# Fields that go by the name of what they hold, as text or yes or no.
PLAIN = (
    *("locale", "title", "zone", "yearly", "place", "city", "country", "spot", "place_later"),
    *("online_url", "directions", "access", "bring", "called_by", "safety", "body"),
)


class EventForm(EditForm):
    """Everything of an event."""

    kind = SelectField(label("Kind"), default=EventKind.DEMONSTRATION.value)
    locale = SelectField(label("Language"), default="en")
    title = StringField(label("Title"))
    action = SelectField(label("Action it belongs to"))
    starts = StringField(label("Starts"))
    ends = StringField(label("Ends (optional)"))
    zone = SelectField(label("Time zone"))
    yearly = BooleanField(label("It comes again each year on this day"))
    last_year = StringField(label("Last year of the series (optional)"))
    place = StringField(label("Place"))
    city = StringField(label("City"))
    country = SelectField(label("Country"))
    spot = SelectField(label("Place on the map"))
    place_later = BooleanField(label("Keep the place back for now"))
    place_from = StringField(label("Show the place from (optional)"))
    place_checked = BooleanField(label("The place is checked"))
    online_url = StringField(label("Link to take part online"))
    directions = StringField(label("How to get there"))
    access = StringField(label("Access"))
    bring = StringField(label("What to bring"))
    called_by = StringField(label("Who calls it"))
    safety = StringField(label("Safety note"))
    body = TextAreaField(label("More about it"))
    note = StringField(label("What has changed"))
    address = StringField(label("Address"))

    def offer(self, action_id: UUID | None = None) -> None:
        """Fill the lists to choose from; the action it belongs to already is always among them."""
        cards = {card.id: card for card in queries.for_desk(user())}
        cards |= queries.by_ids([action_id] if action_id else [])
        places = [(key, name or _("The middle of the country")) for key, name in map_points.choices()]
        self.kind.choices = [(kind.value, str(words)) for kind, words in EVENT_KINDS.items()]
        self.locale.choices = list(LANGUAGES.items())
        self.action.choices = [("", _("No action")), *((str(card.id), card.title) for card in cards.values())]
        self.zone.choices = local_time.choices(self.zone.data or "")
        self.country.choices = [("", _("Online, or not said")), *countries()]
        self.spot.choices = [("", _("By its city, else its country")), *places]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """As other forms do; a missing title and dates that are none are all named at once."""
        valid = super().validate(extra_validators)
        if not (self.title.data or "").strip():
            valid = False
            self.refuse(Refused(_("Write the title of the event."), field="title"))
        for field in ("starts", "ends", "place_from"):
            typed = self[field].data or ""
            if (field == "starts" or typed.strip()) and not read_moment(self, field, typed):
                valid = False
        return valid

    def typed(self, *, place_checked: bool) -> Typed:
        """What was typed, after `validate`; `place_checked` when the place needs no tick."""
        texts = ("starts", "ends", "last_year", "place_from", "address", *PLAIN)
        return Typed(
            **{name: self[name].data or "" for name in texts if not isinstance(self[name], BooleanField)},
            kind=EventKind(self.kind.data),
            yearly=self.yearly.data,
            place_later=self.place_later.data,
            place_checked=place_checked or self.place_checked.data,
            action_id=UUID(self.action.data) if self.action.data else None,
        )


def filled(event: Event) -> dict[str, object]:
    """What the form holds when the editor of an event is opened."""
    return {
        **copied(event),
        "seen": event.version,
        "yearly": event.yearly,
        "last_year": str(event.last_year or ""),
        "address": event.slug,
        "online_url": event.online_url,
        "starts": local_time.written(event.starts_at, event.zone),
        "ends": local_time.written(event.ends_at, event.zone),
        "place_from": local_time.written(event.place_from, event.zone),
    }


def copied(event: Event) -> dict[str, object]:
    """What the form of a new event takes over from another one: all but its dates and its link."""
    left = ("yearly", "online_url")
    return {
        **{name: getattr(event, name) for name in PLAIN if name not in left},
        "kind": event.kind.value,
        "action": str(event.action_id or ""),
    }
