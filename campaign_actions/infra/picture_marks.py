"""The place of a picture in a text: `![words](picture:NAME)` in Markdown, a mark without an address in HTML.

What stands there is only decided when a page is shown, so that a better description or a picture that was
taken out changes every page at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

SCHEME = "picture:"
# Set in the environment of a rendering whose text may hold pictures.
WANTED = "pictures"
KIND = "picture"
NAME = re.compile(r"[a-z2-7]{16}")
_NOT_WORDS = re.compile(r"[^\w .,:;–—-]")
_MARK = re.compile(rf'<img alt="({NAME.pattern})">')


def line(name: str, words: str) -> str:
    """The line that puts a picture into a Markdown text; `words` help whoever reads the source."""
    plain = _NOT_WORDS.sub("", words)[:80].strip()
    return f"![{plain}]({SCHEME}{name})"


def names(html: str) -> list[str]:
    """Names of the pictures that cleaned HTML has a place for, each once, in order."""
    return list(dict.fromkeys(_MARK.findall(html)))


def shown(html: str, draw: Callable[[str], str]) -> str:
    """Cleaned HTML with what `draw` makes of the name of each picture, which may be nothing."""
    return _MARK.sub(lambda found: draw(found[1]), html)


def set_apart(state: StateCore) -> None:
    """Let pictures of ours stand between paragraphs; those in a link, a heading or a table stay words."""
    if not state.env.get(WANTED):
        return
    made: list[Token] = []
    place = 0
    while place < len(state.tokens):
        token = state.tokens[place]
        if token.type == "paragraph_open" and any(map(_name, state.tokens[place + 1].children or [])):
            made.extend(_apart(*state.tokens[place : place + 3]))
            place += 3
        else:
            made.append(token)
            place += 1
    state.tokens = made


def mark(name: str) -> str:
    """The mark of a picture in HTML."""
    return f'<img alt="{name}">\n'


def _apart(opening: Token, inline: Token, closing: Token) -> Iterator[Token]:
    words: list[Token] = []
    depth = 0
    for token in inline.children or []:
        depth += token.nesting
        name = _name(token) if depth == 0 else ""
        if not name:
            words.append(token)
            continue
        yield from _paragraph(opening, words, closing)
        words = []
        yield _picture(name)
    yield from _paragraph(opening, words, closing)


def _paragraph(opening: Token, words: list[Token], closing: Token) -> Iterator[Token]:
    kept = list(words)
    while kept and _is_blank(kept[0]):
        del kept[0]
    while kept and _is_blank(kept[-1]):
        kept.pop()
    if kept:
        from markdown_it.token import Token

        yield from (opening, Token("inline", "", 0, children=kept, block=True), closing)


def _is_blank(token: Token) -> bool:
    return token.type in ("softbreak", "hardbreak") or (token.type == "text" and not token.content.strip())


def _picture(name: str) -> Token:
    from markdown_it.token import Token

    return Token(KIND, "img", 0, content=name, block=True)


def _name(token: Token) -> str:
    """The name of the picture of ours that an image in the text stands for, or empty."""
    source = str(token.attrs.get("src", "")) if token.type == "image" else ""
    name = source.removeprefix(SCHEME)
    return name if source.startswith(SCHEME) and NAME.fullmatch(name) else ""
