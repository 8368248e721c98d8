"""The demo's texts: read from `data/demo`, marked as invented, with every day counted from today."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from campaign_actions.actions import drafting, event_fields
from campaign_actions.actions.goals import GoalView
from campaign_actions.actions.models import EventKind, Kind, Outcome
from campaign_actions.actions.outcomes import Result
from campaign_actions.actions.targets import Typed as TargetTyped
from campaign_actions.actions.wording import Words
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.infra import i18n

FOLDER = Path(__file__).resolve().parent.parent / "data" / "demo"
MARKS: Mapping[str, str] = {
    "en": "Demo content: the people and events in this text are invented.",
    "ru": "Образец текста: люди и события в нём вымышлены.",
    "kk": "Үлгі мәтін: мұндағы адамдар мен оқиғалар ойдан шығарылған.",
}
_GAP = re.compile(r"\{(\w+)\}")
_FENCE = "+++\n"


@dataclass(frozen=True)
class Article:
    """An article, by the name of its file, and the keys of the actions it is linked to.

    `words.dated_on` None stays undated.
    """

    key: str
    words: ArticleWords
    updated_on: date | None
    actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action as the editor would send it, and what is to become of it.

    `texts` are its words in other languages. `case` is the key of a case or empty;
    `closed_on`, `delivered`, `result` are None while it is open.
    """

    key: str
    typed: drafting.Typed
    case: str
    published_on: date
    closed_on: date | None
    delivered: str | None
    result: Result | None
    signatures: int
    texts: Mapping[str, Words]
    sent: int


@dataclass(frozen=True)
class Event:
    """An event as first scheduled; then perhaps changed to `later`, with a note, or called off.

    Of one that is over, `came` says how many were there and `report` how it was.
    """

    action: str
    typed: event_fields.Typed
    later: event_fields.Typed | None
    note: str
    cancelled: str
    came: str
    report: str


@dataclass(frozen=True)
class Days:
    """Days of the story, counted from `today`; `named` are those that texts may speak of."""

    today: date
    named: Mapping[str, date] = field(default_factory=dict)

    def on(self, place: int | str) -> date:
        """The day `place` days from today, or for "anniversary+3" three days after that named day."""
        if isinstance(place, int):
            return self.today + timedelta(days=place)
        name, _plus, days = place.partition("+")
        return self.named[name] + timedelta(days=int(days or 0))

    def fill(self, text: str, locale: str = "en") -> str:
        """`text` with each {name} replaced by that day in words. Raises KeyError for an unknown name."""
        with i18n.using_locale(locale):
            return _GAP.sub(lambda gap: i18n.day(self.named[gap[1]]), text)


def days_from(today: date) -> Days:
    """The days of the demo as seen from `today`; every event on or after its 16 December lies ahead."""
    named = {name: today + timedelta(days=days) for name, days in _toml("days").items()}
    named["anniversary"] = next_anniversary(today)
    named["last_anniversary"] = named["anniversary"].replace(year=named["anniversary"].year - 1)
    return Days(today, named)


def next_anniversary(today: date) -> date:
    """The first 16 December after `today`."""
    this_year = date(today.year, 12, 16)
    return this_year if today < this_year else date(today.year + 1, 12, 16)


def marked(text: str, locale: str = "en") -> str:
    """Plain text with the mark as its last sentence."""
    return f"{text.strip()} {MARKS[locale]}"


def articles(days: Days) -> list[Article]:
    """All articles, in order of their file names."""
    return [
        _article(path.stem, path.read_text("utf-8"), days)
        for path in sorted((FOLDER / "articles").glob("*.md"))
    ]


def actions(days: Days) -> list[Action]:
    """All actions, the ones that closed long ago last."""
    return [_action(told, days) for told in _toml("actions")["action"]]


def targets() -> list[TargetTyped]:
    """Addresses of targets, as invented as their letters."""
    return [TargetTyped(**told) for told in _toml("targets")["target"]]


def all_events(days: Days) -> list[Event]:
    """All events, next first and the past one last."""
    return [_event(told, days) for told in _toml("events")["event"]]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def _marked_block(text: str, days: Days, locale: str = "en") -> str:
    return f"{days.fill(text, locale).strip()}\n\n*{MARKS[locale]}*"


def _article(key: str, text: str, days: Days) -> Article:
    _empty, head, body = text.split(_FENCE, 2)
    told = tomllib.loads(head)
    locale = told.get("locale", "en")
    words = ArticleWords(
        title=told["title"],
        summary=told["summary"],
        body=_marked_block(body, days, locale),
        dated_on=days.on(told["day"]) if "day" in told else None,
        locale=locale,
        author=told.get("author", ""),
        categories=tuple(told["categories"]),
        tags=tuple(told.get("tags", ())),
    )
    updated_on = days.on(told["updated"]) if "updated" in told else None
    return Article(key, words, updated_on, tuple(told.get("actions", ())))


def _action(told: dict[str, Any], days: Days) -> Action:
    # What is closed by now was open once; it is published with a day that its closing then brings forward.
    typed = drafting.Typed(
        kind=Kind(told["kind"]),
        words=_words(told, days, "en"),
        targets=tuple(told.get("targets", ())),
        copies=tuple(told.get("copies", ())),
        goals=tuple(GoalView(number, meaning) for number, meaning in told.get("goals", ())),
        opens=f"{days.on(told['opens'])} 09:00" if "opens" in told else "",
        closes=f"{days.on(told.get('closes', 2))} 23:59",
        zone=told["zone"],
        at_risk=told.get("at_risk", False),
        delivery_plan=told.get("delivery_plan", ""),
    )
    delivered = told.get("delivered")
    return Action(
        key=told["key"],
        typed=typed,
        case=told.get("case", ""),
        published_on=days.on(told["published"]),
        closed_on=days.on(told["closed"]) if "closed" in told else None,
        delivered=marked(days.fill(delivered)) if delivered else None,
        result=_result(told["outcome"], days) if "outcome" in told else None,
        signatures=told.get("signatures", 0),
        texts={locale: _words(words, days, locale) for locale, words in told.get("texts", {}).items()},
        sent=told.get("sent", 0),
    )


def _words(told: dict[str, str], days: Days, locale: str) -> Words:
    return Words(
        title=told["title"],
        ask=told["ask"],
        letter=_marked_block(told["letter"], days, locale),
        subject=told.get("subject", ""),
        points=_marked_block(told["points"], days, locale) if "points" in told else "",
        avoid=told.get("avoid", "").strip(),
    )


def _result(told: dict[str, Any], days: Days) -> Result:
    return Result(
        outcome=Outcome.WON, on=days.on(told["day"]), text=marked(told["text"]), source=told["source"]
    )


def _event(told: dict[str, Any], days: Days) -> Event:
    day = days.on(told["day"])
    lines = {name: told.get(name, "") for name in event_fields.LINES}

    def typed(starts: str) -> event_fields.Typed:
        return event_fields.Typed(
            kind=EventKind(told["kind"]),
            title=told["title"],
            starts=f"{day} {starts}",
            ends=f"{day} {told['ends']}",
            zone=told["zone"],
            yearly=told.get("yearly", False),
            country=told.get("country", ""),
            place_later=told.get("place_later", False),
            body=_marked_block(told["body"], days),
            **lines,
        )

    first, now = told.get("was", told["starts"]), told["starts"]
    later = typed(now) if first != now else None
    return Event(
        action=told.get("action", ""),
        typed=typed(first),
        later=later,
        note=told.get("note", ""),
        cancelled=told.get("cancelled", ""),
        came=str(told.get("came", "")),
        report=_marked_block(told["report"], days) if "report" in told else "",
    )


def spread(first: date, last: date, count: int) -> Sequence[date]:
    """`count` days from `first` to `last`, evenly spread and in order."""
    width = (last - first).days
    return [first + timedelta(days=width * place // max(count - 1, 1)) for place in range(count)]
