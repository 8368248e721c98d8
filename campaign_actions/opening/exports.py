"""Making a list: sealed rows of one snapshot, opened a few at a time, into a file and its manifest."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Date, Engine, LargeBinary, create_engine, literal, select, tuple_

from campaign_actions.actions.models import Level
from campaign_actions.exports import files, paper_lines, queries, written
from campaign_actions.exports.collecting import Made
from campaign_actions.exports.models import Export, Purpose
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.exports.written import Sheet
from campaign_actions.formats import manifest
from campaign_actions.formats.csv_lines import Cell
from campaign_actions.formats.manifest import Manifest
from campaign_actions.infra import clock, crash, storage
from campaign_actions.infra.i18n import _
from campaign_actions.opening import parcels
from campaign_actions.opening.parcels import Label, Row
from campaign_actions.opening.records import Opener
from campaign_actions.signatures.models import Signature

TELL_SECONDS = 1.0
ROWS_AT_A_TIME = 2_000
# An open snapshot keeps SQLite from emptying its write-ahead log, so a long list reads a copy.
COPY_FROM_ROWS = 100_000


Progress = Callable[[int], None]


def _say_nothing(_rows: int) -> None:
    """Progress that nobody waits for."""


class Order(NamedTuple):
    """What the worker needs to know of an export; plain values, so that no row is held meanwhile."""

    id: UUID
    action_id: UUID
    action_slug: str
    purpose: Purpose
    chosen: Chosen
    columns: tuple[str, ...]
    rows_expected: int
    title: str = ""
    recipient: str = ""


def order(export: Export, action_slug: str, title: str) -> Order:
    """The order in an export's row. Raises ValueError for columns above the ceiling of its purpose."""
    columns = tuple(export.columns)
    if not set(columns) <= set(CEILINGS[export.purpose].columns):
        raise ValueError("columns above the ceiling of the purpose")
    return Order(
        id=export.id,
        action_id=export.action_id,
        action_slug=action_slug,
        purpose=export.purpose,
        chosen=Chosen.from_json(export.filters, columns),
        columns=columns,
        rows_expected=export.rows_expected,
        title=title,
        recipient=export.recipient,
    )


def make(
    engine: Engine, wanted: Order, opener: Opener | None, folder: Path, progress: Progress = _say_nothing
) -> Made:
    """Write the file and its manifest into `folder`; memory does not grow with the list.

    All rows are of one snapshot of the database. Without an `opener` the rows leave sealed. `progress`
    is told now and then how many rows are written. Nothing is left behind on any error.
    Raises records.CannotOpen when a row cannot be opened here, Miscounted, OSError.
    """
    ending = written.ENDINGS[wanted.chosen.format] if opener else parcels.ENDING
    name = files.new_name(wanted.id, ending)
    try:
        with _snapshot(engine, wanted, folder) as connection:
            held = _manifest(wanted, _facts(connection, wanted))
            rows = _told(_rows(connection, wanted), progress)
            _write(folder / name, wanted, held, rows, opener)
        kind = written.KINDS[wanted.chosen.format] if opener else parcels.FILE_FORMAT
        paper = replace(held, sha256=manifest.sha256_of(folder / name), file_format=kind)
        with storage.writing_whole(folder / files.manifest_name(name)) as file:
            file.write(paper.to_bytes())
        storage.sync_folder(folder)
        crash.here("export.renamed")
    except BaseException:
        files.remove(folder, name)
        raise
    return Made(name, held.rows, paper.sha256, paper.to_bytes(), sealed=opener is None)


class _Facts(NamedTuple):
    tally: queries.Tally
    versions: dict[int, int]
    moment: datetime


def _facts(connection: Connection, wanted: Order) -> _Facts:
    tally = queries.tally(connection, wanted.action_id, wanted.chosen)
    versions = queries.text_versions(connection, wanted.action_id, wanted.chosen)
    return _Facts(tally, versions, clock.now())


def _write(path: Path, wanted: Order, held: Manifest, rows: Iterator[Row], opener: Opener | None) -> None:
    with storage.writing_whole(path) as file:
        if opener is None:
            label = Label(wanted.action_id, wanted.title, wanted.recipient, wanted.chosen.format, held)
            parcels.write(file, label, rows)
        else:
            sheet = Sheet.of(wanted.chosen.format, held, wanted.title, wanted.recipient)
            written.write(file, sheet, _opened(rows, wanted, opener), beside=path.parent)
        crash.here("export.rows")


def _manifest(wanted: Order, facts: _Facts) -> Manifest:
    return Manifest(
        action=wanted.action_slug,
        purpose=wanted.purpose.value,
        moment=facts.moment,
        rows=facts.tally.rows,
        columns=wanted.columns,
        sha256="",
        counts_by_state={state.name.lower(): count for state, count in facts.tally.states.items()},
        counts_by_level={level.value: count for level, count in facts.tally.confirmed.items()},
        text_versions=facts.versions,
        filter=_filter_words(wanted.chosen),
    )


def _told(rows: Iterator[Row], progress: Progress) -> Iterator[Row]:
    last = time.monotonic()
    for number, row in enumerate(rows, 1):
        yield row
        if number % ROWS_AT_A_TIME == 0 and time.monotonic() - last > TELL_SECONDS:
            progress(number)
            last = time.monotonic()


def _opened(rows: Iterator[Row], wanted: Order, opener: Opener) -> Iterator[list[Cell]]:
    for row in rows:
        cells = dict(row.cells)
        if row.sealed is not None:
            kind = "paper" if wanted.chosen.on_paper else "signature"
            cells |= parcels.opened(opener, kind, wanted.action_id, row)
        yield [cells[column] for column in wanted.columns]


def _rows(connection: Connection, wanted: Order) -> Iterator[Row]:
    if wanted.chosen.on_paper:
        yield from _paper_rows(connection, wanted)
        return
    number = 0
    after: tuple[date, bytes] | None = None
    nameless = wanted.chosen.withheld and Level.TEAM not in wanted.chosen.levels
    while page := _page(connection, wanted, after):
        for row in page:
            number += 1
            cells = {name: cell for name, cell in _clear(number, row).items() if name in wanted.columns}
            if nameless and row.level == Level.TEAM:
                # Nothing that says more of somebody than that they signed.
                cells |= {"name": _("(name withheld)")} | ({"country": None} if "country" in cells else {})
                yield Row(cells, b"", None)
            else:
                yield Row(cells, row.email_digest, row.sealed)
        after = (page[-1].signed_on, page[-1].email_digest)


def _paper_rows(connection: Connection, wanted: Order) -> Iterator[Row]:
    lines = paper_lines.in_order(wanted.action_id, wanted.chosen.levels)
    for number, row in enumerate(connection.execute(lines.execution_options(yield_per=ROWS_AT_A_TIME)), 1):
        cells: dict[str, Cell] = {
            "number": number,
            "sheet": row.number,
            "line": row.line,
            "text_version": row.text_version,
            "text_language": row.text_locale,
        }
        yield Row(
            {name: cell for name, cell in cells.items() if name in wanted.columns}, row.digest, row.sealed
        )


def _page(connection: Connection, wanted: Order, after: tuple[date, bytes] | None) -> list[Any]:
    place = tuple_(Signature.signed_on, Signature.email_digest)
    statement = select(*Signature.__table__.c).where(queries.is_chosen(wanted.action_id, wanted.chosen))
    if after is not None:
        statement = statement.where(place > tuple_(literal(after[0], Date), literal(after[1], LargeBinary)))
    statement = statement.order_by(Signature.signed_on, Signature.email_digest).limit(ROWS_AT_A_TIME)
    return list(connection.execute(statement))


def _clear(number: int, row: Any) -> dict[str, Cell]:
    return {
        "number": number,
        "country": row.country,
        "language": row.locale,
        "level": row.level.value,
        "day": row.signed_on.isoformat(),
        "confirmed_on": row.proved_on.isoformat() if row.proved_on else None,
        "text_version": row.text_version,
        "text_language": row.text_locale,
        "consent_version": row.consent_version,
    }


def _filter_words(chosen: Chosen) -> dict[str, str]:
    return {
        "state": "checked on paper" if chosen.on_paper else "confirmed",
        "levels": ", ".join(level.value for level in chosen.levels),
        "from_day": chosen.from_day.isoformat() if chosen.from_day else "",
        "to_day": chosen.to_day.isoformat() if chosen.to_day else "",
        "country": chosen.country,
        "language": chosen.language,
        "text_version": str(chosen.text_version or ""),
        "asked_for_letters": "yes" if chosen.wants_updates else "",
        "without_name": "yes" if chosen.withheld else "",
    }


@contextmanager
def _snapshot(engine: Engine, wanted: Order, folder: Path) -> Iterator[Connection]:
    """A connection that sees one moment of the database for as long as it is open."""
    if engine.dialect.name == "sqlite":
        if wanted.rows_expected > COPY_FROM_ROWS:
            with _copy(engine, folder) as connection:
                yield connection
        else:
            with engine.connect() as connection:
                yield connection
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def _copy(engine: Engine, folder: Path) -> Iterator[Connection]:
    with tempfile.TemporaryDirectory(prefix="snapshot-", dir=folder) as place:
        path = Path(place) / "copy.db"
        live, copy = sqlite3.connect(str(engine.url.database)), sqlite3.connect(path)
        with closing(live), closing(copy):
            live.backup(copy)
        reader = create_engine(f"sqlite:///{path}")
        try:
            with reader.connect() as connection:
                yield connection
        finally:
            reader.dispose()
