"""The story of a deletion day: numbers stay, and of the people nothing, on no table and in no file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from campaign_actions.actions import paper as codes
from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import Base, db, session, writing
from campaign_actions.signatures import leaving, mine, paper
from campaign_actions.signatures.identity import digest_of
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.paper import LineTyped, SheetTyped
from campaign_actions.signatures.signing import Supporter
from tests.conftest import Mailbox
from tests.support import columns
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow, my_token_in

A_YEAR = timedelta(days=400)
NAME, EMAIL = "Canaryname Väinö", "canary.{}@kanarek-domain.example"
MARKS = (b"Canaryname", "Väinö".encode(), b"V\\u00e4in", b"kanarek-domain", b"Let them go home")


@pytest.fixture
def flow(app: Flask, settings: Settings, database: None) -> Flow:
    return Flow(app, settings)


def sign_in_every_way(flow: Flow, page: ActionPage) -> None:
    """Five people: public with comment, copy and earlier level; for news; withdrawn; waiting; trapped."""
    letter = flow.confirmed(page, person(0, level=Level.EVERYONE, updates=True))
    token = my_token_in(letter)
    with writing() as connection:
        mine.change_level(connection, token, Level.TARGET, None)
        mine.change_level(connection, token, Level.EVERYONE, NAME)
        mine.comment(connection, token, "Let them go home.")
        mine.ask_for_copy(connection, token, flow.tools)
    flow.confirmed(page, person(1, updates=True))
    flow.confirmed(page, person(2))
    with writing() as connection:
        digest = digest_of(connection, page.card.id, EMAIL.format(2), flow.tools.pepper)
        leaving.withdraw(connection, digest, page.card.id)
    flow.signed(page, person(3))
    flow.sign(page, person(4), trap=True)
    on_paper(flow, page)
    flow.work()


def on_paper(flow: Flow, page: ActionPage) -> None:
    """A sheet with one line, which nobody has checked."""
    code = codes.read_code(codes.sheet_code(page.card.id, 1, "en"))
    assert code
    sheet = SheetTyped(code=code, number=1, lines=(LineTyped(1, NAME, NAME),))
    by = a_user()
    with writing() as connection:
        paper.enter(connection, page, sheet, flow.tools, by=by)


def person(number: int, **values: object) -> Supporter:
    return a_supporter(name=NAME, email=EMAIL.format(number), **values)


@contextmanager
def failing(page: ActionPage) -> Iterator[None]:
    """The database refuses to delete the signatures of one action."""
    sqlite = db.engine.dialect.name == "sqlite"
    key = page.card.id.hex if sqlite else str(page.card.id)
    with writing() as connection:
        if sqlite:
            how = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            when = f"WHEN OLD.action_id = '{key}'"
        else:
            body = "$$ BEGIN RAISE EXCEPTION 'refused'; END $$"
            connection.execute(text(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS {body}"))
            how, when = "EXECUTE FUNCTION refuse()", f"FOR EACH ROW WHEN (OLD.action_id = '{key}')"
        connection.execute(text(f"CREATE TRIGGER refuse BEFORE DELETE ON signature {when} {how}"))
    yield
    with writing() as connection:
        connection.execute(text("DROP TRIGGER refuse" + ("" if sqlite else " ON signature")))
        if not sqlite:
            connection.execute(text("DROP FUNCTION refuse()"))


def left() -> dict[str, int]:
    """How many rows about supporters each table still has."""
    session.rollback()
    tables = [Base.metadata.tables[name] for name in columns.about_supporters()]
    numbers = {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
    }
    return {name: number for name, number in numbers.items() if number}


def told(settings: Settings) -> set[tuple[str, bytes]]:
    """Files of the site, and on SQLite those of the database, that still hold a mark."""
    session.remove()
    url = db.engine.url.database or ""
    files = [path for path in settings.data.rglob("*") if path.is_file() and "mail" not in path.parts]
    files += Path(url).parent.glob(Path(url).name + "*") if url.startswith("/") else []
    return {(path.name, mark) for path in files for mark in MARKS if mark in path.read_bytes()}


def test_s60_the_day_of_deletion_leaves_numbers_and_nobody(
    flow: Flow, settings: Settings, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    page, stuck = an_action(), an_action()
    for action in (page, stuck):
        sign_in_every_way(flow, action)
    before = {action.card.id: flow.count(action) for action in (page, stuck)}
    digests = [bytes(digest) for digest in session.scalars(select(Signature.email_digest))]
    wanted = {
        "signature",
        "comment",
        "past_level",
        "own_copy",
        "update_address",
        "abuse_signal",
        "action_salt",
        "paper_line",
    }
    assert wanted <= set(left())
    assert {mark for _file, mark in told(settings)} != set() or db.engine.dialect.name != "sqlite"

    clock.shift(A_YEAR)
    with failing(stuck):
        flow.work()
        signed = session.scalars(select(Signature.action_id).distinct()).all()
        assert signed == [stuck.card.id]
    flow.work()
    flow.work()

    assert left() == {}
    assert {action.card.id: flow.count(action) for action in (page, stuck)} == before
    assert flow.breaches() == []
    marks = told(settings)
    assert marks == set()
    assert not any(digest in path.read_bytes() for digest in digests for path in database_files())


def database_files() -> list[Path]:
    url = db.engine.url.database or ""
    return list(Path(url).parent.glob(Path(url).name + "*")) if url.startswith("/") else []
