"""Content out of one site and into another, empty one: all tables of `nouns`, in one order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, collate, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions import audit
from campaign_actions.actions.models import Action
from campaign_actions.content import archive, nouns, picture_files, rows
from campaign_actions.content.archive import Archive, BadArchive
from campaign_actions.content.rows import BadRow
from campaign_actions.errors import Refused
from campaign_actions.findable import rebuilding
from campaign_actions.infra import redirects, storage
from campaign_actions.infra.database.engine import Base
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import Counter, LedgerRow, Signature

BATCH = 500
NAMES = tuple(
    f"{name}.jsonl" for name in (*(table.name for table in nouns.TABLES), nouns.TOTALS, nouns.PICTURE_FILES)
)
_TOTAL_KEYS = {"action_id", "signatures", "sent"}


def export(connection: Connection, path: Path, kept: Path) -> dict[str, int]:
    """Write everything to a new file; gives the number of rows of each table. `kept` has the pictures.

    `connection` should see one snapshot. The same content gives the same bytes.
    """
    files = [(f"{table.name}.jsonl", _lines(connection, table)) for table in nouns.TABLES]
    files.append((f"{nouns.TOTALS}.jsonl", _total_lines(connection)))
    files.append((f"{nouns.PICTURE_FILES}.jsonl", picture_files.lines(connection, kept)))
    counted = archive.write(path, files)
    return {name.removesuffix(".jsonl"): n for name, n in counted.items()}


def check(path: Path) -> dict[str, int]:
    """Read a whole archive and check every row; gives the rows of each table. Raises BadArchive."""
    with Archive(path, NAMES) as opened:
        counted = {table.name: sum(1 for _row in _rows(opened, table)) for table in nouns.TABLES}
        counted[nouns.TOTALS] = sum(1 for _row in _totals(opened))
        counted[nouns.PICTURE_FILES] = sum(1 for _content in _picture_files(opened))
        return counted


def restore(connection: Connection, path: Path, kept: Path) -> dict[str, int]:
    """Put the content of an archive into an empty site, inside one transaction; gives rows as `check`.

    Pictures go into the folder `kept` at once; where the rest fails, the worker takes them out again.
    Raises Refused when the site holds anything, BadArchive when rows do not fit together.
    """
    _refuse_unless_empty(connection)
    counted: dict[str, int] = {}
    with Archive(path, NAMES) as opened:
        for table in nouns.TABLES:
            counted[table.name] = _put(connection, table, _rows(opened, table))
        counted[nouns.TOTALS] = _put_totals(connection, _totals(opened))
        put = [storage.put(kept, content) for content in _picture_files(opened)]
        counted[nouns.PICTURE_FILES] = len(put)
    for kind, ids in rebuilding.batches(connection):
        rebuilding.refresh(connection, {kind: ids})
    audit.record("content.restore", thing="site", rows=sum(counted.values()))
    return counted


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    # PostgreSQL sorts texts by language; the archive has one order everywhere.
    by_bytes = "C" if connection.dialect.name == "postgresql" else "BINARY"
    keys = [
        collate(column, by_bytes) if column.type.python_type is str else column
        for column in table.primary_key
    ]
    wanted = select(*nouns.columns(table)).order_by(*keys)
    with connection.execute(wanted, execution_options={"yield_per": BATCH}) as found:
        for row in found.mappings():
            yield rows.to_line(dict(row))


def _total_lines(connection: Connection) -> Iterator[bytes]:
    for action_id in sorted(connection.execute(select(Action.id)).scalars()):
        sent = select(Counter.n).where(Counter.action_id == action_id, Counter.dim == counting.SENT)
        total = {
            "action_id": action_id,
            "signatures": counting.exact(connection, action_id),
            "sent": connection.execute(sent).scalar_one_or_none() or 0,
        }
        if total["signatures"] or total["sent"]:
            yield rows.to_line(total)


def _rows(opened: Archive, table: Table) -> Iterator[dict[str, Any]]:
    name = f"{table.name}.jsonl"
    for at, line in enumerate(opened.lines(name), 1):
        try:
            row = rows.from_line(table, line)
            if table.name == redirects.Redirect.__tablename__:
                redirects.check(row["old"], row["new"])
        except (BadRow, Refused) as fault:
            raise _bad(name, at, fault) from None
        yield row


def _totals(opened: Archive) -> Iterator[tuple[UUID, int, int]]:
    name = f"{nouns.TOTALS}.jsonl"
    for at, line in enumerate(opened.lines(name), 1):
        try:
            found = rows.read_line(line)
            numbers = [found[key] for key in ("signatures", "sent")] if set(found) == _TOTAL_KEYS else []
            if not numbers or any(type(n) is not int or not 0 <= n <= rows.MAX_NUMBER for n in numbers):
                raise BadRow("a total cannot be that")
            yield UUID(found["action_id"]), numbers[0], numbers[1]
        except (ValueError, AttributeError, TypeError) as fault:
            raise _bad(name, at, fault) from None


def _picture_files(opened: Archive) -> Iterator[bytes]:
    name = f"{nouns.PICTURE_FILES}.jsonl"
    for at, line in enumerate(opened.lines(name), 1):
        try:
            yield picture_files.read(line)
        except BadRow as fault:
            raise _bad(name, at, fault) from None


def _bad(name: str, line: int, fault: Exception) -> BadArchive:
    why = str(fault) if isinstance(fault, BadRow) else ""
    return BadArchive(_("%(name)s, line %(line)s is not what this version writes (%(why)s).",
                        name=name, line=line, why=why))  # fmt: skip


def _refuse_unless_empty(connection: Connection) -> None:
    others = [Base.metadata.tables[model.__tablename__] for model in (Signature, Counter, LedgerRow)]
    for table in (*nouns.TABLES, *others):
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            words = _("Content is restored into an empty site only. This one has rows in %(table)s.",
                      table=table.name)  # fmt: skip
            raise Refused(words)


def _put(connection: Connection, table: Table, found: Iterator[dict[str, Any]]) -> int:
    """Insert rows; those that point to rows of the same table are pointed there in the end."""
    later: list[dict[str, Any]] = []
    own = [column.name for column in nouns.to_itself(table)]
    count = 0
    while batch := list(islice(found, BATCH)):
        for row in batch:
            later += [{"row": row["id"], "to": row.pop(name), "name": name} for name in own if row[name]]
            row.update(dict.fromkeys(own))
        _execute(connection, insert(table), batch, table)
        count += len(batch)
    for name in own:
        pointed = [{"row": one["row"], "to": one["to"]} for one in later if one["name"] == name]
        if pointed:
            statement = update(table).where(table.c.id == bindparam("row")).values({name: bindparam("to")})
            _execute(connection, statement, pointed, table)
    return count


def _put_totals(connection: Connection, totals: Iterator[tuple[UUID, int, int]]) -> int:
    count = 0
    known = set(connection.execute(select(Action.id)).scalars())
    for action_id, signatures, sent in totals:
        if action_id not in known:
            raise BadArchive(_("%(name)s does not fit the other files.", name=f"{nouns.TOTALS}.jsonl"))
        count += 1
        for dim, n in ((counting.ALL, signatures), ("archived", signatures), (counting.SENT, sent)):
            if n:
                counting.add(connection, action_id, dim, n)
    return count


def _execute(connection: Connection, statement: Any, batch: list[dict[str, Any]], table: Table) -> None:
    try:
        connection.execute(statement, batch)
    except IntegrityError:
        raise BadArchive(_("%(name)s does not fit the other files.", name=f"{table.name}.jsonl")) from None
