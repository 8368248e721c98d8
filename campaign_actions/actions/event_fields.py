"""What an organiser types about an event, checked field by field and made into columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from campaign_actions.actions import events, map_points
from campaign_actions.actions.models import EventKind
from campaign_actions.errors import Refused
from campaign_actions.infra import local_time, markup
from campaign_actions.infra.i18n import LANGUAGES, _, countries, number

MAX_TITLE = 120
MAX_NOTE = 300
MAX_BODY = 20_000
# Longest text of each plain line, in characters.
LINES = {
    "place": 200,
    "city": 80,
    "online_url": 500,
    "directions": 500,
    "access": 200,
    "bring": 300,
    "called_by": 160,
    "safety": 300,
}
# What strangers read while the place is kept back; a shorter place is found by chance.
READ_BY_ALL = ("title", "access", "bring", "called_by", "safety", "body")
SHORTEST_PLACE = 5
LONGEST_YEARLY = timedelta(days=300)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What an organiser typed: `starts`, `ends` and `place_from` as local text in the IANA `zone`.

    `body` is Markdown, `last_year` a calendar year or empty, `spot` a key of `map_points.choices()`.
    `address` is the slug wanted, empty for one made from title and city, or for the one it has.
    """

    kind: EventKind
    title: str
    starts: str
    zone: str
    locale: str = "en"
    ends: str = ""
    yearly: bool = False
    last_year: str = ""
    place: str = ""
    city: str = ""
    country: str = ""
    spot: str = ""
    place_later: bool = False
    place_from: str = ""
    place_checked: bool = True
    online_url: str = ""
    directions: str = ""
    access: str = ""
    bring: str = ""
    called_by: str = ""
    safety: str = ""
    body: str = ""
    action_id: UUID | None = None
    address: str = ""


def columns(typed: Typed) -> dict[str, Any]:
    """What is stored of `typed`, by column, checked. Raises Refused, naming the field."""
    title = one_line(typed.title, MAX_TITLE, "title")
    if not title:
        raise Refused(_("Write the title of the event."), field="title")
    body = text(typed.body, "body")
    found = {
        **{field: one_line(getattr(typed, field), most, field) for field, most in LINES.items()},
        **_times(typed),
        "kind": typed.kind,
        "locale": typed.locale if typed.locale in LANGUAGES else "en",
        "title": title,
        "country": typed.country,
        "spot": typed.spot,
        "place_checked": typed.place_checked,
        "action_id": typed.action_id,
        "body": body,
        "body_html": markup.to_html(body),
    }
    _check_choices(typed)
    _check_online(found)
    check_kept_back(found, READ_BY_ALL)
    return found


def check_kept_back(found: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises Refused where one of the columns `names` tells the place that is kept back."""
    place = found["place"].casefold()
    if len(place) < SHORTEST_PLACE or not events.keeps_place(found["place_later"], found["place_from"]):
        return
    for name in names:
        if place in found[name].casefold():
            sentence = _("You keep the place back, and this tells it. Take it out here.")
            raise Refused(sentence, field=name)


def whole_number(typed: str, field: str, most: int) -> int | None:
    """A whole number from 0 to `most`, None for an empty text. Raises Refused, naming `field`."""
    bare = "".join(typed.split()).replace(",", "")
    if not bare:
        return None
    if not (bare.isascii() and bare.isdecimal()) or len(bare) > len(str(most)) or int(bare) > most:
        raise Refused(_("Write a whole number in digits, or leave this empty."), field=field)
    return int(bare)


def text(typed: str, field: str) -> str:
    """Markdown as it is stored. Raises Refused, naming `field`, when it is too long."""
    if len(typed) > MAX_BODY:
        raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_BODY)), field=field)
    return typed.replace("\r\n", "\n").strip()


def one_line(typed: str, most: int, field: str) -> str:
    """The text on one line. Raises Refused, naming `field`, when it is longer than `most` letters."""
    line = " ".join(typed.split())
    if len(line) > most:
        raise Refused(_("Write at most %(most)s characters here.", most=number(most)), field=field)
    return line


def _times(typed: Typed) -> dict[str, Any]:
    starts_at = local_time.read(typed.starts, typed.zone, field="starts")
    ends_at = local_time.read(typed.ends, typed.zone, field="ends") if typed.ends.strip() else None
    if ends_at is not None and ends_at <= starts_at:
        raise Refused(_("The event would end before it starts. Write a later end."), field="ends")
    if typed.yearly and ends_at is not None and ends_at - starts_at > LONGEST_YEARLY:
        raise Refused(
            _("What comes each year cannot last for most of one. Write an earlier end."), field="ends"
        )
    told = typed.place_later and typed.place_from.strip()
    place_from = local_time.read(typed.place_from, typed.zone, field="place_from") if told else None
    if place_from is not None and place_from > starts_at and not typed.yearly:
        raise Refused(
            _("The place would be shown after the start. Write an earlier hour."), field="place_from"
        )
    last_year = whole_number(typed.last_year, "last_year", local_time.LAST_YEAR) if typed.yearly else None
    if last_year is not None and last_year < starts_at.astimezone(ZoneInfo(typed.zone)).year:
        raise Refused(_("The series would end before it begins. Write a later year."), field="last_year")
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "zone": typed.zone,
        "yearly": typed.yearly,
        "last_year": last_year,
        "place_later": typed.place_later,
        "place_from": place_from,
    }


def _check_choices(typed: Typed) -> None:
    if typed.country and typed.country not in dict(countries()):
        raise Refused(_("Choose a country from the list."), field="country")
    if typed.spot and typed.spot not in dict(map_points.choices()):
        raise Refused(_("Choose a place from the list."), field="spot")


def _check_online(found: Mapping[str, Any]) -> None:
    if not found["online_url"]:
        return
    if not _is_link(found["online_url"]):
        raise Refused(_("Write the whole link, beginning with https://."), field="online_url")
    if found["ends_at"] is None:
        raise Refused(_("Write when it ends: the link is shown until then."), field="ends")


def _is_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc) and not re.search(r"\s", address)
