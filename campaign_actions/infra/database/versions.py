"""Claiming a row before it is changed: whoever saw an older version is told, and overwrites nothing."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from sqlalchemy import update

from campaign_actions.errors import Overtaken
from campaign_actions.infra.database.engine import Model, session

Row = TypeVar("Row", bound=Model)


def claimed(model: type[Row], row_id: UUID, seen_version: int, *, otherwise: str) -> Row:
    """The row as it is stored, its `version` raised by one, if that is still `seen_version`.

    One guarded statement: of two saves on the same version the second is refused. Raises
    Overtaken with the sentence `otherwise` for another version, or for a row that is gone.
    """
    columns = model.__table__.c
    raised = session.execute(
        update(model)
        .where(columns.id == row_id, columns.version == seen_version)
        .values(version=columns.version + 1)
        .returning(columns.id)
        .execution_options(synchronize_session=False)
    ).first()
    if raised is None:
        raise Overtaken(otherwise)
    return session.get_one(model, row_id, populate_existing=True)
