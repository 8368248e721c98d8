"""Cases as strangers see them: the list, the page in every state, its articles, its calendar and its feed."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

import feedparser
import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import insert

from campaign_actions.actions.models import ActionState, EventState, Outcome
from campaign_actions.cases.models import (
    CaseFact,
    CaseKind,
    CaseName,
    CaseStatus,
    CaseText,
    EntryKind,
    FactKind,
    Pronoun,
    case_article,
)
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import (
    a_case,
    an_article,
    an_entry,
    an_event,
    counted,
    headings_of,
    link,
    soon,
    title_of,
    words_of,
)
from tests.support.factories import an_action

pytestmark = pytest.mark.usefixtures("database", "clock")
one_engine = pytest.mark.engines("sqlite")
PAGE = "/cases/arman/"


def show(client: FlaskClient, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


def add(*rows: object) -> None:
    with writing():
        session.add_all(rows)


def under(case_id: UUID, article_id: UUID) -> None:
    """Link an article to a case by hand."""
    with writing() as connection:
        connection.execute(insert(case_article).values(case_id=case_id, article_id=article_id))


def marks(page: str) -> int:
    """Marks of the sentence bar."""
    return len(re.findall("<i>", page.split('<div class="rule"')[1].split("</figure>", maxsplit=1)[0]))


@one_engine
def test_an_empty_list_says_so_in_words(client: FlaskClient) -> None:
    a_case(published=False)
    page = show(client, "/cases/")
    assert "No case is published yet. See what you can do" in words_of(page)
    assert [words for level, words in headings_of(page) if level == 2] == []


@one_engine
def test_cases_stand_under_how_things_are_and_only_where_there_are_some(client: FlaskClient) -> None:
    statuses = {
        "Held now": (CaseStatus.IN_PRISON, CaseStatus.DETAINED, CaseStatus.HOUSE_ARREST),
        "On trial": (CaseStatus.ON_TRIAL,),
        "In memory": (CaseStatus.DIED,),
        "Ongoing": (CaseStatus.ONGOING,),
    }
    for group in statuses.values():
        for status in group:
            a_case(name=f"Somebody {status.value}", status=status)
    page = show(client, "/cases/")
    assert [words for level, words in headings_of(page) if level == 2] == list(statuses)
    assert "tag free" not in page
    a_case(status=CaseStatus.RELEASED, released_on=date(2026, 5, 4), name="Aisulu Temirkhan")
    page = show(client, "/cases/")
    assert [words for level, words in headings_of(page) if level == 2][2] == "Free"
    free = page.split('id="free"')[1].split("</section>")[0]
    assert 'class="card won"' in free
    assert words_of(free).endswith("Free Aisulu Temirkhan Released after 872 days.")


@one_engine
def test_a_case_that_is_not_published_is_found_nowhere(client: FlaskClient) -> None:
    a_case(slug="arman", published=False)
    for end in ("", "news/", "events.ics", "feed/"):
        assert client.get(PAGE + end).status_code == 404
    assert client.get("/cases/nobody/").status_code == 404


@one_engine
def test_the_head_names_the_case_its_state_and_its_address(client: FlaskClient) -> None:
    case_id = a_case(slug="arman", summary="An oil worker.")
    add(CaseName(case_id=case_id, lang="kk", name="Арман Төлеген"))
    page = show(client)
    assert title_of(page).startswith("Arman Tolegen, in prison –")
    assert '<meta name="description" content="An oil worker.">' in page
    assert re.search(r'<link rel="canonical" href="https?://[^/"]+/cases/arman/">', page)
    assert "noindex" not in page
    assert '<span lang="kk">Арман Төлеген</span>' in page
    assert headings_of(page)[0] == (1, "Arman Tolegen")
    assert 'aria-current="true">Cases' in page
    assert 'aria-current="page">Cases' in show(client, "/cases/")


@one_engine
def test_the_sentence_is_drawn_and_told(client: FlaskClient) -> None:
    a_case(slug="arman", sentence_ends_on=date(2028, 12, 14), first_ends_on=date(2030, 12, 14))
    page = show(client)
    assert (
        "1,074 days in prison, counted to 22 November 2026. "
        "The sentence was 7 years, cut to 5 years. One bar is one month." in words_of(page)
    )
    assert marks(page) == 84
    assert "days free" not in page


@one_engine
def test_a_release_stops_the_bar_and_turns_everything_teal(client: FlaskClient) -> None:
    case_id = a_case(slug="arman", status=CaseStatus.RELEASED, released_on=date(2026, 1, 14))
    an_entry(case_id, date(2026, 1, 14), kind=EntryKind.RELEASE, title="Released")
    action = an_action(case_id=case_id, slug="release-arman")
    link(action.card.id, an_article(title="Strike").id)
    for path in (PAGE, "/actions/release-arman/", "/news/2014/12/strike/", "/"):
        page = show(client, path)
        assert "Released after 762 days." in words_of(page), path
        assert 'class="days free' in page, path
        assert marks(page) == 25, path
    assert '<li class="good">' in show(client)
    assert '<span class="tag free">Free</span>' in show(client)


@one_engine
def test_a_death_stops_the_bar_without_teal(client: FlaskClient) -> None:
    a_case(slug="arman", status=CaseStatus.DIED, died_on=date(2026, 1, 14))
    page = show(client)
    assert "Died in custody after 762 days." in words_of(page)
    assert title_of(page).startswith("Arman Tolegen, died in custody –")
    assert "days free" not in page
    assert "tag free" not in page


@one_engine
def test_a_cause_counts_no_days(client: FlaskClient) -> None:
    a_case(slug="arman", kind=CaseKind.CAUSE, status=CaseStatus.ONGOING, name="The right to strike")
    page = show(client)
    assert '<div class="rule"' not in page
    assert '<span class="tag">Ongoing</span>' in page


def test_the_timeline_is_newest_first_with_sources_and_ways_on(client: FlaskClient) -> None:
    case_id = a_case(slug="arman")
    article, hidden = an_article(title="Eleven minutes"), an_article(title="Not yet", published=False)
    action, draft = an_action(title="Free Arman"), an_action(title="Secret", state=ActionState.DRAFT)
    an_entry(case_id, date(2023, 12, 14), kind=EntryKind.ARREST, title="Arrested", source="three witnesses")
    an_entry(
        case_id,
        date(2026, 6, 9),
        title="Parole refused",
        text="It took eleven minutes.",
        source="court minutes",
        source_url="https://example.org/minutes?case=2&page=1",
        article_id=article.id,
        action_id=action.card.id,
    )
    an_entry(case_id, date(2026, 7, 1), article_id=hidden.id, action_id=draft.card.id, locale="ru")
    page = show(client)
    told = page.split('id="told"')[1].split("</section>")[0]
    words = words_of(told)
    assert words.index("Parole refused") < words.index("14 December 2023 Arrested Source: three witnesses")
    assert "9 June 2026 Parole refused It took eleven minutes. Source: court minutes" in words
    assert (
        '<a href="https://example.org/minutes?case=2&amp;page=1" rel="noreferrer noopener">court minutes</a>'
        in told
    )
    assert "Eleven minutes" in words
    assert "Free Arman" in words
    assert "Not yet" not in page
    assert "Secret" not in page
    assert '<div lang="ru">' in told


def test_what_comes_next_stands_apart(client: FlaskClient) -> None:
    case_id = a_case(slug="arman")
    an_entry(case_id, date(2026, 12, 3), kind=EntryKind.TRIAL, title="Parole hearing")
    page = show(client)
    assert "What comes next 3 December 2026 Parole hearing Source: family" in words_of(page)
    assert "What has happened" not in page
    assert '<li class="bad">' not in page


@one_engine
def test_facts_stand_with_their_sources_and_the_day_of_the_last_check(client: FlaskClient) -> None:
    case_id = a_case(slug="arman", checked_on=date(2026, 11, 18), family_agreed_on=date(2026, 2, 1))
    for place, kind in enumerate(reversed(FactKind)):
        source = f"source of {kind.value}"
        add(CaseFact(case_id=case_id, kind=kind, text=f"It is {kind.value}", source=source, position=place))
    words = words_of(show(client).split('id="facts-h"')[1].split("</section>")[0])
    names = ["Charge", "Court", "Sentence", "Held in", "Health", "Family"]
    places = [words.index(f"{name} It is") for name in names]
    assert places == sorted(places)
    assert words.count("Source: source of") == 6
    assert "Agrees to this page. Asked on 1 February 2026 ." in words
    assert words.endswith("Last checked 18 November 2026")


@one_engine
def test_open_actions_stand_beside_and_closed_ones_below_them_with_counts(client: FlaskClient) -> None:
    case_id = a_case(slug="arman")
    counted(an_action(case_id=case_id, title="Free Arman", goals=(5000,)).card.id, 4186)
    shut = an_action(
        case_id=case_id, title="Write to the court", state=ActionState.CLOSED, closed_at=soon(-100)
    )
    counted(shut.card.id, 1900)
    an_action(
        case_id=case_id,
        title="A doctor for Arman",
        state=ActionState.CLOSED,
        closed_at=soon(-200),
        outcome=Outcome.WON,
        outcome_text="A doctor came.",
    )
    an_action(case_id=case_id, title="Secret", state=ActionState.DRAFT)
    page = show(client)
    beside = words_of(page.split("<aside")[1])
    assert "Free Arman Ask the prosecutor to set them free." in beside
    assert "4,186 people have signed" in beside
    assert "814 to go to 5,000" in beside
    assert beside.index("Free Arman") < beside.index("Earlier actions") < beside.index("Write to the court")
    assert "with 1,900 signatures." in beside
    assert beside.index("A doctor for Arman A doctor came.") < beside.index("Earlier actions")
    assert "Secret" not in page


@one_engine
@pytest.mark.parametrize(
    ("pronoun", "words"),
    [(Pronoun.HIM, "Write to him"), (Pronoun.HER, "Write to her"), (Pronoun.THEM, "Write to them")],
)
def test_where_letters_reach_somebody(client: FlaskClient, pronoun: Pronoun, words: str) -> None:
    a_case(slug="arman", pronoun=pronoun, write_address="Colony 12\n<b>Ash</b>", write_note="Keep to books.")
    page = show(client)
    assert f"{words} Keep to books. Colony 12 <b>Ash</b>" in words_of(page)
    assert "Colony 12<br>&lt;b&gt;Ash" in page


def test_events_of_its_actions_stand_beside_and_in_its_calendar(client: FlaskClient) -> None:
    case_id = a_case(slug="arman")
    action = an_action(case_id=case_id).card.id
    an_event(title="Coming vigil", action_id=action)
    an_event(title="Called off", action_id=action, state=EventState.CANCELLED)
    an_event(title="Past vigil", action_id=action, starts_at=datetime.fromisoformat("2026-03-01T12:00+00:00"))
    an_event(title="Another vigil")
    page = show(client)
    assert "Coming vigil" in page
    assert "Past vigil" not in page
    assert "Another vigil" not in page
    answer = client.get(PAGE + "events.ics")
    found = {
        str(one["summary"]): str(one["status"]) for one in Calendar.from_ical(answer.data).walk("VEVENT")
    }
    assert found == {"Past vigil": "CONFIRMED", "Coming vigil": "CONFIRMED", "Called off": "CANCELLED"}
    assert answer.content_type.startswith("text/calendar")


def test_its_articles_are_those_of_its_actions_its_timeline_and_those_linked_by_hand(
    client: FlaskClient,
) -> None:
    case_id = a_case(slug="arman")
    acted, told, by_hand = (an_article(title=title) for title in ("Acted", "Told", "By hand"))
    action = an_action(case_id=case_id)
    link(action.card.id, acted.id)
    an_entry(case_id, date(2026, 1, 1), article_id=told.id)
    for article in (by_hand, acted, an_article(title="Draft", published=False)):
        under(case_id, article.id)
    secret = an_article(title="Of a draft")
    link(an_action(case_id=case_id, state=ActionState.DRAFT).card.id, secret.id)
    page = show(client, PAGE + "news/")
    rows = [words for level, words in headings_of(page) if level == 3]
    assert sorted(rows) == ["Acted", "By hand", "Told"]
    assert "3 articles" in words_of(page)
    assert "Articles about this case 3 articles" in words_of(show(client))


def test_the_archive_has_pages_and_an_end(client: FlaskClient) -> None:
    case_id = a_case(slug="arman")
    assert "No article about this case yet." in words_of(show(client, PAGE + "news/"))
    for number in range(21):
        under(case_id, an_article(title=f"News {number}", dated_on=date(2026, 1, 1 + number)).id)
    first, second = show(client, PAGE + "news/"), show(client, PAGE + "news/page/2/")
    assert next(words for level, words in headings_of(first) if level == 3) == "News 20"
    assert [words for level, words in headings_of(second) if level == 3] == ["News 0"]
    assert title_of(second).startswith("Articles about Arman Tolegen, page 2 of 2 –")
    assert 'href="/cases/arman/news/" rel="prev"' in second
    moved = client.get(PAGE + "news/page/1/")
    assert (moved.status_code, moved.headers["Location"]) == (301, PAGE + "news/")
    past = client.get(PAGE + "news/page/3/")
    assert past.status_code == 404
    assert "“Articles about Arman Tolegen” has 2 pages. Go to the last page" in words_of(past.text)


def test_its_feed_tells_what_happened_and_what_was_written(client: FlaskClient) -> None:
    case_id = a_case(slug="arman", summary="An oil worker.")
    an_entry(case_id, date(2026, 6, 9), title="Parole refused", text="Eleven minutes.", source="minutes")
    an_entry(case_id, date(2026, 12, 3), kind=EntryKind.TRIAL, title="Still to come")
    under(case_id, an_article(title="Strike", dated_on=date(2026, 7, 1)).id)
    answer = client.get(PAGE + "feed/")
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ["Strike", "Arman Tolegen: Parole refused"]
    assert feed.entries[1].summary == "9 June 2026. Eleven minutes. Source: minutes"
    assert feed.entries[1].link.endswith("/cases/arman/#told")
    items = client.get(PAGE + "feed.json").json["items"]
    assert [item["title"] for item in items] == ["Strike", "Arman Tolegen: Parole refused"]
    assert f'href="{PAGE}feed/"' in show(client)
    assert "Arman Tolegen" in words_of(show(client, "/feeds/").split('id="feeds-cases"')[1])


@one_engine
def test_a_page_without_words_in_its_language_says_so(client: FlaskClient) -> None:
    case_id = a_case(slug="arman", summary="An oil worker.")
    add(CaseText(case_id=case_id, locale="kk", name="Арман Төлеген", summary="Мұнайшы."))
    russian, kazakh = show(client, "/ru" + PAGE), show(client, "/kk" + PAGE)
    assert 'lang="en">An oil worker.' in russian
    assert 'class="note"' in russian
    assert "Мұнайшы." in kazakh
    assert '<span lang="en">Arman Tolegen</span>' in kazakh
    assert 'class="note"' not in kazakh.split("</h1>")[0]


@one_engine
def test_an_action_names_its_case_and_leads_to_it(client: FlaskClient) -> None:
    case_id = a_case(slug="arman")
    an_action(case_id=case_id, slug="release-arman")
    for path in ("/actions/release-arman/", "/"):
        page = show(client, path)
        assert '<a href="/cases/arman/">The case of <span>Arman Tolegen</span></a>' in page, path
    an_entry(case_id, date(2026, 6, 9), title="Parole refused")
    assert "What has happened The whole case" in words_of(show(client, "/actions/release-arman/"))


@one_engine
def test_an_article_shows_its_cases_their_sentence_and_the_next_date(client: FlaskClient) -> None:
    first, second, third = (a_case(name=name) for name in ("Arman", "Dina", "Oleg"))
    article = an_article(title="Strike")
    link(an_action(case_id=first).card.id, article.id)
    under(second, article.id)
    under(a_case(name="Hidden", published=False), article.id)
    an_entry(first, date(2026, 6, 9), title="Parole refused", source="court minutes")
    an_entry(first, date(2026, 12, 3), kind=EntryKind.PAROLE, title="New hearing")
    beside = show(client, "/news/2014/12/strike/").split("<aside")[1]
    words = words_of(beside)
    assert "Next: 3 December 2026 . New hearing . Source: family" in words
    assert "9 June 2026 Parole refused Source: court minutes" in words
    assert "Next: the sentence ends on 13 December 2028" in words
    assert beside.count('<figure class="days') == 2
    assert "Hidden" not in beside
    under(third, article.id)
    assert show(client, "/news/2014/12/strike/").count('<figure class="days') == 2
