"""Rows as CSV that no spreadsheet runs as a formula, and the same rows read back."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | None

ROWS_IN_A_PIECE = 1000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# A spreadsheet skips blanks and quotes before it looks for a formula. Blanks here are all of
# Unicode's, the invisible ones included; a tab or line end counts by itself.
_RISKY = re.compile(
    r"[\s\0\u00ad\u180e\u200b-\u200f\u2060\ufeff\"'`‘’‚‛“”„‟«»‹›＂＇]*[=+\-@\t\r\n\0＝＋－＠]"
)


def harmless(cell: str) -> str:
    """The cell with an apostrophe wherever a spreadsheet could run it, else unchanged.

    Risky is what starts, perhaps after blanks or quotes, with = + - @, their full-width forms,
    a tab, a line end or NUL. So is what stands like that after a semicolon: where the comma is
    for decimals, spreadsheets cut lines there. `read_back` undoes it exactly, for every text.
    """
    return ";".join(map(_harmless_part, cell.split(";")))


def read_back(cell: str) -> str:
    """The text that `harmless` was given, when it gave `cell`."""
    return ";".join(map(_read_back_part, cell.split(";")))


def write(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, for_excel: bool = False
) -> Iterator[bytes]:
    """UTF-8 CSV in pieces of up to a thousand rows, the header first; every line ends with CRLF.

    Numbers are written bare, None as an empty cell, every text through `harmless`. `for_excel`
    puts a byte order mark in front, without which Excel reads UTF-8 wrongly. Source: RFC 4180.
    """
    if for_excel:
        yield _BYTE_ORDER_MARK
    piece = io.StringIO(newline="")
    writer = csv.writer(piece, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        if number % ROWS_IN_A_PIECE == 0:
            yield _taken(piece)
    rest = _taken(piece)
    if rest:
        yield rest


def read(lines: Iterable[str]) -> Iterator[list[str]]:
    """The rows of such a file, header first, cells as they were before they were made harmless.

    `lines` is a text file opened with `newline=""` and `encoding="utf-8-sig"`, or its lines with
    their ends. Raises `csv.Error` for a broken file.
    """
    for row in csv.reader(lines, strict=True):
        yield [read_back(cell) for cell in row]


def _harmless_part(part: str) -> str:
    if part[:1].isalnum() or not _RISKY.match(part):
        return part
    return "'" + part


def _read_back_part(part: str) -> str:
    if part[:1] == "'" and _RISKY.match(part, 1):
        return part[1:]
    return part


def _taken(piece: io.StringIO) -> bytes:
    text = piece.getvalue()
    piece.seek(0)
    piece.truncate()
    return text.encode("utf-8")
