"""Saved listing pages of an old site, as text, to article records: all of a page or nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _, number
from campaign_actions.infra.markup import collapse

MAX_BYTES = 50_000_000
MAX_ITEMS = 100_000
MAX_TITLE = 300
MAX_TITLE_WORDS = 40

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEADING = re.compile(r"all posts by\b *(.*)", re.IGNORECASE)
_CATEGORY_LINE = re.compile(r"(?:[^/]{1,100} /)+")
_CUT_MARK = re.compile(r"\s*(?:\[\s*(?:\.\.\.|…|&hellip;)\s*\]|…|\.\.\.)$")
_WHOLE_END = re.compile(r"[.!?][\"'’”»)\]]*$")
_BINARY = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_DAY_YEAR = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", re.IGNORECASE)
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})\.?,? (\d{4})\b", re.IGNORECASE)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\b")


class ListingError(Refused):
    """A page that cannot be read: `name` of the file, `line` from 1, `reason` in one sentence.

    `sentence` names all three. It quotes nothing of the page.
    """

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(_("%(name)s, line %(line)s: %(reason)s", name=name, line=line, reason=reason))
        self.name = name
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Item:
    """One article of a page; its texts have single spaces and are otherwise as found.

    `published_on` is the date the page gives, None in an archive without dates. `date_hint` is a
    date with which the excerpt of such an article begins: perhaps the article's, perhaps not.
    `excerpt_only` says that the excerpt breaks off, so the whole text is still to be found; a mark
    such as "[...]" is taken away. `line` is that of the title, from 1.
    """

    title: str
    published_on: date | None
    categories: tuple[str, ...]
    excerpt: str
    excerpt_only: bool
    line: int
    date_hint: date | None = None


@dataclass(frozen=True)
class Listing:
    """A page: of a category, with dates, or of an author, whose name it gives. Items as on the page."""

    kind: Literal["category", "author"]
    author: str | None
    items: tuple[Item, ...]


class _Line(NamedTuple):
    number: int
    text: str


def parse_bytes(content: bytes, *, name: str) -> Listing:
    """The listing in a file's bytes: UTF-8, with or without a byte order mark; else as `parse`.

    Raises ListingError also for more than 50 MB and for what is not UTF-8, naming the byte.
    """
    if len(content) > MAX_BYTES:
        raise _too_large(name)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ListingError(name, 1, _("This file is UTF-16. Save it as UTF-8 and try again."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.split(content[: error.start].decode("utf-8", "replace")))
        reason = _("Byte %(byte)s is not UTF-8. Save the file as UTF-8.", byte=number(error.start + 1))
        raise ListingError(name, line, reason) from None
    return parse(text, name=name)


def parse(text: str, *, name: str) -> Listing:
    """The listing in a page of text; `name` is that of its file, for messages.

    Two shapes, with any number of blank lines: title, ": December 08, 2014", "Articles /",
    excerpt; or "All posts by NAME" and then title, excerpt, title, excerpt. A last excerpt may be
    missing. Raises ListingError, naming the line, for anything that fits neither, for more than
    50 MB, 100,000 articles, or a title of more than 300 characters or 40 words.
    """
    if len(text) > MAX_BYTES:
        raise _too_large(name)
    lines = _lines(text.removeprefix("\ufeff"), name)
    if not lines:
        raise ListingError(name, 1, _("The file is empty."))
    heading = _HEADING.fullmatch(lines[0].text)
    author = heading[1] if heading else None
    if author == "":
        raise ListingError(name, lines[0].number, _("The name of the author is missing after the heading."))
    below = lines[1:] if heading else lines
    dated = any(line.text.startswith(":") for line in below)
    if not heading and not dated:
        raise _no_listing(name, lines)
    items = tuple(_dated_items(below, name) if dated else _undated_items(below, name))
    if not items:
        raise ListingError(name, lines[0].number, _("There is no article below the heading."))
    if len(items) > MAX_ITEMS:
        limit = number(MAX_ITEMS)
        raise ListingError(name, items[-1].line, _("A list may hold %(limit)s articles.", limit=limit))
    return Listing("author" if heading else "category", author, items)


def _too_large(name: str) -> ListingError:
    return ListingError(name, 1, _("The file is larger than 50 MB."))


def _no_listing(name: str, lines: Sequence[_Line]) -> ListingError:
    for line in lines:
        if _CATEGORY_LINE.fullmatch(line.text):
            return ListingError(name, line.number, _("A category stands here without a date above it."))
    reason = _("This is neither a list with dates nor a list of all posts by an author.")
    return ListingError(name, lines[0].number, reason)


def _lines(text: str, name: str) -> list[_Line]:
    """The lines that are not blank, numbered as in the file, each with single spaces."""
    found = []
    for line_number, raw in enumerate(_LINE_END.split(text), 1):
        if "\0" in raw:
            raise ListingError(name, line_number, _("There is a NUL character. The file is damaged."))
        if _BINARY.search(raw):
            raise ListingError(name, line_number, _("There are control characters. This is no text file."))
        plain = collapse(raw)
        if plain:
            found.append(_Line(line_number, plain))
    return found


def _dated_items(lines: Sequence[_Line], name: str) -> Iterator[Item]:
    places = [place for place, line in enumerate(lines) if line.text.startswith(":")]
    _nothing_before_the_first_title(lines, places[0], name)
    for place, following in zip(places, [*places[1:], len(lines) + 1], strict=True):
        published_on = _date_of(lines[place], name)
        categories = _categories_below(lines, place, name)
        end = following - 1
        if end < place + 2:
            raise ListingError(
                name, lines[following].number, _("A date stands here without a title above it.")
            )
        body = lines[place + 2 : end]
        for line in body:
            if _CATEGORY_LINE.fullmatch(line.text):
                reason = _("A category stands here without a date above it.")
                raise ListingError(name, line.number, reason)
        yield _item(lines[place - 1], body, name, published_on=published_on, categories=categories)


def _nothing_before_the_first_title(lines: Sequence[_Line], first_date: int, name: str) -> None:
    if first_date == 0:
        raise ListingError(name, lines[0].number, _("A date stands here without a title above it."))
    if first_date > 1:
        raise ListingError(name, lines[0].number, _("This text belongs to no article: a title is missing."))


def _undated_items(lines: Sequence[_Line], name: str) -> Iterator[Item]:
    for line in lines:
        if _CATEGORY_LINE.fullmatch(line.text):
            reason = _("A category stands here without a date above it.")
            raise ListingError(name, line.number, reason)
    for place in range(0, len(lines), 2):
        yield _item(lines[place], lines[place + 1 : place + 2], name)


def _item(
    title: _Line,
    body: Sequence[_Line],
    name: str,
    *,
    published_on: date | None = None,
    categories: tuple[str, ...] = (),
) -> Item:
    # An excerpt has 55 words: one in the place of a title means that a line is missing above it.
    if len(title.text) > MAX_TITLE or len(title.text.split()) > MAX_TITLE_WORDS:
        reason = _("This is too long for a title. A title or an excerpt is missing above this line.")
        raise ListingError(name, title.number, reason)
    found = " ".join(line.text for line in body)
    excerpt = _CUT_MARK.sub("", found)
    return Item(
        title=title.text,
        published_on=published_on,
        categories=categories,
        excerpt=excerpt,
        excerpt_only=excerpt != found or not _WHOLE_END.search(excerpt),
        line=title.number,
        date_hint=None if published_on else _leading_date(excerpt),
    )


def _date_of(line: _Line, name: str) -> date:
    words = line.text.removeprefix(":").strip()
    found = _leading_date(words, whole=True)
    if found is None:
        reason = _('This is no date we can read. Write it like ": December 08, 2014".')
        raise ListingError(name, line.number, reason)
    return found


def _categories_below(lines: Sequence[_Line], place: int, name: str) -> tuple[str, ...]:
    if place + 1 >= len(lines):
        raise ListingError(
            name, lines[place].number, _("The line with the category is missing below this date.")
        )
    line = lines[place + 1]
    categories = tuple(filter(None, (part.strip() for part in line.text.split("/"))))
    if not line.text.endswith("/") or not categories:
        reason = _('The category must stand here, with a slash behind it, like "Articles /".')
        raise ListingError(name, line.number, reason)
    return categories


def _leading_date(words: str, *, whole: bool = False) -> date | None:
    """The date that a text begins with, or, if `whole`, that it consists of."""
    if found := _MONTH_DAY_YEAR.match(words):
        year, month, day = found[3], _month(found[1]), found[2]
    elif found := _DAY_MONTH_YEAR.match(words):
        year, month, day = found[3], _month(found[2]), found[1]
    elif found := _ISO_DAY.match(words):
        year, month, day = found[1], int(found[2]), found[3]
    else:
        return None
    if (whole and found.end() != len(words)) or not 1900 <= int(year) <= 2100:
        return None
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _month(word: str) -> int:
    """The number of an English month, also cut to three letters or more; 0 if it is none."""
    plain = word.lower()
    return next((place for place, month in enumerate(_MONTHS, 1) if month.startswith(plain)), 0)
