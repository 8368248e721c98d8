"""`campaign-actions retention …`: what is deleted when, and deleting what is due."""

from __future__ import annotations

from datetime import date

import click

from campaign_actions.actions import queries
from campaign_actions.cli.site import inside_site
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import holds
from campaign_actions.worker import chores


@click.group()
def retention() -> None:
    """See what is deleted when, and delete what is due."""


@retention.command()
@click.option(
    "--by", "until", type=click.DateTime(["%Y-%m-%d"]), help="What goes up to this day, YYYY-MM-DD."
)
def show(until: date | None) -> None:
    """List what goes on which day, and what a legal hold keeps. Changes nothing."""
    with inside_site():
        going = holds.going(session.connection())
        cards = queries.by_ids({one.action_id for one in going})
        held = holds.of_actions(session.connection(), cards)
        last = until.date() if until else None  # type: ignore[attr-defined]  # click gives a moment
        for one in going:
            if last is None or one.on <= last:
                kept = (
                    f", kept by a legal hold: {held[one.action_id].reason}" if one.action_id in held else ""
                )
                click.echo(f"{one.on}  {one.records:>8}  {cards[one.action_id].slug}{kept}")
        click.echo("What stays: the count, the totals by day and country, the letter.")


@retention.command()
def run() -> None:
    """Delete every signature whose day has come, as the worker does each minute."""
    with inside_site():
        click.echo(f"{chores.forget_due()} signatures deleted.")
