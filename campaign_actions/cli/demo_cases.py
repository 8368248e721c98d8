"""The demo's cases: read from `data/demo/cases.toml`, told by the rules an organiser's are told by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from campaign_actions.accounts.models import User
from campaign_actions.cases import telling
from campaign_actions.cases.models import CaseKind, CaseStatus, EntryKind, FactKind, Precision, Pronoun, Tone
from campaign_actions.cases.telling import CaseDates, CaseWords, Fact, Told
from campaign_actions.cli.demo_content import FOLDER, Days, marked


@dataclass(frozen=True)
class DemoCase:
    """A case as typed, by language; entries with the keys of the article and the action they lead to."""

    key: str
    words: Mapping[str, CaseWords]
    dates: CaseDates
    facts: tuple[Fact, ...]
    entries: tuple[tuple[Told, str, str], ...]


def cases(days: Days) -> list[DemoCase]:
    """All cases, told in English first."""
    told = tomllib.loads((FOLDER / "cases.toml").read_text("utf-8"))["case"]
    return [_case(case, days) for case in told]


def begin(case: DemoCase, *, by: User | None) -> UUID:
    """A draft of the case, for actions to belong to."""
    return telling.draft(case.words["en"], case.dates, by=by).id


def finish(case: DemoCase, case_id: UUID, ids: Mapping[str, Mapping[str, UUID]], *, by: User | None) -> None:
    """Publish a draft with all that is told of it; `ids` are those of "articles" and "actions" by key."""
    version = 1
    for locale, words in case.words.items():
        if locale != "en":
            version = telling.put_words(case_id, locale, words, by=by, seen_version=version).version
    for fact in case.facts:
        telling.add_fact(case_id, fact, by=by, seen_version=version)
        version += 1
    for told, article, action in case.entries:
        linked = replace(told, article_id=ids["articles"].get(article), action_id=ids["actions"].get(action))
        telling.add_entry(case_id, linked, by=by, seen_version=version)
        version += 1
    telling.publish(case_id, by=by, seen_version=version)


def _case(told: dict[str, Any], days: Days) -> DemoCase:
    others = {locale: _words(words, locale) for locale, words in told.get("words", {}).items()}
    return DemoCase(
        key=told["key"],
        words={"en": _words(told, "en")} | others,
        dates=_dates(told, days),
        facts=tuple(Fact(**{**fact, "kind": FactKind(fact["kind"])}) for fact in told.get("fact", ())),
        entries=tuple(
            (_entry(entry, days), entry.get("article", ""), entry.get("action", ""))
            for entry in told["entry"]
        ),
    )


def _words(told: dict[str, Any], locale: str) -> CaseWords:
    return CaseWords(
        name=told["name"],
        summary=marked(told["summary"], locale),
        body=told.get("body", ""),
        write_note=told.get("write_note", ""),
    )


def _dates(told: dict[str, Any], days: Days) -> CaseDates:
    detained = days.on(told["detained"]) if "detained" in told else None

    def on(name: str) -> date | None:
        return days.on(told[name]) if name in told else None

    def years_in(name: str) -> date | None:
        return _years_after(detained, told[name]) if detained and name in told else None

    return CaseDates(
        kind=CaseKind(told["kind"]),
        status=CaseStatus(told["status"]),
        pronoun=Pronoun(told["pronoun"]),
        names=tuple((lang, name) for lang, name in told.get("names", ())),
        detained_on=detained,
        sentence_ends_on=years_in("years"),
        first_ends_on=years_in("first_years"),
        released_on=on("released"),
        died_on=on("died"),
        family_agreed_on=on("agreed"),
        checked_on=on("checked"),
        write_address=told.get("write_address", ""),
    )


def _entry(told: dict[str, Any], days: Days) -> Told:
    return Told(
        kind=EntryKind(told["kind"]),
        happened_on=days.on(told["day"]),
        precision=Precision(told.get("precision", "day")),
        tone=Tone(told["tone"]) if "tone" in told else None,
        title=told["title"],
        text=told["text"],
        source=told["source"],
        source_url=told.get("source_url", ""),
    )


def _years_after(day: date, years: int) -> date:
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year + years, day.month, last)
