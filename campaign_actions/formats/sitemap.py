"""The list of pages that search engines read, each in every language.

Source: sitemaps.org, protocol 0.9, and its extension for languages by `xhtml:link`.
"""

from __future__ import annotations

# Only writes: nothing is parsed here, so no entity can be expanded.
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

MEDIA_TYPE = "application/xml; charset=utf-8"
MOST = 50_000

_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True)
class Place:
    """One page: its whole address by language code, and the day it last changed, if that is known."""

    addresses: Mapping[str, str]
    changed_on: date | None = None


def to_bytes(places: Iterable[Place]) -> bytes:
    """The pages as UTF-8 XML, one `url` an address; what goes over 50,000 addresses is left out."""
    root = ET.Element("urlset", {"xmlns": _MAP, "xmlns:xhtml": _XHTML})
    written = 0
    for place in places:
        written += len(place.addresses)
        if written > MOST:
            break
        for address in place.addresses.values():
            _url(root, address, place)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _url(root: ET.Element, address: str, place: Place) -> None:
    url = ET.SubElement(root, "url")
    ET.SubElement(url, "loc").text = address
    if place.changed_on:
        ET.SubElement(url, "lastmod").text = place.changed_on.isoformat()
    if len(place.addresses) < 2:
        return
    for code, other in place.addresses.items():
        ET.SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": code, "href": other})
