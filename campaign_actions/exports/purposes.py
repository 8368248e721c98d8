"""What a list is for, and the ceiling each purpose sets: levels and columns that may be in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from campaign_actions.actions.models import Level
from campaign_actions.exports.models import Format, Purpose
from campaign_actions.infra.i18n import Lazy, lazy

DELIVER_COLUMNS = ("number", "name", "country", "day", "text_version", "text_language")
PAPER_COLUMNS = ("number", "name", "place", "sheet", "line", "text_version", "text_language")
MAIL_COLUMNS = ("number", "email", "name", "language", "country")
ALL_COLUMNS = (
    *("number", "name", "email", "country", "language", "level"),
    *("day", "confirmed_on", "text_version", "text_language", "consent_version"),
)
ALL_LEVELS = (Level.EVERYONE, Level.TARGET, Level.TEAM)


@dataclass(frozen=True)
class Ceiling:
    """The most a list of one purpose may hold; `sealed` are the columns that only the list key opens.

    `usual` are the columns that are ticked at first. With `asked_for_mail` only those go in who asked
    for letters; `may_withhold` lets rows of others stand without their name; `needs_second` waits for
    another person's yes. `on_paper` takes checked lines of paper sheets instead of signatures.
    """

    words: Lazy
    hint: Lazy
    levels: tuple[Level, ...]
    columns: tuple[str, ...]
    usual: tuple[str, ...]
    sealed: frozenset[str]
    asked_for_mail: bool = False
    may_withhold: bool = False
    needs_second: bool = False
    on_paper: bool = False


CEILINGS: Mapping[Purpose, Ceiling] = MappingProxyType(
    {
        Purpose.DELIVER: Ceiling(
            words=lazy("Deliver to a target"),
            hint=lazy(
                "Number, name, country, day, version and language of the text. Never an email address."
            ),
            levels=(Level.EVERYONE, Level.TARGET),
            columns=DELIVER_COLUMNS,
            usual=DELIVER_COLUMNS,
            sealed=frozenset({"name"}),
            may_withhold=True,
        ),
        Purpose.PAPER: Ceiling(
            words=lazy("Deliver the lines on paper"),
            hint=lazy(
                "Number, name, place, sheet and line of sheets that were typed in and checked: a list of "
                "its own, beside that of the signatures."
            ),
            levels=(Level.EVERYONE, Level.TARGET),
            columns=PAPER_COLUMNS,
            usual=PAPER_COLUMNS,
            sealed=frozenset({"name", "place"}),
            on_paper=True,
        ),
        Purpose.MAIL: Ceiling(
            words=lazy("Write to supporters with another program"),
            hint=lazy("Only people who asked to be told about this case, with their email address."),
            levels=ALL_LEVELS,
            columns=MAIL_COLUMNS,
            usual=("number", "email", "language"),
            sealed=frozenset({"name", "email"}),
            asked_for_mail=True,
        ),
        Purpose.LEGAL: Ceiling(
            words=lazy("Answer a legal demand"),
            hint=lazy("Every confirmed signature you choose, with address and level if you say so."),
            levels=ALL_LEVELS,
            columns=ALL_COLUMNS,
            usual=tuple(column for column in ALL_COLUMNS if column != "email"),
            sealed=frozenset({"name", "email"}),
        ),
        Purpose.MOVE: Ceiling(
            words=lazy("Move to another site or program"),
            hint=lazy("Every confirmed signature with all that was given. A second person has to agree."),
            levels=ALL_LEVELS,
            columns=ALL_COLUMNS,
            usual=ALL_COLUMNS,
            sealed=frozenset({"name", "email"}),
            needs_second=True,
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
FORMAT_WORDS: Mapping[Format, Lazy] = MappingProxyType(
    {
        Format.CSV: lazy("CSV"),
        Format.CSV_FOR_EXCEL: lazy("CSV, with the mark for Excel"),
        Format.XLSX: lazy("Workbook (XLSX)"),
        Format.JSON_LINES: lazy("JSON Lines"),
        Format.OSDI: lazy("JSON as OSDI describes it"),
        Format.PRINT: lazy("List to print"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which confirmed signatures go in, with which columns, as what kind of file.

    `levels`, days of signing with both ends included, an ISO country, a language of the page, a
    version of the text, whether they asked for letters. `withheld` adds the rows of those whose name
    nobody outside the team may see, without the name. With `on_paper` it is checked lines of paper
    sheets in their place, which have nothing but a level.
    """

    levels: tuple[Level, ...]
    from_day: date | None = None
    to_day: date | None = None
    country: str = ""
    language: str = ""
    text_version: int | None = None
    wants_updates: bool = False
    withheld: bool = False
    on_paper: bool = False
    columns: tuple[str, ...] = ()
    format: Format = Format.CSV

    @property
    def is_narrow(self) -> bool:
        """Whether more than levels and days was chosen, so that others may be missing."""
        return bool(self.country or self.language or self.text_version or self.wants_updates)

    @property
    def all_levels(self) -> tuple[Level, ...]:
        """The levels of all rows, those without a name among them."""
        extra = (Level.TEAM,) if self.withheld and Level.TEAM not in self.levels else ()
        return (*self.levels, *extra)

    def to_json(self) -> dict[str, Any]:
        """As it is kept in `Export.filters`; the columns have a place of their own."""
        return {
            "levels": [level.value for level in self.levels],
            "from_day": self.from_day.isoformat() if self.from_day else None,
            "to_day": self.to_day.isoformat() if self.to_day else None,
            "country": self.country,
            "language": self.language,
            "text_version": self.text_version,
            "wants_updates": self.wants_updates,
            "withheld": self.withheld,
            "on_paper": self.on_paper,
            "format": self.format.value,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], columns: tuple[str, ...] = ()) -> Chosen:
        """From `Export.filters`, also of a list that was asked for before there were other formats."""
        older = Format.CSV_FOR_EXCEL if kept.get("for_excel") else Format.CSV
        return cls(
            levels=tuple(Level(level) for level in kept["levels"]),
            from_day=date.fromisoformat(kept["from_day"]) if kept["from_day"] else None,
            to_day=date.fromisoformat(kept["to_day"]) if kept["to_day"] else None,
            country=kept.get("country", ""),
            language=kept.get("language", ""),
            text_version=kept.get("text_version"),
            wants_updates=bool(kept.get("wants_updates")),
            withheld=bool(kept.get("withheld")),
            on_paper=bool(kept.get("on_paper")),
            columns=columns,
            format=Format(kept.get("format", older)),
        )
