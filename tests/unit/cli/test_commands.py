"""The command line as a whole: what it lists, where else it is found, what bad arguments answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from campaign_actions.cli.main import COMMANDS, main

ROOT = Path(__file__).resolve().parents[3]
OURS = [sys.executable, "-m", "campaign_actions.cli.main"]
FLASKS = [sys.executable, "-m", "flask", "--app", "wsgi"]


def call(command: list[str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder of its own, without settings of the surroundings."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("CAMPAIGN_", "FLASK_"))
    }
    environ = clean | {"CAMPAIGN_DATA": str(tmp_path / "data")}
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = call([*OURS, "--help"], tmp_path)
    assert shown.returncode == 0
    assert [name for name in COMMANDS if f"  {name} " not in shown.stdout] == []


def test_help_loads_no_command_and_nothing_that_opens(tmp_path: Path) -> None:
    words = "import sys, campaign_actions.cli.main as m; print([n for n in sys.modules if 'opening' in n])"
    assert call([sys.executable, "-c", words], tmp_path).stdout.strip() == "[]"


def test_flask_finds_every_command_too(tmp_path: Path) -> None:
    shown = call([*FLASKS, "--help"], tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert [name for name in COMMANDS if f"  {name} " not in shown.stdout] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_refuses_what_it_does_not_know(name: str) -> None:
    assert CliRunner().invoke(main, [name, "--help"]).output.startswith("Usage: ")
    assert CliRunner().invoke(main, [name, "--nonsense"]).exit_code == 2


def test_an_unknown_command_ends_with_status_2() -> None:
    assert CliRunner().invoke(main, ["nonsense"]).exit_code == 2


def test_a_site_without_keys_is_refused_in_one_line(tmp_path: Path) -> None:
    refused = call([*OURS, "reconcile"], tmp_path)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "campaign-actions keys init" in refused.stderr
