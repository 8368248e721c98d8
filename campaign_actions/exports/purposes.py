"""What a list is for, and the ceiling each purpose sets: levels and columns that may be in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from campaign_actions.actions.models import Level
from campaign_actions.exports.models import Purpose
from campaign_actions.infra.i18n import Lazy, lazy

DELIVER_COLUMNS = ("number", "name", "country", "day", "text_version", "text_language")
PAPER_COLUMNS = ("number", "name", "place", "sheet", "line", "text_version", "text_language")
LEGAL_COLUMNS = (
    *("number", "name", "email", "country", "language", "level"),
    *("day", "confirmed_on", "text_version", "text_language", "consent_version"),
)


@dataclass(frozen=True)
class Ceiling:
    """The most a list of one purpose may hold; `sealed` are the columns that only the worker can open."""

    words: Lazy
    hint: Lazy
    levels: tuple[Level, ...]
    columns: tuple[str, ...]
    sealed: frozenset[str]


CEILINGS: Mapping[Purpose, Ceiling] = MappingProxyType(
    {
        Purpose.DELIVER: Ceiling(
            words=lazy("Deliver to a target"),
            hint=lazy(
                "Number, name, country, day, version and language of the text. Never an email address."
            ),
            levels=(Level.EVERYONE, Level.TARGET),
            columns=DELIVER_COLUMNS,
            sealed=frozenset({"name"}),
        ),
        Purpose.LEGAL: Ceiling(
            words=lazy("Answer a legal demand"),
            hint=lazy("Every confirmed signature you choose, with its email address and level."),
            levels=(Level.EVERYONE, Level.TARGET, Level.TEAM),
            columns=LEGAL_COLUMNS,
            sealed=frozenset({"name", "email"}),
        ),
        Purpose.PAPER: Ceiling(
            words=lazy("Deliver the lines on paper"),
            hint=lazy(
                "Number, name, place, sheet and line of sheets that were typed in and checked: a list of "
                "its own, beside that of the signatures."
            ),
            levels=(Level.EVERYONE, Level.TARGET),
            columns=PAPER_COLUMNS,
            sealed=frozenset({"name", "place"}),
        ),
    }
)

COLUMN_WORDS: Mapping[str, Lazy] = MappingProxyType(
    {
        "number": lazy("No."),
        "name": lazy("Name"),
        "email": lazy("Email address"),
        "place": lazy("Town or country"),
        "sheet": lazy("Sheet"),
        "line": lazy("Line"),
        "country": lazy("Country"),
        "language": lazy("Language"),
        "level": lazy("Level"),
        "day": lazy("Day"),
        "confirmed_on": lazy("Confirmed on"),
        "text_version": lazy("Text version"),
        "text_language": lazy("Language of the text"),
        "consent_version": lazy("Consent wording"),
    }
)
LEVEL_WORDS: Mapping[Level, Lazy] = MappingProxyType(
    {
        Level.EVERYONE: lazy("Everyone may see the name"),
        Level.TARGET: lazy("The target may see the name"),
        Level.TEAM: lazy("Nobody outside the team"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which confirmed signatures go in: levels, and days of signing, both ends included.

    With `on_paper` it is checked lines of paper sheets in their place, which have no day.
    """

    levels: tuple[Level, ...]
    from_day: date | None = None
    to_day: date | None = None
    for_excel: bool = False
    on_paper: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it is kept in `Export.filters`."""
        return {
            "levels": [level.value for level in self.levels],
            "from_day": self.from_day.isoformat() if self.from_day else None,
            "to_day": self.to_day.isoformat() if self.to_day else None,
            "for_excel": self.for_excel,
            "on_paper": self.on_paper,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Chosen:
        """From `Export.filters`."""
        return cls(
            levels=tuple(Level(level) for level in kept["levels"]),
            from_day=date.fromisoformat(kept["from_day"]) if kept["from_day"] else None,
            to_day=date.fromisoformat(kept["to_day"]) if kept["to_day"] else None,
            for_excel=bool(kept["for_excel"]),
            on_paper=bool(kept.get("on_paper")),
        )
