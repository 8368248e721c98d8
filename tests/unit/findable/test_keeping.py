"""Whatever changes a thing, strangers find what is published and nothing else, at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import delete, text, update

from campaign_actions.actions import closing, events, publishing as opening_to_all
from campaign_actions.actions.models import Action, ActionState, ActionText, Event, EventState
from campaign_actions.articles import editing, publishing
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.models import Article
from campaign_actions.cases.models import Case, CaseName, CaseText, EntryKind, TimelineEntry
from campaign_actions.cli import imports, reindex
from campaign_actions.findable import rebuilding
from campaign_actions.imports import importing, listing
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.search import finding, spelling
from campaign_actions.infra.search.models import Kind, SearchEntry
from tests.support.content import a_case, an_article, an_event
from tests.support.factories import an_action

pytestmark = pytest.mark.usefixtures("database")


def found(words: str) -> dict[Kind, tuple[UUID, ...]]:
    session.rollback()
    groups = finding.find(session.connection(), spelling.asked(words), locale="en", today=date(2026, 11, 22))
    return {kind: group.ids for kind, group in groups.items()}


def breaches() -> list[str]:
    return list(rebuilding.breaches(session.connection()))


def change(work: Callable[[], object]) -> None:
    with writing():
        work()
    session.remove()
    assert breaches() == []


def test_an_article_is_found_from_publishing_to_withdrawing_by_its_newest_words() -> None:
    draft = an_article(title="Strike in Aktau", published=False, tags=("Мұнайшылар",))
    assert found("aktau") == {}
    change(lambda: publishing.publish(session.get_one(Article, draft.id), by=None))
    for words in ("aktau", "Актау", "strike-in-aktau", "munaishilar", "unpaid OR july", "paid july"):
        assert (Kind.ARTICLE in found(words)) is (words != "unpaid OR july"), words
    version = session.get_one(Article, draft.id).version
    words = ArticleWords(title="Lockout in Atyrau", body="Gates stay shut.")
    change(lambda: editing.save(draft.id, words, by=None, seen_version=version))
    assert (found("lockout"), found("july"), found("munaishilar")) == ({Kind.ARTICLE: (draft.id,)}, {}, {})
    change(lambda: publishing.withdraw(session.get_one(Article, draft.id), "Wrong.", by=None))
    assert found("lockout") == {}
    change(lambda: publishing.publish(session.get_one(Article, draft.id), by=None))
    assert found("lockout")
    change(lambda: session.delete(session.get_one(Article, draft.id)))
    assert found("lockout") == {}


def test_an_action_and_its_events_show_and_hide_together() -> None:
    page = an_action(title="Release Arman Tolegen", state=ActionState.DRAFT, published_at=None)
    event = an_event(title="Vigil", action_id=page.card.id, city="Aktau").id
    alone = an_event(title="Picket in Aktau").id
    assert found("aktau") == {Kind.EVENT: (alone,)}
    assert found("Төлеген") == {}
    change(lambda: opening_to_all.publish(page.card.id, by=None))
    assert found("Төлеген") == {Kind.ACTION: (page.card.id,)}
    assert found("prosecutor free")[Kind.ACTION] == (page.card.id,)
    assert set(found("aktau")[Kind.EVENT]) == {event, alone}
    change(lambda: closing.close(page.card.id, by=None))
    assert found("Төлеген")
    change(lambda: closing.withdraw(page.card.id, "A mistake.", by=None))
    assert (found("Төлеген"), found("aktau")) == ({}, {Kind.EVENT: (alone,)})


def test_only_the_words_an_action_shows_now_are_found_in_every_language() -> None:
    page = an_action(title="Release Tolegen")
    texts = [
        ActionText(action_id=page.card.id, locale="ru", title="Свободу поэту"),
        ActionText(action_id=page.card.id, locale="kk", title="Ақынды босат"),
        ActionText(action_id=page.card.id, locale="ru", version=2, title="Дальше"),
    ]
    change(lambda: session.add_all(texts))
    for words in ("tolegen", "svobodu", "акынды"):
        assert found(words) == {Kind.ACTION: (page.card.id,)}, words
    assert found("дальше") == {}
    renamed = update(ActionText).where(ActionText.action_id == page.card.id, ActionText.locale == "en")
    change(lambda: session.execute(renamed.values(title="Release the teacher")))
    assert (found("tolegen"), found("teacher")) == ({}, {Kind.ACTION: (page.card.id,)})


def typed(**values: object) -> events.Typed:
    given = {"kind": "vigil", "title": "Vigil", "starts": "2026-12-16 18:00", "zone": "Europe/London"}
    return events.Typed(**given | values)  # type: ignore[arg-type]  # as a form gives them


def test_a_place_that_is_kept_back_is_found_only_once_it_is_released() -> None:
    secret = {"place": "Behind the old observatory", "place_later": True}
    with writing():
        event = events.schedule(typed(**secret), by=None, publish_now=True)
    event_id = event.id
    assert (found("observatory"), found("vigil")) == ({}, {Kind.EVENT: (event_id,)})
    rows = session.execute(text("SELECT spoken, spoken_key, words FROM search_entry")).all()
    assert "observator" not in str(rows).lower()
    version = session.get_one(Event, event_id).version
    shown = typed(**secret | {"place_later": False})
    change(lambda: events.change(event_id, shown, by=None, seen_version=version))
    assert found("observatory") == {Kind.EVENT: (event_id,)}
    again = {"seen_version": version + 1, "note": "Not yet"}
    change(lambda: events.change(event_id, typed(**secret), by=None, **again))
    assert found("observatory") == {}
    change(lambda: events.cancel(event_id, "The police forbade it.", by=None))
    assert found("vigil")


def test_an_event_is_found_by_its_country_in_any_language() -> None:
    event = an_event(country="DE", city="Köln")
    for words in ("Germany", "Германия", "koln"):
        assert found(words) == {Kind.EVENT: (event.id,)}, words
    change(lambda: session.execute(update(Event).values(state=EventState.DRAFT)))
    assert found("koln") == {}


def test_a_case_is_found_by_its_name_and_by_what_happened() -> None:
    case_id = a_case(name="Арман Төлеген", published=False)
    happened = {"kind": EntryKind.ARREST, "happened_on": date(2024, 1, 9), "title": "Taken at home"}
    entry = TimelineEntry(case_id=case_id, source="His lawyer", **happened)
    change(lambda: session.add(entry))
    assert found("Tolegen") == {}
    change(lambda: setattr(session.get_one(Case, case_id), "published", True))
    assert found("Tolegen") == found("taken home") == {Kind.CASE: (case_id,)}
    russian = CaseText(case_id=case_id, locale="ru", name="Арман Толеген", summary="Вёл забастовку.")
    change(lambda: session.add_all([russian, CaseName(case_id=case_id, lang="zh", name="托列根")]))
    assert found("забастовку") == found("托列根") == {Kind.CASE: (case_id,)}
    change(lambda: session.execute(delete(TimelineEntry)))
    assert found("taken home") == {}


def test_what_is_taken_back_is_not_found_and_a_dry_run_neither(tmp_path: object) -> None:
    page = "Write to the governor\n\n: March 01, 2012\nAppeals /\n\nThe poet has not seen a doctor [...]\n"
    entries = importing.in_order([("a.txt", listing.parse(page, name="a.txt"))])
    imports.try_out(entries, ["a.txt"])
    assert (found("governor"), breaches()) == ({}, [])
    imports.take_in(entries, ["a.txt"])
    assert (len(found("governor doctor")), breaches()) == (1, [])


def test_reconcile_names_what_differs_and_reindex_puts_it_right() -> None:
    missing, stale, hidden = (an_article(title=f"Strike {word}") for word in ("one", "two", "three"))
    with writing() as connection:
        connection.execute(delete(SearchEntry).where(SearchEntry.thing_id == missing.id))
        connection.execute(update(Article).where(Article.id == stale.id).values(title="Lockout"))
        connection.execute(update(Article).where(Article.id == hidden.id).values(state="withdrawn"))
    session.remove()
    assert sorted(breaches()) == [
        "V8 article strike-one (en) is published and not in the search",
        "V8 article strike-three (en) is in the search and not published",
        "V8 article strike-two (en) is in the search with old words",
    ]
    assert reindex.make_anew() == 3
    assert breaches() == []
    assert len(found("strike")[Kind.ARTICLE]) == 2  # "two" keeps its slug


@pytest.mark.engines("sqlite")
def test_reconcile_sees_words_that_no_longer_follow_and_reindex_mends_them() -> None:
    an_article(title="Strike")
    with writing() as connection:
        connection.execute(text("INSERT INTO search_text(search_text) VALUES ('delete-all')"))
    assert found("strike") == {}
    assert any("do not follow" in line for line in breaches())
    reindex.make_anew()
    assert (len(found("strike")), breaches()) == (1, [])


def test_signing_touches_no_entry() -> None:
    page = an_action()
    with writing() as connection:
        connection.execute(update(Action).where(Action.id == page.card.id).values(delete_on=date(2027, 1, 1)))
        assert "findable.touched" not in session.info
