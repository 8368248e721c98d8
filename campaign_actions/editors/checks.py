"""The check list of a publish box: what publishing asks for, and reminders that stop nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One line of the check list; `field` is the form field it belongs to.

    `needed` ones must be `done` before publishing; the others are reminders.
    """

    field: str
    done: bool
    words: str
    needed: bool = True


def missing(checks: Iterable[Check]) -> list[Check]:
    """The needed lines that are not done."""
    return [check for check in checks if check.needed and not check.done]
