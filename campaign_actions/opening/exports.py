"""Making a list: sealed rows of one snapshot, opened a few at a time, into a file and its manifest."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Date, Engine, LargeBinary, create_engine, literal, select, tuple_

from campaign_actions.exports import files, paper_lines, queries
from campaign_actions.exports.collecting import Made
from campaign_actions.exports.models import Export, Purpose
from campaign_actions.exports.purposes import Chosen
from campaign_actions.formats import csv_lines, manifest
from campaign_actions.infra import clock, crash
from campaign_actions.opening.records import Opener
from campaign_actions.signatures.models import Signature

ROWS_AT_A_TIME = 2_000
# An open snapshot keeps SQLite from emptying its write-ahead log, so a long list reads a copy.
COPY_FROM_ROWS = 100_000


class Miscounted(Exception):
    """The file would not hold exactly the rows that the database counts."""


class Order(NamedTuple):
    """What the worker needs to know of an export; plain values, so that no row is held meanwhile."""

    id: UUID
    action_id: UUID
    action_slug: str
    purpose: Purpose
    chosen: Chosen
    columns: tuple[str, ...]
    rows_expected: int


def order(export: Export, action_slug: str) -> Order:
    """The order in an export's row."""
    return Order(
        id=export.id,
        action_id=export.action_id,
        action_slug=action_slug,
        purpose=export.purpose,
        chosen=Chosen.from_json(export.filters),
        columns=tuple(export.columns),
        rows_expected=export.rows_expected,
    )


def make(engine: Engine, wanted: Order, opener: Opener, folder: Path) -> Made:
    """Write the file and its manifest into `folder`; memory does not grow with the list.

    All rows are of one snapshot of the database. Nothing is left behind on any error.
    Raises records.CannotOpen when a row cannot be opened here, Miscounted, OSError.
    """
    name = files.new_name(wanted.id)
    try:
        with _snapshot(engine, wanted, folder) as connection:
            facts = _facts(connection, wanted)
            sha256 = _write(folder / name, _rows(connection, wanted, opener), wanted, facts.tally.rows)
        paper = _manifest(wanted, facts, sha256)
        with files.writing_whole(folder / files.manifest_name(name)) as file:
            file.write(paper)
        files.sync_folder(folder)
        crash.here("export.renamed")
    except BaseException:
        files.remove(folder, name)
        raise
    return Made(file_name=name, rows=facts.tally.rows, sha256=sha256, manifest=paper)


class _Facts(NamedTuple):
    tally: queries.Tally
    versions: dict[int, int]
    moment: datetime


def _facts(connection: Connection, wanted: Order) -> _Facts:
    tally = queries.tally(connection, wanted.action_id, wanted.chosen)
    versions = queries.text_versions(connection, wanted.action_id, wanted.chosen)
    return _Facts(tally, versions, clock.now())


def _write(path: Path, rows: Iterator[list[csv_lines.Cell]], wanted: Order, expected: int) -> str:
    digest = hashlib.sha256()
    counter = _Counter()
    with files.writing_whole(path) as file:
        counted = counter.counted(rows)
        for piece in csv_lines.write(wanted.columns, counted, for_excel=wanted.chosen.for_excel):
            digest.update(piece)
            file.write(piece)
        counter.compare(expected)
        crash.here("export.rows")
    return digest.hexdigest()


def _manifest(wanted: Order, facts: _Facts, sha256: str) -> bytes:
    return manifest.Manifest(
        action=wanted.action_slug,
        purpose=wanted.purpose.value,
        moment=facts.moment,
        rows=facts.tally.rows,
        columns=wanted.columns,
        sha256=sha256,
        counts_by_state={state.name.lower(): count for state, count in facts.tally.states.items()},
        counts_by_level={level.value: count for level, count in facts.tally.confirmed.items()},
        text_versions=facts.versions,
        filter=_filter_words(wanted.chosen),
    ).to_bytes()


class _Counter:
    """Counts what passes through."""

    rows = 0

    def counted(self, rows: Iterator[list[csv_lines.Cell]]) -> Iterator[list[csv_lines.Cell]]:
        for row in rows:
            self.rows += 1
            yield row

    def compare(self, expected: int) -> None:
        if self.rows != expected:
            raise Miscounted(f"{self.rows} rows in the file, {expected} in the database")


def _rows(connection: Connection, wanted: Order, opener: Opener) -> Iterator[list[csv_lines.Cell]]:
    if wanted.chosen.on_paper:
        yield from _paper_rows(connection, wanted, opener)
        return
    number = 0
    after: tuple[date, bytes] | None = None
    while page := _page(connection, wanted, after):
        for row in page:
            number += 1
            opened = json.loads(opener.open("signature", wanted.action_id, row.email_digest, row.sealed))
            cells = _cells(number, row, opened)
            yield [cells[column] for column in wanted.columns]
        after = (page[-1].signed_on, page[-1].email_digest)


def _paper_rows(connection: Connection, wanted: Order, opener: Opener) -> Iterator[list[csv_lines.Cell]]:
    lines = paper_lines.in_order(wanted.action_id, wanted.chosen.levels)
    for number, row in enumerate(connection.execute(lines.execution_options(yield_per=ROWS_AT_A_TIME)), 1):
        opened = json.loads(opener.open("paper", wanted.action_id, row.digest, row.sealed))
        cells: dict[str, csv_lines.Cell] = {
            "number": number,
            "name": opened["n"],
            "place": opened["p"],
            "sheet": row.number,
            "line": row.line,
            "text_version": row.text_version,
            "text_language": row.text_locale,
        }
        yield [cells[column] for column in wanted.columns]


def _page(connection: Connection, wanted: Order, after: tuple[date, bytes] | None) -> list[Any]:
    place = tuple_(Signature.signed_on, Signature.email_digest)
    statement = select(*Signature.__table__.c).where(queries.is_chosen(wanted.action_id, wanted.chosen))
    if after is not None:
        statement = statement.where(place > tuple_(literal(after[0], Date), literal(after[1], LargeBinary)))
    statement = statement.order_by(Signature.signed_on, Signature.email_digest).limit(ROWS_AT_A_TIME)
    return list(connection.execute(statement))


def _cells(number: int, row: Any, opened: dict[str, str]) -> dict[str, csv_lines.Cell]:
    return {
        "number": number,
        "name": opened["n"],
        "email": opened["e"],
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
