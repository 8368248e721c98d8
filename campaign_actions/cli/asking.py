"""What a command asks at the keyboard; nothing of it is shown, or stands in the list of processes."""

from __future__ import annotations

import click

from campaign_actions.opening.keys import MIN_PASSPHRASE


def passphrase(name: str = "the new key", *, twice: bool = False) -> str:
    """The passphrase of a key; `twice` for one that is chosen now. Raises UsageError for a short one."""
    typed = str(click.prompt(f"Passphrase of {name}", hide_input=True, confirmation_prompt=twice))
    if twice and len(typed) < MIN_PASSPHRASE:
        raise click.UsageError(f"Choose {MIN_PASSPHRASE} characters or more, such as five words.")
    return typed
