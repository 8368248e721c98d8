"""`campaign-actions audit verify`: prove that nobody changed, removed or slipped in an entry."""

from __future__ import annotations

import click

from campaign_actions import audit
from campaign_actions.cli.site import inside_site
from campaign_actions.infra.database.engine import snapshot

DIGITS = 64


@click.group("audit")
def audit_group() -> None:
    """Prove the audit log."""


@audit_group.command()
@click.option("--mark", default="", help="The mark that somebody wrote down earlier: 64 digits and letters.")
def verify(mark: str) -> None:
    """Go through the whole log: a line for each breach and exit status 1, or the mark to write down."""
    noted = _noted(mark.strip())
    with inside_site(), snapshot() as connection:
        found = list(audit.breaches(connection, noted=noted))
        last, link = audit.head(connection)
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo(f"The audit log is whole: {last} entries. Its mark, to be kept elsewhere:")
    click.echo(link.hex())


def _noted(mark: str) -> bytes | None:
    if not mark:
        return None
    try:
        noted = bytes.fromhex(mark)
    except ValueError:
        noted = b""
    if len(noted) * 2 != DIGITS:
        raise click.ClickException(f"A mark has {DIGITS} digits and letters a to f. Nothing was checked.")
    return noted
