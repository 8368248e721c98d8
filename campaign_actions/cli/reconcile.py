"""`campaign-actions reconcile`: prove that counts, rows, letters and the audit log agree."""

from __future__ import annotations

import click

from campaign_actions import audit
from campaign_actions.cli.site import current_site, settings_or_exit
from campaign_actions.infra.database.engine import db
from campaign_actions.signatures import reconciling, tools


@click.command()
@click.option("--check", is_flag=True, expose_value=False, help="The default: only look, change nothing.")
def reconcile() -> None:
    """Prove the invariants: a line for each breach and exit status 1, or one line that all agrees."""
    app, settings = current_site(), settings_or_exit()
    pepper = tools.load(settings).pepper
    with app.app_context():
        # One snapshot, so that signing may go on meanwhile; SQLite gives one by itself.
        on_sqlite = db.engine.dialect.name == "sqlite"
        engine = db.engine if on_sqlite else db.engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as connection, connection.begin():
            found = [*reconciling.breaches(connection, pepper), *audit.breaches(connection)]
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("Everything agrees: counts, rows, letters, search, audit log.")
