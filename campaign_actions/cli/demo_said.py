"""What is said on the actions of the demo: updates by the team and comments by supporters, all invented."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, exists, select, update

from campaign_actions.accounts.models import User
from campaign_actions.actions import updates
from campaign_actions.actions.models import Update
from campaign_actions.cli import demo_content as content
from campaign_actions.cli.demo_content import Days
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import comments
from campaign_actions.signatures.models import Comment, Signature

NOON = time(12, tzinfo=UTC)
FIRST_VERSION = 1


def add(connection: Connection, action_ids: Mapping[str, UUID], days: Days, organiser: User | None) -> None:
    """Write the updates and comments of `said.toml` as organiser and supporters would."""
    told = tomllib.loads((content.FOLDER / "said.toml").read_text("utf-8"))
    for one in told["update"]:
        _update(one, action_ids[one["action"]], days, organiser)
    for one in told["comment"]:
        _comment(connection, one, action_ids[one["action"]], days, organiser)


def _update(told: dict[str, Any], action_id: UUID, days: Days, organiser: User | None) -> None:
    body = f"{told['body'].strip()}\n\n*{content.MARKS['en']}*"
    made = updates.write(action_id, updates.Words(title=told["title"], body=body), by=organiser)
    updates.publish(made.id, by=organiser)
    moment = datetime.combine(days.on(told["day"]), NOON)
    dated = update(Update).where(Update.id == made.id)
    session.execute(dated.values(published_at=moment, created_at=moment, changed_at=moment))


def _comment(
    connection: Connection, told: dict[str, Any], action_id: UUID, days: Days, organiser: User | None
) -> None:
    digest = _somebody(connection, action_id, named=told["named"])
    comments.offer(connection, digest, action_id, content.marked(told["text"]))
    here = (Comment.email_digest == digest, Comment.action_id == action_id)
    offered = update(Comment).where(*here).values(offered_on=days.on(told["day"])).returning(Comment.id)
    comment_id = connection.execute(offered).scalar_one()
    if told["shown"] and organiser is not None:
        comments.decide(
            connection, comment_id, show=True, reason="", by=organiser, seen_version=FIRST_VERSION
        )


def _somebody(connection: Connection, action_id: UUID, *, named: bool) -> bytes:
    """The digest of a supporter who has not said anything yet."""
    silent = ~exists().where(
        Comment.email_digest == Signature.email_digest, Comment.action_id == Signature.action_id
    )
    public = Signature.public_name.is_not(None) if named else Signature.public_name.is_(None)
    those = select(Signature.email_digest).where(Signature.action_id == action_id, silent, public)
    digest: bytes = connection.execute(those.order_by(Signature.signed_on).limit(1)).scalar_one()
    return digest
