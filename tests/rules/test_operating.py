"""Operators are told of every line the log may hold, and of none that is gone."""

from __future__ import annotations

import ast
import re

from tests.rules.test_sealing import LOG_CALLS, LOGS
from tests.support.source import ROOT, Source, called, package

PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")


def logged(source: Source) -> dict[str, set[str]]:
    """Messages a file writes to the log, each with the names of its further fields."""
    found: dict[str, set[str]] = {}
    for call in source.calls():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if called(call) not in LOG_CALLS or not isinstance(owner, ast.Name) or owner.id not in LOGS:
            continue
        message = call.args[0]
        assert isinstance(message, ast.Constant), f"{source.place}:{call.lineno} puts its message together"
        fields = found.setdefault(str(message.value), set())
        for extra in (word.value for word in call.keywords if word.arg == "extra"):
            assert isinstance(extra, ast.Dict), f"{source.place}:{call.lineno} does not spell out its fields"
            fields |= {str(key.value) for key in extra.keys if isinstance(key, ast.Constant)}
    return found


def explained() -> dict[str, set[str]]:
    """Messages and fields in the table of `docs/operating.md`."""
    table = PAGE.partition("| Message |")[2]
    rows = [line.split("|")[1:3] for line in table.splitlines()[2:] if line.startswith("| `")]
    return {
        message: set(re.findall(r"`(\w+)`", fields))
        for messages, fields in rows
        for message in re.findall(r"`([^`]+)`", messages)
    }


def test_every_log_line_is_explained_with_its_fields_and_no_other() -> None:
    written: dict[str, set[str]] = {}
    for source in package():
        for message, fields in logged(source).items():
            written.setdefault(message, set()).update(fields)
    assert explained() == written


def test_a_message_and_its_fields_are_found() -> None:
    source = Source("a.py", "log.warning('busy', extra={'route': route})\nlog.info('started')")
    assert logged(source) == {"busy": {"route"}, "started": set()}
