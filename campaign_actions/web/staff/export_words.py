"""The answers to the questions of an export in words, and the sentences that are true for the file."""

from __future__ import annotations

from collections.abc import Sequence

from campaign_actions.actions.models import Level
from campaign_actions.exports.models import Purpose
from campaign_actions.exports.purposes import CEILINGS, COLUMN_WORDS, FORMAT_WORDS, LEVEL_WORDS, Chosen
from campaign_actions.exports.queries import Tally
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra.i18n import LANGUAGES, _, country_name, day, ngettext, number
from campaign_actions.signatures.states import State


def answers(purpose: Purpose, chosen: Chosen) -> dict[str, str]:
    """What was chosen, in words, by question."""
    return {
        "levels": levels_words(chosen),
        "days": days_words(chosen),
        "others": others_words(chosen),
        "columns": ", ".join(str(COLUMN_WORDS[column]) for column in chosen.columns),
        "format": str(FORMAT_WORDS[chosen.format]),
        "purpose": str(CEILINGS[purpose].words),
    }


def sentences(tally: Tally, wish: Wish) -> list[str]:
    """How many go in, with what, and how many stay out: whole sentences, true for the file."""
    chosen, ceiling = wish.chosen, CEILINGS[wish.purpose]
    withheld = 0 if Level.TEAM in ceiling.levels else tally.withheld
    said = [
        _first(tally, chosen),
        _withheld(withheld, stays=chosen.withheld) if withheld else "",
        _outside(tally.all_confirmed - tally.rows - (0 if chosen.withheld else withheld)),
    ]
    return [sentence for sentence in said if sentence]


def _first(tally: Tally, chosen: Chosen) -> str:
    listed, confirmed = number(tally.rows), number(tally.all_confirmed)
    if chosen.on_paper:
        return _(
            "%(listed)s of %(confirmed)s checked lines on paper: names and places, no email addresses.",
            listed=listed,
            confirmed=confirmed,
        )
    if "email" in chosen.columns and "name" in chosen.columns:
        return _(
            "%(listed)s of %(confirmed)s confirmed signatures, with names and email addresses.",
            listed=listed,
            confirmed=confirmed,
        )
    if "email" in chosen.columns:
        return _(
            "%(listed)s of %(confirmed)s confirmed signatures: email addresses, no names.",
            listed=listed,
            confirmed=confirmed,
        )
    if "name" in chosen.columns and "country" in chosen.columns:
        return _(
            "%(listed)s of %(confirmed)s confirmed signatures: names and countries, no email addresses.",
            listed=listed,
            confirmed=confirmed,
        )
    if "name" in chosen.columns:
        return _(
            "%(listed)s of %(confirmed)s confirmed signatures: names, no email addresses.",
            listed=listed,
            confirmed=confirmed,
        )
    return _(
        "%(listed)s of %(confirmed)s confirmed signatures, without names and addresses.",
        listed=listed,
        confirmed=confirmed,
    )


def days_words(chosen: Chosen) -> str:
    """The days of signing in words."""
    first, last = chosen.from_day, chosen.to_day
    if first and last:
        return _("From %(first)s to %(last)s", first=day(first), last=day(last))
    if first:
        return _("From %(first)s", first=day(first))
    return _("Until %(last)s", last=day(last)) if last else _("All days")


def others_words(chosen: Chosen) -> str:
    """What else was chosen, or an empty text."""
    said = [
        _("Country: %(name)s", name=country_name(chosen.country)) if chosen.country else "",
        _("Language: %(name)s", name=LANGUAGES.get(chosen.language, chosen.language))
        if chosen.language
        else "",
        _("Text version %(number)s", number=chosen.text_version) if chosen.text_version else "",
        _("Only those who asked to be told about this case") if chosen.wants_updates else "",
    ]
    return "; ".join(sentence for sentence in said if sentence)


def levels_words(chosen: Chosen) -> str:
    """The chosen levels, in words."""
    said: Sequence[str] = [str(LEVEL_WORDS[level]) for level in chosen.levels]
    return "; ".join([*said, _("the others without their name")] if chosen.withheld else said)


def never_listed(tally: Tally, purpose: Purpose) -> str:
    """The states that no list holds, with their numbers, and how many held ones another tool collected."""
    if CEILINGS[purpose].on_paper:
        return _("Never listed: sheets that wait or were sent back, and those entered as a number only.")
    never = _(
        "Never listed: %(waiting)s waiting, %(held)s held, %(invalid)s invalid, %(withdrawn)s withdrawn.",
        waiting=number(tally.states.get(State.WAITING, 0)),
        held=number(tally.states.get(State.HELD, 0)),
        invalid=number(tally.states.get(State.INVALID, 0)),
        withdrawn=number(tally.states.get(State.WITHDRAWN, 0)),
    )
    if not tally.imported:
        return never
    imported = ngettext(
        "%(count)s of the held was imported from another tool and is unverified.",
        "%(count)s of the held were imported from another tool and are unverified.",
        tally.imported,
        count=number(tally.imported),
    )
    return f"{never} {imported}"


def _withheld(count: int, *, stays: bool) -> str:
    if stays:
        return ngettext(
            "%(count)s person asked that their name is not delivered; their row says “(name withheld)”.",
            "%(count)s people asked that their name is not delivered; their rows say “(name withheld)”.",
            count,
            count=number(count),
        )
    return ngettext(
        "%(count)s person asked that their name is not delivered; they stay in the count and leave the list.",
        "%(count)s people asked that their name is not delivered; they stay in the count and leave the list.",
        count,
        count=number(count),
    )


def _outside(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext(
        "%(count)s more is not among what you chose.",
        "%(count)s more are not among what you chose.",
        count,
        count=number(count),
    )
