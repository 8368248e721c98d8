"""Things are called by what they are, not by where one happened to put them."""

import ast
from pathlib import PurePosixPath

from tests.support.source import Source, package, suite

EMPTY_WORDS = {
    *("util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "managers"),
    *("info", "stuff", "base", "lib", "shared", "tools_misc", "various"),
}
EMPTY_BEGINNINGS = ("handle_", "do_it", "do_this", "do_the", "process_data", "perform_")
EMPTY_ENDS = ("Manager", "Helper", "Util", "Utils", "Handler", "Processor")


def empty_names(source: Source) -> list[str]:
    faults = []
    path = PurePosixPath(source.place)
    if EMPTY_WORDS & {path.stem, *path.parts[1:-1]}:
        faults.append(f"{source.place}: the file is named by an empty word")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith(EMPTY_BEGINNINGS):
            faults.append(f"{source.place}:{node.lineno} {node.name}")
        if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_ENDS):
            faults.append(f"{source.place}:{node.lineno} {node.name}")
    return faults


def test_nothing_has_an_empty_name() -> None:
    assert [fault for source in package() for fault in empty_names(source)] == []


def test_no_test_file_has_an_empty_name() -> None:
    stems = {PurePosixPath(source.place).stem for source in suite()}
    assert stems & EMPTY_WORDS == set()


def test_init_files_are_empty() -> None:
    assert [s.place for s in package() if s.place.endswith("__init__.py") and s.text.strip()] == []


def test_an_empty_name_is_found() -> None:
    assert empty_names(Source("campaign_actions/utils.py", "")) != []
    assert empty_names(Source("campaign_actions/a.py", "class SignatureManager: ...")) != []
    assert empty_names(Source("campaign_actions/a.py", "def handle_it(): ...")) != []
