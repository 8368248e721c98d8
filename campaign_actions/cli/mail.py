"""`campaign-actions mail test ADDRESS`: does mail leave, and what does the server say."""

from __future__ import annotations

from uuid import uuid4

import click

from campaign_actions.cli.site import settings_or_exit
from campaign_actions.infra.mail import sending
from campaign_actions.infra.mail.rendering import Rendered


@click.group()
def mail() -> None:
    """Try the mail server."""


@mail.command()
@click.argument("address")
def test(address: str) -> None:
    """Send one letter to ADDRESS and say what became of it."""
    settings = settings_or_exit()
    transport = sending.transport_for(settings.mail_url)
    words = "This letter shows that mail leaves the site."
    rendered = Rendered(f"Test from {settings.site_name}", words + "\n", f"<!doctype html><p>{words}</p>")
    try:
        message = sending.compose(
            uuid4(), sending.Sender(settings.site_name, settings.mail_from), address, rendered
        )
    except ValueError as error:
        raise click.BadParameter("this is not one mail address", param_hint="ADDRESS") from error
    answer = transport.send(message, address)
    transport.close()
    click.echo(f"The server said: {answer.value}.")
    raise SystemExit(0 if answer is sending.Answer.SENT else 1)
