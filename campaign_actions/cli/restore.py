"""`campaign-actions restore FILE`: a sealed backup into an empty data folder, or a proof that it would do."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import func, select

from campaign_actions import audit
from campaign_actions.app import create_app
from campaign_actions.cli.asking import passphrase
from campaign_actions.cli.backup import DATABASE, KEY, PICTURES, WEB_KEYS
from campaign_actions.cli.site import settings_or_exit
from campaign_actions.config import Settings
from campaign_actions.infra import storage
from campaign_actions.infra.database import migrating
from campaign_actions.infra.database.engine import db, snapshot
from campaign_actions.infra.sealing.public_keys import BadKeyFile
from campaign_actions.opening import keys, streams
from campaign_actions.opening.records import CannotOpen
from campaign_actions.pictures import keeping
from campaign_actions.signatures import reconciling, tools
from campaign_actions.signatures.models import Signature


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="The private backup key.")
@click.option("--check", is_flag=True, help="Only prove that the backup is whole and all in it agrees.")
def restore(file: str, key: str | None, *, check: bool) -> None:
    """Bring a backup back into an empty data folder. Changes nothing unless the whole file opens."""
    settings = settings_or_exit()
    if not check:
        _refuse_full(settings)
    private = _private(settings, key)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.data) as between:
        _unpack(Path(file), private, Path(between))
        if check:
            _prove(replace(settings, data=Path(between), database_url=""))
            return
        _put(Path(between), settings)
    click.echo("Restored. Next: put keys/worker back, then campaign-actions upgrade, keys check, reconcile.")


def _refuse_full(settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        raise click.ClickException("Backups of PostgreSQL come back with pg_restore. Nothing was changed.")
    for path in (_database(settings), settings.web_keys / "pepper.key"):
        if path.exists():
            raise click.ClickException(f"There is {path} already: CAMPAIGN_DATA has to be empty for this.")


def _database(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _private(settings: Settings, key: str | None) -> list[keys.Private]:
    try:
        found = [keys.read(Path(key), passphrase)] if key else keys.of_purpose(settings.worker_keys, KEY)
    except BadKeyFile as error:
        raise click.ClickException(f"{error}.") from error
    if not found:
        raise click.ClickException("The backup key is not on this machine: name its file with --key.")
    return found


def _unpack(file: Path, private: Sequence[keys.Private], folder: Path) -> None:
    """Everything in `file` into `folder`, once all of it has opened."""
    packed = folder / "opened.tar"
    try:
        with file.open("rb") as sealed, packed.open("xb") as opened:
            for piece in streams.pieces(sealed, private):
                opened.write(piece)
        with tarfile.open(packed) as tar:
            _take_out(tar, folder)
    except CannotOpen as error:
        raise click.ClickException(f"{file} does not open: {error}. Nothing was changed.") from error
    packed.unlink()


def _take_out(tar: tarfile.TarFile, folder: Path) -> None:
    (folder / WEB_KEYS).mkdir(mode=0o700, parents=True)
    (folder / PICTURES).mkdir(mode=0o700)
    for member in tar:
        name = member.name.removeprefix(WEB_KEYS).removeprefix(PICTURES)
        source = tar.extractfile(member)
        # Whatever is not a file of ours, by a name without a way in it, stays in the stream.
        if source is not None and "/" not in name:
            with (folder / member.name).open("xb") as target:
                shutil.copyfileobj(source, target)


def _prove(settings: Settings) -> None:
    app = create_app(settings)
    try:
        with app.app_context():
            migrating.upgrade()
            with snapshot() as connection:
                pepper = tools.load(app.extensions["campaign_settings"]).pepper
                found = [*reconciling.breaches(connection, pepper), *audit.breaches(connection)]
                rows = connection.execute(select(func.count()).select_from(Signature)).scalar_one()
    finally:
        _let_go(app)
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo(f"The backup is whole: {rows} signatures, and everything agrees.")


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _put(between: Path, settings: Settings) -> None:
    web_keys, database = settings.web_keys, _database(settings)
    web_keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted((between / WEB_KEYS).iterdir()):
        path.replace(web_keys / path.name)
    for path in sorted((between / PICTURES).iterdir()):
        storage.put(keeping.folder(settings.data), path.read_bytes())
    # Last, so that whoever sees the database sees its keys.
    (between / DATABASE).replace(database)
    storage.sync_folder(database.parent)
