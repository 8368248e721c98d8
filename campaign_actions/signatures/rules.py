"""Lists of staff that screening goes by: mail domains to hold, and networks that are none to suspect."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number
from campaign_actions.signatures.models import Listed, ScreeningRule

MAX_NOTE = 200
# Wider networks are whole providers.
WIDEST_IPV4, WIDEST_IPV6 = 12, 24
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")


def listed(connection: Connection, *, email: str, network: str) -> Listed | None:
    """What the lists say of an address, or else of a network as "192.0.2.0/24"; always one question."""
    blocked = and_(ScreeningRule.kind == Listed.BLOCKED, ScreeningRule.value.in_(_and_above(email)))
    allowed = and_(ScreeningRule.kind == Listed.ALLOWED, ScreeningRule.value.in_(_around(network)))
    found = connection.execute(select(ScreeningRule.kind).where(or_(blocked, allowed))).scalars().all()
    return None if not found else Listed.BLOCKED if Listed.BLOCKED in found else Listed.ALLOWED


def all_of_them() -> Sequence[ScreeningRule]:
    """Every rule, by kind and value."""
    return session.scalars(select(ScreeningRule).order_by(ScreeningRule.kind, ScreeningRule.value)).all()


def add(connection: Connection, kind: Listed, value: str, note: str, *, by: User) -> None:
    """Add a rule, or give it another note. It is asked from the next signature on.

    Raises NotAllowed for whoever may not, Refused at "value" for what is no domain or network, or is
    too wide a one, and at "note" for one that is too long.
    """
    _check_right(by)
    if len(note) > MAX_NOTE:
        raise Refused(_("Write at most %(count)s characters here.", count=number(MAX_NOTE)), field="note")
    tidy = _domain(value) if kind is Listed.BLOCKED else _network(value)
    row = {"kind": kind, "value": tidy, "note": note, "added_by": by.id, "added_on": clock.today()}
    keys = [ScreeningRule.kind, ScreeningRule.value]
    statement = insert(ScreeningRule).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"note": note}))
    audit.record("rule.add", by=by, thing="rule", thing_id=_name(kind, tidy), note=note)


def remove(connection: Connection, kind: Listed, value: str, *, by: User) -> None:
    """Take a rule away; nothing happens when there is none. Raises NotAllowed for whoever may not."""
    _check_right(by)
    gone = delete(ScreeningRule).where(ScreeningRule.kind == kind, ScreeningRule.value == value)
    if connection.execute(gone.returning(ScreeningRule.value)).first():
        audit.record("rule.remove", by=by, thing="rule", thing_id=_name(kind, value))


def _check_right(by: User) -> None:
    if not permissions.allows(by, "screening.rules"):
        raise NotAllowed(_("Only staff and admins change the lists of screening."))


def _name(kind: Listed, value: str) -> str:
    return f"{kind} {value}"[:60]


def _domain(text: str) -> str:
    domain = text.strip().lower().removeprefix("@").rstrip(".")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
        raise Refused(_("Enter a mail domain like example.org."), field="value")
    return domain


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise Refused(_("Enter a network like 192.0.2.0/24 or 2001:db8::/48."), field="value") from None
    if network.prefixlen < (WIDEST_IPV4 if network.version == 4 else WIDEST_IPV6):
        raise Refused(_("This network is too wide. Enter a smaller one."), field="value")
    # Screening sees whole prefixes and nothing finer.
    finest = 24 if network.version == 4 else 48
    return str(network.supernet(new_prefix=finest) if network.prefixlen > finest else network)


def _and_above(email: str) -> list[str]:
    """The domain of an address and the domains above it."""
    domain = email.rpartition("@")[2].lower()
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return [domain]
    labels = domain.split(".")
    return [".".join(labels[first:]) for first in range(len(labels) - 1)] or [domain]


def _around(network: str) -> list[str]:
    """A network and the wider ones it lies in."""
    try:
        one = ipaddress.ip_network(network)
    except ValueError:
        return [network]
    widest = WIDEST_IPV4 if one.version == 4 else WIDEST_IPV6
    return [str(one.supernet(new_prefix=size)) for size in range(one.prefixlen, widest - 1, -1)]
