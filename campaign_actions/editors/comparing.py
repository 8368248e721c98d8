"""The difference of two texts by words, first by lines, so that long texts are compared in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Of a larger block that changed, the old words are shown whole and then the new ones.
MOST_WORDS = 1_500
MOST_LINES = 4_000
# A number is one word with its grouping: "1,000".
_PIECES = re.compile(r"\s+|\d+(?:[,.\N{NO-BREAK SPACE}]\d+)+|\w+|[^\w\s]")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, went or came."""

    change: Change
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """What has to be kept, taken away and put in, in order, to make `new` of `old`.

    The pieces that are not new make `old` when joined, those that are not gone make `new`.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MOST_LINES:
        return _joined(_whole(old, new))
    return _joined(_by_lines(before, after))


def _by_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for kind, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        old, new = "".join(before[i:j]), "".join(after[k:m])
        if kind == "equal":
            yield Piece(Change.SAME, old)
        else:
            yield from _by_words(old, new)


def _by_words(old: str, new: str) -> Iterator[Piece]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        yield from _whole(old, new)
        return
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(Change.SAME, "".join(before[i:j]))
        else:
            yield from _whole("".join(before[i:j]), "".join(after[k:m]))


def _whole(old: str, new: str) -> Iterator[Piece]:
    if old == new:
        yield Piece(Change.SAME, old)
        return
    yield Piece(Change.GONE, old)
    yield Piece(Change.NEW, new)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """The pieces without empty ones, neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].change is piece.change:
            found[-1] = Piece(piece.change, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found
