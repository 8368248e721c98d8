"""The address book: persons and bodies a letter may go to, each kept once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Action, ActionTarget, ActionText, Target
from campaign_actions.errors import NotAllowed, Overtaken, Refused
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number, sorting_key

MAX_NAME = 160
MAX_TARGETS = 12
MAX_EMAIL = 254
MAX_LINES, MAX_LINE = 8, 120
# Plain on purpose: what stands in a mail link must mean the same in every mail program.
_EMAIL = re.compile(
    r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A target as typed: `address` is the postal address, one line each; both ways may be empty."""

    name: str
    address: str = ""
    email: str = ""


def listed() -> list[Target]:
    """Everybody in the address book, by name in the order of the page's language."""
    return sorted(session.scalars(select(Target)), key=lambda target: sorting_key(target.name))


def find(target_id: UUID) -> Target | None:
    """The target with this id."""
    return session.get(Target, target_id)


def uses() -> dict[UUID, list[UUID]]:
    """Ids of the actions in which each target is named; targets of none are left out."""
    found: dict[UUID, list[UUID]] = {}
    rows = session.execute(select(ActionTarget.target_id, ActionTarget.action_id))
    for target_id, action_id in rows:
        found.setdefault(target_id, []).append(action_id)
    return found


def add(typed: Typed, *, by: User | None) -> Target:
    """A new target. Raises Refused, naming the field, for a name that is missing or taken already."""
    _must_be_allowed(by)
    tidy = _tidied_all(typed)
    statement = insert(Target).values(id=uuid4(), version=1, **tidy)
    statement = statement.on_conflict_do_nothing(index_elements=[Target.name])
    made = session.execute(statement.returning(Target.id)).first()
    if made is None:
        raise _taken()
    audit.record("target.add", by=by, thing="target", thing_id=made.id)
    return session.get_one(Target, made.id)


def save(target_id: UUID, typed: Typed, *, by: User | None, seen_version: int) -> None:
    """Change name and addresses, if the target still has the version `by` saw.

    Raises Refused, naming the field where there is one: somebody saved in between, the name is
    another target's, people have signed a letter to that name, or `by` is an organiser and another's
    action names the target.
    """
    _must_be_allowed(by)
    _refuse_anothers(target_id, by)
    tidy = _tidied_all(typed)
    before = session.get_one(Target, target_id, populate_existing=True)
    if tidy["name"] != before.name:
        _refuse_renaming(target_id, tidy["name"])
    moved = session.execute(
        update(Target)
        .where(Target.id == target_id, Target.version == seen_version)
        .values(version=Target.version + 1, **tidy)
        .returning(Target.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise Overtaken(
            _(
                "Somebody else saved this target while you were writing. Nothing was overwritten, and what "
                "you typed is still on this page. Compare the two, then save again."
            )
        )
    session.refresh(before)
    audit.record("target.save", by=by, thing="target", thing_id=target_id)


def remove(target_id: UUID, *, by: User | None) -> None:
    """Delete a target that no action names. Raises Refused while one does."""
    _must_be_allowed(by)
    used = select(ActionTarget.target_id).where(ActionTarget.target_id == target_id).exists()
    gone = session.execute(delete(Target).where(Target.id == target_id, ~used).returning(Target.id)).first()
    if gone is None:
        raise Refused(_("An action names this target, so it stays. Take it out of the action first."))
    audit.record("target.remove", by=by, thing="target", thing_id=target_id)


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
    statement = insert(Target).values(id=uuid4(), name=tidy, address="", email="", version=1)
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


def _must_be_allowed(by: User | None) -> None:
    if by is not None and not permissions.allows(by, "target.write"):
        raise NotAllowed


def _tidied_all(typed: Typed) -> dict[str, str]:
    name, email = tidied(typed.name), typed.email.strip()
    lines = [line for line in map(tidied, typed.address.splitlines()) if line]
    if not name:
        raise Refused(_("Write the name of the person or body."), field="name")
    if len(name) > MAX_NAME:
        raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_NAME)), field="name")
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE for line in lines):
        raise Refused(
            _(
                "Write the address in at most %(lines)s lines of at most %(most)s characters each.",
                lines=number(MAX_LINES),
                most=number(MAX_LINE),
            ),
            field="address",
        )
    if email and (len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email)):
        raise Refused(_("Write one email address, like office@example.org."), field="email")
    return {"name": name, "address": "\n".join(lines), "email": email}


def _refuse_anothers(target_id: UUID, by: User | None) -> None:
    # Letters of that action would go where its organiser did not send them.
    if by is None or permissions.allows(by, "action.see", None):
        return
    named = select(ActionTarget.target_id).join(Action, Action.id == ActionTarget.action_id)
    anothers = named.where(ActionTarget.target_id == target_id, Action.owner_id.is_distinct_from(by.id))
    if session.scalar(select(anothers.exists())):
        raise Refused(
            _("An action of somebody else names this target, so only staff can change its addresses.")
        )


def _refuse_renaming(target_id: UUID, name: str) -> None:
    if session.scalar(select(exists().where(Target.name == name, Target.id != target_id))):
        raise _taken()
    signed = (
        select(ActionText.id)
        .join(ActionTarget, ActionTarget.action_id == ActionText.action_id)
        .where(ActionTarget.target_id == target_id, ActionText.frozen_on.is_not(None))
    )
    if session.scalars(signed.limit(1)).first() is not None:
        raise Refused(
            _("People have signed a letter to this name, so it stays. Add the new name as a new target."),
            field="name",
        )


def _taken() -> Refused:
    return Refused(_("The address book has this name already."), field="name")
