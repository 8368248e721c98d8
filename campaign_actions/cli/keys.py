"""`campaign-actions keys …`: make, add, retire, list and check the keys that seal personal data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from campaign_actions import audit
from campaign_actions.accounts import notices, users
from campaign_actions.accounts.models import NoticeKind
from campaign_actions.cli.asking import passphrase
from campaign_actions.cli.site import inside_site, settings_or_exit
from campaign_actions.config import Settings
from campaign_actions.infra.database import locks
from campaign_actions.infra.database.engine import db, snapshot, writing
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.public_keys import BadKeyFile
from campaign_actions.opening import keys as files, proving, rewrapping
from campaign_actions.opening.proving import Outcome
from campaign_actions.opening.rewrapping import Rewrapper

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
RETIRED = "retired"
RESTART = "Now restart site and worker: a process goes on with the keys it was started with."


@click.group()
def keys() -> None:
    """Make, add, retire, list and check the keys that seal personal data."""


@keys.command()
def init() -> None:
    """Make every key and secret that is missing; what exists is never touched."""
    settings = settings_or_exit()
    try:
        made = files.make_first(settings)
    except OSError as error:
        raise click.ClickException(f"{settings.data} cannot be written: {error.strerror}.") from error
    click.echo(f"Made {', '.join(made)}." if made else "Nothing was missing.")
    click.echo("Copy keys/worker/list-1.key off this machine: without it no list can ever be opened again.")


@keys.command()
@click.argument("name")
@click.option("--to", "folder", type=FOLDER, default=".", show_default=True, help="Where the files go.")
@click.option("--plain", is_flag=True, help="Without a passphrase, for a key the worker is to use.")
def new(name: str, folder: Path, *, plain: bool) -> None:
    """Make a key pair, as list-2, on any machine; needs no site and no network.

    NAME.key stays with you. Take NAME.pub to the server and add it there.
    """
    if not public_keys.NAME.fullmatch(name):
        raise click.UsageError("A key is named for what it opens and numbered: list-2, updates-2.")
    typed = "" if plain else passphrase(twice=True)
    try:
        private, public = files.make(name, folder, folder, typed)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already. Nothing was made.") from error
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}.") from error
    key = public_keys.read(public)
    click.echo(f"Made {private} and {public}.")
    click.echo(f"Fingerprint, to write down: {public_keys.fingerprint(key)}, or: {public_keys.spoken(key)}")


@keys.command("list")
def list_keys() -> None:
    """Show the fingerprint of each public key, to compare it with the one on paper."""
    folder = settings_or_exit().web_keys
    for name, key in public_keys.named(folder).items():
        click.echo(f"{name:<12} {public_keys.fingerprint(key)}   {public_keys.spoken(key)}")


@keys.command()
@click.argument("file", type=FILE)
def add(file: Path) -> None:
    """Seal to the public key in FILE too, beside those there are. All admins are told.

    Each key alone opens everything sealed from then on; `keys rewrap` gives it what is there already.
    """
    settings = settings_or_exit()
    try:
        key, name = public_keys.read(file), public_keys.name_in(file)
        known = public_keys.named(settings.web_keys)
    except (BadKeyFile, OSError) as error:
        raise click.ClickException(f"{error}. Nothing was added.") from error
    if key in known.values():
        raise click.ClickException("The site seals to this key already. Nothing was added.")
    path = settings.web_keys / f"{name}.pub"
    if path.exists() or (settings.web_keys / RETIRED / path.name).exists():
        raise click.ClickException(f"Another key is or was called {name}: make yours under a new number.")
    with inside_site():
        # The file first: an entry about a key that is not there would worry people for nothing.
        files.put_public(path, name, key)
        _tell("keys.add", name, key)
    click.echo(f"Added {name}: {public_keys.fingerprint(key)}, or: {public_keys.spoken(key)}")
    click.echo(RESTART)


@keys.command()
@click.argument("name")
def retire(name: str) -> None:
    """Seal to the key NAME, as list-1, no more. The last key of its kind stays. All admins are told.

    What was sealed to it before it still opens, until `keys rewrap` was run.
    """
    settings = settings_or_exit()
    path = settings.web_keys / f"{name}.pub"
    known = public_keys.named(settings.web_keys)
    if name not in known:
        raise click.ClickException(f"There is no key {name}. `campaign-actions keys list` shows which are.")
    purpose = name.partition("-")[0]
    if sum(1 for other in known if other.startswith(f"{purpose}-")) == 1:
        raise click.ClickException(
            f"{name} is the only {purpose} key: add another first. Nothing was changed."
        )
    with inside_site():
        aside = settings.web_keys / RETIRED
        aside.mkdir(mode=0o700, exist_ok=True)
        path.rename(aside / path.name)
        _tell("keys.retire", name, known[name])
    click.echo(f"Retired {name}. Keep its private half as long as there are backups that only it opens.")
    click.echo(RESTART)


@keys.command()
@click.option("--key", "key_file", type=FILE, help="A private key file kept elsewhere.")
def rewrap(key_file: Path | None) -> None:
    """Give everything stored to the keys of today: to those added, and no more to those retired.

    Without --key the private keys on this machine are used. Site and worker may run.
    """
    settings = settings_or_exit()
    with inside_site():
        chosen = _to_rewrap_with(settings, key_file)
        done = [_rewrapped(settings, purpose, found) for purpose, found in chosen.items()]
        # Deleted wraps would stay readable in the log of the database.
        locks.checkpoint(db.engine)
    raise SystemExit(1 if any(outcome.shut for outcome in done) else 0)


@keys.command()
@click.option("--key", "key_file", type=FILE, help="A private key file kept elsewhere.")
def check(key_file: Path | None) -> None:
    """Open everything sealed to a key and throw the result away; counts what will not open.

    Without --key each private key on this machine is tried. The health page tells when it was last done.
    """
    settings = settings_or_exit()
    with inside_site():
        public = public_keys.named(settings.web_keys)
        tried = [_tried(name, private, public[name]) for name, private in _chosen(settings, key_file).items()]
    raise SystemExit(1 if any(outcome.shut for outcome in tried) else 0)


def _chosen(settings: Settings, key_file: Path | None) -> dict[str, files.Private]:
    """Private keys by the name of the public key they belong to."""
    try:
        if key_file is None:
            found = proving.here(settings)
        else:
            private = files.read(key_file, passphrase)
            found = {proving.name_of(settings.web_keys, private) or "": private}
    except BadKeyFile as error:
        raise click.ClickException(f"{error}.") from error
    if not found:
        raise click.ClickException("There is no private key on this machine: name its file with --key.")
    if "" in found:
        raise click.ClickException("This key belongs to no public key of this site. Nothing was tried.")
    return found


def _to_rewrap_with(settings: Settings, key_file: Path | None) -> dict[str, list[files.Private]]:
    """Private keys by purpose; also of retired public keys, which open what is to be rewrapped."""
    try:
        if key_file is None:
            here = settings.worker_keys
            found = {purpose: files.of_purpose(here, purpose) for purpose in public_keys.PURPOSES}
        else:
            private = files.read(key_file, passphrase)
            aside = proving.name_of(settings.web_keys / RETIRED, private)
            name = proving.name_of(settings.web_keys, private) or aside or ""
            found = {name.partition("-")[0]: [private]}
    except BadKeyFile as error:
        raise click.ClickException(f"{error}.") from error
    chosen = {
        purpose: private for purpose, private in found.items() if private and proving.sealed_to(purpose)
    }
    if not chosen:
        raise click.ClickException("No private key was found that opens what is stored: name it with --key.")
    return chosen


def _rewrapped(settings: Settings, purpose: str, private: Sequence[files.Private]) -> Outcome:
    to = public_keys.of_purpose(settings.web_keys, purpose)
    outcome = rewrap_all(Rewrapper(private, to), purpose)
    with writing():
        counts = {"rewrapped": outcome.opened, "shut": outcome.shut}
        audit.record("keys.rewrap", by=None, thing="keys", purpose=purpose, **counts)
    click.echo(f"{purpose}: {outcome.opened} records given to {len(to)} keys, {outcome.shut} did not open.")
    return outcome


def rewrap_all(rewrapper: Rewrapper, purpose: str) -> Outcome:
    """Rewrap everything sealed for `purpose`, each batch its own transaction."""
    outcome = Outcome()
    for sealed_to in proving.sealed_to(purpose):
        place, is_over = None, False
        while not is_over:
            with writing() as connection:
                step = rewrapping.batch(connection, rewrapper, sealed_to, place)
            outcome, place, is_over = outcome + step.done, step.place, step.place is None
    return outcome


def _tell(deed: str, name: str, key: bytes) -> None:
    with writing():
        audit.record(deed, by=None, thing="keys", key=name, fingerprint=public_keys.fingerprint(key))
        for admin in users.admins():
            notices.leave(admin, NoticeKind.KEYS_CHANGED)


def _tried(name: str, private: files.Private, public: bytes) -> Outcome:
    with snapshot() as connection:
        outcome = proving.try_out(private, public, proving.everything(connection, name.partition("-")[0]))
    with writing() as connection:
        proving.note(connection, public, outcome)
    click.echo(f"{name}: {outcome.opened} records open with this key, {outcome.shut} do not.")
    return outcome
