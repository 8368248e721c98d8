"""A backup made while people sign comes back whole into an empty folder; a cut one changes nothing."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.cli.main import main
from campaign_actions.config import Settings
from campaign_actions.health import marks
from campaign_actions.infra import images, storage
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.infra.limits import RateHit
from campaign_actions.pictures import keeping
from campaign_actions.signatures import tools
from campaign_actions.signatures.models import LedgerRow, Signature
from tests.support import photos
from tests.support.factories import an_action
from tests.support.signed import DAY, a_row, many, store

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]
Run = Callable[..., Result]
LIMITED = b"of one network.."


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`campaign-actions …` on this site, or on the one in another data folder."""

    def call(*words: str, data: Path | None = None) -> Result:
        monkeypatch.setenv("CAMPAIGN_DATA", str(data or settings.data))
        monkeypatch.setenv("CAMPAIGN_DATABASE_URL", "" if data else settings.database_url)
        return CliRunner().invoke(main, words)

    return call


@pytest.fixture
def signed(app: Flask, settings: Settings) -> Flask:
    """The site with sixty signatures, and a limit that somebody has used up."""
    with app.app_context():
        action_id = an_action().card.id
        many(tools.load(settings), action_id, 60)
        with writing():
            steps = {"action_id": action_id, "country": "SE", "day": DAY, "step": 1}
            session.add_all(LedgerRow(**steps) for _row in range(60))
            session.add(RateHit(key=LIMITED, slot="2026-11-22", used=3))
        db.session.remove()
    return app


def test_pictures_come_back_with_the_backup(
    signed: Flask, settings: Settings, tmp_path: Path, run: Run
) -> None:
    content = images.remake(photos.a_jpeg()).small.content
    digest = storage.put(keeping.folder(settings.data), content)
    run("backup", str(tmp_path / "kept"))
    empty, key = tmp_path / "empty", str(settings.worker_keys / "backup-1.key")
    back = run("restore", str(only_file(tmp_path / "kept")), "--key", key, data=empty)
    assert back.exit_code == 0, back.output
    assert storage.get(keeping.folder(empty), digest) == content


def only_file(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_a_backup_comes_back_into_an_empty_folder(
    signed: Flask, settings: Settings, tmp_path: Path, run: Run
) -> None:
    done = run("backup", str(tmp_path / "kept"))
    assert done.exit_code == 0, done.output
    assert "Copy it off this machine" in done.output
    made = only_file(tmp_path / "kept")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert b"SQLite format" not in made.read_bytes()
    key, empty = settings.worker_keys / "backup-1.key", tmp_path / "empty"
    back = run("restore", str(made), "--key", str(key), data=empty)
    assert back.exit_code == 0, back.output
    database = (empty / "campaign.db").read_bytes()
    assert LIMITED not in database
    for name in ("pepper.key", "secret.key", "list-1.pub"):
        assert (empty / "keys/web" / name).read_bytes() == (settings.web_keys / name).read_bytes()
    assert not (empty / "keys/worker").exists()
    agreed = run("reconcile", data=empty)
    assert agreed.output.startswith("Everything agrees"), agreed.output
    stick = str(settings.worker_keys / "list-1.key")
    assert "list-1: 60 records open" in run("keys", "check", "--key", stick, data=empty).output
    again = run("restore", str(made), "--key", str(key), data=empty)
    assert again.exit_code == 1
    assert "has to be empty" in again.output


def test_a_check_proves_the_backup_and_leaves_nothing(
    signed: Flask, settings: Settings, tmp_path: Path, run: Run
) -> None:
    run("backup", str(tmp_path / "kept"))
    made, key = only_file(tmp_path / "kept"), str(settings.worker_keys / "backup-1.key")
    proved = run("restore", str(made), "--check", "--key", key, data=tmp_path / "elsewhere")
    assert proved.output == "The backup is whole: 60 signatures, and everything agrees.\n"
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not list(settings.data.glob("backup-*"))


def test_a_cut_backup_and_a_wrong_key_change_nothing(
    signed: Flask, settings: Settings, tmp_path: Path, run: Run
) -> None:
    run("backup", str(tmp_path / "kept"))
    made, empty = only_file(tmp_path / "kept"), tmp_path / "empty"
    wrong = run("restore", str(made), "--key", str(settings.worker_keys / "list-1.key"), data=empty)
    assert "sealed to another key" in wrong.output
    made.write_bytes(made.read_bytes()[:-100])
    cut = run("restore", str(made), "--key", str(settings.worker_keys / "backup-1.key"), data=empty)
    assert "cut or altered" in cut.output
    assert wrong.exit_code == cut.exit_code == 1
    assert list(empty.iterdir()) == []


def test_people_sign_meanwhile_and_all_from_before_are_in_it(
    signed: Flask, settings: Settings, tmp_path: Path, run: Run
) -> None:
    over, written = threading.Event(), []
    with signed.app_context():
        action_id = session.scalars(select(Signature.action_id)).first()
        db.session.remove()
    assert action_id is not None
    made = tools.load(settings)

    def sign() -> None:
        with signed.app_context():
            while not over.is_set():
                store([a_row(made, action_id)])
                written.append(1)

    thread = threading.Thread(target=sign)
    thread.start()
    try:
        while not written:
            pass
        before = len(written)
        done = run("backup", str(tmp_path / "kept"))
    finally:
        over.set()
        thread.join()
    assert done.exit_code == 0, done.output
    key, empty = settings.worker_keys / "backup-1.key", tmp_path / "empty"
    run("restore", str(only_file(tmp_path / "kept")), "--key", str(key), data=empty)
    with signed.app_context():
        total = session.execute(select(func.count()).select_from(Signature)).scalar_one()
    stick = str(settings.worker_keys / "list-1.key")
    held = int(run("keys", "check", "--key", stick, data=empty).output.split()[1])
    assert 60 + before <= held <= total


def test_old_copies_go_after_35_days_and_the_health_page_knows_the_newest(
    signed: Flask, tmp_path: Path, run: Run, clock: time_machine.Traveller
) -> None:
    folder = tmp_path / "kept"
    run("backup", str(folder))
    first = only_file(folder)
    (folder / "notes.txt").write_text("mine")
    clock.shift(timedelta(days=36))
    done = run("backup", str(folder))
    assert f"Deleted {first.name}" in done.output
    assert {path.suffix for path in folder.iterdir()} == {".backup", ".txt"}
    with signed.app_context():
        mark = marks.read(session.connection(), marks.BACKUP)
    assert mark is not None
    assert mark.well > 0


@pytest.mark.engines("postgres")
def test_postgresql_says_how_and_notes_what_was_done(signed: Flask, tmp_path: Path, run: Run) -> None:
    said = run("backup", str(tmp_path / "kept"))
    assert said.exit_code == 1
    assert "pg_dump --format=custom --exclude-table-data=abuse_signal" in said.output
    assert run("backup", "--noted").exit_code == 0
    with signed.app_context():
        assert marks.read(session.connection(), marks.BACKUP) is not None
