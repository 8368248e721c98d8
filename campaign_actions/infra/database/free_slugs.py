"""Finding an address that no other thing of its kind has, also while somebody else looks for one."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from campaign_actions.infra import slugs
from campaign_actions.infra.database.engine import session

# The longest number that is put behind a slug cuts off less than the rest.
COMPARED = 70


def free(column: InstrumentedAttribute[str], base: str) -> str:
    """`base`, or the first numbered one of it that `column` does not hold, until this transaction ends.

    Needs `writing()`. Who looks in the same column meanwhile waits for the end, and then sees what was taken.
    """
    # SQLite has one writer anyway.
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(str(column)))))
    begins = column.startswith(base[:COMPARED], autoescape=True)
    return slugs.numbered(base, set(session.scalars(select(column).where(begins))))
