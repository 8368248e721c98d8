"""Articles, events and cases to test with, and what pages say and cost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert

from campaign_actions.actions.models import Event, EventKind, EventState, action_article
from campaign_actions.articles import editing, publishing, queries
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases.models import Case, CaseStatus, CaseText, EntryKind, TimelineEntry
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.signatures.models import Counter

_numbers = count(1)


def an_article(*, published: bool = True, **words: Any) -> ArticleView:
    """An article with a text, dated 8 December 2014, in the category Articles, by T."""
    words.setdefault("title", f"Oil workers on strike, report {next(_numbers)}")
    words.setdefault("body", "They have not been paid since July.")
    words.setdefault("dated_on", date(2014, 12, 8))
    words.setdefault("author", "T")
    words.setdefault("categories", ("Articles",))
    with writing():
        article = editing.make(ArticleWords(**words), by=None)
        if published:
            publishing.publish(article, by=None)
            # Publishing dates a draft; an import leaves it undated.
            article.dated_on = words["dated_on"]
    view = queries.by_id(article.id)
    assert view is not None
    return view


def an_event(**values: Any) -> Event:
    """A vigil in London on 16 December 2026, 18:00 there."""
    values.setdefault("slug", f"vigil-{next(_numbers)}")
    values.setdefault("title", "Vigil at the embassy")
    values.setdefault("kind", EventKind.VIGIL)
    values.setdefault("state", EventState.PLANNED)
    values.setdefault("starts_at", datetime.fromisoformat("2026-12-16T18:00+00:00"))
    values.setdefault("zone", "Europe/London")
    with writing():
        made = Event(**values)
        session.add(made)
    return made


def event_in_words(said: Callable[..., str], slug: str) -> dict[str, Any]:
    """The columns of an event in two weeks, each text as `said(usual words, longest)` gives it."""
    lines = {"access": 200, "called_by": 160, "safety": 300, "change_note": 300, "directions": 500}
    return {
        "slug": slug,
        "state": EventState.PLANNED,
        "kind": EventKind.VIGIL,
        "title": said("Vigil for Arman Tolegen"),
        "starts_at": clock.now() + timedelta(days=14),
        "zone": "Europe/London",
        "place": said("Outside the embassy", 200),
        "city": said("London", 80),
        "country": "GB",
        "bring": said("", 300),
        **{name: said("", most) for name, most in lines.items()},
    }


def a_case(**values: Any) -> UUID:
    """A published case of somebody in prison for five years since December 2023."""
    values.setdefault("detained_on", date(2023, 12, 14))
    values.setdefault("sentence_ends_on", date(2028, 12, 13))
    values.setdefault("slug", f"case-{next(_numbers)}")
    values.setdefault("status", CaseStatus.IN_PRISON)
    values.setdefault("published", True)
    words = {name: values.pop(name) for name in ("summary", "body_html", "write_note") if name in values}
    name = values.pop("name", "Arman Tolegen")
    with writing():
        case = Case(**values)
        session.add(case)
        session.flush()
        session.add(CaseText(case_id=case.id, locale=case.locale, name=name, **words))
    return case.id


def an_entry(case_id: UUID, day: date, **values: Any) -> UUID:
    """Something that happened in a case, with the family as its source."""
    values.setdefault("kind", EntryKind.CAMPAIGN)
    values.setdefault("title", f"It happened on {day}")
    values.setdefault("source", "family")
    with writing():
        entry = TimelineEntry(case_id=case_id, happened_on=day, **values)
        session.add(entry)
    return entry.id


def link(action_id: UUID, article_id: UUID) -> None:
    """Let an article show an action."""
    with writing() as connection:
        connection.execute(insert(action_article).values(action_id=action_id, article_id=article_id))


def counted(action_id: UUID, number: int) -> None:
    """Let an action have that many signatures, as the fold leaves them."""
    with writing():
        session.add(Counter(action_id=action_id, dim="all", n=number))


def soon(days: float) -> datetime:
    """The moment that many days from now."""
    return clock.now() + timedelta(days=days)


def words_of(page: str) -> str:
    """What a page says: its text without tags, on one line."""
    body = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def title_of(page: str) -> str:
    """The title of a page."""
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def headings_of(page: str) -> list[tuple[int, str]]:
    """Headings in order: (level, words)."""
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", page, re.DOTALL)
    return [(int(level), words_of(inner)) for level, inner in found]


@contextmanager
def queries_made() -> Iterator[list[str]]:
    """The statements sent to the database inside the block; needs an application context."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
