"""Updates with people who asked for news, and mailings of them, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import insert

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import updates
from campaign_actions.actions.models import Action
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import mailings, moving, signing, tools
from campaign_actions.signatures.mailing_models import Mailing
from campaign_actions.signatures.models import UpdateAddress
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools
from tests.support.factories import a_user
from tests.support.signed import a_row, store
from tests.support.spoken import add_update

if TYPE_CHECKING:
    from tests.support.world import World

SUBJECT = "The hearing is moved"


def who_asked(keys: Tools, action_id: UUID, count: int, locale: str = "en", **values: Any) -> list[str]:
    """Confirmed and counted signatures of numbered people who asked for news; gives their addresses."""
    emails = [f"reader{number}-{locale}@example.org" for number in range(count)]
    rows = [a_row(keys, action_id, email=email, wants_updates=True, **values) for email in emails]
    store(rows)
    kept = []
    for row, email in zip(rows, emails, strict=True):
        digest = row["email_digest"]
        sealed = signing.seal_for_updates(keys, action_id, digest, email=email, locale=locale)
        kept.append({"email_digest": digest, "action_id": action_id, "sealed": sealed})
    with writing() as connection:
        connection.execute(insert(UpdateAddress), kept)
        for row in rows:
            counted = int(row["state"] == State.CONFIRMED)
            moving.add_to_ledger(connection, action_id, row["country"], row["proved_on"], counted)
    return emails


def started(action_id: UUID, by: User, **words: str) -> UUID:
    """Id of a published update whose mailing has been started."""
    update_id = add_update(action_id, **words)
    start(update_id, by)
    return update_id


def start(update_id: UUID, by: User, subject: str = SUBJECT) -> None:
    """Start a mailing as the page does, with the words as they stand."""
    with writing() as connection:
        version = version_of(update_id)
        mailings.start(connection, update_id, subject, by=by, seen_version=version)


def ask(update_id: UUID, by: User, subject: str = SUBJECT) -> None:
    """Ask for a mailing as the page does."""
    with writing() as connection:
        version = version_of(update_id)
        mailings.ask(connection, update_id, subject, by=by, seen_version=version)


def version_of(update_id: UUID) -> int:
    """The version of an update as it stands."""
    found = updates.by_id(update_id)
    assert found
    return found.version


def mailing(update_id: UUID) -> Mailing:
    """The mailing of an update as it stands."""
    session.rollback()
    session.expire_all()
    found = mailings.of_update(update_id)
    assert found
    return found


def for_deed(world: World, deed: str) -> Iterator[dict[str, Any]]:
    """An update of a new action of the world, where `deed` can be done to its mailing."""
    slug = world.an_action()
    with world.app.app_context():
        action_id = session.query(Action).filter_by(slug=slug).one().id
        who_asked(tools.load(world.settings), action_id, 2)
        update_id = add_update(action_id, title=world.said("The hearing is moved"))
        if deed in ("pause", "go_on", "stop"):
            start(update_id, a_user(Role.STAFF))
        if deed == "go_on":
            with writing() as connection:
                mailings.pause(connection, update_id, by=None)
    yield {"slug": slug, "update_id": str(update_id)}
