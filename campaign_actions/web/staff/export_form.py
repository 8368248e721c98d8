"""The questions an export answers, and the answers in words for the page that checks them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from campaign_actions.accounts.models import User
from campaign_actions.actions import queries as actions
from campaign_actions.actions.models import ActionState, Level
from campaign_actions.exports.models import Purpose
from campaign_actions.exports.purposes import CEILINGS, LEVEL_WORDS, Chosen
from campaign_actions.exports.queries import Tally
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra.i18n import _, day, ngettext, number
from campaign_actions.signatures.states import State
from campaign_actions.web.forms import TokenForm, label
from campaign_actions.web.proof import ProofField


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


class DayField(DateField):
    """A calendar day; anything else is refused in our own words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day. Raises ValueError with the sentence for the form."""
        text = "".join(valuelist).strip()
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError as error:
            raise ValueError(_("Enter a day like 2026-12-10.")) from error


class ExportForm(TokenForm):
    """What for, of which action, why, for whom, and which signatures."""

    action = SelectField(label("Which action?"), validate_choice=False)
    purpose = RadioField(label("What for?"), validate_choice=False)
    reason = TextAreaField(label("Reason"), filters=[_one_line])
    recipient = StringField(label("Who receives it?"), filters=[_one_line])
    levels = SelectMultipleField(label("Which signatures?"), validate_choice=False)
    from_day = DayField(label("From day (optional)"))
    to_day = DayField(label("To day (optional)"))
    for_excel = BooleanField(
        label("For Excel: add a mark so that it reads all letters"), false_values=("", "0")
    )
    password = ProofField()

    def offer(self, cards: Sequence[actions.ActionCard]) -> None:
        """Fill in what may be chosen."""
        self.action.choices = [(str(card.id), card.title) for card in cards]
        self.purpose.choices = [(purpose.value, str(CEILINGS[purpose].words)) for purpose in Purpose]
        self.levels.choices = [(level.value, str(words)) for level, words in LEVEL_WORDS.items()]

    def wish(self) -> Wish:
        """The answers as a wish. Answers that the form never offered end in a 400."""
        try:
            return Wish(
                action_id=UUID(self.action.data),
                purpose=Purpose(self.purpose.data),
                reason=self.reason.data or "",
                recipient=self.recipient.data or "",
                chosen=Chosen(
                    levels=tuple(level for level in LEVEL_WORDS if level.value in (self.levels.data or [])),
                    from_day=self.from_day.data,
                    to_day=self.to_day.data,
                    for_excel=bool(self.for_excel.data),
                    on_paper=self.purpose.data == Purpose.PAPER,
                ),
            )
        except (ValueError, TypeError):
            abort(400)


class DownloadForm(TokenForm):
    """The password, asked for when it was given more than ten minutes ago."""

    password = ProofField()


def offered(user: User) -> list[actions.ActionCard]:
    """Actions that may have signatures: all that were ever published."""
    return [card for card in actions.for_desk(user) if card.state is not ActionState.DRAFT]


def sentences(tally: Tally, purpose: Purpose) -> list[str]:
    """How many go in, with what, and how many stay out: whole sentences, true for the file."""
    listed, confirmed = number(tally.rows), number(tally.all_confirmed)
    if purpose is Purpose.DELIVER:
        first = _(
            "%(listed)s of %(confirmed)s confirmed signatures: names and countries, no email addresses.",
            listed=listed,
            confirmed=confirmed,
        )
    elif purpose is Purpose.PAPER:
        first = _(
            "%(listed)s of %(confirmed)s checked lines on paper: names and places, no email addresses.",
            listed=listed,
            confirmed=confirmed,
        )
    else:
        first = _(
            "%(listed)s of %(confirmed)s confirmed signatures, with names and email addresses.",
            listed=listed,
            confirmed=confirmed,
        )
    withheld = tally.withheld if purpose is Purpose.DELIVER else 0
    said = [
        first,
        _withheld(withheld) if withheld else "",
        _outside(tally.all_confirmed - tally.rows - withheld),
    ]
    return [sentence for sentence in said if sentence]


def days_words(chosen: Chosen) -> str:
    """The days of signing in words."""
    first, last = chosen.from_day, chosen.to_day
    if first and last:
        return _("From %(first)s to %(last)s", first=day(first), last=day(last))
    if first:
        return _("From %(first)s", first=day(first))
    return _("Until %(last)s", last=day(last)) if last else _("All days")


def never_listed(tally: Tally, purpose: Purpose) -> str:
    """The states that no list holds, with their numbers, and how many held ones another tool collected."""
    if purpose is Purpose.PAPER:
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


def levels_words(levels: Sequence[Level]) -> str:
    """The chosen levels, in words."""
    return "; ".join(str(LEVEL_WORDS[level]) for level in levels)


def _withheld(count: int) -> str:
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
        "%(count)s more is outside the levels and days you chose.",
        "%(count)s more are outside the levels and days you chose.",
        count,
        count=number(count),
    )
