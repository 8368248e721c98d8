"""`campaign-actions doctor` and `config show`: what is wrong, what to do, and nothing that is secret."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from campaign_actions import startup
from campaign_actions.cli import config as shown
from campaign_actions.cli.main import main
from campaign_actions.config import Settings, WeakSettings, completed, weak_in_production
from campaign_actions.health import mail_domain, surroundings
from campaign_actions.health.findings import Finding, State
from campaign_actions.opening import keys

RANDOM = "v7Kq2mZx9TfWc4Rb8LpYs1Nd6HgJe3Au"


@pytest.fixture
def run(settings: Settings, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command of this site."""
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)

    def called(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    return called


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """A data folder with keys and nothing else."""
    made = completed(Settings(data=tmp_path / "data"))
    keys.make_first(made)
    return made


def strict(settings: Settings, **changes: object) -> Settings:
    good = {"site_url": "https://a.example", "mail_url": "smtp://m.example", "secret_keys": (RANDOM,)}
    return replace(settings, **(good | changes))  # type: ignore[arg-type]  # fields by name


def test_it_tells_of_a_try_out_and_looks_inside(run: Callable[..., Result]) -> None:
    told = run("doctor", "--no-dns")
    for words in (
        "look  Settings: This is a try-out: no real people should sign here.",
        "look  Production would refuse this: CAMPAIGN_SITE_URL must begin with https://",
        "look  Set-up: A: the list key lies where the site could read it.",
        "look  List keys: There is one. If it is lost, no list can ever be made again.",
        "bad   Worker: The worker has not run yet.",
    ):
        assert words in told.output, told.output
    assert told.exit_code == 1


def test_a_site_that_does_not_start_is_told_why(run: Callable[..., Result], settings: Settings) -> None:
    (settings.web_keys / "list-1.pub").unlink()
    told = run("doctor", "--no-dns")
    assert told.exit_code == 1
    assert "bad   List keys: There is none, so nobody can sign." in told.output
    assert "bad   The site does not start: Keys in" in told.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"site_url": "http://a.example"}, "must begin with https://"),
        ({"mail_url": "file:/tmp/mail"}, "writes mail to a folder"),
        ({"fast_passwords": True}, "CAMPAIGN_FAST_PASSWORDS is for tests"),
        ({"crash_at": "x"}, "CAMPAIGN_CRASH_AT is for tests"),
        ({"fetch_from": "10.0.0.1"}, "CAMPAIGN_FETCH_FROM is for tests"),
        ({"secret_keys": (RANDOM[:31],)}, "CAMPAIGN_SECRET_KEY must be"),
        ({"secret_keys": ("ab" * 40,)}, "CAMPAIGN_SECRET_KEY must be"),
        ({"secret_keys": (RANDOM, "please-Change-me-0123456789-abcdef")}, "CAMPAIGN_SECRET_KEY must be"),
    ],
)
def test_production_refuses_in_one_line(house: Settings, change: dict[str, object], words: str) -> None:
    assert weak_in_production(strict(house)) == []
    weak = strict(house, **change)
    (sentence,) = weak_in_production(weak)
    assert words in sentence
    with pytest.raises(WeakSettings, match=r"^[^\n]+$") as refused:
        completed(replace(weak, production=True))
    assert str(refused.value) == sentence


def one(found: Finding) -> tuple[State, str]:
    return found.state, found.words


def test_which_set_up_is_told_from_the_files(house: Settings) -> None:
    assert surroundings.of_set_up(house).words.startswith("A: ")
    (house.worker_keys / "list-1.key").unlink()
    assert one(surroundings.of_set_up(house))[0] is State.FINE
    assert surroundings.of_set_up(house).words.startswith("C: ")


def test_a_second_list_key_is_good_and_a_damaged_one_bad(house: Settings) -> None:
    assert surroundings.of_list_keys(house).state is State.LOOK
    keys.make_pair(house, "list")
    assert one(surroundings.of_list_keys(house)) == (State.FINE, "There are 2; each alone opens everything.")
    (house.web_keys / "list-2.pub").write_text("nonsense")
    assert surroundings.of_list_keys(house).state is State.BAD


def test_files_that_others_can_read_are_named(house: Settings) -> None:
    assert surroundings.of_files(house).state is State.FINE
    (house.web_keys / "pepper.key").chmod(0o640)
    found = surroundings.of_files(house)
    assert (found.state, "pepper.key" in found.words) == (State.BAD, True)
    (house.web_keys / "pepper.key").chmod(0o600)
    (house.web_keys / "list-1.pub").chmod(0o644)
    assert surroundings.of_files(house).state is State.FINE, "a public key may be read"
    house.data.chmod(0o755)
    assert surroundings.of_files(house).state is State.BAD


def test_a_network_disk_is_told_and_refused(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(surroundings, "MOUNTS", mounts)
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {house.data} nfs4 rw 0 0\n")
    assert surroundings.of_disk(house).state is State.BAD
    with pytest.raises(WeakSettings, match="network disk"):
        startup.check(strict(house, production=True))
    elsewhere = replace(house, database_url="postgresql+psycopg://db/x")
    assert surroundings.of_disk(elsewhere).state is State.FINE
    mounts.write_text(f"server:/x / nfs4 rw 0 0\n/dev/sda1 {tmp_path} ext4 rw 0 0\n")
    assert surroundings.of_disk(house).state is State.FINE, "the nearest mount counts"
    odd = tmp_path / "a b"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path}/a\\040b cifs rw 0 0\n")
    assert surroundings.network_disk(replace(house, database_url=f"sqlite:///{odd}/x.db")) == "cifs"


def test_https_without_a_proxy_is_looked_at(house: Settings) -> None:
    assert surroundings.of_proxies(strict(house)).state is State.LOOK
    assert surroundings.of_proxies(strict(house, trusted_proxies=1)).state is State.FINE
    assert surroundings.of_proxies(house).state is State.FINE


def test_memory_on_a_disk_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swaps = tmp_path / "swaps"
    monkeypatch.setattr(surroundings, "SWAPS", swaps)
    limits = {"now": (0, 0)}
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits["now"])
    assert surroundings.of_memory().state is State.FINE
    swaps.write_text("Filename Type Size\n/dev/zram0 partition 1 0\n")
    assert surroundings.of_memory().state is State.FINE
    swaps.write_text("Filename Type Size\n/dev/sda2 partition 1 0\n")
    assert "Memory may be swapped" in surroundings.of_memory().words
    limits["now"] = (-1, -1)
    assert "A crash may write memory into a core file and memory may" in surroundings.of_memory().words


def names(records: dict[str, list[str]]) -> mail_domain.Ask:
    return lambda name: records.get(name, [])


def test_the_mail_domain_is_looked_up() -> None:
    good = {
        "a.example": ["other", "v=spf1 mx -all"],
        "_dmarc.a.example": ["v=DMARC1; p=reject"],
        "s1._domainkey.a.example": ["v=DKIM1; p=MIGf"],
    }
    found = list(mail_domain.look("a.example", "s1", names(good)))
    assert [(one.name, one.state) for one in found] == [
        (kind, State.FINE) for kind in ("SPF", "DMARC", "DKIM")
    ]
    found = list(mail_domain.look("a.example", "", names({"a.example": ["v=spf1 a", "v=spf1 mx"]})))
    assert [(one.name, one.state) for one in found] == [("SPF", State.BAD), ("DMARC", State.BAD)]
    assert "2 such records, which counts as none" in found[0].words
    (unknown,) = mail_domain.look("a.example", "s1", lambda _name: None)
    assert (unknown.state, "No name server answered" in unknown.words) == (State.LOOK, True)
    assert next(mail_domain.look("localhost", "", names({}))).state is State.LOOK


def test_settings_are_shown_without_what_is_secret(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ("hunter2hunter2", "dbuser", RANDOM, "mailpass", "starttls")
    monkeypatch.setenv(
        "CAMPAIGN_DATABASE_URL", "postgresql://dbuser:hunter2hunter2@db.example:5433/x?y=hunter2hunter2"
    )
    monkeypatch.setenv("CAMPAIGN_MAIL_URL", "smtp://dbuser:mailpass@m.example:587?starttls=1")
    monkeypatch.setenv("CAMPAIGN_SECRET_KEY", RANDOM)
    told = run("config", "show")
    assert told.exit_code == 0
    assert [secret for secret in secrets if secret in told.output] == []
    assert "postgresql+psycopg://***@db.example:5433/x?***" in told.output
    assert "smtp://***@m.example:587?***" in told.output
    line = next(line for line in told.output.splitlines() if line.startswith("CAMPAIGN_SECRET_KEY"))
    assert line.split() == ["CAMPAIGN_SECRET_KEY", "1", "hidden", "environment"]


def test_every_setting_is_shown_under_its_variable(house: Settings) -> None:
    told = {name for name, _value, _source in shown.lines(house)}
    assert len(told) == len(fields(Settings)) - 1
    readme = Path(__file__).parents[3].joinpath("README.md").read_text("utf-8")
    assert [name for name in told if f"`{name}`" not in readme and f"`{name}=" not in readme] == []
