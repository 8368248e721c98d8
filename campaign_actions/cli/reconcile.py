"""`campaign-actions reconcile`: prove that counts, rows and letters agree."""

from __future__ import annotations

import click

from campaign_actions.cli.site import current_site, settings_or_exit
from campaign_actions.infra.database.engine import db
from campaign_actions.signatures import reconciling, tools


@click.command()
@click.option("--check", is_flag=True, help="The default: only look, change nothing.")
def reconcile(check: bool) -> None:
    """Prove the invariants: a line for each breach and exit status 1, or one line that all agrees."""
    app, settings = current_site(), settings_or_exit()
    pepper = tools.load(settings).pepper
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            found = reconciling.breaches(connection, pepper)
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("Everything agrees: counts, rows, letters.")
