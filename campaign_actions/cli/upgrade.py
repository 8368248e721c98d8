"""`campaign-actions upgrade`: bring the database to this version's tables."""

from __future__ import annotations

import click

from campaign_actions import startup
from campaign_actions.app import create_app
from campaign_actions.cli.reindex import make_anew
from campaign_actions.cli.site import settings_or_exit
from campaign_actions.config import WeakSettings
from campaign_actions.infra.database import migrating


@click.command()
def upgrade() -> None:
    """Bring the database to this version's tables. Running it twice changes nothing."""
    app = create_app(settings_or_exit())
    with app.app_context():
        migrating.upgrade()
        make_anew()
        try:
            startup.check_tables()
        except WeakSettings as error:
            raise click.ClickException(str(error)) from error
    click.echo("The database has the tables of this version.")
