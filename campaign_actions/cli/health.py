"""`campaign-actions health`: what is well with the site and what is not, as the page of staff says it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from campaign_actions.cli.site import inside_site, settings_or_exit
from campaign_actions.health import findings
from campaign_actions.health.findings import Finding
from campaign_actions.infra.database.engine import session


@click.command()
def health() -> None:
    """Say how the site is: a line for each thing; exit status 1 when one cannot wait."""
    with inside_site():
        found = findings.look(session.connection(), settings_or_exit())
    tell(found)
    raise SystemExit(1 if findings.bad(found) else 0)


def tell(found: Iterable[Finding]) -> None:
    """Print a line for each finding, and what to do about it."""
    for finding in found:
        click.echo(f"{finding.state.value:<5} {finding.heading}: {finding.words}")
        if finding.cure:
            click.echo(f"      {finding.cure}")
