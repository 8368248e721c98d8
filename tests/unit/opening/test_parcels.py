"""A list that leaves sealed opens with the key, on any machine, and with nothing else."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.cli.exports import exports as command
from campaign_actions.config import Settings
from campaign_actions.exports import files, requesting
from campaign_actions.exports.models import Export, ExportState, Format, Purpose
from campaign_actions.formats import csv_lines, manifest
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.opening import keys
from campaign_actions.signatures.tools import load
from campaign_actions.worker import loop
from tests.support import made_exports, signed
from tests.support.factories import a_user, an_action

# What leaves sealed does not depend on where it was stored.
pytestmark = pytest.mark.engines("sqlite")

NAME = "Әлия Қайратқызы"


@pytest.fixture
def action(app: Flask, database: None, settings: Settings) -> ActionPage:
    page, tools = an_action(slug="release"), load(settings)
    signed.store([signed.a_row(tools, page.card.id, NAME), signed.a_row(tools, page.card.id, "=1+1")])
    signed.store([signed.a_row(tools, page.card.id, "Nobody Knows", level=Level.TEAM)])
    return page


@pytest.fixture
def staff(database: None) -> User:
    return a_user(Role.STAFF, may_export=True)


@pytest.fixture
def key(settings: Settings, tmp_path: Path) -> Path:
    """The list key, carried off the machine."""
    [here] = settings.worker_keys.glob("list-*.key")
    away = tmp_path / "away"
    away.mkdir()
    return Path(shutil.move(here, away / here.name))


@pytest.fixture
def sealed(app: Flask, settings: Settings, action: ActionPage, staff: User, key: Path) -> Callable[..., Path]:
    """Ask for a list and let a worker without the key make it; the file, carried away too."""

    def make(purpose: Purpose = Purpose.DELIVER, **wishes: object) -> Path:
        wish = requesting.Wish(
            action_id=action.card.id,
            purpose=purpose,
            reason="Delivery agreed with the family",
            recipient="The embassy",
            chosen=made_exports.chosen(purpose, **wishes),
        )
        with writing() as connection:
            export_id = requesting.ask(connection, wish, staff).id
        loop.run_once(app, settings)
        export = session.get_one(Export, export_id, populate_existing=True)
        assert (export.state, export.left_sealed) == (ExportState.READY, True)
        path = files.folder(settings) / export.file_name
        assert manifest.verify((path.parent / files.manifest_name(path.name)).read_bytes(), path) == []
        return Path(shutil.copy(path, key.parent))

    return make


def opened(path: Path, key: Path, to: Path) -> str:
    done = CliRunner().invoke(command, ["open", str(path), "--key", str(key), "--to", str(to)])
    return done.output if done.exit_code == 0 else f"exit {done.exit_code}: {done.output}"


def test_with_the_key_it_opens_elsewhere(sealed: Callable[..., Path], key: Path, tmp_path: Path) -> None:
    path = sealed()
    assert NAME.encode() not in path.read_bytes()
    assert b"Nobody" not in path.read_bytes()
    out = tmp_path / "out"
    out.mkdir()
    assert "2 rows" in opened(path, key, out)
    [file] = out.glob("*.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv_lines.read(lines)
    assert header == ["number", "name", "country", "day", "text_version", "text_language"]
    assert sorted(row[1] for row in rows) == ["=1+1", NAME]
    assert manifest.verify((out / files.manifest_name(file.name)).read_bytes(), file) == []
    assert opened(path, key, out).startswith("exit 1")


def test_every_purpose_and_format_opens(sealed: Callable[..., Path], key: Path, tmp_path: Path) -> None:
    withheld = sealed(withheld=True, columns=("number", "name"), format=Format.JSON_LINES)
    out = tmp_path / "out"
    out.mkdir()
    assert "3 rows" in opened(withheld, key, out)
    [file] = out.glob("*.jsonl")
    names = sorted(json.loads(line)["name"] for line in file.read_text("utf-8").splitlines())
    assert names == ["(name withheld)", "=1+1", NAME]
    assert "3 rows" in opened(sealed(Purpose.LEGAL, columns=("email",), format=Format.XLSX), key, out)
    assert len(list(out.glob("*.xlsx"))) == 1


@pytest.mark.parametrize("harm", ["another key", "cut", "a row less", "altered", "more columns", "no list"])
def test_nothing_else_opens_it_and_nothing_is_written(
    sealed: Callable[..., Path], key: Path, settings: Settings, tmp_path: Path, harm: str
) -> None:
    path = sealed()
    lines = path.read_bytes().splitlines(keepends=True)
    if harm == "another key":
        keys.make_pair(settings, "list")
        [key] = settings.worker_keys.glob("list-*.key")
    elif harm == "cut":
        path.write_bytes(b"".join(lines)[:-40])
    elif harm == "a row less":
        path.write_bytes(b"".join(lines[:-1]))
    elif harm == "altered":
        row = json.loads(lines[1])
        row["digest"] = row["digest"][::-1]
        path.write_bytes(lines[0] + json.dumps(row).encode() + b"\n" + lines[2])
    elif harm == "more columns":
        head = json.loads(lines[0])
        head["manifest"]["columns"].append("email")
        path.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(lines[1:]))
    else:
        path.write_bytes(b"No., Name\r\n")
    out = tmp_path / "out"
    out.mkdir()
    said = opened(path, key, out)
    assert said.startswith("exit 1: Error: ")
    assert "Traceback" not in said
    assert list(out.iterdir()) == []
