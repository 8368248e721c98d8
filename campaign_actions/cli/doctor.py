"""`campaign-actions doctor`: what is wrong with a set-up, also with one that does not start."""

from __future__ import annotations

from collections.abc import Iterator

import click

from campaign_actions import startup
from campaign_actions.app import create_app
from campaign_actions.cli.health import tell
from campaign_actions.cli.site import settings_or_exit
from campaign_actions.config import Settings, WeakSettings
from campaign_actions.health import findings, mail_domain, surroundings
from campaign_actions.health.findings import Finding, State
from campaign_actions.infra.database.engine import db, session


@click.command()
@click.option("--dkim", "selector", default="", help="The DKIM selector of your mail provider.")
@click.option("--no-dns", is_flag=True, help="Ask no name server.")
def doctor(selector: str, *, no_dns: bool) -> None:
    """Say what is wrong around and in the site, and what to do; exit status 1 when something is bad.

    Looks at settings, files, keys, disk, memory, the domain of letters, and then as `health` does.
    """
    settings = settings_or_exit()
    found = surroundings.look(settings)
    if not no_dns:
        domain = settings.mail_from.rpartition("@")[2]
        found += mail_domain.look(domain, selector, mail_domain.ask)
    found += _inside(settings)
    tell(found)
    raise SystemExit(1 if findings.bad(found) else 0)


def _inside(settings: Settings) -> Iterator[Finding]:
    """What only a site that starts can tell; else why it does not start."""
    try:
        app = create_app(settings)
        with app.app_context():
            try:
                startup.check(settings)
                yield from findings.look(session.connection(), settings)
            finally:
                db.session.remove()
                db.engine.dispose()
    except WeakSettings as error:
        yield Finding("start", State.BAD, "The site does not start", str(error))
