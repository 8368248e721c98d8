"""Lines of paper sheets as a list takes them: typed in, checked by a second person, and never mixed in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, select

from campaign_actions.actions.models import Level
from campaign_actions.signatures.paper_models import PaperLine, PaperSheet, SheetState


def counts(connection: Connection, action_id: UUID) -> dict[Level, int]:
    """How many checked lines of an action were typed in, by who may see the name."""
    by_level = select(PaperLine.level, func.count()).join(PaperSheet).where(_is_checked(action_id))
    return {Level(level): n for level, n in connection.execute(by_level.group_by(PaperLine.level))}


def text_versions(connection: Connection, action_id: UUID, levels: Collection[Level]) -> dict[int, int]:
    """How many of the lines with these levels stand under each version of the text."""
    version = PaperSheet.text_version
    chosen = and_(_is_checked(action_id), PaperLine.level.in_(levels))
    counted = select(version, func.count()).join(PaperLine).where(chosen).group_by(version).order_by(version)
    return dict(connection.execute(counted).all())


def in_order(action_id: UUID, levels: Collection[Level]) -> Any:
    """The lines with these levels, sheet by sheet, sealed as they are."""
    words = (PaperSheet.text_version, PaperSheet.text_locale)
    columns = (PaperSheet.number, *words, PaperLine.line, PaperLine.digest, PaperLine.sealed)
    chosen = and_(_is_checked(action_id), PaperLine.level.in_(levels))
    return select(*columns).join(PaperLine).where(chosen).order_by(*words, PaperSheet.number, PaperLine.line)


def _is_checked(action_id: UUID) -> ColumnElement[bool]:
    return and_(PaperSheet.action_id == action_id, PaperSheet.state == SheetState.CHECKED)
