"""The project's own files, read as text or as syntax, for the tests of rules."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "campaign_actions"
METHODS = ("get", "post", "put", "patch", "delete", "route")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file; `place` is its path from the root, with slashes."""

    place: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    def functions(self) -> Iterator[Function]:
        """Every function and method in it."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def calls(self) -> Iterator[ast.Call]:
        """Every call in it."""
        return calls_in(self.tree)

    def imported(self) -> set[str]:
        """Top names of the packages it imports."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.update(name.name.split(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
        return found


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Every call below `node`."""
    return (found for found in ast.walk(node) if isinstance(found, ast.Call))


def called(call: ast.Call) -> str:
    """Last word of what is called: "writing" for `writing()` and `engine.writing()`."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def route_methods(function: Function) -> set[str]:
    """HTTP methods a view answers, in capitals; empty if the function is no view."""
    found: set[str] = set()
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        verb = decorator.func.attr
        first = decorator.args[0] if decorator.args else None
        if verb not in METHODS or not isinstance(first, ast.Constant | ast.JoinedStr):
            continue
        listed = [word.value for word in decorator.keywords if word.arg == "methods"]
        found |= set(ast.literal_eval(listed[0])) if listed else {"GET" if verb == "route" else verb.upper()}
    return found


@cache
def package() -> tuple[Source, ...]:
    """Every Python file of the package."""
    return _sources(PACKAGE)


@cache
def suite() -> tuple[Source, ...]:
    """Every Python file of the tests."""
    return _sources(ROOT / "tests")


def templates() -> list[Path]:
    """Every template."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def committed() -> list[Path]:
    """Files that git keeps or would keep, without those it ignores."""
    git = shutil.which("git")
    assert git, "the tests read the list of files from git"
    command = [git, "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _sources(folder: Path) -> tuple[Source, ...]:
    paths = sorted(folder.rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths)
