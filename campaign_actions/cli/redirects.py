"""`campaign-actions redirects …`: where old addresses lead, such as those of a WordPress past."""

from __future__ import annotations

from collections.abc import Callable

import click

from campaign_actions import audit
from campaign_actions.actions import moving as actions
from campaign_actions.articles import moving as articles
from campaign_actions.cases import moving as cases
from campaign_actions.cli.site import inside_site
from campaign_actions.errors import Refused
from campaign_actions.infra import redirects as table
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.infra.i18n import _

MOVES: dict[str, Callable[..., object]] = {
    "article": articles.move,
    "action": actions.move,
    "event": actions.move_event,
    "case": cases.move,
}


@click.group()
def redirects() -> None:
    """Say where old addresses lead; a page that exists needs none."""


@redirects.command()
@click.argument("old")
@click.argument("new")
def add(old: str, new: str) -> None:
    """Let OLD (a path, or ?p=ID) lead to NEW, a path of this site."""
    with inside_site():
        try:
            with writing() as connection:
                table.leave(connection, old, new)
                audit.record("redirect.add", thing="redirect", thing_id="", old=old, new=new)
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
    click.echo(_("%(old)s leads to %(new)s now.", old=old, new=new))


@redirects.command()
@click.argument("kind", type=click.Choice(list(MOVES)))
@click.argument("old")
@click.argument("new")
def move(kind: str, old: str, new: str) -> None:
    """Give a thing the last part NEW of its address instead of OLD; the old address leads on."""
    with inside_site():
        try:
            with writing():
                MOVES[kind](old, new, by=None)
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
    click.echo(_("%(old)s leads to %(new)s now.", old=old, new=new))


@redirects.command("list")
def list_redirects() -> None:
    """Show every old address and where it leads."""
    with inside_site(), db.engine.connect() as connection:
        found = table.listed(connection)
    click.echo("\n".join(f"{old}  {new}" for old, new in found) or _("No old address is listed."))


@redirects.command()
@click.argument("old")
def remove(old: str) -> None:
    """Let OLD lead nowhere again."""
    with inside_site(), writing() as connection:
        gone = table.forget(connection, old)
        if gone:
            audit.record("redirect.remove", thing="redirect", thing_id="", old=old)
    if not gone:
        raise click.ClickException(_("This address is not listed: campaign-actions redirects list."))
    click.echo(_("%(old)s leads nowhere now.", old=old))
