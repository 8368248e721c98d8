"""Yearly events: the same local day and hour each year, as calendar programs have it (RFC 5545, 3.3.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# As far ahead as anything is looked for: four years without a 29 February, and then some.
FURTHEST_YEARS = 9


@dataclass(frozen=True)
class Series:
    """An event that comes each year. Moments are UTC; `zone` is an IANA name.

    `last_year` is the last calendar year in it, None for a series without end.
    """

    starts_at: datetime
    ends_at: datetime | None
    zone: str
    last_year: int | None = None

    def in_year(self, year: int) -> tuple[datetime, datetime | None] | None:
        """Start and end (UTC) of the time in a local calendar year; None if there is none.

        A 29 February comes in leap years only. An hour that clocks skip is told by the offset
        before the change, one that comes twice is the first. Each time lasts as long as the first.
        """
        first = self.starts_at.astimezone(ZoneInfo(self.zone))
        if year < first.year or (self.last_year is not None and year > self.last_year):
            return None
        try:
            local = first.replace(year=year, fold=0)
        except ValueError:
            return None
        begins = self.starts_at if year == first.year else local.astimezone(UTC)
        return begins, begins + (self.ends_at - self.starts_at) if self.ends_at else None

    def next_after(self, moment: datetime) -> tuple[datetime, datetime | None] | None:
        """Start and end of the first time that is not over at `moment`; None when the series is."""
        first = self.starts_at.astimezone(ZoneInfo(self.zone)).year
        begin = max(first, moment.astimezone(ZoneInfo(self.zone)).year - 1)
        found = (self.in_year(year) for year in range(begin, begin + FURTHEST_YEARS))
        return next((time for time in found if time and (time[1] or time[0]) > moment), None)

    def over_before(self, moment: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        """Start and end of each time that is over at `moment`, the first one first."""
        first = self.starts_at.astimezone(ZoneInfo(self.zone)).year
        for year in range(first, moment.astimezone(ZoneInfo(self.zone)).year + 1):
            time = self.in_year(year)
            if time and (time[1] or time[0]) <= moment:
                yield time

    @property
    def ends_with(self) -> datetime | None:
        """The last second (UTC) in which a time of the series may begin; None without end."""
        if self.last_year is None:
            return None
        new_year = datetime(self.last_year + 1, 1, 1, tzinfo=ZoneInfo(self.zone))
        return new_year.astimezone(UTC) - timedelta(seconds=1)
