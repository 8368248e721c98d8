"""The one place that says what time it is, so that tests can say it too."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """This calendar day in UTC."""
    return now().date()
