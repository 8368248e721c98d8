"""The feeds of `atom` once more as JSON, for readers that prefer it.

Source: JSON Feed, version 1.1.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from campaign_actions.formats.atom import Entry, Feed

MEDIA_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def to_bytes(feed: Feed, *, address: str) -> bytes:
    """The feed as UTF-8 JSON; `address` is that of the JSON itself. `<` and `>` are written as escapes."""
    whole = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": address,
        "description": feed.subtitle,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [_item(entry, feed.language) for entry in feed.entries],
    }
    text = json.dumps(_without_empty(whole), ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").encode() + b"\n"


def _item(entry: Entry, language: str) -> dict[str, Any]:
    # An item needs a content, even where only a title is known.
    text = {"content_html": entry.html} if entry.html else {"content_text": entry.summary or entry.title}
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        **text,
        "summary": entry.summary,
        "date_published": _stamp(entry.published or entry.updated),
        "date_modified": _stamp(entry.updated),
        "authors": [{"name": entry.author}] if entry.author else [],
        "tags": list(entry.categories),
        "language": entry.language or language,
    }
    return _without_empty(item)


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value or name == "items"}


def _stamp(value: Any) -> str:
    return str(value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
