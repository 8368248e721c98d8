"""The paper that goes with an exported list: what is in it, chosen how, and its SHA-256."""

import csv
import hashlib
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

KIND = "campaign-actions manifest"
VERSION = 1

_BLOCK_BYTES = 1 << 20
_XLSX_ROW = re.compile(rb"<row[ >/]")
_XLSX_SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class Manifest:
    """What an export says about itself; it names no person.

    `rows` counts the people in the file, without its header. `counts_by_state` and
    `counts_by_level` are those of the whole action at `moment` (aware), so that the reader sees
    what the file leaves out. `text_versions` maps version number to the rows that signed it.
    `filter` holds the answers the list was chosen by, as plain text. `file_format` is csv, xlsx,
    jsonl, osdi, print or sealed; `sha256` is that of the file's bytes, in hexadecimal.
    """

    action: str
    purpose: str
    moment: datetime
    rows: int
    columns: Sequence[str]
    sha256: str
    file_format: str = "csv"
    counts_by_state: Mapping[str, int] = field(default_factory=dict)
    counts_by_level: Mapping[str, int] = field(default_factory=dict)
    text_versions: Mapping[int, int] = field(default_factory=dict)
    filter: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """UTF-8 JSON with sorted names; equal manifests give equal bytes."""
        content = {
            "kind": KIND,
            "version": VERSION,
            "action": self.action,
            "purpose": self.purpose,
            "moment": self.moment.astimezone(UTC).isoformat(timespec="seconds"),
            "rows": self.rows,
            "columns": list(self.columns),
            "sha256": self.sha256,
            "file_format": self.file_format,
            "counts_by_state": dict(self.counts_by_state),
            "counts_by_level": dict(self.counts_by_level),
            "text_versions": {str(version): rows for version, rows in self.text_versions.items()},
            "filter": dict(self.filter),
        }
        return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def read(manifest_bytes: bytes) -> Manifest:
    """The manifest in these bytes. Raises ValueError if they are none, or of a newer version."""
    try:
        content = json.loads(manifest_bytes)
        if content["kind"] != KIND or content["version"] != VERSION:
            raise ValueError("not a manifest of a known version")
        return Manifest(
            action=str(content["action"]),
            purpose=str(content["purpose"]),
            moment=datetime.fromisoformat(content["moment"]),
            rows=int(content["rows"]),
            columns=[str(column) for column in content["columns"]],
            sha256=str(content["sha256"]),
            file_format=str(content["file_format"]),
            counts_by_state=dict(content["counts_by_state"]),
            counts_by_level=dict(content["counts_by_level"]),
            text_versions={int(version): rows for version, rows in content["text_versions"].items()},
            filter=dict(content["filter"]),
        )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError("not a manifest of a known version") from error


def verify(manifest_bytes: bytes, file_path: Path) -> list[str]:
    """Sentences, one for each thing in which the file differs from its manifest; none if it is whole.

    Compares the SHA-256 and, except for print lists, the number of rows. Never raises for a
    damaged file or manifest; raises OSError if the file cannot be read.
    """
    try:
        manifest = read(manifest_bytes)
    except ValueError:
        return ["The manifest cannot be read, or is of a version this program does not know."]
    breaches = []
    if sha256_of(file_path) != manifest.sha256:
        breaches.append("The SHA-256 of the file is not the one in the manifest: the file was changed.")
    try:
        rows = count_rows(file_path, manifest.file_format)
    except (ValueError, csv.Error, zipfile.BadZipFile, KeyError):
        breaches.append(f"The file is no readable {manifest.file_format} file.")
    else:
        if rows is not None and rows != manifest.rows:
            breaches.append(f"The file has {rows} rows, the manifest says {manifest.rows}.")
    return breaches


def sha256_of(file_path: Path) -> str:
    """The SHA-256 of a file of any size, in hexadecimal."""
    digest = hashlib.sha256()
    with file_path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def count_rows(file_path: Path, file_format: str) -> int | None:
    """The number of rows in the file, its header apart; None where rows cannot be counted.

    Raises ValueError, csv.Error, zipfile.BadZipFile or KeyError if the file is not of that format.
    """
    if file_format == "csv":
        with file_path.open(encoding="utf-8-sig", newline="") as text:
            return max(0, sum(1 for _row in csv.reader(text, strict=True)) - 1)
    if file_format == "jsonl":
        with file_path.open(encoding="utf-8", newline="\n") as text:
            return sum(1 for line in text if line.strip() and json.loads(line) is not None)
    if file_format == "sealed":
        with file_path.open(encoding="utf-8", newline="\n") as text:
            return max(0, sum(1 for line in text if line.strip()) - 1)
    if file_format == "xlsx":
        return max(0, _xlsx_rows(file_path) - 1)
    return None


def _xlsx_rows(file_path: Path) -> int:
    rows = 0
    with zipfile.ZipFile(file_path) as workbook, workbook.open(_XLSX_SHEET) as sheet:
        kept = b""
        while block := sheet.read(_BLOCK_BYTES):
            seen = kept + block
            rows += len(_XLSX_ROW.findall(seen))
            # A tag cut by the end of a block is found with the next one; a whole one is not kept.
            kept = seen[-4:] if not _XLSX_ROW.search(seen[-5:]) else b""
    return rows
