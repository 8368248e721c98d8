"""`campaign-actions worker`: one worker alone, until it is told to stop."""

from __future__ import annotations

import signal
import threading

import click

from campaign_actions.cli.site import current_site, settings_or_exit
from campaign_actions.config import WeakSettings
from campaign_actions.opening.records import CannotOpen
from campaign_actions.worker import loop


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def worker(once: bool) -> None:
    """Send letters, fold counts, make exports, delete what is due."""
    app, settings = current_site(), settings_or_exit()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        if once:
            loop.run_once(app, settings)
        else:
            loop.run(app, settings, stop)
    except (CannotOpen, WeakSettings) as error:
        raise click.ClickException(
            f"The worker cannot open letters: {error}. Put keys/worker back."
        ) from error
