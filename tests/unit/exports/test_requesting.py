"""Asking for a list: the ceiling of its purpose, the right, and everything in one transaction."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.audit import Entry
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.exports import queries, requesting
from campaign_actions.exports.models import Export, ExportState, Purpose
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import Job, Lane
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools
from tests.support import made_exports, signed
from tests.support.factories import a_user, an_action

pytestmark = pytest.mark.usefixtures("database")

BOTH = (Level.EVERYONE, Level.TARGET)


def a_wish(page: ActionPage, **values: Any) -> Wish:
    purpose = values.get("purpose", Purpose.DELIVER)
    names = ("levels", "from_day", "to_day", "columns", "withheld", "wants_updates", "on_paper")
    chosen = {name: values.pop(name) for name in names if name in values}
    defaults: dict[str, Any] = {
        "action_id": page.card.id,
        "purpose": Purpose.DELIVER,
        "reason": "Delivery agreed with the family",
        "recipient": "Embassy in London",
        "chosen": made_exports.chosen(purpose, **{"levels": BOTH, **chosen}),
    }
    return Wish(**defaults | values)


def ask(wish: Wish, by: User) -> Export:
    with writing() as connection:
        return requesting.ask(connection, wish, by)


def test_export_job_and_audit_entry_are_left_together(action: ActionPage, tools: Tools, maker: User) -> None:
    signed.many(tools, action.card.id, 9)
    export = ask(a_wish(action), maker)
    assert (export.state, export.rows_expected) == (ExportState.PREPARING, 6)
    job = session.scalars(select(Job)).one()
    assert (job.name, job.ref, job.lane) == ("export", export.id, Lane.LONG)
    entry = session.scalars(select(Entry).where(Entry.deed == "export.ask")).one()
    assert (entry.user_id, entry.thing_id) == (maker.id, str(export.id))
    for name in ("purpose", "reason", "recipient", "filters", "columns", "rows"):
        assert entry.details[name]


def test_a_deliver_list_has_no_email_column_and_a_legal_one_has(action: ActionPage) -> None:
    assert "email" not in CEILINGS[Purpose.DELIVER].columns
    assert {"email", "level", "consent_version"} <= set(CEILINGS[Purpose.LEGAL].columns)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "too short"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": "x" * 201}, "recipient"),
        ({"levels": ()}, "levels"),
        ({"levels": (Level.TEAM,)}, "levels"),
        ({"levels": (*BOTH, Level.TEAM)}, "levels"),
        ({"from_day": date(2026, 11, 2), "to_day": date(2026, 11, 1)}, "to_day"),
        ({"from_day": date(2027, 1, 1)}, "levels"),
        ({"columns": ()}, "columns"),
        ({"columns": ("name", "email")}, "columns"),
        ({"columns": ("name", "level")}, "columns"),
        ({"columns": ("name", "sealed")}, "columns"),
        ({"purpose": Purpose.MAIL, "wants_updates": False}, "updates"),
        ({"purpose": Purpose.MAIL, "withheld": True}, "withheld"),
        ({"purpose": Purpose.LEGAL, "withheld": True}, "withheld"),
        ({"on_paper": True}, "purpose"),
    ],
)
def test_a_wish_over_its_ceiling_is_refused_and_nothing_is_left(
    action: ActionPage, tools: Tools, maker: User, values: dict[str, Any], field: str
) -> None:
    signed.many(tools, action.card.id, 9)
    with pytest.raises(Refused) as refused:
        ask(a_wish(action, **values), maker)
    assert refused.value.field == field
    for table in (Export, Job, Entry):
        assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_a_legal_list_may_hold_every_level(action: ActionPage, tools: Tools, maker: User) -> None:
    signed.many(tools, action.card.id, 9)
    export = ask(a_wish(action, purpose=Purpose.LEGAL, levels=(*BOTH, Level.TEAM)), maker)
    assert export.rows_expected == 9


@pytest.mark.parametrize(
    ("role", "may_export"), [(Role.ORGANISER, True), (Role.STAFF, False), (Role.ADMIN, False)]
)
def test_without_the_right_one_hears_whom_to_ask(
    action: ActionPage, tools: Tools, role: Role, may_export: bool
) -> None:
    signed.many(tools, action.card.id, 3)
    with pytest.raises(NotAllowed, match="Ask an admin"):
        ask(a_wish(action), a_user(role, may_export=may_export))


def test_the_tally_counts_states_levels_and_the_chosen(action: ActionPage, tools: Tools) -> None:
    rows = [signed.a_row(tools, action.card.id, level=level) for level in signed.LEVELS * 2]
    rows += [signed.a_row(tools, action.card.id, state=int(state)) for state in State]
    rows += [signed.a_row(tools, an_action().card.id)]
    rows += [signed.a_row(tools, action.card.id, signed_on=signed.DAY - timedelta(days=5))]
    signed.store(rows)
    chosen = Chosen(levels=BOTH, from_day=signed.DAY, to_day=signed.DAY)
    tally = queries.tally(session.connection(), action.card.id, chosen)
    assert tally.states == {
        State.WAITING: 1, State.CONFIRMED: 8, State.HELD: 1, State.INVALID: 1, State.WITHDRAWN: 1,
    }  # fmt: skip
    assert tally.confirmed == {Level.TEAM: 2, Level.TARGET: 4, Level.EVERYONE: 2}
    assert (tally.rows, tally.all_confirmed, tally.withheld) == (5, 8, 2)


def test_the_sample_shows_public_names_only(action: ActionPage, tools: Tools) -> None:
    signed.store(
        [
            signed.a_row(tools, action.card.id, "Hidden Name"),
            signed.a_row(tools, action.card.id, "Әлия", level=Level.EVERYONE, public_name="Әлия"),
        ]
    )
    rows = queries.sample(action.card.id, Chosen(levels=BOTH))
    assert sorted(row.name or "" for row in rows) == ["", "Әлия"]
    assert [row.number for row in rows] == [1, 2]
