"""The stand-alone opener reads a whole database, with a key file and without the site."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.signatures import links, moving
from campaign_actions.signatures.models import Signature
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow
from tests.support.opener import OPENER

pytestmark = pytest.mark.engines("sqlite")
PEOPLE = [("Marta Lindqvist", "marta@example.org"), ("Әлия Үсенқызы", "aliya@example.org")]


def run(settings: Settings, key: str = "list-1.key") -> subprocess.CompletedProcess[str]:
    database = settings.database_url.removeprefix("sqlite:///")
    command = [sys.executable, "-I", str(OPENER), str(settings.worker_keys / key), database]
    return subprocess.run(command, cwd=Path(database).parent, capture_output=True, text=True, timeout=60)


@pytest.fixture
def signed(app: Flask, settings: Settings, database: None, clock: object) -> None:
    flow, page = Flow(app, settings), an_action(slug="release-them")
    for name, email in PEOPLE:
        text = flow.sign(page, a_supporter(name=name, email=email))
        key = links.read_page_key(text, flow.tools.secret)
        assert key
        this = Signature.page_hash == links.hash_of_page(key.key)
        with writing() as connection:
            moving.prove(
                connection,
                key.digest,
                key.action_id,
                unless_changed=this,
                today=page.text_made_on,
                public_name=None,
            )
    flow.sign(page, a_supporter(name="Never Confirmed", email="never@example.org"))


def test_it_opens_exactly_the_confirmed_signatures(signed: None, settings: Settings) -> None:
    done = run(settings)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted((row["n"], row["e"]) for row in rows) == sorted(PEOPLE)
    clear = {"action": "release-them", "country": "SE", "level": "team", "day": "2026-11-22"}
    assert [{name: row[name] for name in clear} for row in rows] == [clear, clear]


def test_a_row_that_was_tampered_with_is_named_and_the_rest_opens(signed: None, settings: Settings) -> None:
    with db.engine.connect() as connection:
        rows = connection.execute(select(Signature.email_digest, Signature.sealed)).all()
        confirmed = (
            connection.execute(select(Signature.email_digest).where(Signature.state == 1)).scalars().all()
        )
    records = dict(rows)  # type: ignore[arg-type]  # pairs of bytes
    victim, donor = confirmed
    with writing() as connection:
        here = update(Signature).where(Signature.email_digest == victim)
        connection.execute(here.values(sealed=records[donor]))
    done = run(settings)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    words = "the record was altered, or belongs to another row"
    assert done.stderr == f"release-them, signature {victim.hex()}: {words}\n"


def test_the_key_of_letters_opens_no_signature(signed: None, settings: Settings) -> None:
    done = run(settings, "mail-1.key")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("sealed to another key") == 2


def test_a_file_that_is_no_private_key_is_refused(signed: None, settings: Settings) -> None:
    done = run(settings, "../web/list-1.pub")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "not a private key file" in done.stderr
