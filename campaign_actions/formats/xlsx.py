"""Rows as a workbook of one sheet, in which no cell is a formula, a link or a guess."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from campaign_actions.formats.csv_lines import Cell

# What a sheet can hold, without its header. Source: limits of Excel.
MOST_ROWS = 1_048_575
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, folder: Path) -> None:
    """Write the workbook into `file`; `folder` takes what is not yet packed, and is emptied of it.

    Texts are text cells whatever they begin with, numbers are numbers, None is an empty cell.
    Memory does not grow with the rows, of which there may be `MOST_ROWS`.
    """
    # Half a second that no other command shall wait for.
    import xlsxwriter

    workbook = xlsxwriter.Workbook(file, {**_OPTIONS, "tmpdir": str(folder)})
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name)
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(place, column, cell)
            elif cell is not None:
                sheet.write_string(place, column, cell)
    workbook.close()
