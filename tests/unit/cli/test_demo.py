from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from campaign_actions.accounts import passwords, users
from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import events, queries
from campaign_actions.actions.models import (
    Action,
    ActionState,
    ActionText,
    Event,
    EventState,
    Outcome,
    Update,
)
from campaign_actions.articles.models import Article, ArticleState, Author
from campaign_actions.cases import queries as cases
from campaign_actions.cases.models import Case, CaseFact, CaseStatus, CaseText, FactKind
from campaign_actions.cli import demo, demo_content
from campaign_actions.config import Settings
from campaign_actions.infra import clock as our_clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import Job
from campaign_actions.infra.mail.models import Letter
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import Comment, Signature
from tests.support.factories import a_user
from tests.support.flow import Flow

MARKS = tuple(demo_content.MARKS.values())
INVENTED = {"en": "invented", "ru": "вымышлено", "kk": "ойдан шығарылған"}


@pytest.fixture
def filled(database: None) -> list[demo.LogIn]:
    return demo.fill_if_empty()


def count(table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def public_pages() -> list[str]:
    from flask import url_for

    from campaign_actions.articles import queries as articles
    from campaign_actions.web.templating import article_url

    with current_app.test_request_context():
        pages = [url_for("public.actions.show", slug=card.slug) for card in queries.listed()]
        pages += [url_for("public.events.show", slug=slug) for slug in session.scalars(select(Event.slug))]
        pages += [url_for("public.cases.show", slug=case.slug) for case in cases.listed()]
        pages += [article_url(article) for article in articles.newest(50)]
        for name in (
            "home.home",
            "actions.index",
            "cases.index",
            "events.index",
            "articles.index",
            "feeds.news",
        ):
            pages.append(url_for(f"public.{name}"))
        pages += [url_for("public.archives.category", slug=shelf.slug) for shelf in articles.categories()] + [
            url_for("public.archives.author", slug=shelf.slug) for shelf in articles.authors()
        ]
    return pages


def test_it_fills_an_empty_site_once(filled: list[demo.LogIn], app: Flask, settings: Settings) -> None:
    tables = (Article, Author, Case, Action, Event, User, Signature, Update, Comment)
    before = [count(table) for table in tables]
    assert before == [13, 3, 8, 7, 9, 3, 94, 3, 3]
    assert len(filled) == 3
    assert demo.fill_if_empty() == []
    assert [count(table) for table in tables] == before
    assert Flow(app, settings).breaches() == []


def test_a_site_with_one_user_is_left_alone(database: None) -> None:
    a_user(Role.ADMIN)
    assert demo.fill_if_empty() == []
    assert count(Article) == 0


def test_what_goes_wrong_half_way_leaves_nothing(database: None) -> None:
    with writing() as connection:
        connection.execute(text("CREATE UNIQUE INDEX one_zone ON event (zone)"))
    try:
        with pytest.raises(IntegrityError):
            demo.fill_if_empty()
        assert [count(table) for table in (Action, User, Signature, Case, Article)] == [0] * 5
    finally:
        with writing() as connection:
            connection.execute(text("DROP INDEX one_zone"))


@pytest.mark.engines("sqlite")
def test_the_passwords_are_new_each_time_and_open_the_accounts(
    filled: list[demo.LogIn], settings: Settings
) -> None:
    assert [words for words, _email, _password in filled] == ["organiser", "staff", "admin"]
    for words, email, password in filled:
        user = users.by_email(email)
        assert user is not None
        assert user.role.value == words
        assert passwords.matches(user.password_hash, password, fast=settings.fast_passwords)
    assert len({password for _words, _email, password in filled}) == 3
    staff = users.by_email(filled[1][1])
    assert staff is not None
    assert staff.may_export


@pytest.mark.engines("sqlite")
def test_every_public_page_answers(filled: list[demo.LogIn], client: FlaskClient) -> None:
    answers = {page: client.get(page).status_code for page in public_pages()}
    assert len(answers) > 30
    assert {page: status for page, status in answers.items() if status != 200} == {}


@pytest.mark.engines("sqlite")
def test_every_text_says_that_it_is_invented(filled: list[demo.LogIn]) -> None:
    bodies = [body.rstrip("*") for body in session.scalars(select(Article.body))]
    letters = [letter.rstrip("*") for letter in session.scalars(select(ActionText.letter))]
    calls = [body.rstrip("*") for body in session.scalars(select(Event.body))]
    calls += [body.rstrip("*") for body in session.scalars(select(Update.body))]
    plain = [*session.scalars(select(CaseText.summary)), *session.scalars(select(Comment.text))]
    plain += session.scalars(select(Action.outcome_text).where(Action.outcome.is_not(None)))
    plain += session.scalars(select(Action.state_reason).where(Action.state == ActionState.DELIVERED))
    texts = [*bodies, *letters, *calls, *plain]
    assert len(texts) > 25
    assert [text[-80:] for text in texts if not text.endswith(MARKS)] == []
    assert [text for text in texts if re.search(r"\{\w+\}", text)] == []
    asks = select(ActionText.locale, ActionText.ask)
    assert [ask for locale, ask in session.execute(asks) if INVENTED[locale] not in ask] == []


@pytest.mark.engines("sqlite")
def test_supporters_are_plainly_invented_and_get_no_letter(filled: list[demo.LogIn]) -> None:
    assert [count(Letter), count(Job)] == [0, 0]
    counts = counting.shown(card.id for card in queries.listed())
    assert sum(counts.values()) == count(Signature)
    names = [name for name in session.scalars(select(Signature.public_name)) if name]
    assert len(names) > 20
    assert [name for name in names if not name.startswith("Demo Supporter ")] == []


@pytest.mark.engines("sqlite")
def test_each_state_of_an_action_can_be_seen(filled: list[demo.LogIn]) -> None:
    cards = queries.listed()
    petitions = [card for card in cards if card.is_open and card.kind == "petition"]
    with_case = [card for card in petitions if card.case_id]
    assert [[goal.number for goal in card.goals] for card in with_case] == [[100, 500, 1000, 5000]]
    assert [card.at_risk for card in with_case] == [True]
    assert [card.days_left for card in petitions if card.closes_soon and not card.case_id] == [5]
    assert [card.kind for card in cards if card.is_open and card.kind == "protest"] == ["protest"]
    assert len([card for card in cards if card.state is ActionState.DELIVERED]) == 1
    assert len([card for card in cards if card.outcome is Outcome.WON]) == 1


@pytest.mark.engines("sqlite")
def test_each_state_of_a_case_and_each_kind_of_fact_can_be_seen(filled: list[demo.LogIn]) -> None:
    assert {case.status for case in cases.listed()} == set(CaseStatus)
    assert set(session.scalars(select(CaseFact.kind))) == set(FactKind)
    assert {case.bar.free for case in cases.listed() if case.bar} == {True, False}
    page = cases.page("daulet-zharkyn")
    assert page is not None
    assert len([entry for entry in page.entries if entry.article_id or entry.action_id]) == 4
    assert [entry.title for entry in page.coming] == ["Second parole hearing"]


@pytest.mark.engines("sqlite")
def test_what_is_over_was_over_before_today(filled: list[demo.LogIn]) -> None:
    today = our_clock.today()
    for card in queries.listed():
        assert card.published_at is not None
        assert card.published_at.date() < today
        assert card.closed_at is None or card.published_at < card.closed_at < our_clock.now()
    assert session.scalar(select(func.max(Signature.signed_on))) <= today
    assert session.scalar(select(func.min(Signature.delete_on))) > today


@pytest.mark.engines("sqlite")
def test_one_article_is_undated_and_one_is_kazakh(filled: list[demo.LogIn]) -> None:
    published = session.scalars(select(Article)).all()
    assert {article.state for article in published} == {ArticleState.PUBLISHED}
    assert len([article for article in published if article.dated_on is None]) == 1
    assert [article.title for article in published if article.locale == "kk"] == ["Порттан келген хат"]
    assert len({article.dated_on.year for article in published if article.dated_on}) >= 3
    assert [article.body.count("Correction,") for article in published if article.updated_on] == [1]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("today", [date(2026, 12, 15), date(2026, 12, 16), date(2028, 2, 29)])
def test_the_anniversary_lies_ahead_on_any_day(today: date, database: None) -> None:
    with time_machine.travel(f"{today}T23:30:00+00:00", tick=False):
        demo.fill_if_empty()
        coming = events.coming()
        states = [event.state for event in coming]
        zones = {event.zone for event in coming}
        past = [event for year in events.past_years() for event in events.past(year)]
        overdue = session.scalar(select(func.count()).where(Signature.delete_on <= our_clock.today()))
    assert len(coming) == 7
    assert {"Europe/London", "Europe/Berlin", "Europe/Warsaw", "Asia/Almaty"} == zones
    assert states.count(EventState.CHANGED) == states.count(EventState.CANCELLED) == 1
    assert len(past) == 3
    assert overdue == 0


def test_the_next_anniversary_is_never_today() -> None:
    assert demo_content.next_anniversary(date(2026, 12, 15)) == date(2026, 12, 16)
    assert demo_content.next_anniversary(date(2026, 12, 16)) == date(2027, 12, 16)


@pytest.mark.engines("sqlite")
def test_the_command_prints_the_log_ins_once(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CAMPAIGN_SECRET_KEY", settings.secret_keys[0])
    monkeypatch.setenv("CAMPAIGN_FAST_PASSWORDS", "1")
    first = CliRunner().invoke(demo.demo, [], catch_exceptions=False)
    assert first.exit_code == 0
    assert first.output.count("password: ") == 3
    second = CliRunner().invoke(demo.demo, [])
    assert second.exit_code == 1
    assert "nothing was added" in second.output
    assert "password" not in second.output
