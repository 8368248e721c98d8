"""What each column of the database says: read from tests/rules/columns.txt."""

from __future__ import annotations

from pathlib import Path

LIST = Path(__file__).resolve().parents[1] / "rules" / "columns.txt"
KINDS = ("site", "team", "number", "supporter")


def listed() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each table with what it is about, a word of KINDS, and its columns."""
    lines = [line.split() for line in LIST.read_text("utf-8").splitlines() if line and line[0] != "#"]
    return {table: (kind, tuple(columns)) for kind, table, *columns in lines}


def about_supporters() -> list[str]:
    """Tables whose rows are each about somebody who signed."""
    return [table for table, (kind, _columns) in listed().items() if kind == "supporter"]
