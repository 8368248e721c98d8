"""`campaign-actions import …`: take in articles from saved pages or an export file of another site."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click

from campaign_actions.cli import media
from campaign_actions.cli.site import inside_site, settings_or_exit
from campaign_actions.cli.speakout import speakout
from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.imports import importing, listing as pages, wordpress as exported, wxr
from campaign_actions.imports.importing import Found, Import
from campaign_actions.imports.listing import Listing, ListingError
from campaign_actions.imports.report import Report
from campaign_actions.imports.wordpress_report import WordPressReport
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _

BATCH = 500
FILE = click.Path(path_type=Path)


class _OnlyTried(Exception):
    """Ends a dry run, so that its transaction is taken back."""


@click.group("import")
def import_group() -> None:
    """Take in articles and signatures from files."""


import_group.add_command(speakout)


@import_group.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
def listing(files: tuple[Path, ...], dry_run: bool) -> None:
    """Read saved listing pages: a category with dates, or all posts by an author.

    Articles in several files become one. Running it twice changes nothing the second time.
    A damaged file is named with the line, and then nothing is taken in, from no file.
    """
    found = read(files)
    with inside_site():
        report = try_out(found, names(files)) if dry_run else take_in(found, names(files))
    for line in report.lines():
        click.echo(line)
    if dry_run:
        click.echo(_("This was a dry run. Nothing was changed."))


@import_group.command()
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--fetch-media", is_flag=True, help="Fetch the pictures of the articles from the old site.")
def wordpress(file: Path, dry_run: bool, fetch_media: bool) -> None:
    """Read an export file of WordPress (Tools, Export, "All content").

    Posts become articles; pages, and whatever was not public, become drafts. The whole file is
    checked first. Running it twice, or again after a stop, takes in only what is not there yet.
    With --fetch-media this server calls the addresses in the file, and whoever runs them sees that.
    """
    settings = settings_or_exit()
    fetched: list[str] = []
    try:
        with file.open("rb") as opened, inside_site():
            report = take_in_export(opened, file.name, settings, dry_run=dry_run)
            report.fetches = fetch_media and not dry_run
            if report.fetches:
                fetched = list(media.take_in(settings, report.origin))
    except OSError as error:
        raise click.ClickException(_("The file cannot be read: %(why)s.", why=error.strerror)) from None
    except Refused as refusal:
        click.echo(refusal.sentence, err=True)
        click.echo(_("Nothing was taken in."), err=True)
        raise SystemExit(1) from None
    for line in [*report.lines(), *fetched]:
        click.echo(line)
    if dry_run:
        click.echo(_("This was a dry run. Nothing was changed."))


def take_in_export(
    file: BinaryIO, name: str, settings: Settings, *, dry_run: bool = False
) -> WordPressReport:
    """Check the whole export, then take it in, 500 entries a transaction; needs an application context.

    Raises imports.wxr.NotAnExport before anything is written. A dry run reads only.
    """
    site, _found = wxr.read_site(file, name=name)
    run = exported.WordPressImport(site, name=name, zone=settings.zone, writes=not dry_run)
    for batch in exported.in_batches(wxr.entries(file, name=name)):
        prepared = run.prepare(batch)
        if dry_run:
            run.take(prepared, session.connection())
        else:
            with writing() as connection:
                run.take(prepared, connection)
    if dry_run:
        return run.finish()
    with writing():
        return run.finish()


def read(files: Sequence[Path]) -> list[Found]:
    """All articles of all files. Raises SystemExit with status 1, one line a damaged file printed before."""
    read_pages: list[tuple[str, Listing]] = []
    damaged = False
    for path in files:
        try:
            read_pages.append((path.name, pages.parse_bytes(_content(path), name=path.name)))
        except ListingError as error:
            damaged = True
            click.echo(error.sentence, err=True)
    if damaged:
        click.echo(_("Nothing was taken in."), err=True)
        raise SystemExit(1)
    return importing.in_order(read_pages)


def take_in(found: Sequence[Found], files: Sequence[str]) -> Report:
    """Make or complete the articles, 500 a transaction; needs an application context.

    Stopped halfway, it may be started again: what was taken in is then known.
    """
    with writing():
        run = Import()
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        with writing():
            run.take(batch)
    with writing():
        return run.finish(files)


def try_out(found: Sequence[Found], files: Sequence[str]) -> Report:
    """What `take_in` would report, in one transaction that is taken back; needs an application context."""
    report = Report()
    with suppress(_OnlyTried), writing():
        run = Import()
        run.take(found)
        report = run.finish(files)
        _take_back()
    return report


def names(files: Sequence[Path]) -> list[str]:
    """Names of the files without their folders, as the audit log keeps them."""
    return [path.name for path in files]


def _take_back() -> None:
    raise _OnlyTried


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > pages.MAX_BYTES:
            raise ListingError(path.name, 1, _("The file is larger than 50 MB."))
        return path.read_bytes()
    except OSError as error:
        raise ListingError(path.name, 1, _("The file cannot be read: %(why)s.", why=error.strerror)) from None
