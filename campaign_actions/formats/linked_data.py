"""What a page is about in the words of schema.org, for programs that read pages (JSON-LD 1.1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

CONTEXT = "https://schema.org"


def site(name: str, url: str, languages: tuple[str, ...]) -> dict[str, Any]:
    """The site itself, for its first page."""
    return {"@context": CONTEXT, "@type": "WebSite", "name": name, "url": url, "inLanguage": list(languages)}


def article(
    *,
    title: str,
    url: str,
    language: str,
    publisher: str,
    author: str = "",
    dated_on: date | None = None,
    changed_at: datetime | None = None,
) -> dict[str, Any]:
    """An article of news; without its day or author where they are not known."""
    fields = {
        "@context": CONTEXT,
        "@type": "NewsArticle",
        "headline": title[:110],
        "mainEntityOfPage": url,
        "inLanguage": language,
        "publisher": {"@type": "Organization", "name": publisher},
        "author": {"@type": "Person", "name": author} if author else None,
        "datePublished": dated_on.isoformat() if dated_on else None,
        "dateModified": changed_at.isoformat() if changed_at else None,
    }
    return {name: value for name, value in fields.items() if value}


def event(
    *,
    title: str,
    url: str,
    starts_at: datetime,
    ends_at: datetime | None,
    place: str,
    organiser: str,
    online: bool = False,
    cancelled: bool = False,
) -> dict[str, Any]:
    """A protest event; `place` is what may be told of it, `starts_at` and `ends_at` are in its own zone."""
    status, mode = ("EventCancelled" if cancelled else "EventScheduled"), ("Online" if online else "Offline")
    where = {"@type": "VirtualLocation", "url": url} if online else {"@type": "Place", "address": place}
    fields = {
        "@context": CONTEXT,
        "@type": "Event",
        "name": title,
        "url": url,
        "startDate": starts_at.isoformat(),
        "endDate": ends_at.isoformat() if ends_at else None,
        "eventStatus": f"{CONTEXT}/{status}",
        "eventAttendanceMode": f"{CONTEXT}/{mode}EventAttendanceMode",
        "location": where,
        "organizer": {"@type": "Organization", "name": organiser},
    }
    return {name: value for name, value in fields.items() if value}
