"""A person writes to us about their own signature, and staff do what they ask for.

Names are sealed, so nobody can be looked for by name: only the address the person wrote from leads
to a row, and only for whoever types it. It stands in no log; that it was looked up, and why, does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Connection, select

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Level
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock, digests, limits
from campaign_actions.infra.i18n import _, number
from campaign_actions.signatures import identity, leaving, mine, moving
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools

A_DAY = 20
MIN_REASON, MAX_REASON = 10, 300


@dataclass(frozen=True, kw_only=True)
class Match:
    """The clear part of one signature of the address: no name, no place."""

    action_id: UUID
    state: State
    level: Level
    country: str | None
    signed_on: date
    proved_on: date | None
    withdrawn_on: date | None
    text_version: int
    delete_on: date
    wants_updates: bool


DEEDS: Mapping[str, Callable[[Connection, bytes, UUID], bool]] = MappingProxyType(
    {"withdraw": leaving.withdraw, "delete": leaving.delete}
)


def look_up(connection: Connection, email: str, reason: str, tools: Tools, *, by: User) -> list[Match]:
    """The signatures of exactly this address, in any spelling of it, on every action that still has any.

    Raises NotAllowed for whoever may not, Refused without a reason and after 20 look-ups of a day.
    """
    why = _checked(reason, by)
    if not limits.hit(connection, _key(by), clock.today().isoformat(), A_DAY):
        raise Refused(
            _(
                "You have looked up %(most)s addresses today. That is the most a day; go on tomorrow.",
                most=number(A_DAY),
            ),
            field="email",
        )
    found = matches(connection, email, tools)
    audit.record("request.look_up", by=by, thing="request", reason=why, found=len(found))
    return found


def matches(connection: Connection, email: str, tools: Tools) -> list[Match]:
    """As `look_up`, for a page that was allowed to look already; newest first."""
    found = []
    for action_id, digest in identity.digests_everywhere(connection, email, tools.pepper):
        row = connection.execute(select(*_COLUMNS).where(moving.key_is(digest, action_id))).first()
        if row is not None:
            found.append(Match(**{**row._mapping, "state": State(row.state)}))
    return sorted(found, key=lambda match: (match.signed_on, str(match.action_id)), reverse=True)


def do(
    connection: Connection, deed: str, email: str, action_id: UUID, reason: str, tools: Tools, *, by: User
) -> bool:
    """Withdraw or delete the signature of this address on one action; `deed` is a key of DEEDS.

    False when there is none, or it was done already. Raises NotAllowed, Refused as `look_up` does.
    """
    why = _checked(reason, by)
    digest = dict(identity.digests_everywhere(connection, email, tools.pepper)).get(action_id)
    done = digest is not None and DEEDS[deed](connection, digest, action_id)
    if done:
        audit.record(f"request.{deed}", by=by, thing="action", thing_id=action_id, reason=why)
    return done


def send_link(
    connection: Connection, email: str, locale: str, reason: str, tools: Tools, *, by: User
) -> None:
    """Leave the letter with the links to their own signatures, as if the person had asked for it here."""
    why = _checked(reason, by)
    mine.ask(connection, email, locale, tools)
    audit.record("request.link", by=by, thing="request", reason=why)


def left_today(connection: Connection, by: User) -> int:
    """How many addresses this user may still look up today."""
    return A_DAY - limits.used(connection, _key(by), clock.today().isoformat())


def check_right(by: User) -> None:
    """Raise NotAllowed for whoever may not answer requests."""
    if not permissions.allows(by, "request.answer"):
        raise NotAllowed(_("Only staff answer requests. An admin gives roles, but does not look people up."))


def _checked(reason: str, by: User) -> str:
    check_right(by)
    line = " ".join(reason.split())
    if not MIN_REASON <= len(line) <= MAX_REASON:
        raise Refused(
            _(
                "Say why in %(least)s to %(most)s characters: it goes into the audit log.",
                least=number(MIN_REASON),
                most=number(MAX_REASON),
            ),
            field="reason",
        )
    return line


def _key(by: User) -> bytes:
    return digests.keyed(by.id.bytes, "look-up")


_COLUMNS = tuple(getattr(Signature, name) for name in Match.__dataclass_fields__)
