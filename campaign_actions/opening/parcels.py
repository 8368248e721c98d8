"""A list that leaves the server sealed: written without a key, opened on another machine with one.

The file is JSON Lines. The first line says what the list is; each further one is a row with its clear
columns, and, unless its name is withheld, the digest and the sealed record it had in the database.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from campaign_actions.exports import files, written
from campaign_actions.exports.models import Format, Purpose
from campaign_actions.exports.purposes import CEILINGS
from campaign_actions.exports.written import Miscounted, Sheet
from campaign_actions.formats import manifest
from campaign_actions.formats.csv_lines import Cell
from campaign_actions.formats.manifest import Manifest
from campaign_actions.infra import storage
from campaign_actions.opening.records import CannotOpen, Opener

KIND = "campaign-actions sealed list"
VERSION = 1
FILE_FORMAT = "sealed"
ENDING = "sealed"
# What a record of each kind holds, by column.
IN_A_RECORD = {"signature": {"name": "n", "email": "e"}, "paper": {"name": "n", "place": "p"}}


class NoParcel(Exception):
    """The file is no sealed list, or not whole. Its text is a sentence for people."""


@dataclass(frozen=True)
class Label:
    """The first line: what the list is. `held` is the manifest of the list, without a SHA-256 yet."""

    action_id: UUID
    title: str
    recipient: str
    format: Format
    held: Manifest


@dataclass(frozen=True)
class Row:
    """One row: clear cells by column, the digest, and the record unless the name is withheld."""

    cells: Mapping[str, Cell]
    digest: bytes
    sealed: bytes | None


def write(file: BinaryIO, label: Label, rows: Iterable[Row]) -> None:
    """Write the list without opening anything. Raises Miscounted when rows are missing or too many."""
    head = {
        "kind": KIND,
        "version": VERSION,
        "action_id": label.action_id.hex,
        "title": label.title,
        "recipient": label.recipient,
        "format": label.format.value,
        "manifest": json.loads(label.held.to_bytes()),
    }
    file.write(_line(head))
    count = 0
    for row in rows:
        count += 1
        sealed = base64.b64encode(row.sealed).decode() if row.sealed else None
        file.write(_line({"cells": dict(row.cells), "digest": row.digest.hex(), "sealed": sealed}))
    if count != label.held.rows:
        raise Miscounted(f"{count} rows in the file, {label.held.rows} in the database")


def read_label(line: bytes) -> Label:
    """The first line of a sealed list. Raises NoParcel."""
    try:
        head = json.loads(line)
        if head["kind"] != KIND or head["version"] != VERSION:
            raise NoParcel("This is no sealed list, or one of a version this program does not know.")
        held = manifest.read(json.dumps(head["manifest"]).encode())
        if not set(held.columns) <= set(CEILINGS[Purpose(held.purpose)].columns):
            raise NoParcel("The list asks for columns that its purpose does not allow. Nothing was written.")
        place = UUID(head["action_id"])
        return Label(place, str(head["title"]), str(head["recipient"]), Format(head["format"]), held)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoParcel("This is no sealed list, or one of a version this program does not know.") from error


def open_into(path: Path, opener: Opener, folder: Path) -> tuple[Path, Path]:
    """Open a sealed list with the key and write the file it stands for, and its manifest, into `folder`.

    Nothing is written unless every row opens. Raises NoParcel, CannotOpen, OSError.
    """
    with path.open("rb") as lines:
        label = read_label(lines.readline())
        name = f"{path.name.removesuffix('.' + ENDING)}.{written.ENDINGS[label.format]}"
        target, beside = folder / name, folder / files.manifest_name(name)
        if target.exists() or beside.exists():
            raise NoParcel(f"{target} is there already. Move it away first; nothing was written.")
        sheet = Sheet.of(label.format, label.held, label.title, label.recipient)
        try:
            with storage.writing_whole(target) as file:
                written.write(file, sheet, _opened(lines, label, opener), beside=folder)
        except Miscounted as error:
            raise NoParcel("The list was cut or added to: the number of rows is not its own.") from error
    paper = dataclasses.replace(
        label.held, sha256=manifest.sha256_of(target), file_format=written.KINDS[label.format]
    )
    with storage.writing_whole(beside) as file:
        file.write(paper.to_bytes())
    return target, beside


def opened(opener: Opener, kind: str, action_id: UUID, row: Row) -> dict[str, Cell]:
    """The cells of a row that were sealed. Raises CannotOpen."""
    held = json.loads(opener.open(kind, action_id, row.digest, row.sealed or b""))
    return {column: held[key] for column, key in IN_A_RECORD[kind].items()}


def _opened(lines: Iterable[bytes], label: Label, opener: Opener) -> Iterator[list[Cell]]:
    for line in lines:
        row = _read_row(line)
        cells = dict(row.cells)
        if row.sealed is not None:
            kind = "paper" if CEILINGS[Purpose(label.held.purpose)].on_paper else "signature"
            cells |= opened(opener, kind, label.action_id, row)
        yield [cells[column] for column in label.held.columns]


def _read_row(line: bytes) -> Row:
    try:
        row = json.loads(line)
        sealed = base64.b64decode(row["sealed"], validate=True) if row["sealed"] else None
        return Row(row["cells"], bytes.fromhex(row["digest"]), sealed)
    except (ValueError, KeyError, TypeError) as error:
        raise NoParcel("A row of the list cannot be read: the file was cut or changed.") from error


def _line(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


__all__ = ["CannotOpen", "Label", "NoParcel", "Row", "open_into", "read_label", "write"]
