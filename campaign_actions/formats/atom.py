"""A list of articles, actions or updates as an Atom feed (RFC 4287)."""

import re

# Only writes: nothing is parsed here, so no entity can be expanded.
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MEDIA_TYPE = "application/atom+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One article or update. `id` never changes, also when the address does; moments are aware.

    `html` is cleaned HTML, `summary` plain text; either may be empty. `language` is given where
    it differs from the feed's.
    """

    id: str
    title: str
    url: str
    updated: datetime
    published: datetime | None = None
    author: str = ""
    summary: str = ""
    html: str = ""
    categories: Sequence[str] = ()
    language: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed as a reader subscribes to it. `author` is the site's name, which answers for every entry.

    `feed_url` is the address of the feed itself, `page_url` that of the page it belongs to.
    """

    id: str
    title: str
    feed_url: str
    page_url: str
    author: str
    updated: datetime
    language: str
    subtitle: str = ""
    entries: Sequence[Entry] = ()


def to_bytes(feed: Feed) -> bytes:
    """The feed as UTF-8 XML. Characters that XML cannot hold are left out. Raises ValueError for
    a moment without a zone.
    """
    root = ET.Element("feed", {"xmlns": _ATOM, _LANG: feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _stamp(feed.updated))
    _link(root, "self", feed.feed_url, "application/atom+xml")
    _link(root, "alternate", feed.page_url, "text/html")
    _person(root, feed.author)
    for entry in feed.entries:
        _entry(root, entry)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(root: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(root, "entry", {_LANG: entry.language} if entry.language else {})
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _link(element, "alternate", entry.url, "text/html")
    _text(element, "updated", _stamp(entry.updated))
    if entry.published:
        _text(element, "published", _stamp(entry.published))
    if entry.author:
        _person(element, entry.author)
    for category in entry.categories:
        ET.SubElement(element, "category", {"term": _clean(category)})
    if entry.summary:
        _text(element, "summary", entry.summary)
    if entry.html:
        _text(element, "content", entry.html, {"type": "html"})


def _text(parent: ET.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    ET.SubElement(parent, tag, attributes or {}).text = _clean(text)


def _person(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": media_type, "href": _clean(href)})


def _stamp(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a moment in a feed needs a zone")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
