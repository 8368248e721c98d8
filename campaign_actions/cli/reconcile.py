"""`campaign-actions reconcile`: prove that counts, rows, letters and the audit log agree."""

from __future__ import annotations

import click

from campaign_actions import audit
from campaign_actions.cli.site import current_site, settings_or_exit
from campaign_actions.infra.database.engine import snapshot
from campaign_actions.signatures import reconciling, tools


@click.command()
@click.option("--check", is_flag=True, expose_value=False, help="The default: only look, change nothing.")
def reconcile() -> None:
    """Prove the invariants: a line for each breach and exit status 1, or one line that all agrees."""
    app, settings = current_site(), settings_or_exit()
    pepper = tools.load(settings).pepper
    # One moment, so that signing may go on meanwhile.
    with app.app_context(), snapshot() as connection:
        found = [*reconciling.breaches(connection, pepper), *audit.breaches(connection)]
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("Everything agrees: counts, rows, letters, search, audit log.")
