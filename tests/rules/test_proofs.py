"""Every promise of docs/proofs.md names tests, and each of them is there."""

from __future__ import annotations

import ast
import re

from tests.support.source import ROOT

PAGE = ROOT / "docs" / "proofs.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[str]:
    """The lines of the tables that hold a promise."""
    lines = PAGE.read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith("| Promise |")]


def names_in(path: str) -> set[str]:
    """Names of the tests in a file; none when there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text("utf-8")) if file.is_file() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_a_test() -> None:
    assert len(rows()) > 50
    assert [row for row in rows() if not NAMED.search(row)] == []


def test_every_test_that_is_named_is_there() -> None:
    named = NAMED.findall(PAGE.read_text("utf-8"))
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []
