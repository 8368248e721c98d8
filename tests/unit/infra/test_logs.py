"""A log line is one line of JSON, whatever is in it."""

from __future__ import annotations

import json
import logging

import pytest

from campaign_actions.infra.logs import JsonLines


@pytest.mark.parametrize(
    "typed", ["a\r\n{}", "a\n", "\x1b[2J", "a\0b", "\u2028\u2029\x85", "\ud800", '","level":"x', "ә" * 9]
)
def test_nothing_begins_a_new_line_or_another_field(typed: str) -> None:
    extra = {"level": "info", "msg": typed, "route": typed, "args": ()}
    record = logging.makeLogRecord(extra | {"name": "campaign_actions.test", "levelname": "WARNING"})
    line = JsonLines().format(record)
    assert line.isascii()
    assert line.isprintable()
    told = json.loads(line)
    assert (told["message"], told["route"], told["log"]) == (typed, typed, "campaign_actions.test")
