"""`campaign-actions config`: the settings in force, without what is secret."""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import urlsplit

import click

from campaign_actions.cli.site import settings_or_exit
from campaign_actions.config import Settings

HIDDEN = "***"
# Fields of Settings that are named otherwise in the environment.
NAMES = {"secret_keys": "CAMPAIGN_SECRET_KEY"}


@click.group("config")
def config_group() -> None:
    """See the settings."""


@config_group.command()
def show() -> None:
    """Print every setting in force and where it comes from. Passwords and secret keys are never shown."""
    for name, value, source in lines(settings_or_exit()):
        click.echo(f"{name:<26} {value:<40} {source}")


def lines(settings: Settings) -> list[tuple[str, str, str]]:
    """Variable, value and source of every setting."""
    found = []
    for field in fields(settings):
        if field.name == "given":
            continue
        variable = NAMES.get(field.name, f"CAMPAIGN_{field.name.upper()}")
        source = "environment" if variable in settings.given else "default"
        found.append((variable, _shown(field.name, getattr(settings, field.name)), source))
    return found


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"{len(value)} hidden" if name == "secret_keys" else " ".join(value)
    return _without_password(str(value)) if name.endswith("_url") else str(value)


def _without_password(url: str) -> str:
    """An address without user name and password, also where they stand in its question."""
    parts = urlsplit(url)
    if parts.username is None and parts.password is None and not parts.query:
        return url
    place = parts.hostname or ""
    place = f"[{place}]" if ":" in place else place
    port = f":{parts.port}" if parts.port else ""
    login = f"{HIDDEN}@" if parts.username or parts.password else ""
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{login}{place}{port}{parts.path}{query}"
