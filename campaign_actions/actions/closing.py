"""Opening, pausing, closing, delivering and withdrawing actions, each once and with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select, update

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Action, ActionState
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import Lazy, _, day, lazy, number

MAX_REASON = 500
MAX_PLACE = 200
DAYS_TO_CONFIRM = 7

# From which states a deed leads where; anything else is refused.
FROM: Mapping[str, tuple[ActionState, ...]] = MappingProxyType(
    {
        "open": (ActionState.SCHEDULED,),
        "pause": (ActionState.OPEN,),
        "reopen": (ActionState.PAUSED, ActionState.CLOSED),
        "close": (ActionState.OPEN, ActionState.PAUSED),
        "deliver": (ActionState.CLOSED,),
        "withdraw": (
            ActionState.SCHEDULED,
            ActionState.OPEN,
            ActionState.PAUSED,
            ActionState.CLOSED,
            ActionState.DELIVERED,
        ),
    }
)
_NOT_NOW: Mapping[str, Lazy] = MappingProxyType(
    {
        "open": lazy("Only an action that opens later can be opened now."),
        "pause": lazy("Only an open action can be paused."),
        "reopen": lazy("Only a paused or closed action can be opened again."),
        "close": lazy("This action is not open."),
        "deliver": lazy("Only a closed action can be marked as delivered."),
        "withdraw": lazy("This action cannot be withdrawn: it is a draft, or withdrawn already."),
    }
)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How a petition was handed in: a note, and the day, place and taker as far as they are known."""

    note: str
    on: date | None = None
    place: str = ""
    to: str = ""


def open_now(action_id: UUID, *, by: User | None) -> None:
    """Open an action that was to open later."""
    _move(action_id, "open", by, state=ActionState.OPEN, opens_at=clock.now())


def pause(action_id: UUID, reason: str, *, by: User | None) -> None:
    """Take no signatures for now; who is waiting can still confirm. `reason` is shown on the page."""
    why = one_line(reason, _("Say why signing is paused. The sentence is shown on the page."))
    _move(action_id, "pause", by, state=ActionState.PAUSED, state_reason=why)


def reopen(action_id: UUID, *, by: User | None) -> None:
    """Take signatures again. Raises Refused when the closing moment has passed."""
    still_time = Action.closes_at > clock.now()
    passed = _("The closing day has passed. Set a later one in the editor, then open the action again.")
    changes: dict[str, Any] = {"state": ActionState.OPEN, "state_reason": "", "closed_at": None}
    _move(action_id, "reopen", by, only_if=still_time, otherwise=passed, **changes)


def close(action_id: UUID, *, by: User | None) -> None:
    """Take no more signatures; who is waiting has seven days from signing to confirm."""
    _move(action_id, "close", by, state=ActionState.CLOSED, closed_at=clock.now(), state_reason="")


def deliver(action_id: UUID, delivery: Delivery, *, by: User | None) -> None:
    """Say that the closed petition was handed in.

    Raises Refused, naming the field, without a note, for a day to come and for what is too long.
    """
    told = one_line(delivery.note, _("Say where and when it was handed in, and who took it."))
    if delivery.on is not None and (delivery.on - clock.today()).days > 1:
        raise Refused(_("This day is still to come. Write the day on which it happened."), field="on")
    lines = {name: " ".join(getattr(delivery, name).split()) for name in ("place", "to")}
    for name, line in lines.items():
        if len(line) > MAX_PLACE:
            raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_PLACE)), field=name)
    facts: dict[str, Any] = {
        "delivered_on": delivery.on,
        "delivered_place": lines["place"],
        "delivered_to": lines["to"],
    }
    _move(action_id, "deliver", by, state=ActionState.DELIVERED, state_reason=told, **facts)


def withdraw(action_id: UUID, reason: str, *, by: User | None) -> None:
    """Take the action back for good; its page keeps the reason and the day."""
    why = one_line(reason, _("Say why you withdraw it. The sentence is shown on the page."))
    changes: dict[str, Any] = {"state": ActionState.WITHDRAWN, "state_reason": why, "closed_at": clock.now()}
    _move(action_id, "withdraw", by, **changes)


def open_due(connection: Connection, now: datetime) -> list[UUID]:
    """Open every action whose opening moment has come by `now`, UTC; gives their ids.

    Pages and posts look at the clock themselves, so nobody waits for this; see `close_due`.
    """
    opened = connection.execute(
        update(Action)
        .where(Action.state == ActionState.SCHEDULED, Action.opens_at <= now)
        .values(state=ActionState.OPEN, changed_at=Action.opens_at)
        .returning(Action.id)
    )
    ids = [row.id for row in opened]
    for action_id in ids:
        audit.record("action.open", thing="action", thing_id=action_id, by_clock=True)
    return ids


def close_due(connection: Connection, now: datetime) -> list[UUID]:
    """Close every action whose closing moment has come by `now`, UTC; gives their ids.

    `connection` is the one of `writing()`, so that the audit entries are of the same transaction.
    """
    due = (Action.state.in_(FROM["close"]), Action.closes_at <= now)
    closed = connection.execute(
        update(Action)
        .where(*due)
        .values(state=ActionState.CLOSED, closed_at=Action.closes_at, state_reason="", changed_at=now)
        .returning(Action.id)
    )
    ids = [row.id for row in closed]
    for action_id in ids:
        audit.record("action.close", thing="action", thing_id=action_id, by_clock=True)
    return ids


def keep_promise(action: Action, closes_at: datetime, zone: str) -> None:
    """Raise Refused, at the field `closes`, when a later closing runs into a promised deletion day.

    Every signer was told the day on which their own signature is deleted, and it will be. The
    earliest such day stands on the action; who signs last has seven days to confirm before it.
    """
    if action.delete_on is None or (action.closes_at is not None and closes_at <= action.closes_at):
        return
    latest = action.delete_on - timedelta(days=DAYS_TO_CONFIRM + 1)
    if closes_at.astimezone(ZoneInfo(zone)).date() <= latest:
        return
    raise Refused(
        _(
            "People have signed, and were promised that we delete their details by %(deleted)s. "
            "The closing day can be %(latest)s at the latest.",
            deleted=day(action.delete_on),
            latest=day(latest),
        ),
        field="closes",
    )


def _move(
    action_id: UUID,
    deed: str,
    by: User | None,
    *,
    only_if: ColumnElement[bool] | None = None,
    otherwise: str = "",
    **changes: Any,
) -> None:
    """The one guarded change of state; of two at once the second is refused."""
    owner_id = session.scalars(select(Action.owner_id).where(Action.id == action_id)).one()
    if by is not None and not permissions.allows(by, "action.publish", owner_id):
        raise NotAllowed
    open_due(session.connection(), clock.now())
    guard = [Action.id == action_id, Action.state.in_(FROM[deed])]
    moved = session.execute(
        update(Action)
        .where(*guard, *([] if only_if is None else [only_if]))
        .values(version=Action.version + 1, changed_at=clock.now(), **changes)
        .returning(Action.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire_all()
    if moved is None:
        state = session.scalars(select(Action.state).where(Action.id == action_id)).one()
        raise Refused(otherwise if otherwise and state in FROM[deed] else str(_NOT_NOW[deed]))
    reason = changes.get("state_reason", "")
    audit.record(f"action.{deed}", by=by, thing="action", thing_id=action_id, reason=reason)


def one_line(text: str, missing: str) -> str:
    """A reason on one line. Raises Refused, at the field `reason`, if empty or over 500 characters."""
    line = " ".join(text.split())
    if not line:
        raise Refused(missing, field="reason")
    if len(line) > MAX_REASON:
        raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_REASON)), field="reason")
    return line
