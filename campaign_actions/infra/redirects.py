"""Old addresses: a table of what moved where, so that no link that was given out leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, String, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import Model
from campaign_actions.infra.i18n import _

MAX_LENGTH = 300
_PATH = re.compile(r"/(?:[^/\\?#\s\x00-\x1f\x7f][^\\?#\s\x00-\x1f\x7f]*)?")
_OLD_NUMBER = re.compile(r"\?p=[1-9][0-9]{0,11}")


class Redirect(Model, kw_only=True):
    """An old path of this site, or "?p=ID" of its WordPress past, and the path it leads to now.

    Paths are without a language; a path of the site that exists wins over one that is listed here.
    """

    __tablename__ = "redirect"

    old: Mapped[str] = mapped_column(String(MAX_LENGTH), primary_key=True)
    new: Mapped[str] = mapped_column(String(MAX_LENGTH), index=True)


def check(old: str, new: str) -> None:
    """Raise Refused when `old` is neither a path nor "?p=" and a number, or `new` is no path of this site."""
    if not (_PATH.fullmatch(old) or _OLD_NUMBER.fullmatch(old)) or len(old) > MAX_LENGTH or old == "/":
        raise Refused(_("The old address must be a path like /2012/03/title/, or ?p= and a number."))
    if not _PATH.fullmatch(new) or ".." in new or len(new) > MAX_LENGTH:
        raise Refused(_("The new address must be a path of this site, like /news/."))


def leave(connection: Connection, old: str, new: str) -> None:
    """Let `old` lead to `new`, and whatever led to `old` too; of a move back nothing is left.

    Raises Refused as `check` does.
    """
    check(old, new)
    connection.execute(update(Redirect).where(Redirect.new == old).values(new=new))
    statement = insert(Redirect).values(old=old, new=new)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[Redirect.old], set_={"new": statement.excluded.new})
    )
    # What stands at `new` stands there itself, so nothing leads away from it.
    connection.execute(delete(Redirect).where(Redirect.old == new))


def forget(connection: Connection, old: str) -> bool:
    """Let `old` lead nowhere; False when it did already."""
    gone = connection.execute(delete(Redirect).where(Redirect.old == old).returning(Redirect.old))
    return gone.first() is not None


def forget_ways_to(connection: Connection, new: str) -> None:
    """Let nothing lead to `new` any more."""
    connection.execute(delete(Redirect).where(Redirect.new == new))


def find(connection: Connection, candidates: Sequence[str]) -> tuple[str, str] | None:
    """The first of these old addresses that is known, and where it leads; None for none."""
    rows = connection.execute(select(Redirect.old, Redirect.new).where(Redirect.old.in_(candidates)))
    known = {row.old: row.new for row in rows}
    return next(((old, known[old]) for old in candidates if old in known), None)


def listed(connection: Connection) -> list[tuple[str, str]]:
    """All of them as (old, new), in order."""
    rows = connection.execute(select(Redirect.old, Redirect.new).order_by(Redirect.old))
    return [(old, new) for old, new in rows]
