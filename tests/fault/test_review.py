"""A decision about many signatures survives the death of the worker, being stopped, and being undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from campaign_actions.accounts.models import Role, User
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import NEVER, Job
from campaign_actions.signatures import carrying_out, counting, reviewing
from campaign_actions.signatures.matching import Condition
from campaign_actions.signatures.models import Counter, Decision, LedgerRow, Review, Signature, Stage
from campaign_actions.signatures.states import State
from tests.support import made_review as made
from tests.support.factories import a_user, an_action
from tests.support.flow import Flow
from tests.support.live import LiveSite, until
from tests.support.mail_server import MailServer
from tests.support.signed import a_row, store

pytestmark = pytest.mark.timeout(180)

REAL, FAKE = 30, 2 * carrying_out.BATCH + 200


@pytest.fixture
def live(settings: Settings, mail_server: MailServer, app: Flask, tmp_path: Path) -> Iterator[LiveSite]:
    """A site whose worker the test starts."""
    running = LiveSite(replace(settings, mail_url=mail_server.url), tmp_path)
    yield running
    running.stop()


def signed(flow: Flow, action_id: UUID, count: int, country: str) -> None:
    """Confirmed signatures with their steps of the count."""
    rows = [a_row(flow.tools, action_id, country=country) for _number in range(count)]
    store(rows)
    same = {"action_id": action_id, "country": country, "step": 1}
    with writing() as connection:
        steps = [{"id": row["id"], "day": row["proved_on"], **same} for row in rows]
        connection.execute(insert(LedgerRow), steps)


def by_country(action_id: UUID) -> dict[str, int]:
    """Folded numbers of countries."""
    session.rollback()
    rows = session.execute(
        select(Counter.dim, Counter.n).where(Counter.action_id == action_id, Counter.dim.like("c:%"))
    )
    return {row.dim: row.n for row in rows}


def is_right(flow: Flow, review_id: UUID, action_id: UUID) -> int:
    """Whether count, countries and rows have fallen by exactly what was changed; gives how many."""
    with writing() as connection:
        while counting.fold(connection):
            pass
    review = made.review(review_id)
    changed = review.changed - review.restored
    assert made.count(action_id) == REAL + FAKE - changed
    assert by_country(action_id) == {"c:SE": REAL, "c:KZ": FAKE - changed}
    assert made.states(action_id).count(State.INVALID) == changed
    assert flow.breaches() == []
    session.remove()
    return changed


def dies_and_starts_again(live: LiveSite, app: Flask, point: str) -> None:
    """The worker dies at `point`, and another takes its job over once the lease has passed."""
    live.crash_at = point
    live.start_worker()
    assert live.wait_for_worker() == 9
    live.crash_at = ""
    with app.app_context(), writing() as connection:
        connection.execute(update(Job).values(lease_until=NEVER))


def stage_is(review_id: UUID, stage: Stage) -> bool:
    session.rollback()
    found = session.execute(select(Review.stage).where(Review.id == review_id)).scalar_one()
    session.remove()
    return found is stage


def test_s39_a_decision_killed_midway_is_finished_and_one_killed_while_undone_is_undone(
    live: LiveSite, app: Flask, settings: Settings, database: None
) -> None:
    flow, action_id = Flow(app, settings), an_action().card.id
    signed(flow, action_id, REAL, "SE")
    signed(flow, action_id, FAKE, "KZ")
    staff_id, admin_id = a_user(Role.STAFF).id, a_user(Role.ADMIN).id
    condition = Condition(action_id=action_id, country="KZ")
    review_id = made.ask(condition, Decision.INVALID, session.get_one(User, staff_id))
    with writing() as connection:
        reviewing.approve(connection, session.get_one(Review, review_id), by=session.get_one(User, admin_id))
    assert is_right(flow, review_id, action_id) == 0
    dies_and_starts_again(live, app, "review.moved")
    assert is_right(flow, review_id, action_id) == 0
    dies_and_starts_again(live, app, "review.batch")
    assert is_right(flow, review_id, action_id) == carrying_out.BATCH
    live.start_worker()
    until(lambda: stage_is(review_id, Stage.DONE), "the decision is not carried out")
    live.stop_worker()
    assert is_right(flow, review_id, action_id) == FAKE
    with writing() as connection:
        review, by = session.get_one(Review, review_id), session.get_one(User, staff_id)
        reviewing.undo(connection, review, made.REASON, made.PUBLIC, by=by)
    dies_and_starts_again(live, app, "review.batch")
    assert is_right(flow, review_id, action_id) == FAKE - carrying_out.BATCH
    live.start_worker()
    until(lambda: stage_is(review_id, Stage.UNDONE), "the decision is not undone")
    live.stop_worker()  # its own fold may be midway, and holds what the fold of the check leaves alone
    assert is_right(flow, review_id, action_id) == 0
    marked = select(func.count()).select_from(Signature).where(Signature.review_id.is_not(None))
    assert session.execute(marked).scalar_one() == 0
