"""`campaign-actions mailing …`: what is being mailed, and pausing, going on and ending it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import click
from sqlalchemy import Connection, select

from campaign_actions.actions.models import Action, Update
from campaign_actions.cli.site import inside_site
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import mailings


@click.group()
def mailing() -> None:
    """See, pause and end mailings of updates."""


@mailing.command(name="list")
def list_() -> None:
    """Every mailing that has not ended: id of the update, state, letters sent, action and number."""
    with inside_site():
        for one in mailings.unfinished():
            slug, number = session.execute(
                select(Action.slug, Update.number)
                .join(Action, Action.id == Update.action_id)
                .where(Update.id == one.update_id)
            ).one()
            state = f"{one.state.value} ({one.pause.value})" if one.pause else one.state.value
            click.echo(f"{one.update_id}  {state:<18}  {one.sent}/{one.recipients}  {slug} {number}")


@mailing.command()
@click.argument("update", type=click.UUID)
def pause(update: UUID) -> None:
    """Let no further letter of UPDATE leave."""
    _do(lambda connection: mailings.pause(connection, update, by=None))
    click.echo("Paused.")


@mailing.command(name="go-on")
@click.argument("update", type=click.UUID)
def go_on(update: UUID) -> None:
    """Let the letters of UPDATE that are left leave, unless its words were changed."""
    _do(lambda connection: mailings.go_on(connection, update, by=None, seen_version=None))
    click.echo("It goes on.")


@mailing.command()
@click.argument("update", type=click.UUID)
def stop(update: UUID) -> None:
    """End the mailing of UPDATE for good."""
    _do(lambda connection: mailings.stop(connection, update, by=None))
    click.echo("Ended.")


def _do(deed: Callable[[Connection], None]) -> None:
    with inside_site():
        try:
            with writing() as connection:
                deed(connection)
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
