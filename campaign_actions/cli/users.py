"""`campaign-actions users …`: add and change the people who log in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from campaign_actions.accounts import passwords, second_step, users as rules
from campaign_actions.accounts.models import Role, User
from campaign_actions.cli.site import current_site
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing

ROLES = click.Choice([role.value for role in Role])
ASK = click.option("--ask", is_flag=True, help="Type the password instead of having one drawn.")


@click.group()
def users() -> None:
    """Add and change the people who log in."""


@users.command()
@click.argument("email")
@click.option("--name", required=True, help="As others on the desk see it.")
@click.option("--role", type=ROLES, required=True, help="What they may do.")
@click.option("--export", "may_export", is_flag=True, help="Let them make lists of names (staff and admins).")
@ASK
def add(email: str, name: str, role: str, may_export: bool, ask: bool) -> None:
    """Add a user; a drawn password is shown once."""
    password = _password(ask)
    with _site():
        rules.add(email, password, name=name, role=Role(role), may_export=may_export)
    click.echo(f"Added {email.strip().lower()}, {role}{', with the export right' if may_export else ''}.")
    _show(password, ask)


@users.command("list")
def list_users() -> None:
    """Show every user: address, role, export right, last log-in."""
    with _site():
        found = [_line(user) for user in rules.listed()]
    click.echo("\n".join(found) or "There are no users yet: campaign-actions users add.")


@users.command()
@click.argument("email")
@ASK
def password(email: str, ask: bool) -> None:
    """Give a user a new password; all their sessions end."""
    new = _password(ask)
    _change(email, lambda user: rules.set_password(user, new))
    click.echo("The password is changed, all sessions have ended.")
    _show(new, ask)


@users.command()
@click.argument("email")
@click.argument("role", type=ROLES)
@click.option("--export", "may_export", is_flag=True, help="Let them make lists of names (staff and admins).")
def role(email: str, role: str, may_export: bool) -> None:
    """Give a user another role or right; all their sessions end."""
    _change(email, lambda user: rules.set_role(user, Role(role), may_export=may_export))
    click.echo(f"{email.strip().lower()} is {role} now, all sessions have ended.")


@users.command("reset-second-step")
@click.argument("email")
def reset_second_step(email: str) -> None:
    """Take the second step off an account whose owner lost app and codes; all their sessions end."""
    _change(email, second_step.turn_off)
    click.echo("The password alone does again, all sessions have ended. A letter tells them.")


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Shut a user out; all their sessions end, what they made stays."""
    _change(email, lambda user: rules.set_active(user, False))
    click.echo(f"{email.strip().lower()} can no longer log in.")


@users.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let a user in again."""
    _change(email, lambda user: rules.set_active(user, True))
    click.echo(f"{email.strip().lower()} can log in again.")


def _change(email: str, deed: Callable[[User], None]) -> None:
    with _site():
        user = rules.by_email(email)
        if user is None:
            raise click.ClickException("There is no user with this address: campaign-actions users list.")
        deed(user)


@contextmanager
def _site() -> Iterator[None]:
    app = current_site()
    with app.app_context():
        try:
            with writing():
                yield
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal


def _password(ask: bool) -> str:
    if not ask:
        return passwords.drawn()
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _show(password: str, ask: bool) -> None:
    if not ask:
        click.echo(f"Password, shown this once: {password}")


def _line(user: User) -> str:
    marks = [
        user.role.value,
        *(["export"] if user.may_export else []),
        *([] if user.active else ["disabled"]),
    ]
    seen = f"last log-in {user.last_seen_at:%Y-%m-%d}" if user.last_seen_at else "never logged in"
    return f"{user.email:<36} {user.name:<24} {', '.join(marks):<28} {seen}"
