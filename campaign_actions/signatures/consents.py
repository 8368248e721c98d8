"""Wordings of consent: numbered, frozen; a change is a new number. A signature keeps the number it saw."""

from __future__ import annotations

from campaign_actions.infra.i18n import _

CURRENT = 1


def wording(number: int, *, team: str) -> str:
    """The sentence at the button, in the current language. Raises KeyError for a number never used."""
    return {1: _first}[number](team)


def _first(team: str) -> str:
    return _(
        "By pressing the button I sign, and agree that %(team)s keeps my name and email address "
        "for this petition.",
        team=team,
    )
