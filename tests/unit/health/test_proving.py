"""The worker proves keys and audit log, and tells when a key no longer opens or an entry was changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from campaign_actions import audit
from campaign_actions.cli.main import main
from campaign_actions.config import Settings
from campaign_actions.health import marks, proofs
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.infra.sealing import public_keys
from campaign_actions.opening import keys
from campaign_actions.signatures import tools
from campaign_actions.worker import health
from tests.conftest import NOW
from tests.support.factories import an_action
from tests.support.signed import many

Run = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("clock")


def proof_of(settings: Settings, name: str) -> marks.Mark | None:
    found = {key.name: key.proof for key in proofs.known(session.connection(), settings.web_keys)}
    session.rollback()
    return found[name]


def other_pair(settings: Settings, folder: Path, name: str) -> Path:
    """A private key of the same name that belongs to another site."""
    elsewhere = Settings(data=folder)
    keys.make_first(elsewhere)
    return elsewhere.worker_keys / f"{name}.key"


@pytest.mark.usefixtures("database")
def test_each_key_here_is_proved_on_records_once_an_hour(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    many(tools.load(settings), an_action().card.id, 60)
    assert health.look_after(settings)
    proof = proof_of(settings, "list-1")
    assert proof is not None
    assert proof.ill == 0
    assert proof.well == 50
    assert proof_of(settings, "mail-1") == marks.Mark(proof.at)
    clock.shift(timedelta(minutes=59))
    assert not health.look_after(settings)
    clock.shift(timedelta(minutes=2))
    assert health.look_after(settings)
    assert proof_of(settings, "list-1") != proof


@pytest.mark.usefixtures("database")
def test_a_key_that_does_not_fit_is_told_and_one_kept_elsewhere_keeps_its_last_proof(
    settings: Settings, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    health.look_after(settings)
    first = proof_of(settings, "updates-1")
    (settings.worker_keys / "updates-1.key").unlink()
    other_pair(settings, tmp_path / "other", "mail-1").replace(settings.worker_keys / "mail-1.key")
    clock.shift(timedelta(hours=2))
    health.look_after(settings)
    assert proof_of(settings, "updates-1") == first
    failed = proof_of(settings, "mail-1")
    assert failed is not None
    assert failed.ill == 1


@pytest.mark.usefixtures("database")
@pytest.mark.engines("sqlite")
def test_a_changed_entry_of_the_audit_log_is_found_within_a_day(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    for number in range(3):
        with writing():
            audit.record("redirect.add", thing_id=number)
    health.look_after(settings)
    assert marks.read(session.connection(), marks.AUDIT) == marks.Mark(NOW, well=3)
    session.rollback()
    with writing() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET deed = 'redirect.remove' WHERE number = 2"))
    clock.shift(timedelta(hours=25))
    health.look_after(settings)
    found = marks.read(session.connection(), marks.AUDIT)
    assert found is not None
    assert found.ill > 0


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`campaign-actions …` on this site."""
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CAMPAIGN_SECRET_KEY", " ".join(settings.secret_keys))
    return lambda *words: CliRunner().invoke(main, words)


def test_a_key_from_a_stick_is_proved_on_everything(
    app: Flask, settings: Settings, tmp_path: Path, run: Run
) -> None:
    with app.app_context():
        many(tools.load(settings), an_action().card.id, 60)
        db.session.remove()
    stick = (settings.worker_keys / "list-1.key").rename(tmp_path / "stick.key")
    done = run("keys", "check", "--key", str(stick))
    assert done.output == "list-1: 60 records open with this key, 0 do not.\n"
    assert done.exit_code == 0
    with app.app_context():
        proof = proof_of(settings, "list-1")
    assert proof is not None
    assert (proof.well, proof.ill) == (60, 0)
    stranger = other_pair(settings, tmp_path / "other", "list-1")
    refused = run("keys", "check", "--key", str(stranger))
    assert refused.exit_code == 1
    assert "belongs to no public key of this site" in refused.output
    assert public_keys.fingerprint(public_keys.read(settings.web_keys / "list-1.pub")) not in refused.output


def test_health_ends_with_status_1_only_when_something_is_bad(
    app: Flask, settings: Settings, run: Run
) -> None:
    silent = run("health")
    assert silent.exit_code == 1
    assert "bad   Worker: The worker has not run yet.\n" in silent.output
    with app.app_context():
        with writing() as connection:
            marks.note(connection, marks.WORKER)
        health.look_after(settings)
        db.session.remove()
    well = run("health")
    assert well.exit_code == 0, well.output
    assert "look  Last backup: None yet.\n" in well.output
    assert "bad " not in well.output
