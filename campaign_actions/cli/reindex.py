"""`campaign-actions reindex`: make the search anew from what is published."""

from __future__ import annotations

import click

from campaign_actions.cli.site import inside_site
from campaign_actions.findable import rebuilding
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.infra.i18n import _, ngettext, number
from campaign_actions.infra.search import index


@click.command()
def reindex() -> None:
    """Make the search anew; people can go on reading and signing meanwhile."""
    with inside_site():
        things = make_anew()
    if not things:
        click.echo(_("There is nothing to find yet."))
        return
    click.echo(
        ngettext("%(count)s thing looked at.", "%(count)s things looked at.", things, count=number(things))
    )


def make_anew() -> int:
    """Make every entry anew, 200 things a transaction; gives how many. Needs an application context."""
    with writing() as connection:
        # First, because SQLite refuses to change an entry that its words do not follow.
        index.look_up_anew(connection)
    with db.engine.connect() as connection:
        batches = list(rebuilding.batches(connection))
    for kind, ids in batches:
        with writing() as connection:
            rebuilding.refresh(connection, {kind: ids})
    return sum(len(ids) for _kind, ids in batches)
