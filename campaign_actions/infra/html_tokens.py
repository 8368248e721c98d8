"""HTML of any origin as a row of tags and texts, in one pass that never looks back."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

# What stands in these is never meant to be read.
UNREAD = frozenset((
    "applet", "audio", "button", "canvas", "embed", "form", "head", "iframe", "math", "noembed", "noframes",
    "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
))  # fmt: skip
_NO_CONTENT = frozenset(("embed",))

_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_STOP = re.compile("[\"'>]")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z-]{0,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LONG_NUMBER = re.compile(r"&#[xX]?0*[0-9a-fA-F]{8,};?")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    OPEN = "open"
    CLOSE = "close"
    UNREAD = "unread"


@dataclass(frozen=True)
class Token:
    """A piece of HTML: `text` with its entities read, or a tag's `name` in small letters and attributes.

    UNREAD stands for an element that was left out with all that it holds.
    """

    kind: Kind
    name: str = ""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def read(html: str) -> Iterator[Token]:
    """The tokens of `html` in order; comments, declarations and what `UNREAD` names are left out.

    Cost grows with the length alone, whatever stands there: a tag or comment without an end takes the
    rest with it, as it does in a browser.
    """
    place = 0
    while place < len(html):
        start = html.find("<", place)
        if start < 0:
            yield _text(html[place:])
            return
        if start > place:
            yield _text(html[place:start])
        place = start
        found = _NAME.match(html, start)
        if found:
            token, place = _tag(html, start, found)
            if token:
                yield token
        elif html.startswith(("<!", "<?", "</"), start):
            place = _after_comment(html, start)
        else:
            yield Token(Kind.TEXT, text="<")
            place = start + 1


def unescaped(text: str) -> str:
    """Text with its entities read; numbers that are no letter become the sign for an unknown one."""
    plain = entities.unescape(_LONG_NUMBER.sub("\ufffd", text))
    return _CONTROLS.sub("", plain)


def _text(piece: str) -> Token:
    return Token(Kind.TEXT, text=unescaped(piece))


def _tag(html: str, start: int, found: re.Match[str]) -> tuple[Token | None, int]:
    name = found[1].lower()
    end = _end_of_tag(html, found.end())
    if html[start + 1] == "/":
        return Token(Kind.CLOSE, name), end
    if name in UNREAD:
        return Token(Kind.UNREAD, name), end if name in _NO_CONTENT else _after_content(html, name, end)
    attributes = {
        key.lower(): unescaped(one or other or bare)
        for key, one, other, bare in _ATTRIBUTE.findall(html[found.end() : end - 1])
    }
    return Token(Kind.OPEN, name, attributes=attributes), end


def _end_of_tag(html: str, place: int) -> int:
    """The place behind the ">" that ends a tag; one in a quoted value does not."""
    while stop := _STOP.search(html, place):
        place = stop.end()
        if stop[0] == ">":
            return place
        if html[max(0, stop.start() - 40) : stop.start()].rstrip().endswith("="):
            closing = html.find(stop[0], place)
            if closing < 0:
                return len(html)
            place = closing + 1
    return len(html)


def _after_content(html: str, name: str, place: int) -> int:
    closing = re.compile(f"</{name}(?![a-zA-Z0-9])", re.IGNORECASE).search(html, place)
    return _end_of_tag(html, closing.end()) if closing else len(html)


def _after_comment(html: str, start: int) -> int:
    ending = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(ending, start + 2)
    return end + len(ending) if end >= 0 else len(html)
