"""The same things are found in the same order on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select, text

from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.infra.search import finding, index, spelling, suggesting
from campaign_actions.infra.search.finding import Group
from campaign_actions.infra.search.index import Entry
from campaign_actions.infra.search.models import Kind, SearchEntry

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 11, 22)


def an_entry(title: str, kind: Kind = Kind.ARTICLE, **values: object) -> Entry:
    given: dict[str, object] = {
        "kind": kind,
        "thing_id": uuid4(),
        "locale": "en",
        "slug": title.lower().replace(" ", "-"),
        "title": title,
    }
    return Entry(**given | values)  # type: ignore[arg-type]  # as a factory takes them


def put(*entries: Entry) -> None:
    with writing() as connection:
        index.put(connection, entries)


def find(words: str, *, locale: str = "en", page: int = 1) -> finding.Found:
    return finding.find(session.connection(), spelling.asked(words), locale=locale, today=TODAY, page=page)


def ids(entries: Sequence[Entry]) -> tuple[UUID, ...]:
    return tuple(entry.thing_id for entry in entries)


def suggested(words: str) -> str:
    return suggesting.did_you_mean(session.connection(), spelling.asked(words))


def test_every_spelling_finds_the_case() -> None:
    case = an_entry("Arman Tolegen", Kind.CASE)
    put(case, an_entry("Dina Akhmetova", Kind.CASE))
    for words in (
        "Tolegen",
        "Төлеген",
        "Толеген",
        "ТОЛЕГЕН",
        "tole",
        "Толе",
        "arman tolegen",
        "Tolegen Arman",
    ):
        assert find(words) == {Kind.CASE: Group(1, (case.thing_id,))}, words
    for words in ("olegen", "Tolegen Dina", "legen", ""):
        assert find(words) == {}, words


def test_only_the_last_word_may_be_a_beginning_and_not_of_one_letter() -> None:
    put(an_entry("Arman Tolegen"))
    assert find("Arman T") == {}
    assert find("Arman To")
    assert find("Arm Tolegen") == {}


def test_an_exact_title_or_slug_comes_first_then_titles_then_the_readers_language_then_the_newest() -> None:
    in_text = an_entry("News", texts=("Release Arman Tolegen at once",), day=TODAY)
    longer = an_entry("Release Arman Tolegen now", day=TODAY - timedelta(3))
    newer = an_entry("We say release Arman Tolegen", day=TODAY - timedelta(2))
    russian = an_entry("Please release Arman Tolegen", locale="ru", day=TODAY - timedelta(1))
    exact = an_entry("Release Arman Tolegen", slug="free-arman", day=date(2012, 3, 1))
    put(in_text, longer, newer, russian, exact)
    assert find("release arman tolegen")[Kind.ARTICLE].ids == ids([exact, newer, longer, russian, in_text])
    assert find("release arman tolegen", locale="ru")[Kind.ARTICLE].ids[:2] == ids([exact, russian])
    assert find("free-arman")[Kind.ARTICLE].ids == ids([exact])


def test_events_that_come_stand_before_those_that_are_over() -> None:
    days = (TODAY - timedelta(400), TODAY + timedelta(9), TODAY - timedelta(4), TODAY + timedelta(2))
    events = [an_entry("Vigil", Kind.EVENT, slug=f"vigil-{n}", day=day) for n, day in enumerate(days)]
    put(*events)
    wanted = ids([events[3], events[1], events[2], events[0]])
    assert find("vigil")[Kind.EVENT].ids == wanted
    latest = finding.latest(session.connection(), today=TODAY, limit=3)
    assert latest == {Kind.EVENT: Group(4, wanted[:3])}


def test_a_thing_in_three_languages_is_found_once_in_each() -> None:
    action = uuid4()
    titles = {"en": "Release the poet", "ru": "Свободу поэту", "kk": "Ақынды босатыңдар"}
    put(
        *(
            an_entry(title, Kind.ACTION, thing_id=action, locale=locale, slug="release-the-poet")
            for locale, title in titles.items()
        )
    )
    for words in ("poet", "свободу", "акынды", "release-the-poet"):
        assert find(words) == {Kind.ACTION: Group(1, (action,))}, words


def test_a_page_has_twenty_of_each_kind_and_the_whole_number() -> None:
    put(
        *(an_entry("Strike", slug=f"strike-{number:02}") for number in range(45)),
        an_entry("Strike", Kind.CASE),
    )
    assert [len(find("strike", page=page)[Kind.ARTICLE].ids) for page in (1, 2, 3, 4)] == [20, 20, 5, 0]
    assert [find("strike", page=2)[kind].total for kind in (Kind.CASE, Kind.ARTICLE)] == [1, 45]
    seen = {one for page in (1, 2, 3) for one in find("strike", page=page)[Kind.ARTICLE].ids}
    assert len(seen) == 45


def test_what_is_put_again_replaces_and_what_is_dropped_is_gone() -> None:
    entry = an_entry("Strike", texts=("in Zhanaozen",))
    put(entry)
    put(an_entry("Lockout", thing_id=entry.thing_id))
    assert (find("strike"), find("zhanaozen")) == ({}, {})
    assert find("lockout")
    with writing() as connection:
        index.drop(connection, Kind.ARTICLE, [entry.thing_id])
    assert find("lockout") == {}
    with db.engine.connect() as connection:
        assert index.is_whole(connection)


def test_a_slip_leads_to_the_word_as_people_write_it() -> None:
    put(an_entry("Release Tolegen"), an_entry("Забастовка в Жаңаөзен", names=("Aigul Sadykova",)))
    assert suggested("tolegan") == "tolegen"
    assert suggested("relaese tolegan") == "release tolegen"
    assert suggested("janaosen") == "жаңаөзен"
    assert suggested("sadykva aigil") == "sadykova aigul"
    for nothing in ("qqqqqq", "tolegan sadykova", "%", "tolegen", "a b c d e f"):
        assert suggested(nothing) == "", nothing


HOSTILE = [
    '"><script>alert(1)</script>',
    "%",
    "_",
    "NEAR(",
    'NEAR("a" "b", 2)',
    "'",
    '"',
    "''",
    "a OR b NOT c AND",
    "title_key:a",
    "words : x",
    "^a",
    "a*",
    "*",
    "-a",
    "a:*",
    "a & !b | (c)",
    "<-> a",
    "a\0b",
    "\\",
    "'; DROP TABLE search_entry; --",
    "a" * 10_000,
    "a b " * 5_000,
    "\ud800",
    "𞤀𞤁 🏴 ﷽ ½ ² ⅷ",
    "{{ 7 * 7 }}%s",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_question_is_an_error(words: str) -> None:
    put(an_entry("Strike"))
    assert isinstance(find(words), dict)
    assert isinstance(suggested(words), str)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_a_title_is_found_by_it(title: str) -> None:
    entry = an_entry(title, slug="x")
    put(entry)
    asked = spelling.asked(title)
    found = finding.find(session.connection(), asked, locale="en", today=TODAY)
    with writing() as connection:
        index.drop(connection, Kind.ARTICLE, [entry.thing_id])
    assert found == ({Kind.ARTICLE: Group(1, (entry.thing_id,))} if asked.words else {})


@pytest.mark.engines("postgres")
def test_the_index_is_used() -> None:
    put(*(an_entry(f"Strike {number}") for number in range(50)))
    connection = session.connection()
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    here = finding._holds(connection, "words", ("strike", "17"))
    asked = select(SearchEntry.id).where(here).compile(db.engine)
    plan = connection.exec_driver_sql(f"EXPLAIN {asked}", asked.params).scalars()
    assert "ix_search_entry_found" in "\n".join(plan)
