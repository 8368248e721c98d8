"""Standing pages as their readers see them, with what the team adds: for everybody, and as a preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import render_template

from campaign_actions.actions import queries as actions
from campaign_actions.articles import standing
from campaign_actions.articles.standing import OwnWords
from campaign_actions.health import surroundings
from campaign_actions.infra import i18n
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import lazy
from campaign_actions.signatures import corrections
from campaign_actions.web.correction_lines import line
from campaign_actions.web.settings import settings


@dataclass(frozen=True)
class Contact:
    """How to reach the team: words to show, and an address for a link or an empty text."""

    words: str
    url: str


@dataclass(frozen=True)
class Place:
    """A standing page: its name, the endpoint behind `public.pages.`, and what its template needs."""

    name: Any
    endpoint: str
    needs: Callable[[], dict[str, Any]] = dict


def standing_page(place: str, own: OwnWords | None = None) -> str:
    """The page with the stored words of the team, or with `own` in their place."""
    found = PLACES[place]
    words = own or standing.shown(place, i18n.current_locale())
    return render_template(f"public/pages/{found.endpoint}.html", own=words, **found.needs())


def contact() -> Contact | None:
    """The address in the settings; None while there is none."""
    words = " ".join(settings().contact.split())
    if not words:
        return None
    if words.startswith(("https://", "http://")):
        return Contact(words, words)
    if "@" in words and " " not in words:
        return Contact(words, f"mailto:{words}")
    return Contact(words, "")


def _corrections() -> dict[str, Any]:
    lines = [line(one) for one in corrections.listed(session.connection())]
    return {"corrections": lines, "cards": actions.by_ids({one.action_id for one in lines})}


PLACES: Mapping[str, Place] = MappingProxyType(
    {
        standing.ABOUT: Place(lazy("Who we are"), "about"),
        "contact": Place(lazy("Contact"), "contact", lambda: {"contact": contact()}),
        "how-we-count": Place(lazy("How we count"), "how_we_count", _corrections),
        "privacy": Place(
            lazy("Privacy"), "privacy", lambda: {"key_is_here": surroundings.list_key_is_here(settings())}
        ),
        "safety": Place(lazy("Staying safe"), "safety"),
        "accessibility": Place(lazy("Accessibility"), "accessibility"),
    }
)
