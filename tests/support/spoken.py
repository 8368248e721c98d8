"""What the team and supporters have said on an action: updates and comments, written as the site does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import update

from campaign_actions.actions import updates
from campaign_actions.actions.models import Level, UpdateState
from campaign_actions.actions.updates import Words
from campaign_actions.infra.database.engine import writing
from campaign_actions.signatures import comments
from campaign_actions.signatures.models import Comment, CommentState
from campaign_actions.signatures.tools import Tools
from tests.support.signed import a_row, store


def add_update(action_id: UUID, state: UpdateState = UpdateState.PUBLISHED, **words: str) -> UUID:
    """Id of an update on an action."""
    words.setdefault("title", "The hearing is moved")
    words.setdefault("body", "The court has *moved* the hearing to the spring.")
    with writing():
        made = updates.write(action_id, Words(**words), by=None)
        if state is not UpdateState.DRAFT:
            updates.publish(made.id, by=None)
        if state is UpdateState.WITHDRAWN:
            updates.withdraw(made.id, "It was wrong.", by=None)
        return made.id


def add_comment(
    tools: Tools,
    action_id: UUID,
    text: str = "Let them go home.",
    state: CommentState = CommentState.WAITING,
    public_name: str | None = None,
    **row: Any,
) -> UUID:
    """Id of a comment by somebody new who has confirmed; `text` may be what no rule would take."""
    level = Level.EVERYONE if public_name else Level.TEAM
    signature = a_row(tools, action_id, **{"level": level, "public_name": public_name} | row)
    store([signature])
    with writing() as connection:
        comments.offer(connection, signature["email_digest"], action_id, "Let them go home.")
        decided = update(Comment).where(Comment.email_digest == signature["email_digest"])
        values = {
            "text": text,
            "state": state,
            "reason": "Not about this." if state is CommentState.HIDDEN else "",
        }
        found: UUID = connection.execute(decided.values(values).returning(Comment.id)).scalar_one()
    return found
