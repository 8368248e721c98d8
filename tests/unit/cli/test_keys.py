"""`campaign-actions keys`: several keys, passphrases, and records given from one to another."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, update

from campaign_actions.accounts.models import Notice, NoticeKind, Role
from campaign_actions.audit import Entry
from campaign_actions.cli.keys import rewrap_all
from campaign_actions.cli.main import main
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session, snapshot, writing
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.public_keys import BadKeyFile
from campaign_actions.infra.sealing.records import Sealer
from campaign_actions.opening import keys, proving, rewrapping
from campaign_actions.opening.keys import Private
from campaign_actions.opening.records import Opener
from campaign_actions.opening.rewrapping import Rewrapper
from campaign_actions.signatures import moving, tools
from campaign_actions.signatures.models import Signature
from tests.support.factories import a_user, an_action
from tests.support.signed import a_row, store

PASSPHRASE = "five words are long enough"


@pytest.fixture
def run(settings: Settings, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command of this site."""
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)

    def called(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["keys", *words], input=typed)

    return called


def signed(settings: Settings, count: int) -> UUID:
    """So many signatures of one action; every third person also asked for news."""
    action_id = an_action().card.id
    made = tools.load(settings)
    rows = [a_row(made, action_id, updates_sealed=None) for _number in range(count)]
    for row in rows[::3]:
        sealed = made.updates_sealer.seal("updates", action_id, row["email_digest"], b"{}")
        row |= {"wants_updates": True, "updates_sealed": sealed}
    store(rows)
    return action_id


def opened_by(*private: Private) -> list[bool]:
    opener = Opener(private)
    with snapshot() as connection:
        return [proving.opens(opener, record) for record in proving.everything(connection, "list")]


def test_each_of_two_keys_opens_all_and_a_retired_one_no_new_record(
    run: Callable[..., Result], settings: Settings, app: Flask, tmp_path: Path
) -> None:
    laptop = tmp_path / "laptop"
    laptop.mkdir()
    first = keys.read(settings.worker_keys / "list-1.key")
    with app.app_context():
        a_user(Role.ADMIN)
        signed(settings, 20)
        session.remove()
    assert run("new", "list-2", "--to", str(laptop), "--plain").exit_code == 0
    second = keys.read(laptop / "list-2.key")
    added = run("add", str(laptop / "list-2.pub"))
    assert added.exit_code == 0, added.output
    assert "restart site and worker" in added.output
    with app.app_context():
        assert opened_by(second) == [False] * 20
    done = run("rewrap")
    assert (done.exit_code, "list: 20 records given to 2 keys, 0 did not open." in done.output) == (0, True)
    with app.app_context():
        assert opened_by(first) == opened_by(second) == [True] * 20
    assert run("retire", "list-1").exit_code == 0
    with app.app_context():
        signed(settings, 1)
        session.remove()
        assert (opened_by(first).count(False), opened_by(second).count(False)) == (1, 0)
    away = run("rewrap", "--key", str(laptop / "list-2.key"))
    assert (away.exit_code, "list: 21 records given to 1 keys" in away.output) == (0, True)
    with app.app_context():
        assert (opened_by(first), opened_by(second)) == ([False] * 21, [True] * 21)
        deeds = session.scalars(select(Entry.deed).where(Entry.deed.like("keys.%")).order_by(Entry.number))
        assert list(deeds) == ["keys.add", *["keys.rewrap"] * 2, "keys.retire", "keys.rewrap"]
        kinds = session.scalars(select(Notice.kind)).all()
        assert kinds == [NoticeKind.KEYS_CHANGED] * 2, "every admin is told of each change"


def test_the_last_key_of_its_kind_stays(run: Callable[..., Result], settings: Settings) -> None:
    refused = run("retire", "list-1")
    assert refused.exit_code == 1
    assert "list-1 is the only list key: add another first." in refused.output
    assert (settings.web_keys / "list-1.pub").is_file()
    assert "There is no key list-7." in run("retire", "list-7").output


def test_what_is_no_key_or_a_known_one_is_not_added(
    run: Callable[..., Result], settings: Settings, tmp_path: Path
) -> None:
    before = sorted(settings.web_keys.iterdir())
    text = (settings.web_keys / "list-1.pub").read_text().split("\n")[1]
    for name, content, words in (
        ("a.pub", "nonsense", "is not a public key file"),
        ("b.pub", f"campaign-actions public key ../../x\n{text}\n", "names no key that a site can have"),
        ("c.pub", f"campaign-actions public key list-9\n{text}\n", "seals to this key already"),
        ("d.pub", (settings.worker_keys / "list-1.key").read_text(), "is not a public key file"),
    ):
        (tmp_path / name).write_text(content)
        refused = run("add", str(tmp_path / name))
        assert (refused.exit_code, words in refused.output) == (1, True), refused.output
    run("new", "list-1", "--to", str(tmp_path), "--plain")
    assert "Another key is or was called list-1" in run("add", str(tmp_path / "list-1.pub")).output
    assert sorted(settings.web_keys.iterdir()) == before


def test_a_key_under_a_passphrase_opens_with_it_only(
    run: Callable[..., Result], settings: Settings, tmp_path: Path
) -> None:
    short = run("new", "list-2", "--to", str(tmp_path), typed="short\nshort\n")
    assert (short.exit_code, "Choose 12 characters or more" in short.output) == (2, True)
    made = run("new", "list-2", "--to", str(tmp_path), typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert made.exit_code == 0, made.output
    path, public = tmp_path / "list-2.key", public_keys.read(tmp_path / "list-2.pub")
    assert public_keys.fingerprint(public) in made.output
    assert public_keys.spoken(public) in made.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSPHRASE not in path.read_text()
    assert bytes(keys.read(path, lambda _name: PASSPHRASE).public_key) == public
    for ask in (lambda _name: PASSPHRASE + "!", None):
        with pytest.raises(BadKeyFile):
            keys.read(path, ask)
    shutil.copy(tmp_path / "list-2.pub", settings.web_keys)
    assert run("check", "--key", str(path), typed=f"{PASSPHRASE}\n").exit_code == 0
    assert "does not open with this passphrase" in run("check", "--key", str(path), typed="wrong\n").output


def test_a_locked_file_that_asks_for_too_much_is_refused(tmp_path: Path) -> None:
    path, _public = keys.make("list-2", tmp_path, tmp_path, PASSPHRASE)
    line, text = path.read_text().split("\n")[:2]
    content = bytearray(keys.b64decode(text))
    content[20:24] = b"\xff" * 4
    path.write_text(f"{line}\n{keys.b64encode(content).decode()}\n")
    with pytest.raises(BadKeyFile, match="is not a private key file"):
        keys.read(path, lambda _name: PASSPHRASE)


def test_a_key_is_named_for_what_it_opens(run: Callable[..., Result], tmp_path: Path) -> None:
    for name in ("list", "../list-2", "list-0", "pepper", "list-2\n"):
        assert run("new", name, "--to", str(tmp_path), "--plain").exit_code == 2, name
    assert list(tmp_path.glob("*.key")) == []
    assert run("new", "list-2", "--to", str(tmp_path), "--plain").exit_code == 0
    again = run("new", "list-2", "--to", str(tmp_path), "--plain")
    assert (again.exit_code, "is there already" in again.output) == (1, True)


def test_rewrapping_goes_through_many_rows_and_passes_by_what_was_changed_meanwhile(
    settings: Settings, app: Flask
) -> None:
    first, second = keys.read(settings.worker_keys / "list-1.key"), Private.generate()
    count = rewrapping.BATCH * 2 + 1
    with app.app_context():
        action_id = signed(settings, count)
        victim = session.scalars(select(Signature.email_digest).limit(1)).one()
        session.remove()
        theirs = Sealer([bytes(second.public_key)]).seal("signature", action_id, victim, b"{}")

        class Meddling(Rewrapper):
            """Somebody corrects their details between reading and writing."""

            def rewrapped(self, record: bytes) -> bytes:
                mine = (Signature.email_digest == victim, Signature.sealed == record)
                session.execute(update(Signature).where(*mine).values(sealed=theirs))
                return super().rewrapped(record)

        done = rewrap_all(Meddling([first], [bytes(second.public_key)]), "list")
        assert (done.opened, done.shut) == (count, 0)
        assert opened_by(second) == [True] * count
        kept = select(Signature.sealed).where(Signature.email_digest == victim)
        assert session.scalars(kept).one() == theirs


def test_addresses_for_news_are_given_too_also_those_that_wait(
    run: Callable[..., Result], settings: Settings, app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        signed(settings, 9)
        waiting = session.scalars(select(Signature).where(Signature.updates_sealed.is_not(None))).all()
        assert len(waiting) == 3
        one = waiting[0]
        with writing() as connection:
            moving.keep_updates(connection, one.email_digest, one.action_id, one.updates_sealed or b"")
        session.remove()
    run("new", "updates-2", "--to", str(tmp_path), "--plain")
    assert run("add", str(tmp_path / "updates-2.pub")).exit_code == 0
    assert "updates: 4 records given to 2 keys, 0 did not open." in run("rewrap").output
    opener = Opener([keys.read(tmp_path / "updates-2.key")])
    with app.app_context(), snapshot() as connection:
        found = list(proving.everything(connection, "updates"))
        assert len([record for record in found if proving.opens(opener, record)]) == 4


def test_what_no_key_here_opens_is_counted_and_left_alone(
    run: Callable[..., Result], settings: Settings, app: Flask
) -> None:
    with app.app_context():
        signed(settings, 3)
        before = session.scalars(select(Signature.sealed).order_by(Signature.email_digest)).all()
        session.remove()
    made = keys.make("list-8", settings.worker_keys, settings.data)
    (settings.worker_keys / "list-1.key").rename(settings.data / "away.key")
    done = run("rewrap")
    assert (done.exit_code, "list: 0 records given to 1 keys, 3 did not open." in done.output) == (1, True)
    with app.app_context():
        assert session.scalars(select(Signature.sealed).order_by(Signature.email_digest)).all() == before
    assert made


def test_words_of_a_fingerprint_are_as_good_as_its_digits() -> None:
    assert len(public_keys.WORDS) == len(set(public_keys.WORDS)) == 256
    assert public_keys.spoken(bytes(32)) == "drum eagle fountain lobster salmon dolphin muffin flute"
