"""Signatures that another tool collected: kept sealed, never counted and never public.

Each is a held row with the reason IMPORTED. No decision of staff moves it and seven days do not end it;
it goes on its deletion day, when its owner asks, or when somebody signs here with that address. Its owner
can be asked once to confirm it (`asking`), and then it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.actions.models import Action, ActionState, Kind, Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, digests
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import identity, moving, signing
from campaign_actions.signatures.models import ActionSalt, Signature
from campaign_actions.signatures.moving import IMPORTED
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools

# No wording of ours was read when the name was given.
NO_WORDING = 0


@dataclass(frozen=True, repr=False)
class Person:
    """Somebody as the other tool kept them, checked; `signed_on` is the day it says."""

    name: str
    email: str
    country: str | None
    signed_on: date


def is_ours() -> ColumnElement[bool]:
    """All other rows."""
    return or_(Signature.hold.is_(None), Signature.hold != IMPORTED)


def refuse_unless_fit(action: ActionPage) -> None:
    """Raise Refused for an action that takes no signatures of another tool."""
    if action.card.kind is not Kind.PETITION:
        raise Refused(_("Only a petition takes signatures."))
    if action.card.state is ActionState.WITHDRAWN:
        raise Refused(_("This action has been withdrawn: what it holds is deleted at once."))
    if action.delete_on <= clock.today():
        raise Refused(_("This action closed too long ago: its signatures have been deleted."))


def take_in(connection: Connection, action: ActionPage, people: Sequence[Person], tools: Tools) -> int:
    """Keep those whose address has no row on this action yet; gives how many.

    A row that is there is never touched, whatever its state. Raises Refused as `refuse_unless_fit`.
    """
    refuse_unless_fit(action)
    rows = [_row(connection, action, person, tools) for person in people]
    if not rows:
        return 0
    new = insert(Signature).values(rows).on_conflict_do_nothing()
    taken = len(connection.execute(new.returning(Signature.id)).all())
    if taken:
        keep_promise(connection, action)
    return taken


def known(
    connection: Connection,
    action_id: UUID,
    emails: Sequence[str],
    pepper: bytes,
    *only: ColumnElement[bool],
) -> set[str]:
    """Those of these canonical addresses that have a row on the action, one that fits `only`; reads only."""
    salt = connection.execute(
        select(ActionSalt.salt).where(ActionSalt.action_id == action_id)
    ).scalar_one_or_none()
    if salt is None:
        return set()
    by_digest = {digests.email_digest(pepper, salt, email): email for email in emails}
    there = select(Signature.email_digest).where(
        Signature.action_id == action_id, Signature.email_digest.in_(by_digest), *only
    )
    return {by_digest[digest] for digest in connection.execute(there).scalars()}


def note(action_id: UUID, *, file: str, **numbers: int) -> None:
    """Note an import in the audit log, as numbers."""
    audit.record("signature.import", thing="action", thing_id=action_id, file=file, **numbers)


def count(connection: Connection, action_id: UUID) -> int:
    """How many an action holds, for staff."""
    held = (
        select(func.count())
        .select_from(Signature)
        .where(Signature.action_id == action_id, moving.is_imported())
    )
    number: int = connection.execute(held).scalar_one()
    return number


def keep_promise(connection: Connection, action: ActionPage) -> None:
    """Note the deletion day: as with any signature, the action may not stay open past the first such day."""
    earlier = or_(Action.delete_on.is_(None), Action.delete_on > action.delete_on)
    connection.execute(
        update(Action).where(Action.id == action.card.id, earlier).values(delete_on=action.delete_on)
    )


def _row(connection: Connection, action: ActionPage, person: Person, tools: Tools) -> dict[str, Any]:
    digest = identity.digest_of(connection, action.card.id, person.email, tools.pepper)
    return {
        "email_digest": digest,
        "action_id": action.card.id,
        "id": uuid4(),
        "state": State.HELD.value,
        "hold": IMPORTED,
        "level": Level.TEAM,
        "country": person.country,
        "locale": action.card.locale,
        "text_version": action.text_version,
        "text_locale": action.card.locale,
        "consent_version": NO_WORDING,
        "source": IMPORTED,
        "signed_on": person.signed_on,
        "delete_on": action.delete_on,
        "letter_no": 0,
        "code_tries": 0,
        "wants_updates": False,
        "sealed": signing.seal_person(tools, action.card.id, digest, name=person.name, email=person.email),
    }
