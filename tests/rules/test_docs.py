"""Every setting and every command is explained in the README, and nothing that is gone still is."""

import importlib.util
import re

import click
import pytest

from tests.support.source import PACKAGE, ROOT

README = (ROOT / "README.md").read_text("utf-8") if (ROOT / "README.md").exists() else ""
SETTING = re.compile(r"CAMPAIGN_[A-Z_]+[A-Z]")
README_LINES = 200


def settings() -> set[str]:
    return set(SETTING.findall((PACKAGE / "config.py").read_text("utf-8")))


def commands(command: click.Command, words: tuple[str, ...] = ()) -> list[str]:
    """Every command that can be typed, as `campaign-actions` is followed by it."""
    if not isinstance(command, click.Group):
        return [" ".join(words)]
    context = click.Context(command)
    found: list[str] = []
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        if child is not None and not child.hidden:
            found += commands(child, (*words, name))
    return found


def lines() -> list[str]:
    return [line for line in README.splitlines() if line.startswith("|")]


def test_every_setting_has_a_line() -> None:
    explained = {name for line in lines() for name in SETTING.findall(line)}
    assert settings() - explained == set()


def test_no_line_explains_a_setting_that_is_gone() -> None:
    others = {"CAMPAIGN_BROWSER", "CAMPAIGN_TEST_DATABASE_URL"}
    assert set(SETTING.findall(README)) - settings() - others == set()


def test_every_command_has_a_line() -> None:
    if importlib.util.find_spec("campaign_actions.cli.main") is None:
        pytest.fail("the command line is missing")
    from campaign_actions.cli.main import main

    rows = "\n".join(lines())
    assert [words for words in commands(main) if f"`{words}" not in rows] == []


def test_the_readme_stays_short() -> None:
    assert 0 < len(README.splitlines()) <= README_LINES
