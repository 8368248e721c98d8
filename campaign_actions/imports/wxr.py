"""Export files of WordPress (WXR 1.0 to 1.2), read as a stream: one entry after another.

Source: `export_wp()` of WordPress, wp-admin/includes/export.php; names are told apart by their local
part and the kind of their namespace, whose address has been http and https and carries the version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NoReturn
from xml.parsers import expat

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _, number

MAX_BYTES = 50_000_000
MAX_ITEMS = 100_000
MAX_DEPTH = 64
MAX_TEXT = 5_000_000
MAX_TAG_BYTES = 1_000_000
MAX_TERMS = 1000
CHUNK = 65_536

# WordPress lets through what XML does not; nobody can have meant these.
_CONTROLS = bytes(range(9)) + b"\x0b\x0c" + bytes(range(0x0E, 0x20))
_AS_BLANKS = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_NAMESPACES = {"/excerpt": "excerpt", "/modules/content": "content", "/elements/1.1": "dc"}
_FIELDS = {
    "title": "title", "link": "link", "guid": "guid", "pubDate": "pub_date", "dc creator": "creator",
    "content encoded": "content", "excerpt encoded": "excerpt", "wp post_id": "number",
    "wp post_date": "date", "wp post_date_gmt": "date_gmt", "wp post_name": "name", "wp status": "status",
    "wp post_type": "kind", "wp post_password": "password", "wp attachment_url": "attachment",
    "wp post_parent": "parent",
}  # fmt: skip
_SITE_FIELDS = {
    "link": "link", "language": "language", "wp wxr_version": "version", "wp base_blog_url": "address",
}  # fmt: skip
_ALT_TEXT = "_wp_attachment_image_alt"


class NotAnExport(Refused):
    """A file that is not taken in; the sentence names file, line and reason and quotes no text of it."""


@dataclass(frozen=True)
class Term:
    """What an entry is marked with: `domain` is "category" or "post_tag", `slug` may be empty."""

    domain: str
    slug: str
    name: str


@dataclass
class Entry:
    """One `<item>`: its texts as they stand there; `line` is where it begins, from 1."""

    line: int
    title: str = ""
    link: str = ""
    guid: str = ""
    pub_date: str = ""
    creator: str = ""
    content: str = ""
    excerpt: str = ""
    number: str = ""
    date: str = ""
    date_gmt: str = ""
    name: str = ""
    status: str = ""
    kind: str = ""
    password: str = ""
    attachment: str = ""
    parent: str = ""
    alt: str = ""
    comments: int = 0
    terms: list[Term] = field(default_factory=list)


@dataclass
class Site:
    """What the file says of the site it comes from. Authors by log-in name, categories by slug.

    A category is its name and the slug of the one above it, empty for none.
    """

    version: str = ""
    link: str = ""
    address: str = ""
    language: str = ""
    authors: dict[str, str] = field(default_factory=dict)
    categories: dict[str, tuple[str, str]] = field(default_factory=dict)
    controls: int = 0


def read_site(file: BinaryIO, *, name: str) -> tuple[Site, int]:
    """Read the whole file once: its site and its number of entries; the file is at its beginning again.

    Raises NotAnExport for whatever `entries` could stumble over, so that nothing is written before.
    """
    reader = _Reader(name)
    found = sum(1 for _entry in reader.read(file))
    file.seek(0)
    return reader.site, found


def entries(file: BinaryIO, *, name: str) -> Iterator[Entry]:
    """The entries of a file in order. Raises NotAnExport, naming the line.

    Refused: more than 50 MB, 100,000 entries, 64 levels, 5 MB of text in one place; a document type,
    and with it every entity and reference to elsewhere; what is no XML, or no export of WordPress.
    """
    yield from _Reader(name).read(file)


class _Reader:
    def __init__(self, name: str) -> None:
        self.site = Site()
        self._name = name
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._entry: Entry | None = None
        self._marks: dict[str, str] = {}
        self._ready: list[Entry] = []
        self._found = 0
        self._things = 0
        self._parser = self._made()

    def read(self, file: BinaryIO) -> Iterator[Entry]:
        fed = 0
        while True:
            chunk = file.read(CHUNK)
            if not fed and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                self._refuse(_("This file is UTF-16. Save it as UTF-8 and try again."))
            fed += len(chunk)
            if fed > MAX_BYTES:
                self._refuse(_("The file is larger than 50 MB."))
            clean = chunk.translate(_AS_BLANKS)
            self.site.controls += sum(map(chunk.count, map(_one, _CONTROLS))) if clean != chunk else 0
            self._parse(clean, last=not chunk)
            if fed - max(0, self._parser.CurrentByteIndex) > MAX_TAG_BYTES:
                self._refuse(_("A tag here is longer than 1 MB."))
            yield from self._ready
            self._ready.clear()
            if not chunk:
                break
        self._check_site()

    def _made(self) -> Any:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add
        # Without a document type there is no entity but the five of XML, and nothing to fetch.
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _parse(self, chunk: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            words = expat.errors.messages.get(error.code, "")
            self._refuse(_("This is no well-formed XML: %(why)s.", why=words), line=error.lineno)
        except (LookupError, ValueError):
            self._refuse(_("The encoding of this file is unknown. Save it as UTF-8."), line=1)

    def _doctype(self, *_declared: object) -> None:
        self._refuse(
            _("The file declares a document type. An export of WordPress has none, and entities are refused.")
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _short(tag)
        self._path.append(name)
        self._text.clear()
        self._length = 0
        if len(self._path) > MAX_DEPTH:
            self._refuse(_("Tags are nested more than %(most)s deep.", most=number(MAX_DEPTH)))
        if len(self._path) == 1 and name != "rss":
            self._refuse(_("This is not an export file of WordPress."))
        if self._path == ["rss", "channel", name]:
            self._begin_thing(name)
        elif self._entry and name == "category" and len(self._path) == 4:
            self._marks = {key: attributes.get(key, "") for key in ("domain", "nicename")}

    def _begin_thing(self, name: str) -> None:
        self._marks = {}
        self._things += 1
        if name == "item":
            self._found += 1
            self._entry = Entry(line=self._parser.CurrentLineNumber)
        if self._found > MAX_ITEMS or self._things > 2 * MAX_ITEMS:
            self._refuse(_("The file has more than %(most)s entries.", most=number(MAX_ITEMS)))

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            title = self._entry.title if self._entry else ""
            self._refuse(
                _("A text of “%(title)s” is longer than 5 MB.", title=title[:100])
                if title
                else _("A text here is longer than 5 MB.")
            )
        self._text.append(text)

    def _end(self, _tag: str) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        self._length = 0
        depth, name = len(self._path), self._path[-1]
        if self._path[:3] == ["rss", "channel", "item"] and self._entry:
            self._end_in_entry(self._entry, depth, name, text)
        elif self._path[:2] == ["rss", "channel"]:
            self._end_in_site(depth, name, text)
        self._path.pop()

    def _end_in_entry(self, entry: Entry, depth: int, name: str, text: str) -> None:
        if depth == 3:
            self._ready.append(entry)
            self._entry = None
        elif depth == 4 and name in _FIELDS:
            setattr(entry, _FIELDS[name], text)
        elif depth == 4 and name == "category":
            entry.terms.append(Term(self._marks.get("domain", ""), self._marks.get("nicename", ""), text))
            if len(entry.terms) > MAX_TERMS:
                self._refuse(
                    _("An entry has more than %(most)s categories and tags.", most=number(MAX_TERMS))
                )
        elif depth == 4 and name == "wp comment":
            entry.comments += 1
        elif depth == 5 and name in ("wp meta_key", "wp meta_value"):
            if name == "wp meta_value" and self._marks.get("wp meta_key") == _ALT_TEXT:
                entry.alt = text
            self._marks = {name: text[:100]}

    def _end_in_site(self, depth: int, name: str, text: str) -> None:
        if depth == 4 and self._path[2] in ("wp author", "wp category"):
            self._marks[name] = text[:300]
        elif depth != 3:
            return
        elif name in _SITE_FIELDS:
            setattr(self.site, _SITE_FIELDS[name], text[:300])
        elif name == "wp author" and self._marks.get("wp author_login"):
            self.site.authors[self._marks["wp author_login"]] = self._marks.get("wp author_display_name", "")
        elif name == "wp category" and self._marks.get("wp category_nicename"):
            above = self._marks.get("wp category_parent", "")
            named = self._marks.get("wp cat_name", "")
            self.site.categories[self._marks["wp category_nicename"]] = (named, above)

    def _check_site(self) -> None:
        if not self.site.version:
            self._refuse(_("This is not an export file of WordPress: it names no WXR version."), line=1)
        if self.site.version.partition(".")[0] != "1":
            reason = _("This WXR version is unknown; 1.0, 1.1 and 1.2 can be read.")
            self._refuse(reason, line=1)

    def _refuse(self, reason: str, *, line: int | None = None) -> NoReturn:
        at = line or self._parser.CurrentLineNumber
        raise NotAnExport(_("%(name)s, line %(line)s: %(reason)s", name=self._name, line=at, reason=reason))


def _one(byte: int) -> bytes:
    return bytes([byte])


def _short(tag: str) -> str:
    """ "title" for a name without namespace, "wp post_id", "content encoded" for the others."""
    namespace, gap, local = tag.rpartition(" ")
    if not gap:
        return local
    plain = namespace.rstrip("/")
    for ending, kind in _NAMESPACES.items():
        if plain.endswith(ending):
            return f"{kind} {local}"
    return f"{'wp' if 'wordpress.org/export' in plain else 'other'} {local}"
