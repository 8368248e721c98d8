"""What templates may call: words, numbers, days, addresses; undefined names are errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from campaign_actions.accounts.models import Role
from campaign_actions.actions.goals import goal_state
from campaign_actions.actions.models import Kind
from campaign_actions.infra import clock, i18n, markup
from campaign_actions.infra.i18n import _
from campaign_actions.web import language
from campaign_actions.web.settings import settings
from campaign_actions.web.static import static_url
from campaign_actions.web.words import (
    access_words,
    case_tag,
    entry_kind_words,
    event_kind_words,
    fact_words,
    kind_words,
    level_notes,
    not_translated_part_words,
    not_translated_words,
    opening_words,
    outcome_words,
    readable_in,
    tag_of,
    text_state_words,
    write_words,
)

if TYPE_CHECKING:
    from campaign_actions.actions.events import EventView
    from campaign_actions.actions.queries import ActionCard
    from campaign_actions.articles.queries import ArticleView

WORDS = {
    "number": i18n.number,
    "day": i18n.day,
    "short_day": i18n.short_day,
    "weekday": i18n.weekday,
    "moment": i18n.moment,
    "month_name": i18n.month_name,
    "short_month": i18n.short_month,
    "clock_time": i18n.clock_time,
    "country_name": i18n.country_name,
}
# States, kinds and choices, each by the name of its function.
SAYINGS = {
    "access_words": access_words,
    "case_tag": case_tag,
    "entry_kind_words": entry_kind_words,
    "event_kind_words": event_kind_words,
    "fact_words": fact_words,
    "kind_words": kind_words,
    "level_notes": level_notes,
    "not_translated_part_words": not_translated_part_words,
    "not_translated_words": not_translated_words,
    "opening_words": opening_words,
    "outcome_words": outcome_words,
    "readable_in": readable_in,
    "tag_of": tag_of,
    "text_state_words": text_state_words,
    "write_words": write_words,
}


def prepare(app: Flask) -> None:
    """Give templates their globals and filters, and make an undefined name an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        **WORDS,
        **SAYINGS,
        **_event_words(),
        _=sentence,
        ngettext=plural,
        article_url=article_url,
        csrf_token=generate_csrf,
        current_user=current_user,
        closing_date=closing_date,
        failed=False,
        goal_state=goal_state,
        here="",
        here_path=language.here,
        joined_name=joined_name,
        is_long=is_long,
        languages=i18n.LANGUAGES,
        locale=i18n.current_locale,
        now=clock.now,
        rooms=rooms,
        settings=settings,
        spoken=language.spoken,
        spoken_in=spoken_in,
        static_url=static_url,
    )
    app.jinja_env.filters.update(WORDS, trusted=markup.trusted, glued=glued)


def sentence(text: str, /, **gaps: object) -> str:
    """A marked sentence in the page's language; a gap may hold markup made in the template."""
    return _filled(_(text), gaps)


def plural(one: str, many: str, n: int, /, **gaps: object) -> str:
    """The form of a marked sentence that fits `n`; gaps as in `sentence`."""
    return _filled(i18n.ngettext(one, many, n), gaps)


def glued(text: str) -> str:
    """`text` with each number kept beside the word behind it: "27 November", "4 years"."""
    return re.sub(r"(?<=\d) (?=\w)", "\N{NO-BREAK SPACE}", text)


def spoken_in(locale: str) -> Markup:
    """The attribute for a text in the language `locale`: nothing where the page speaks it too."""
    return Markup("") if locale == i18n.current_locale() else Markup(' lang="{}"').format(locale)


def article_url(article: ArticleView) -> str:
    """The address of an article: by year and month, or under /news/undated/."""
    return address_of_article(article.slug, article.dated_on)


def address_of_article(slug: str, day: date | None) -> str:
    """As `article_url`, by what the address is made of."""
    if day is None:
        return url_for("public.articles.undated", slug=slug)
    return url_for("public.articles.show", year=f"{day:%Y}", month=f"{day:%m}", slug=slug)


def event_when(event: EventView) -> str:
    """When an event takes place, in its own zone: day, hours and whose time it is."""
    starts = event.starts_at.astimezone(ZoneInfo(event.zone))
    if event.ends_at is None:
        return i18n.moment(event.starts_at, event.zone)
    ends = event.ends_at.astimezone(ZoneInfo(event.zone))
    if ends.date() != starts.date():
        return _(
            "%(start)s to %(end)s",
            start=f"{i18n.weekday(starts)}, {starts:%H:%M}",
            end=i18n.moment(event.ends_at, event.zone),
        )
    return _(
        "%(day)s, %(start)s to %(end)s, %(zone)s",
        day=i18n.weekday(starts),
        start=f"{starts:%H:%M}",
        end=f"{ends:%H:%M}",
        zone=i18n.zone_words(event.zone),
    )


def event_date(event: EventView) -> tuple[str, str]:
    """Day and short month for the date block, in the event's zone: ("16", "Dec")."""
    starts = event.starts_at.astimezone(ZoneInfo(event.zone))
    return str(starts.day), _month_abbreviation(i18n.current_locale(), starts.month)


def event_hour(event: EventView) -> str:
    """The hour at which an event starts, and whose time it is: "18:00, London time"."""
    hour = i18n.clock_time(event.starts_at, event.zone)
    return _("%(hour)s, %(zone)s", hour=hour, zone=i18n.zone_words(event.zone))


def event_place(event: EventView, *, access: bool = True) -> str:
    """Where an event takes place, as far as it may be told, and its access if that is wanted.

    Like "Outside the embassy, London, United Kingdom. Step-free."
    """
    place = event.shown_place or (_("The place is shown here on the day") if event.keeps_place else "")
    country = i18n.country_name(event.country) if event.country else ""
    parts = [part for part in (place, event.city, country) if part]
    where = ", ".join(parts) or (_("Online") if event.is_online else "")
    if not access or not event.access:
        return where
    return f"{where}. {event.access}" if where else event.access


def event_series(event: EventView) -> str:
    """Whether an event comes again, in words: "Every year", "Every year until 2031", or empty."""
    if not event.yearly or event.is_cancelled:
        return ""
    last = event.series.last_year
    return _("Every year until %(year)s", year=last) if last else _("Every year")


def closing_date(action: ActionCard) -> date:
    """The calendar day on which an action closes or has closed, in its zone. Raises ValueError if neither."""
    closing = action.closed_at or action.closes_at
    if closing is None:
        raise ValueError("an action without a closing day")
    return closing.astimezone(ZoneInfo(action.zone)).date()


def closing_words(action: ActionCard) -> str:
    """Kind and closing day of an action: "Petition, closes 30 November 2026"."""
    if not action.is_open or action.closes_at is None:
        return kind_words(action.kind)
    kind, day = kind_words(action.kind), i18n.day(closing_date(action))
    if action.kind is Kind.LETTER:
        return _("%(kind)s, write by %(day)s", kind=kind, day=day)
    return _("%(kind)s, closes %(day)s", kind=kind, day=day)


def rooms(here: str) -> list[tuple[str, str]]:
    """Other rooms the user may enter, as (name, address); `here` is "Desk" or "Staff"."""
    if current_user.role not in (Role.STAFF, Role.ADMIN):
        return []
    known = {"Desk": (_("Desk"), "desk.dashboard.show"), "Staff": (_("Staff"), "staff.exports.index")}
    return [(words, url_for(endpoint)) for room, (words, endpoint) in known.items() if room != here]


def is_long(title: str) -> bool:
    """True for a title that needs smaller letters: a run without a break passes 14 letters."""
    return any(len(run) > 14 for run in joined_name(title).split(" "))


def joined_name(title: str) -> str:
    """`title` whose last two words, a name as a rule, stay on one line when they are short enough."""
    head, _space, last = title.rpartition(" ")
    before, gap, previous = head.rpartition(" ")
    if not gap or len(previous) + len(last) + 1 > 14:
        return title
    return f"{before} {previous}\N{NO-BREAK SPACE}{last}"


def _event_words() -> dict[str, Callable[..., object]]:
    words = (event_date, event_hour, event_place, event_series, event_when)
    return {word.__name__: word for word in words}


def _filled(words: str, gaps: dict[str, object]) -> str:
    if any(isinstance(value, Markup) for value in gaps.values()):
        return escape(words) % gaps
    return words % gaps if gaps else words


@cache
def _month_abbreviation(code: str, month: int) -> str:
    from babel.dates import format_date

    name = format_date(date(2000, month, 1), "LLL", locale={"en": "en_GB"}.get(code, code))
    return name.rstrip(".").capitalize()
