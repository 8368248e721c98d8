"""`campaign-actions keys …`: make, list and check the keys that seal personal data."""

from __future__ import annotations

from pathlib import Path

import click

from campaign_actions.cli.site import inside_site, settings_or_exit
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import snapshot, writing
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.public_keys import BadKeyFile
from campaign_actions.opening import keys as files, proving
from campaign_actions.opening.proving import Outcome


@click.group()
def keys() -> None:
    """Make, list and check the keys that seal personal data."""


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


@keys.command("list")
def list_keys() -> None:
    """Show the fingerprint of each public key, to compare it with the one on paper."""
    folder = settings_or_exit().web_keys
    for name, key in public_keys.named(folder).items():
        click.echo(f"{name:<12} {public_keys.fingerprint(key)}")


@keys.command()
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False), help="A private key file kept elsewhere."
)
def check(key: str | None) -> None:
    """Open everything sealed to a key and throw the result away; counts what will not open.

    Without --key each private key on this machine is tried. The health page tells when it was last done.
    """
    settings = settings_or_exit()
    with inside_site():
        public = public_keys.named(settings.web_keys)
        tried = [_tried(name, private, public[name]) for name, private in _chosen(settings, key).items()]
    raise SystemExit(1 if any(outcome.shut for outcome in tried) else 0)


def _chosen(settings: Settings, key: str | None) -> dict[str, files.Private]:
    """Private keys by the name of the public key they belong to."""
    try:
        if key is None:
            found = proving.here(settings)
        else:
            private = files.read(Path(key))
            found = {proving.name_of(settings.web_keys, private) or "": private}
    except BadKeyFile as error:
        raise click.ClickException(f"{error}.") from error
    if not found:
        raise click.ClickException("There is no private key on this machine: name its file with --key.")
    if "" in found:
        raise click.ClickException("This key belongs to no public key of this site. Nothing was tried.")
    return found


def _tried(name: str, private: files.Private, public: bytes) -> Outcome:
    with snapshot() as connection:
        outcome = proving.try_out(private, public, proving.everything(connection, name.partition("-")[0]))
    with writing() as connection:
        proving.note(connection, public, outcome)
    click.echo(f"{name}: {outcome.opened} records open with this key, {outcome.shut} do not.")
    return outcome
