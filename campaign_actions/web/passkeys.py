"""Passkeys of whoever is at the browser: where they work, and the question a page puts to them."""

from __future__ import annotations

from campaign_actions.accounts import passkeys
from campaign_actions.accounts.models import User
from campaign_actions.accounts.passkeys import Place
from campaign_actions.web.settings import settings

# The hidden field in which a script sends the answer of the browser.
ANSWER = "passkey"


def where() -> Place | None:
    """Where keys of this site work; None without the package, or at an address where no browser has them."""
    return passkeys.place(settings().site_url, settings().site_name) if passkeys.is_installed() else None


def question(user: User) -> str:
    """What a page tells its script so that one of the user's keys can prove who they are; else empty."""
    place = where()
    if place is None or not user.has_passkey:
        return ""
    return passkeys.question_to_prove(user, place, settings().secret_keys)
