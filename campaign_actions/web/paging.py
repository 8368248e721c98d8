"""Pages of a list: which numbers to offer, and what their addresses are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import abort, url_for

LONGEST_NUMBER = 9


def number_before(text: str) -> int | None:
    """The number before which a page of a log begins, None for the newest; 404 for what is no number."""
    if not text:
        return None
    small = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if small else abort(404)


@dataclass(frozen=True)
class Pager:
    """Where a reader stands in a list: page `number` of `last`, both from 1.

    `endpoint` without a page is the bare address of page 1; later pages get `page=N`.
    """

    number: int
    last: int
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)

    def address(self, number: int) -> str:
        """The address of page `number`."""
        if number == 1:
            return url_for(self.endpoint, **self.values)
        return url_for(self.endpoint, page=number, **self.values)

    @property
    def previous(self) -> str | None:
        """The address of the page before this one, if there is one."""
        return self.address(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after this one, if there is one."""
        return self.address(self.number + 1) if self.number < self.last else None

    @property
    def steps(self) -> tuple[int | None, ...]:
        """Numbers to offer: first, last, the current one and its neighbours; None for a gap."""
        wanted = {1, self.last, self.number - 1, self.number, self.number + 1}
        steps: list[int | None] = []
        for number in sorted(number for number in wanted if 1 <= number <= self.last):
            if steps and number - (steps[-1] or 0) > 1:
                steps.append(None)
            steps.append(number)
        return tuple(steps)

    @property
    def is_past_end(self) -> bool:
        """True for a number that the list does not reach; page 1 always exists."""
        return self.number < 1 or self.number > max(self.last, 1)
