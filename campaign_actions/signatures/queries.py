"""Reading signatures for pages: only what is public by consent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from campaign_actions.infra.database.engine import session
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State

LATEST = 5


@dataclass(frozen=True)
class PublicLine:
    """One public name; `country` is None when not said."""

    name: str
    country: str | None


def public_lines(action_id: UUID) -> list[PublicLine]:
    """The newest five confirmed signatures at level everyone; days only, so equal days in name order."""
    rows = session.execute(
        select(Signature.public_name, Signature.country)
        .where(
            Signature.action_id == action_id,
            Signature.state == State.CONFIRMED,
            Signature.public_name.is_not(None),
        )
        .order_by(Signature.proved_on.desc(), Signature.id)
        .limit(LATEST)
    )
    return [PublicLine(name, country) for name, country in rows if name]
