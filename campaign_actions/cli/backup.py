"""`campaign-actions backup FOLDER`: everything needed to bring the site back, sealed in one file."""

from __future__ import annotations

import io
import json
import re
import tarfile
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, cast

import click

from campaign_actions import audit
from campaign_actions.cli.site import inside_site, settings_or_exit
from campaign_actions.config import Settings
from campaign_actions.health import marks
from campaign_actions.infra import clock, storage
from campaign_actions.infra.database import copying, migrating
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.streams import SealedStream
from campaign_actions.infra.storage import sync_folder, writing_whole
from campaign_actions.opening import keys, proving
from campaign_actions.pictures import keeping

KEY = "backup"
KEPT_DAYS = 35
NAME = "campaign-%Y%m%d-%H%M%S.backup"
NAMES = re.compile(r"campaign-\d{8}-\d{6}\.backup")
DATABASE, ABOUT, WEB_KEYS, PICTURES = "campaign.db", "about.json", "keys/web/", "pictures/"
DUMP = (
    "PostgreSQL copies itself: pg_dump --format=custom {tables} --file=FILE ADDRESS. "
    "Keep keys/web and pictures of the data folder with it, all locked. Then: campaign-actions backup --noted"
)


@click.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False))
@click.option("--noted", is_flag=True, help="Only note that a backup was made by other means.")
def backup(folder: str | None, *, noted: bool) -> None:
    """Put a sealed copy of database, pictures, pepper and secret key into FOLDER, while people sign.

    Deletes copies in FOLDER that are over 35 days old, as the pages promise. Private keys are never in it.
    """
    if not folder and not noted:
        raise click.UsageError("Name a folder, or --noted.")
    settings = settings_or_exit()
    with inside_site():
        if noted:
            _note(0)
            click.echo("Noted: a backup was made now.")
            return
        if db.engine.dialect.name != "sqlite":
            tables = " ".join(f"--exclude-table-data={table}" for table in copying.LEFT_OUT)
            raise click.ClickException(DUMP.format(tables=tables))
        _make_key(settings)
        made = _make(settings, Path(folder or ""))
        _note(made.stat().st_size)
    click.echo(f"Made {made}, {made.stat().st_size:,} bytes.")
    for old in _delete_old(made.parent):
        click.echo(f"Deleted {old}: over {KEPT_DAYS} days old.")


def _make_key(settings: Settings) -> None:
    if public_keys.of_purpose(settings.web_keys, KEY):
        return
    private = settings.worker_keys / keys.make_pair(settings, KEY)[0]
    public = public_keys.of_purpose(settings.web_keys, KEY)[0]
    with writing() as connection:
        proving.note(connection, public, proving.try_out(keys.read(private), public, ()))
    click.echo(f"Made {private}. Copy it off this machine: nothing else opens a backup.")


def _make(settings: Settings, folder: Path) -> Path:
    path = folder / clock.now().strftime(NAME)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="backup-", dir=settings.data) as between,
            writing_whole(path) as file,
        ):
            database = Path(between) / DATABASE
            copying.copy(Path(str(db.engine.url.database)), database)
            stream = SealedStream(file, public_keys.of_purpose(settings.web_keys, KEY))
            _pack(stream, database, settings)
            stream.finish()
        sync_folder(folder)
    except copying.DamagedDatabase as error:
        raise click.ClickException(
            "The database is damaged. Keep your last backup; none was made."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written ({error.strerror}). None was made.") from error
    return path


def _pack(stream: SealedStream, database: Path, settings: Settings) -> None:
    about = json.dumps({"made_at": clock.now().isoformat(timespec="seconds"), "tables": migrating.newest()})
    # A stream is all that tarfile needs of it.
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="w|") as tar:
        entry = tarfile.TarInfo(ABOUT)
        entry.size = len(about)
        tar.addfile(entry, io.BytesIO(about.encode()))
        tar.add(database, DATABASE)
        for path in sorted(settings.web_keys.iterdir()):
            tar.add(path, WEB_KEYS + path.name)
        for path in storage.files(keeping.folder(settings.data)):
            # A picture that was taken out meanwhile is missed by nobody.
            with suppress(FileNotFoundError):
                tar.add(path, PICTURES + path.name)


def _note(size_bytes: int) -> None:
    with writing() as connection:
        marks.note(connection, marks.BACKUP, well=size_bytes)
        audit.record("backup.make")


def _delete_old(folder: Path) -> list[str]:
    before = clock.now() - timedelta(days=KEPT_DAYS)
    found = [path for path in sorted(folder.iterdir()) if NAMES.fullmatch(path.name)]
    old = [path for path in found if datetime.strptime(path.name, NAME).replace(tzinfo=UTC) < before]
    for path in old:
        path.unlink()
    return [path.name for path in old]
