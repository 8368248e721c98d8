"""Signatures of another tool: sealed, uncounted, unseen, untouched by staff, gone on their day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from time_machine import Traveller

from campaign_actions.actions.models import Action, ActionState, Kind
from campaign_actions.actions.queries import ActionPage
from campaign_actions.audit import Entry
from campaign_actions.cli import speakout as commands
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.exports import queries as exports
from campaign_actions.exports.purposes import Chosen, Purpose
from campaign_actions.imports.speakout import Bad
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.opening import keys
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import (
    clusters,
    counting,
    matching,
    queries,
    reconciling,
    retention,
    signing,
)
from campaign_actions.signatures.matching import Condition
from campaign_actions.signatures.models import Decision, Signature
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools, load
from campaign_actions.signatures.unverified import Person
from campaign_actions.web.staff import export_words
from tests.support.factories import a_supporter, a_visit, an_action, shown_by

pytestmark = pytest.mark.usefixtures("clock", "database")

OLGA = Person("Olga K.", "Olga@example.org", "KZ", date(2014, 3, 5))
TWIN = Person("Another Name", "olga+x@example.org", None, date(2015, 1, 1))


@pytest.fixture
def tools(settings: Settings) -> Tools:
    return load(settings)


def rows() -> list[Signature]:
    session.expire_all()
    return list(session.scalars(select(Signature).order_by(Signature.signed_on)))


def take_in(page: ActionPage, tools: Tools, *people: Person | Bad) -> tuple[int, int, int]:
    sheet = commands.take_in(page, people, tools, name="old.csv")
    return sheet.taken, sheet.known, len(sheet.bad)


def test_a_signature_is_held_sealed_and_counts_for_nothing(tools: Tools, settings: Settings) -> None:
    page = an_action()
    assert take_in(page, tools, OLGA, Bad(3, "no name")) == (1, 0, 1)
    (row,) = rows()
    assert (row.state, row.hold, row.source) == (State.HELD, "imported", "imported")
    assert (row.signed_on, row.delete_on, row.country) == (date(2014, 3, 5), page.delete_on, "KZ")
    assert (row.public_name, row.proved_on, row.link_hash, row.preview) == (None, None, None, None)
    opened = Opener(keys.of_purpose(settings.worker_keys, "list")).open(
        "signature", row.action_id, row.email_digest, row.sealed or b""
    )
    assert opened == b'{"n": "Olga K.", "e": "Olga@example.org"}'
    with writing() as connection:
        counting.fold(connection)
        assert counting.exact(connection, page.card.id) == 0
    assert queries.public_lines(page.card.id) == []


def test_one_mailbox_is_one_row_and_twice_changes_nothing(tools: Tools) -> None:
    page = an_action()
    assert take_in(page, tools, OLGA, TWIN) == (1, 1, 0)
    before = [(row.id, row.sealed) for row in rows()]
    assert take_in(page, tools, TWIN, OLGA) == (0, 2, 0)
    assert [(row.id, row.sealed) for row in rows()] == before


def test_a_row_that_is_there_is_never_touched(tools: Tools) -> None:
    page = an_action()
    with writing() as connection:
        signing.sign(
            connection, page, a_supporter(email="olga@example.org"), shown_by(page), a_visit(), tools
        )
    (before,) = rows()
    told = (before.id, before.state, before.sealed, before.letter_no)
    assert take_in(page, tools, OLGA) == (0, 1, 0)
    (after,) = rows()
    assert (after.id, after.state, after.sealed, after.letter_no) == told


def test_who_signs_here_replaces_what_was_imported(tools: Tools) -> None:
    page = an_action()
    take_in(page, tools, OLGA)
    with writing() as connection:
        signing.sign(
            connection, page, a_supporter(email="olga@example.org"), shown_by(page), a_visit(), tools
        )
    (row,) = rows()
    assert (row.state, row.hold, row.source, row.letter_no) == (State.WAITING, None, "site", 1)


def test_seven_days_do_not_end_it_but_its_day_does(tools: Tools, clock: Traveller) -> None:
    page = an_action()
    take_in(page, tools, OLGA)
    clock.shift(timedelta(days=20))
    with writing() as connection:
        assert retention.forget_unconfirmed(connection) == 0
    clock.move_to(page.delete_on + timedelta(days=1))
    with writing() as connection:
        assert retention.forget_due(connection, page.card.id) == 1
    assert rows() == []


@pytest.mark.parametrize("decision", list(Decision))
def test_no_decision_of_staff_reaches_it(tools: Tools, decision: Decision) -> None:
    page = an_action()
    take_in(page, tools, OLGA)
    condition = Condition(action_id=page.card.id, source="imported")
    with writing() as connection:
        assert matching.effect(connection, condition, decision).rows == 0
        assert clusters.listed(connection) == []


def test_staff_see_how_many_there_are(tools: Tools) -> None:
    page = an_action()
    take_in(page, tools, OLGA)
    with db.engine.connect() as connection:
        tally = exports.tally(connection, page.card.id, Chosen(levels=()))
    assert tally.rows == 0
    assert export_words.never_listed(tally, Purpose.DELIVER) == (
        "Never listed: 0 waiting, 1 held, 0 invalid, 0 withdrawn. "
        "1 of the held was imported from another tool and is unverified."
    )


def test_everything_still_agrees(tools: Tools, clock: Traveller) -> None:
    take_in(an_action(), tools, OLGA)
    clock.shift(timedelta(days=20))
    with db.engine.connect() as connection:
        assert reconciling.breaches(connection, tools.pepper) == []


def test_an_imported_one_that_counts_is_a_breach(tools: Tools) -> None:
    take_in(an_action(), tools, OLGA)
    with writing():
        rows()[0].state = State.CONFIRMED
    with db.engine.connect() as connection:
        found = reconciling.breaches(connection, tools.pepper)
    assert any("imported that are counted" in line for line in found)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": Kind.PROTEST}, "Only a petition takes signatures."),
        ({"state": ActionState.WITHDRAWN}, "This action has been withdrawn"),
        ({"state": ActionState.CLOSED, "closed_at": 400}, "closed too long ago"),
    ],
)
def test_an_action_that_cannot_keep_it_is_refused(tools: Tools, values: dict[str, Any], words: str) -> None:
    if "closed_at" in values:
        values = values | {"closed_at": clock.now() - timedelta(days=values["closed_at"])}
    page = an_action(**values)
    with pytest.raises(Refused, match=words):
        take_in(page, tools, OLGA)
    assert rows() == []


def test_a_dry_run_says_the_same_and_writes_nothing(tools: Tools) -> None:
    page = an_action()
    people: list[Person | Bad] = [OLGA, TWIN, Bad(4, "no name")]
    dry = commands.try_out(page, people, tools)
    assert rows() == []
    assert list(commands.take_in(page, people, tools, name="a.csv").lines()) == list(dry.lines())
    assert next(commands.try_out(page, people, tools).lines()).startswith("0 signatures")


def test_the_audit_log_holds_numbers_alone(tools: Tools) -> None:
    page = an_action()
    take_in(page, tools, OLGA, TWIN)
    entry = session.scalars(select(Entry).where(Entry.deed == "signature.import")).one()
    assert entry.details == {"file": "old.csv", "taken": 1, "known": 1, "bad": 0, "asked": 0}


def test_the_action_may_not_stay_open_past_their_day(tools: Tools) -> None:
    page = an_action()
    take_in(page, tools, OLGA)
    assert session.scalars(select(Action.delete_on)).one() == page.delete_on


@pytest.mark.engines("sqlite")
def test_no_byte_of_a_person_is_in_clear(tools: Tools, settings: Settings) -> None:
    take_in(an_action(), tools, OLGA)
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    content = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"imported" in content
    assert b"Olga" not in content
    assert b"olga@" not in content.lower()
