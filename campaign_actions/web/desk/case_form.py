"""Forms of a case: what is the same in every language, its words, one fact, one line of the timeline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import select
from wtforms import SelectField, StringField, TextAreaField

from campaign_actions.actions import queries as actions
from campaign_actions.articles import editing
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.cases.models import (
    Case,
    CaseFact,
    CaseKind,
    CaseName,
    CaseStatus,
    CaseText,
    EntryKind,
    FactKind,
    Precision,
    Pronoun,
    TimelineEntry,
    Tone,
)
from campaign_actions.cases.telling import CaseDates, CaseWords, Fact, Told
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import LANGUAGES, _
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import DayField, EditForm, label
from campaign_actions.web.guard import TEAM
from campaign_actions.web.words import CASE_KINDS, CASE_STATUSES, ENTRIES, FACTS, TONES, WRITE_TO

# Days that are typed; the day of the last check has a button of its own.
DAYS = (
    *("detained_on", "sentence_ends_on", "first_ends_on", "released_on", "died_on"),
    "family_agreed_on",
)
_KNOWN_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


class WordsForm(EditForm):
    """The words of a case in one language."""

    name = StringField(label("Name"))
    summary = TextAreaField(label("Summary"))
    body = TextAreaField(label("More about the case"))
    write_note = StringField(label("What to know before writing (optional)"))

    def words(self) -> CaseWords:
        """What was typed."""
        texts = ("name", "summary", "body", "write_note")
        return CaseWords(**{name: self[name].data or "" for name in texts})


class CaseForm(WordsForm):
    """A case: its words in its own language, and what is the same in every language."""

    kind = SelectField(label("What it is about"), default=CaseKind.PERSON.value)
    locale = SelectField(label("Language"), default="en")
    status = SelectField(label("How things stand"), default=CaseStatus.DETAINED.value)
    pronoun = SelectField(label("Headings say"), default=Pronoun.THEM.value)
    names = TextAreaField(label("The name in other languages and scripts"))
    detained_on = DayField(label("Held since"))
    sentence_ends_on = DayField(label("The sentence ends"))
    first_ends_on = DayField(label("It ended on this day before it was cut"))
    released_on = DayField(label("Free since"))
    died_on = DayField(label("Died on"))
    family_agreed_on = DayField(label("The family agreed on"))
    write_address = TextAreaField(label("Where letters reach them"))
    address = StringField(label("Address"))
    slug_shown = ""

    def __init__(self, *args: Any, **values: Any) -> None:
        stored = values.get("data")
        if stored is not None:
            days = {name: date.fromisoformat(stored[name]) for name in DAYS if stored.get(name)}
            values["data"] = {**stored, **dict.fromkeys(DAYS), **days}
        super().__init__(*args, **values)
        self.kind.choices = _choices(CASE_KINDS)
        self.locale.choices = list(LANGUAGES.items())
        self.status.choices = _choices(CASE_STATUSES)
        self.pronoun.choices = _choices(WRITE_TO)

    def dates(self, checked_on: date | None) -> CaseDates:
        """What was typed, after `validate`. Raises Refused for a line of spellings that is none."""
        return CaseDates(
            kind=CaseKind(self.kind.data),
            status=CaseStatus(self.status.data),
            pronoun=Pronoun(self.pronoun.data),
            names=tuple(_spelling(line) for line in (self.names.data or "").splitlines() if line.strip()),
            write_address=self.write_address.data or "",
            checked_on=checked_on,
            **{name: self[name].data for name in DAYS},
        )


class SourceForm(EditForm):
    """What facts and the timeline have in common: a language, and who says so."""

    locale = SelectField(label("Language"), default="en")
    source = StringField(label("Source"))
    source_url = StringField(label("Address of the source (optional)"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.locale.choices = list(LANGUAGES.items())

    def told(self) -> dict[str, str]:
        """Language, source and its address as typed."""
        return {name: self[name].data or "" for name in ("locale", "source", "source_url")}


class FactForm(SourceForm):
    """One fact."""

    kind = SelectField(label("What it tells"), default=FactKind.CHARGE.value)
    text = TextAreaField(label("The fact"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.kind.choices = _choices(FACTS)

    def fact(self) -> Fact:
        """What was typed, after `validate`."""
        return Fact(kind=FactKind(self.kind.data), text=self.text.data or "", **self.told())


class EntryForm(SourceForm):
    """One line of the timeline."""

    kind = SelectField(label("Kind"), default=EntryKind.ARREST.value)
    happened_on = StringField(label("Day"))
    title = StringField(label("What happened"))
    text = TextAreaField(label("More about it (optional)"))
    tone = SelectField(label("How the line is marked"), default="")
    action = SelectField(label("Action that tells more"), default="")
    article = StringField(label("Article that tells more (optional)"))

    def __init__(
        self, *args: Any, action_id: UUID | None = None, article_id: UUID | None = None, **values: Any
    ) -> None:
        super().__init__(*args, **values)
        self.linked_before = article_id
        cards = {card.id: card for card in actions.for_desk(user())}
        cards |= actions.by_ids([action_id] if action_id else [])
        self.kind.choices = _choices(ENTRIES)
        self.tone.choices = [("", _("As its kind says")), *_choices(TONES)]
        self.action.choices = [("", _("No action")), *((str(card.id), card.title) for card in cards.values())]

    def entry(self) -> Told:
        """What was typed, after `validate`. Raises Refused for a day that is none, or no article."""
        happened_on, precision = _day(self.happened_on.data or "")
        typed = (self.article.data or "").strip()
        return Told(
            kind=EntryKind(self.kind.data),
            happened_on=happened_on,
            precision=precision,
            title=self.title.data or "",
            text=self.text.data or "",
            tone=Tone(self.tone.data) if self.tone.data else None,
            action_id=UUID(self.action.data) if self.action.data else None,
            article_id=article_at(typed, linked_before=self.linked_before).id if typed else None,
            **self.told(),
        )


class LinkForm(EditForm):
    """An article to stand under a case."""

    article = StringField(label("Address of the article"))


def article_at(typed: str, *, linked_before: UUID | None = None) -> Article:
    """The article at an address as people copy it, whole or its last part.

    Raises Refused, at the field `article`, for none, and for a draft of somebody else that was not
    `linked_before`.
    """
    try:
        path = unquote(urlsplit(typed.strip()).path)
    except ValueError:
        path = ""
    article = editing.find(path.strip("/").rpartition("/")[2]) if path else None
    mine = article is not None and (
        user().role in TEAM or article.owner_id == user().id or article.id == linked_before
    )
    if article is None or not (mine or article.state is ArticleState.PUBLISHED):
        raise Refused(_("There is no article at this address. Copy it from its page."), field="article")
    return article


def filled(case: Case) -> dict[str, Any]:
    """What the form holds when the editor of a case is opened, as JSON can hold it."""
    spellings = session.scalars(select(CaseName).where(CaseName.case_id == case.id).order_by(CaseName.lang))
    days = {name: getattr(case, name) for name in DAYS}
    return {
        **filled_words(case, case.locale),
        "kind": case.kind.value,
        "locale": case.locale,
        "status": case.status.value,
        "pronoun": case.pronoun.value,
        "names": "\n".join(f"{one.lang}: {one.name}" for one in spellings),
        **{name: on.isoformat() if on else "" for name, on in days.items()},
        "write_address": case.write_address,
        "address": case.slug,
    }


def filled_words(case: Case, locale: str) -> dict[str, Any]:
    """The words of a case in one language by field; empty ones where it has none."""
    text = session.get(CaseText, (case.id, locale), populate_existing=True)
    names = ("name", "summary", "body", "write_note")
    return {"seen": case.version, **{name: getattr(text, name) if text else "" for name in names}}


def filled_fact(fact: CaseFact, version: int) -> dict[str, Any]:
    """What the form of a fact holds; `version` is that of its case."""
    texts = ("locale", "source", "source_url", "text")
    return {"seen": version, "kind": fact.kind.value, **{name: getattr(fact, name) for name in texts}}


def filled_entry(entry: TimelineEntry, version: int) -> dict[str, Any]:
    """What the form of a line of the timeline holds; `version` is that of its case."""
    texts = ("locale", "source", "source_url", "title", "text")
    article = editing.by_id(entry.article_id)
    cut = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[entry.precision]
    return {
        "seen": version,
        "kind": entry.kind.value,
        "happened_on": entry.happened_on.isoformat()[:cut],
        "tone": entry.tone.value if entry.tone else "",
        "action": str(entry.action_id or ""),
        "article": article.slug if article else "",
        **{name: getattr(entry, name) for name in texts},
    }


def _day(typed: str) -> tuple[date, Precision]:
    shape = _KNOWN_DAY.fullmatch(typed.strip())
    try:
        year, month, day = (int(part or 0) for part in shape.groups()) if shape else (0, 0, 0)
        found = date(year, month or 1, day or 1)
    except ValueError as error:
        raise Refused(
            _("Write the day like 2026-12-16, or as much of it as is known."), field="happened_on"
        ) from error
    return found, Precision.DAY if day else Precision.MONTH if month else Precision.YEAR


def _spelling(line: str) -> tuple[str, str]:
    lang, colon, name = line.partition(":")
    if not colon:
        raise Refused(
            _("Write a line for each: the language, a colon, the name, like “ru: Арман”."), field="names"
        )
    return lang.strip(), name


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, str]]:
    return [(one.value, str(said)) for one, said in words.items()]
