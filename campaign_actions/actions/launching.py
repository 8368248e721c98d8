"""The first days of an action: what makes the difference then, and what of it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import LaunchStep, Update, UpdateState, action_article
from campaign_actions.actions.queries import ActionCard
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session

# What only people know; the rest is read off the site.
PARTNERS, POSTED, HOME = "partners", "posted", "home"
STEPS = (PARTNERS, POSTED, HOME)
ARTICLE, UPDATE = "article", "update"
ORDER = (PARTNERS, POSTED, ARTICLE, HOME, UPDATE)
LAUNCH_DAYS = 7


@dataclass(frozen=True)
class Step:
    """One line of the check list; `by_hand` says that somebody has to tick it."""

    name: str
    done: bool
    by_hand: bool


def opened_at(card: ActionCard) -> datetime | None:
    """When people could first sign; None before it is published."""
    return card.opens_at or card.published_at


def is_new(card: ActionCard) -> bool:
    """Whether an action is open and has been for less than a week."""
    opened = opened_at(card)
    return card.is_open and opened is not None and clock.now() - opened < timedelta(days=LAUNCH_DAYS)


def steps(action_ids: Iterable[UUID]) -> dict[UUID, list[Step]]:
    """The check list of each action, in the order in which it is best done."""
    ids = list(action_ids)
    done: set[tuple[UUID, str]] = set()
    if ids:
        ticked = select(LaunchStep.action_id, LaunchStep.step).where(LaunchStep.action_id.in_(ids))
        done = {(action_id, step) for action_id, step in session.execute(ticked)}
        told = (
            select(action_article.c.action_id)
            .join(Article, action_article.c.article_id == Article.id)
            .where(action_article.c.action_id.in_(ids), Article.state == ArticleState.PUBLISHED)
        )
        said = select(Update.action_id).where(
            Update.action_id.in_(ids), Update.state == UpdateState.PUBLISHED
        )
        done |= {(action_id, ARTICLE) for action_id in session.scalars(told)}
        done |= {(action_id, UPDATE) for action_id in session.scalars(said)}
    return {one: [Step(name, (one, name) in done, name in STEPS) for name in ORDER] for one in ids}


def tick(action_id: UUID, step: str, *, done: bool, by: User) -> None:
    """Say that a step of STEPS is done, or is not done after all. Raises KeyError for another word."""
    if step not in STEPS:
        raise KeyError(step)
    if done:
        row = insert(LaunchStep).values(action_id=action_id, step=step, done_at=clock.now())
        session.execute(row.on_conflict_do_nothing())
    else:
        session.execute(delete(LaunchStep).where(LaunchStep.action_id == action_id, LaunchStep.step == step))
    audit.record("action.launch", by=by, thing="action", thing_id=action_id, launch=step, done=done)
