"""HTML of another site as Markdown that organisers can go on writing; nothing of it stays HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from campaign_actions.infra import html_tokens, markup
from campaign_actions.infra.html_tokens import Kind, Token

MAX_DEPTH = 6
_PARAGRAPHS = frozenset((
    "address", "article", "aside", "caption", "center", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "header", "main", "nav", "p", "section", "summary", "tbody", "tfoot", "thead",
))  # fmt: skip
_STYLES = {"b": "**", "strong": "**", "em": "*", "i": "*", "cite": "*"}
_CONTAINERS = frozenset(("blockquote", "ol", "ul", "li"))
_SCHEMES = ("http://", "https://", "mailto:", "/", "#", "?")

_SPECIAL = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_LINE_START = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|[-+>](?=.?)|=+\s*$|~{3,}|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE
)
_GAPS = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\N{RETURN SYMBOL}"
_PARAGRAPH_GAP = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_TOUCHING = re.compile("(\\*{1,2})\0\0\\1(?!\\*)")
_BAD_IN_ADDRESS = str.maketrans(
    {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "\n": "", "\t": "", "\r": ""}
)


@dataclass
class _Box:
    """An open quote, list or point of a list with its finished blocks."""

    name: str
    blocks: list[str] = field(default_factory=list)


@dataclass
class _Inline:
    """The paragraph being written: plain pieces and marks, and the same without any marks."""

    marked: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    has_marks: bool = False


@dataclass(frozen=True)
class Written:
    """`markdown`, and the names of elements that were left out with what they held, each once."""

    markdown: str
    left_out: tuple[str, ...]


def convert(html: str, *, breaks: bool) -> Written:
    """Paragraphs, headings, lists, quotes, tables, code, links, stress and pictures as Markdown.

    With `breaks` a line end in the text is one on the page, and an empty line parts paragraphs, as in
    the classic editor of WordPress. A picture stays as its description and address. Whatever has
    a meaning in Markdown and stood there as text stays text. Cost grows with the length.
    """
    writer = _Writer(breaks=breaks)
    writer.take(html_tokens.read(html))
    return Written(writer.finished(), tuple(sorted(writer.left_out)))


class _Writer:
    def __init__(self, *, breaks: bool) -> None:
        self.left_out: set[str] = set()
        self._breaks = breaks
        self._boxes = [_Box("page")]
        self._inline = _Inline()
        self._heading = 0
        self._rows: list[list[str]] | None = None

    def take(self, tokens: Iterable[Token]) -> None:
        code: list[str] | None = None
        for token in tokens:
            if token.name == "pre" and token.kind is not Kind.UNREAD:
                code = self._code(code, opening=token.kind is Kind.OPEN)
            elif code is not None:
                code.append("\n" if token.name == "br" else token.text)
            elif token.kind is Kind.TEXT:
                self._text(token.text)
            elif token.kind is Kind.UNREAD:
                self.left_out.add(token.name)
            else:
                self._tag(token)
        if code is not None:
            self._code(code, opening=False)

    def finished(self) -> str:
        self._flush()
        if self._rows is not None:
            self._end_table()
        while len(self._boxes) > 1:
            self._close_box()
        return "\n\n".join(self._boxes[0].blocks)

    def _code(self, code: list[str] | None, *, opening: bool) -> list[str] | None:
        self._flush()
        if code is not None:
            text = "".join(code).strip("\n")
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            self._put(f"{fence}\n{text}\n{fence}")
        return [] if opening else None

    def _text(self, text: str) -> None:
        parts = _PARAGRAPH_GAP.split(text) if self._rows is None else [text]
        for number, part in enumerate(parts):
            if number:
                self._flush()
            if self._breaks and self._rows is None and not self._heading:
                lines = part.split("\n")
                for at, line in enumerate(lines):
                    if at:
                        self._add(_BREAK)
                    self._add(line)
            else:
                self._add(part)

    def _tag(self, token: Token) -> None:
        name, opening = token.name, token.kind is Kind.OPEN
        if name in _PARAGRAPHS:
            self._flush()
        elif name in _CONTAINERS:
            self._flush()
            self._open_box(name) if opening else self._close_named(name)
        elif len(name) == 2 and name[0] == "h" and name[1] in "123456":
            self._flush()
            self._heading = int(name[1]) if opening else 0
        elif name in ("table", "tr", "td", "th"):
            self._table(name, opening=opening)
        elif name == "hr" and opening:
            self._flush()
            self._put("---")
        elif name == "br" and opening:
            self._add(_BREAK)
        elif name == "img" and opening:
            self._picture(token)
        elif name == "a":
            self._link(token) if opening else self._end_mark("a")
        elif name in _STYLES:
            self._start_mark(_STYLES[name], "") if opening else self._end_mark(_STYLES[name])

    def _add(self, text: str, *, written: str | None = None) -> None:
        self._inline.marked.append(_escaped(text) if written is None else written)
        self._inline.bare.append(_escaped(text) if written is None else written)

    def _start_mark(self, mark: str, href: str) -> None:
        if mark in (open_mark for open_mark, _href in self._inline.open):
            return
        self._inline.open.append((mark, href))
        self._inline.marked.append("[" if mark == "a" else f"\0{mark}")
        if mark == "a":
            self._inline.bare.append("[")
        self._inline.has_marks = True

    def _end_mark(self, mark: str) -> None:
        if mark not in (open_mark for open_mark, _href in self._inline.open):
            return
        while True:
            last, href = self._inline.open.pop()
            self._inline.marked.append(f"]({href})" if last == "a" else f"{last}\0")
            if last == "a":
                self._inline.bare.append(f"]({href})")
            if last == mark:
                return

    def _link(self, token: Token) -> None:
        self._end_mark("a")
        href = _address(token.attributes.get("href", ""))
        if href:
            self._start_mark("a", href)

    def _picture(self, token: Token) -> None:
        alt, address = token.attributes.get("alt", ""), _address(token.attributes.get("src", ""))
        words = " ".join(alt.split())
        if not words:
            return
        self._add(words, written=f"![{_escaped(words)}]({address})" if address else None)

    def _flush(self) -> None:
        """End the paragraph; with marks only if they say the same as the text without any."""
        for mark, _href in reversed(list(self._inline.open)):
            self._end_mark(mark)
        inline, self._inline = self._inline, _Inline()
        bare = _tidy("".join(inline.bare))
        text = _tidy(_with_marks("".join(inline.marked))) if inline.has_marks else bare
        if text != bare and _read(text) != _read(bare):
            text = bare
        if not text:
            return
        if self._heading:
            self._put(f"{'#' * self._heading} {_one_line(text)}")
        else:
            self._put(_LINE_START.sub(_harmless, text.replace(_BREAK, "\\\n")))

    def _put(self, block: str) -> None:
        if self._rows is not None:
            # A table has one line a cell, whatever stands in it.
            row = self._rows[-1] if self._rows else []
            if row:
                row[-1] = f"{row[-1]} {_one_line(block)}".strip()
            return
        box = self._boxes[-1]
        if box.name in ("ul", "ol"):
            self._boxes.append(_Box("li"))
            box = self._boxes[-1]
        box.blocks.append(block)

    def _open_box(self, name: str) -> None:
        if self._rows is not None:
            return
        if name == "li":
            while self._boxes[-1].name == "li":
                self._close_box()
            if self._boxes[-1].name not in ("ul", "ol"):
                return
        elif self._boxes[-1].name in ("ul", "ol"):
            self._boxes.append(_Box("li"))
        if sum(box.name != "li" for box in self._boxes) <= MAX_DEPTH or name == "li":
            self._boxes.append(_Box(name))

    def _close_named(self, name: str) -> None:
        if name not in (box.name for box in self._boxes[1:]):
            return
        while self._boxes[-1].name != name:
            self._close_box()
        self._close_box()

    def _close_box(self) -> None:
        box = self._boxes.pop()
        if not box.blocks:
            return
        parent = self._boxes[-1]
        if box.name == "li":
            parent.blocks.append("\n\n".join(box.blocks))
        elif box.name == "blockquote":
            parent.blocks.append(_prefixed("\n\n".join(box.blocks), "> ", "> "))
        else:
            parent.blocks.append(_list(box))

    def _table(self, name: str, *, opening: bool) -> None:
        self._flush()
        if name == "table" and opening and self._rows is None:
            self._rows = []
        elif self._rows is None:
            return
        elif name == "table" and not opening:
            self._end_table()
        elif name == "tr" and opening:
            self._rows.append([])
        elif name in ("td", "th") and opening:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append("")

    def _end_table(self) -> None:
        rows, self._rows = [row for row in self._rows or [] if any(row)], None
        if not rows:
            return
        width = max(map(len, rows))
        if width == 1:
            for (cell,) in rows:
                self._put(cell)
            return
        lines = [_row(row + [""] * (width - len(row))) for row in rows]
        self._put("\n".join([lines[0], _row(["---"] * width), *lines[1:]]))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def _tidy(text: str) -> str:
    """One space between words; no blanks and no breaks at the ends, none beside a break."""
    joined = _GAPS.sub(" ", text)
    lines = [line.strip(" ") for line in joined.split(_BREAK)]
    return _BREAK.join(lines).strip(_BREAK + " ")


def _with_marks(text: str) -> str:
    """Stress set close to its words: blanks go outside, and nothing is stressed that holds no word."""
    pieces = re.split("(\0\\*{1,2}|\\*{1,2}\0)", _TOUCHING.sub("", text))
    for at in range(1, len(pieces), 2):
        mark = pieces[at].strip("\0")
        if pieces[at].startswith("\0"):
            after = pieces[at + 1]
            kept = after.lstrip(f" \n\t{_BREAK}")
            pieces[at], pieces[at + 1] = after[: len(after) - len(kept)] + mark, kept
        else:
            before = pieces[at - 1]
            kept = before.rstrip(f" \n\t{_BREAK}")
            if kept == before and pieces[at + 1][:1].isalnum():
                # Stress that ends in a full stop does not end before a letter.
                kept = before.rstrip(".,:;!?…") or before
            pieces[at - 1], pieces[at] = kept, mark + before[len(kept) :]
    return "".join(pieces)


def _read(markdown: str) -> str:
    return markup.to_text(markup.to_html(markdown.replace(_BREAK, "\\\n"), trusted=True))


def _harmless(found: re.Match[str]) -> str:
    if found[2][0].isdigit():
        return f"{found[1]}{found[2]}\\"
    return f"{found[1]}\\{found[2]}"


def _one_line(text: str) -> str:
    return " ".join(text.replace(_BREAK, " ").replace("\\\n", " ").split())


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _list(box: _Box) -> str:
    points = []
    for number, block in enumerate(box.blocks, 1):
        mark = f"{number}. " if box.name == "ol" else "- "
        points.append(_prefixed(block, mark, " " * len(mark)))
    # Points of several blocks stand apart, as they were.
    return ("\n\n" if any("\n\n" in block for block in box.blocks) else "\n").join(points)


def _prefixed(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *(f"{others}{line}".rstrip() for line in lines[1:])])


def _address(href: str) -> str:
    plain = href.strip().translate(_BAD_IN_ADDRESS)
    if plain.startswith("//"):
        plain = f"https:{plain}"
    if not plain.lower().startswith(_SCHEMES) or len(plain) > 2000:
        return ""
    return re.sub(r"&(?=#?\w+;)", "&amp;", plain)
