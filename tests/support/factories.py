"""Things to test with, complete by default; a test states only what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from campaign_actions.accounts import passwords
from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import queries
from campaign_actions.actions.models import Action, ActionState, ActionTarget, ActionText, Goal, Level, Target
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures.screening import Noticed
from campaign_actions.signatures.signing import Shown, Supporter

PASSWORD = "correct horse battery staple"
_numbers = count(1)


def an_action(**values: Any) -> ActionPage:
    """An open petition with text, target and goals, closing in 30 days."""
    number = next(_numbers)
    words = {name: values.pop(name) for name in ("title", "ask", "letter") if name in values}
    values.setdefault("slug", f"release-the-strikers-{number}")
    values.setdefault("state", ActionState.OPEN)
    values.setdefault("closes_at", clock.now() + timedelta(days=30))
    values.setdefault("published_at", clock.now())
    goals = values.pop("goals", (100, 1000))
    with writing():
        action = Action(**values)
        session.add(action)
        session.flush()
        session.add(
            ActionText(
                action_id=action.id,
                title=words.get("title", "Release the strikers"),
                ask=words.get("ask", "Ask the prosecutor to set them free."),
                letter=words.get("letter", "Dear prosecutor,\n\nset them free."),
                letter_html="<p>Dear prosecutor,</p><p>set them free.</p>",
            )
        )
        session.add_all(Goal(action_id=action.id, number=goal, meaning="We hand it in") for goal in goals)
        target = Target(name=f"the Prosecutor General {number}")
        session.add(target)
        session.flush()
        session.add(ActionTarget(action_id=action.id, target_id=target.id))
        slug = action.slug
    page = queries.by_slug(slug)
    assert page is not None
    return page


def a_supporter(**values: Any) -> Supporter:
    """Marta, who asks that only the team may see her name."""
    defaults: dict[str, Any] = {
        "name": "Marta Lindqvist",
        "email": "marta@example.org",
        "country": "SE",
        "level": Level.TEAM,
        "updates": False,
        "locale": "en",
    }
    return Supporter(**defaults | values)


def shown_by(page: ActionPage) -> Shown:
    """What the form of `page` shows now."""
    return Shown(page.text_version, page.text_revision, 1, "targets", page.delete_on, page.card.locale)


def a_visit(**values: Any) -> Noticed:
    """What an ordinary request shows."""
    defaults: dict[str, Any] = {"prefix": "192.0.2.0/24", "agent": "Mozilla/5.0 Firefox/140.0", "trap": False}
    return Noticed(**defaults | values)


def a_user(role: Role = Role.ORGANISER, **values: Any) -> User:
    """Somebody who can log in with PASSWORD."""
    number = next(_numbers)
    values.setdefault("email", f"{role.value}{number}@example.org")
    values.setdefault("name", f"{role.value.title()} {number}")
    values.setdefault("password_hash", passwords.hashed(PASSWORD, fast=True))
    with writing():
        user = User(role=role, **values)
        session.add(user)
    return user


def noon(day: date) -> datetime:
    """Twelve o'clock UTC of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
