"""The address book: persons and bodies a letter may go to, each kept once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions.actions.models import ActionTarget, Target
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number

MAX_NAME = 160
MAX_TARGETS = 12


def listed() -> list[Target]:
    """Everybody in the address book, by name."""
    return list(session.scalars(select(Target).order_by(Target.name)))


def get_or_make(name: str) -> Target:
    """The target of that name, added to the address book when missing.

    Raises Refused, at the field `targets`, for an empty name or one over 160 characters.
    """
    tidy = tidied(name)
    if not tidy:
        raise Refused(_("Write whom the letter is addressed to."), field="targets")
    if len(tidy) > MAX_NAME:
        raise Refused(
            _("Write at most %(count)s characters a line.", count=number(MAX_NAME)), field="targets"
        )
    statement = insert(Target).values(id=uuid4(), name=tidy, address="")
    session.execute(statement.on_conflict_do_nothing(index_elements=[Target.name]))
    return session.scalars(select(Target).where(Target.name == tidy)).one()


def of_action(action_id: UUID) -> tuple[list[str], list[str]]:
    """Names of those an action's letter is addressed to, and of those who get a copy, in order."""
    statement = (
        select(Target.name, ActionTarget.is_copy)
        .join(ActionTarget, ActionTarget.target_id == Target.id)
        .where(ActionTarget.action_id == action_id)
        .order_by(ActionTarget.position, Target.name)
    )
    rows = session.execute(statement).all()
    return [name for name, is_copy in rows if not is_copy], [name for name, is_copy in rows if is_copy]


def put(action_id: UUID, names: Sequence[str], copies: Sequence[str]) -> None:
    """Make these the targets of an action, in order; a name given twice counts where it stands first.

    Raises Refused, at the field `targets` or `copies`, for more than twelve or a name that is too long.
    """
    wanted: dict[UUID, bool] = {}
    for field, lines in (("targets", names), ("copies", copies)):
        for line in filter(None, map(tidied, lines)):
            wanted.setdefault(_found(line, field).id, field == "copies")
    if len(wanted) > MAX_TARGETS:
        raise Refused(_("Name at most %(count)s targets.", count=number(MAX_TARGETS)), field="targets")
    session.execute(delete(ActionTarget).where(ActionTarget.action_id == action_id))
    for position, (target_id, is_copy) in enumerate(wanted.items()):
        session.add(
            ActionTarget(action_id=action_id, target_id=target_id, position=position, is_copy=is_copy)
        )
    session.flush()


def tidied(name: str) -> str:
    """A name on one line, single spaces."""
    return re.sub(r"\s+", " ", name).strip()


def _found(line: str, field: str) -> Target:
    try:
        return get_or_make(line)
    except Refused as refusal:
        raise Refused(refusal.sentence, field=field) from refusal
