"""`campaign-actions content …`: the site's content in one file, and back into an empty site."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path

import click

from campaign_actions.cli.site import inside_site
from campaign_actions.content import moving
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.infra.i18n import _, number
from campaign_actions.pictures import keeping
from campaign_actions.web.settings import settings

FILE = click.Path(path_type=Path)


@click.group()
def content() -> None:
    """Take the site's content along, or restore it: no person, no signature, no log-in."""


@content.command("export")
@click.argument("file", type=FILE)
def export_content(file: Path) -> None:
    """Write articles, cases, actions, events, targets, updates, pictures, redirects into the archive FILE.

    People may go on using the site; the archive holds one moment.
    """
    with inside_site():
        try:
            counted = write(file)
        except OSError as error:
            raise click.ClickException(
                _("The file cannot be written: %(why)s.", why=error.strerror)
            ) from None
    _say(counted)


@content.command("restore")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check the whole archive and change nothing.")
def restore_content(file: Path, dry_run: bool) -> None:
    """Put the content of the archive FILE into this site, which has to be empty but for its log-ins.

    All of it, or nothing where anything is wrong. Drafts belong to nobody afterwards: staff see them.
    """
    with inside_site():
        try:
            counted = moving.check(file)
            if not dry_run:
                with writing() as connection:
                    moving.restore(connection, file, _pictures())
        except Refused as refusal:
            click.echo(refusal.sentence, err=True)
            click.echo(_("Nothing was restored."), err=True)
            raise SystemExit(1) from None
    _say(counted)
    if dry_run:
        click.echo(_("This was a dry run. Nothing was changed."))


def write(file: Path) -> Mapping[str, int]:
    """Export into a new file that is only there once it is whole; needs an application context.

    Raises OSError, also when the file is there already.
    """
    if file.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    on_sqlite = db.engine.dialect.name == "sqlite"
    engine = db.engine if on_sqlite else db.engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection, connection.begin():
            counted = moving.export(connection, unfinished, _pictures())
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return counted


def _pictures() -> Path:
    return keeping.folder(settings().data)


def _say(counted: Mapping[str, int]) -> None:
    for name, rows in counted.items():
        click.echo(f"{number(rows):>9}  {name}")
