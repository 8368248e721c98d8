"""The command `campaign-actions`: each command group is loaded only when it is used."""

from __future__ import annotations

import os
from importlib import import_module
from typing import cast

import click

COMMANDS = {
    "run": (
        "campaign_actions.cli.run:run",
        "Start the site and its worker; sets everything up the first time.",
    ),
    "worker": (
        "campaign_actions.cli.worker:worker",
        "Start one worker alone: letters, counts, exports, deletions.",
    ),
    "upgrade": ("campaign_actions.cli.upgrade:upgrade", "Bring the database to this version's tables."),
    "import": ("campaign_actions.cli.imports:import_group", "Take in articles and signatures from files."),
    "backup": ("campaign_actions.cli.backup:backup", "Put a sealed copy of the site into a folder."),
    "restore": (
        "campaign_actions.cli.restore:restore",
        "Bring a backup back, or prove that it would come back.",
    ),
    "content": ("campaign_actions.cli.content:content", "Take the site's content along, or restore it."),
    "users": ("campaign_actions.cli.users:users", "Add and change the people who log in."),
    "exports": ("campaign_actions.cli.exports:exports", "Check lists made for delivery."),
    "keys": ("campaign_actions.cli.keys:keys", "Make, list and check the keys that seal personal data."),
    "reconcile": (
        "campaign_actions.cli.reconcile:reconcile",
        "Prove that counts, rows, letters and search agree.",
    ),
    "health": ("campaign_actions.cli.health:health", "Say what is well with the site and what is not."),
    "doctor": (
        "campaign_actions.cli.doctor:doctor",
        "Say what is wrong with the set-up, also where the site does not start.",
    ),
    "config": ("campaign_actions.cli.config:config_group", "See the settings in force."),
    "audit": ("campaign_actions.cli.audit:audit_group", "Prove that nobody changed the audit log."),
    "retention": (
        "campaign_actions.cli.retention:retention",
        "See what is deleted when, and delete what is due.",
    ),
    "reindex": ("campaign_actions.cli.reindex:reindex", "Make the search anew from what is published."),
    "redirects": ("campaign_actions.cli.redirects:redirects", "Say where old addresses lead."),
    "mailing": ("campaign_actions.cli.mailing:mailing", "See, pause and end mailings of updates."),
    "mail": ("campaign_actions.cli.mail:mail", "Try the mail server."),
    "demo": ("campaign_actions.cli.demo:demo", "Fill an empty site with invented demo content."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called, not before."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command called `name`, imported now; None when there is none."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name][0].split(":")
        command = getattr(import_module(module), attribute)
        return cast("click.Command", command)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for `--help`, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_place, words) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run a campaign's site: articles, actions, signatures, events.

    Settings come from CAMPAIGN_* variables; README.md lists them all.
    """
    # Whatever a command makes, database and keys first of all, is for its owner only.
    os.umask(0o077)


def add_to(group: click.Group) -> None:
    """Give every command to another group as well, such as Flask's own; there `run` stays Flask's.

    Loads them all, so never in a process that serves pages.
    """
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is not None and name not in group.commands:
            group.add_command(command, name)


if __name__ == "__main__":
    main(prog_name="campaign-actions")
