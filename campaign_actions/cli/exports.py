"""`campaign-actions exports …`: check lists made for delivery, on any machine."""

from __future__ import annotations

from pathlib import Path

import click

from campaign_actions.formats import manifest

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def exports() -> None:
    """Check lists made for delivery."""


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
