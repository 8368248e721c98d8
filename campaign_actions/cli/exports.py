"""`campaign-actions exports …`: make lists in the server's shell; check and open them on any machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import Flask

from campaign_actions.accounts import users
from campaign_actions.accounts.models import User
from campaign_actions.actions import queries as actions
from campaign_actions.cli.asking import passphrase
from campaign_actions.cli.site import inside_site
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.exports import files, requesting
from campaign_actions.exports.models import Export, ExportState, Format, Purpose
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.exports.requesting import Wish
from campaign_actions.formats import manifest
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.sealing.public_keys import BadKeyFile
from campaign_actions.opening import keys, parcels
from campaign_actions.opening.parcels import NoParcel
from campaign_actions.opening.records import CannotOpen, Opener
from campaign_actions.worker import exports as making, loop

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def exports() -> None:
    """Make lists, check them, and open sealed ones."""


@exports.command()
@click.argument("file", type=FILE)
@click.argument("manifest_file", metavar="MANIFEST", type=FILE)
def verify(file: Path, manifest_file: Path) -> None:
    """Compare FILE with its MANIFEST: the SHA-256 and the number of rows. Exit status 1 when they differ."""
    written = manifest_file.read_bytes()
    breaches = manifest.verify(written, file)
    for breach in breaches:
        click.echo(breach)
    if breaches:
        raise SystemExit(1)
    held = manifest.read(written)
    click.echo(f"{file.name} is whole: {held.rows} rows, made {held.moment:%Y-%m-%d %H:%M} UTC.")


@exports.command("open")
@click.argument("file", type=FILE)
@click.option("--key", "key_file", type=FILE, required=True, help="The private list key, as list-1.key.")
@click.option(
    "--to", "folder", type=FOLDER, default=".", show_default=True, help="Where the list is written."
)
def open_sealed(file: Path, key_file: Path, folder: Path) -> None:
    """Open the sealed list FILE with the list key; needs no site and no network."""
    try:
        opened, beside = parcels.open_into(file, Opener([keys.read(key_file, passphrase)]), folder)
    except (NoParcel, BadKeyFile) as error:
        raise click.ClickException(str(error)) from error
    except CannotOpen as error:
        message = f"This key does not open the list, or the file was changed ({error}). Nothing was written."
        raise click.ClickException(message) from error
    click.echo(f"{opened} and {beside.name}: {manifest.read(beside.read_bytes()).rows} rows.")


@exports.command()
@click.argument("slug")
@click.option("--by", "email", required=True, help="Whose list it is: somebody with the export right.")
@click.option("--purpose", type=click.Choice([purpose.value for purpose in Purpose]), default="deliver")
@click.option("--reason", required=True, help="10 characters or more; it goes into the audit log.")
@click.option("--recipient", required=True, help="Who receives the list, and how.")
@click.option("--format", "kind", type=click.Choice([kind.value for kind in Format]), default="csv")
@click.option("--column", "columns", multiple=True, help="A column; may be given several times.")
def make(slug: str, email: str, **wishes: Any) -> None:
    """Make a list of the confirmed signatures of the action SLUG, as on the staff pages, without waiting."""
    with inside_site() as app:
        found = actions.by_slug(slug)
        user = users.by_email(email)
        if found is None:
            raise click.ClickException(f"There is no action {slug}.")
        if user is None:
            raise click.ClickException(f"Nobody logs in as {email}.")
        export_id = _ask(_wish(found.card.id, **wishes), user)
        _make_now(app, export_id)


def _wish(
    action_id: UUID, *, purpose: str, reason: str, recipient: str, kind: str, columns: tuple[str, ...]
) -> Wish:
    ceiling = CEILINGS[Purpose(purpose)]
    chosen = Chosen(
        levels=ceiling.levels,
        columns=columns or ceiling.usual,
        format=Format(kind),
        wants_updates=ceiling.asked_for_mail,
        on_paper=ceiling.on_paper,
    )
    return Wish(
        action_id=action_id, purpose=Purpose(purpose), reason=reason, recipient=recipient, chosen=chosen
    )


def _ask(wish: Wish, user: User) -> UUID:
    try:
        with writing() as connection:
            return requesting.ask(connection, wish, user).id
    except (Refused, NotAllowed) as refusal:
        raise click.ClickException(refusal.sentence) from refusal


def _make_now(app: Flask, export_id: UUID) -> None:
    settings = app.extensions["campaign_settings"]
    making.make(export_id, loop.open_office(settings))
    export = session.get_one(Export, export_id, populate_existing=True)
    if export.state is ExportState.WAITING:
        click.echo("The list waits for a second person: they agree to it at /staff/exports/.")
        return
    if export.state is not ExportState.READY:
        raise click.ClickException(export.failure or "The list is made by a worker just now.")
    path = files.folder(settings) / export.file_name
    click.echo(f"{path}: {export.rows} rows, SHA-256 {export.sha256}")
    click.echo(f"The manifest lies beside it: {files.manifest_name(export.file_name)}")
