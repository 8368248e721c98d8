"""`campaign-actions keys …`: make, list and check the keys that seal personal data."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from campaign_actions.cli.site import current_site, settings_or_exit
from campaign_actions.infra.database.engine import db
from campaign_actions.infra.sealing import public_keys
from campaign_actions.opening import keys as files
from campaign_actions.opening.records import CannotOpen, Opener
from campaign_actions.signatures.models import Signature


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
    for path in sorted(folder.glob("*.pub")):
        click.echo(f"{path.stem:<12} {files.fingerprint(public_keys.read(path))}")


@keys.command()
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False), help="A private key file kept elsewhere."
)
def check(key: str | None) -> None:
    """Open every sealed signature with the list key and throw the result away; counts what will not open."""

    settings = settings_or_exit()
    app = current_site()
    private = [files.read(Path(key))] if key else files.of_purpose(settings.worker_keys, "list")
    try:
        opener = Opener(private)
    except CannotOpen as error:
        raise click.ClickException(f"{error}: name its file with --key.") from error
    opened, shut = 0, 0
    with app.app_context(), db.engine.connect() as connection:
        columns = (Signature.action_id, Signature.email_digest, Signature.sealed)
        rows = connection.execution_options(yield_per=1000).execute(
            select(*columns).where(Signature.sealed.is_not(None))
        )
        for action_id, digest, sealed in rows:
            try:
                opener.open("signature", action_id, digest, sealed or b"")
                opened += 1
            except CannotOpen:
                shut += 1
    click.echo(f"{opened} signatures open with this key, {shut} do not.")
    raise SystemExit(1 if shut else 0)
