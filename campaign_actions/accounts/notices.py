"""Letters to users about their own accounts, so that nobody changes one behind their back."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import insert

from campaign_actions.accounts.models import Notice, NoticeKind
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane

JOB = "notice"


def leave(user_id: UUID, kind: NoticeKind, *, place: str = "") -> None:
    """Leave a letter in the running transaction; the worker sends it to the user's address.

    `place` is the path of the page it leads to, if letters of that kind do not all lead to one.
    """
    notice_id = uuid4()
    row = {"id": notice_id, "user_id": user_id, "kind": kind, "place": place, "made_at": clock.now()}
    session.execute(insert(Notice).values(row))
    outbox.leave(session.connection(), JOB, notice_id, Lane.SERVICE)
