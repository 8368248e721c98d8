"""Paper sheets: entered once, checked by somebody else, counted apart, gone on their day."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from time_machine import Traveller

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import paper as codes, queries
from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.audit import Entry
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.opening import keys
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import (
    counting,
    holds,
    paper,
    paper_queries,
    paper_retention,
    reconciling,
    retention,
)
from campaign_actions.signatures.models import ActionSalt, Forgotten
from campaign_actions.signatures.paper import LineTyped, SheetTyped
from campaign_actions.signatures.paper_models import PaperLine, PaperSheet, SheetState
from campaign_actions.signatures.paper_queries import Twin
from campaign_actions.signatures.tools import Tools, load
from tests.support.factories import a_user, an_action

pytestmark = pytest.mark.usefixtures("clock", "database")

OLGA, MARAT = LineTyped(1, "Olga K.", "Almaty", True), LineTyped(3, "Marat", "Aktau")


@pytest.fixture
def tools(settings: Settings) -> Tools:
    return load(settings)


@pytest.fixture
def one() -> User:
    return a_user(Role.STAFF)


@pytest.fixture
def other() -> User:
    return a_user(Role.STAFF)


def enter(page: ActionPage, tools: Tools, by: User, *, number: int = 1, **typed: Any) -> UUID:
    code = codes.read_code(codes.sheet_code(page.card.id, 1, "en"))
    assert code
    typed.setdefault("count", 0 if typed.get("lines") else 7)
    with writing() as connection:
        return paper.enter(connection, page, SheetTyped(code=code, number=number, **typed), tools, by=by)


def confirm(sheet_id: UUID, by: User, counted: int = 7, seen: int = 1) -> None:
    with writing() as connection:
        paper.confirm(connection, sheet_id, counted=counted, by=by, seen_version=seen)


def send_back(sheet_id: UUID, by: User, seen: int = 1) -> None:
    with writing() as connection:
        paper.send_back(connection, sheet_id, "Line 3 has no signature", by=by, seen_version=seen)


def on_paper(page: ActionPage) -> tuple[int, int]:
    return counting.with_paper(page.card)


def breaches(tools: Tools) -> list[str]:
    with writing() as connection:
        return reconciling.breaches(connection, tools.pepper)


def test_only_a_second_person_who_counts_the_same_puts_a_sheet_on_the_paper_count(
    tools: Tools, one: User, other: User
) -> None:
    page = an_action()
    sheet_id = enter(page, tools, one)
    with pytest.raises(Refused, match="entered this sheet yourself"):
        confirm(sheet_id, one)
    with pytest.raises(Refused, match="Another number") as refused:
        confirm(sheet_id, other, counted=8)
    assert refused.value.field == "counted"
    assert on_paper(page) == (0, 0)
    confirm(sheet_id, other)
    assert on_paper(page) == (0, 7)
    with pytest.raises(Refused, match="changed or decided"):
        confirm(sheet_id, a_user(Role.STAFF), seen=2)
    assert on_paper(page) == (0, 7)
    deeds = list(session.scalars(select(Entry.deed).order_by(Entry.number)))
    assert deeds == ["paper.enter", "paper.confirm"]
    assert breaches(tools) == []


def test_the_database_itself_refuses_a_sheet_checked_by_whoever_entered_it(tools: Tools, one: User) -> None:
    sheet_id = enter(an_action(), tools, one)
    checked = update(PaperSheet).where(PaperSheet.id == sheet_id).values(state=SheetState.CHECKED)
    for values in ({"decided_by": one.id}, {}):
        with pytest.raises(IntegrityError), writing() as connection:
            connection.execute(checked.values(**values))


def test_two_who_check_at_once_count_a_sheet_once(app: Flask, tools: Tools, one: User) -> None:
    page = an_action()
    sheet_id, people = enter(page, tools, one), [a_user(Role.STAFF).id for _ in range(4)]

    def check(user_id: UUID) -> bool:
        with app.app_context():
            user = session.get(User, user_id)
            assert user
            try:
                confirm(sheet_id, user)
            except Refused:
                return False
            return True

    session.rollback()
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(check, people)) == [False, False, False, True]
    session.rollback()
    assert on_paper(page) == (0, 7)


def test_a_sheet_is_entered_once_and_anew_only_after_it_was_sent_back(
    tools: Tools, one: User, other: User
) -> None:
    page = an_action()
    sheet_id = enter(page, tools, one, lines=(OLGA, MARAT))
    with pytest.raises(Refused, match="was entered already") as refused:
        enter(page, tools, other)
    assert refused.value.field == "number"
    enter(page, tools, other, number=2)
    enter(an_action(), tools, other)
    send_back(sheet_id, other)
    assert enter(page, tools, other, count=5) == sheet_id
    assert session.scalars(select(PaperLine)).all() == []
    with pytest.raises(Refused, match="changed or decided"):
        confirm(sheet_id, one, counted=5, seen=1)
    confirm(sheet_id, one, counted=5, seen=3)
    assert on_paper(page) == (0, 5)
    assert breaches(tools) == []


def test_a_removed_sheet_leaves_the_count_with_its_lines_and_may_be_entered_again(
    tools: Tools, one: User, other: User
) -> None:
    page = an_action()
    sheet_id = enter(page, tools, one, lines=(OLGA, MARAT))
    confirm(sheet_id, other, counted=2)
    assert on_paper(page) == (0, 2)
    for seen, reason in ((1, "Torn"), (2, " ")):
        with pytest.raises(Refused), writing() as connection:
            paper.remove(connection, sheet_id, reason, by=one, seen_version=seen)
    with writing() as connection:
        paper.remove(connection, sheet_id, "Torn", by=one, seen_version=2)
    assert on_paper(page) == (0, 0)
    assert session.scalars(select(PaperLine)).all() == []
    enter(page, tools, one)
    assert breaches(tools) == []


def test_lines_are_sealed_and_only_the_list_key_opens_them(
    tools: Tools, one: User, settings: Settings
) -> None:
    page = an_action()
    enter(page, tools, one, lines=(OLGA, MARAT))
    rows = session.scalars(select(PaperLine).order_by(PaperLine.line)).all()
    assert [(row.line, row.level) for row in rows] == [(1, Level.EVERYONE), (3, Level.TARGET)]
    opener = Opener(keys.of_purpose(settings.worker_keys, "list"))
    opened = [json.loads(opener.open("paper", page.card.id, row.digest, row.sealed)) for row in rows]
    assert opened == [{"n": "Olga K.", "p": "Almaty"}, {"n": "Marat", "p": "Aktau"}]
    kept = repr(session.execute(select(*PaperLine.__table__.c)).all()) + repr(
        list(session.scalars(select(Entry.details)))
    )
    assert not any(word in kept for word in ("Olga", "Marat", "Almaty"))


def test_the_same_name_twice_is_pointed_out_by_line_and_sheet(tools: Tools, one: User) -> None:
    page, elsewhere = an_action(), an_action()
    enter(page, tools, one, lines=(OLGA, MARAT))
    enter(elsewhere, tools, one, lines=(OLGA,))
    again = LineTyped(5, "OLGA K.", "Astana")
    second = enter(page, tools, one, number=2, lines=(again, LineTyped(6, "Dina"), LineTyped(7, "Dina")))
    assert paper_queries.twins(second) == [Twin(5, 1, 1), Twin(6, 2, 7), Twin(7, 2, 6)]


def test_words_on_paper_are_frozen_and_unknown_ones_are_refused(tools: Tools, one: User) -> None:
    page = an_action()
    assert page.frozen_on is None
    enter(page, tools, one)
    frozen = queries.by_id(page.card.id)
    assert frozen
    assert frozen.frozen_on
    code = codes.Code(codes.letters_of(page.card.id), 2, "en")
    with pytest.raises(Refused, match="No text"), writing() as connection:
        paper.enter(connection, page, SheetTyped(code=code, number=9, count=1), tools, by=one)


def test_on_the_deletion_day_lines_go_and_the_number_stays(
    tools: Tools, one: User, other: User, clock: Traveller
) -> None:
    page = an_action()
    checked = enter(page, tools, one, lines=(OLGA, MARAT), place="Aktau, the square")
    confirm(checked, other, counted=2)
    enter(page, tools, one, number=2, lines=(OLGA,))
    with writing() as connection:
        assert sum(one.records for one in holds.going(connection)) == 3
    clock.shift(timedelta(days=400))
    with writing() as connection:
        assert paper_retention.actions_due(connection) == {page.card.id}
        assert retention.actions_due(connection) == [page.card.id]
        assert retention.forget_due(connection, page.card.id) == 3
    session.expire_all()
    assert session.scalars(select(PaperLine)).all() == []
    assert session.scalars(select(ActionSalt)).all() == []
    assert [(sheet.id, sheet.place) for sheet in session.scalars(select(PaperSheet))] == [(checked, "")]
    assert session.scalars(select(Forgotten.n)).all() == [3]
    assert on_paper(page) == (0, 2)
    with writing() as connection:
        assert retention.actions_due(connection) == []
    assert breaches(tools) == []


def test_an_organiser_reaches_sheets_of_own_actions_only(tools: Tools, one: User) -> None:
    mine, stranger = a_user(), a_user()
    page = an_action(owner_id=mine.id)
    enter(page, tools, one)
    code = codes.read_code(codes.sheet_code(page.card.id, 1, "en").lower())
    assert code
    assert [paper_queries.to_check(user) for user in (mine, stranger, one)] == [1, 0, 0]
    assert paper_queries.action_of(code, mine) == page.card.id
    assert paper_queries.action_of(code, stranger) is None
