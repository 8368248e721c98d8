"""Rows of a list into a file of the chosen kind, with the manifest that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import BinaryIO

from campaign_actions.exports.models import Format
from campaign_actions.exports.purposes import COLUMN_WORDS
from campaign_actions.formats import csv_lines, json_lines, print_list, xlsx
from campaign_actions.formats.csv_lines import Cell
from campaign_actions.formats.manifest import Manifest
from campaign_actions.infra import i18n
from campaign_actions.infra.i18n import ngettext

ENDINGS: Mapping[Format, str] = MappingProxyType(
    {
        Format.CSV: "csv",
        Format.CSV_FOR_EXCEL: "csv",
        Format.XLSX: "xlsx",
        Format.JSON_LINES: "jsonl",
        Format.OSDI: "osdi.json",
        Format.PRINT: "html",
    }
)
# As a manifest calls them.
KINDS: Mapping[Format, str] = MappingProxyType(
    {
        Format.CSV: "csv",
        Format.CSV_FOR_EXCEL: "csv",
        Format.XLSX: "xlsx",
        Format.JSON_LINES: "jsonl",
        Format.OSDI: "osdi",
        Format.PRINT: "print",
    }
)


class Miscounted(Exception):
    """The file would not hold exactly the rows that the database counts."""


@dataclass(frozen=True)
class Sheet:
    """What a file says of itself besides its rows; `rows` is how many there have to be."""

    format: Format
    columns: Sequence[str]
    action: str
    title: str
    recipient: str
    rows: int

    @classmethod
    def of(cls, format_: Format, held: Manifest, title: str, recipient: str) -> Sheet:
        """From the manifest of the list."""
        return cls(format_, held.columns, held.action, title, recipient, held.rows)


def write(file: BinaryIO, sheet: Sheet, rows: Iterable[Sequence[Cell]], *, beside: Path) -> None:
    """Write the rows into a file of the folder `beside`; memory does not grow with them.

    Raises Miscounted when they are more or fewer than the sheet says.
    """
    counter = _Counter()
    counted = counter.counted(rows)
    if sheet.format is Format.XLSX:
        # What is not yet packed holds names too, so it lies beside the file and nowhere else.
        with TemporaryDirectory(prefix="sheet-", dir=beside) as folder:
            xlsx.write(file, sheet.columns, counted, folder=Path(folder))
    else:
        file.writelines(_pieces(sheet, counted))
    if counter.rows != sheet.rows:
        raise Miscounted(f"{counter.rows} rows in the file, {sheet.rows} in the database")


def _pieces(sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    if sheet.format is Format.JSON_LINES:
        return json_lines.write(sheet.columns, rows)
    if sheet.format is Format.OSDI:
        return json_lines.write_osdi(sheet.columns, rows, action=sheet.action, total=sheet.rows)
    if sheet.format is Format.PRINT:
        names = [str(COLUMN_WORDS[column]) for column in sheet.columns]
        count = i18n.number(sheet.rows)
        signed = ngettext("%(count)s signature.", "%(count)s signatures.", sheet.rows, count=count)
        line = f"{signed} {sheet.recipient}"
        return print_list.write(names, rows, title=sheet.title, line=line, language=i18n.current_locale())
    return csv_lines.write(sheet.columns, rows, for_excel=sheet.format is Format.CSV_FOR_EXCEL)


class _Counter:
    """Counts what passes through."""

    rows = 0

    def counted(self, rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        for row in rows:
            self.rows += 1
            yield row
