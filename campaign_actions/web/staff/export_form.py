"""The questions of an export, one form for all its pages."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import abort
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from campaign_actions.accounts.models import User
from campaign_actions.actions import queries as actions
from campaign_actions.actions.models import ActionState
from campaign_actions.exports.models import Format, Purpose
from campaign_actions.exports.purposes import CEILINGS, COLUMN_WORDS, FORMAT_WORDS, LEVEL_WORDS, Chosen
from campaign_actions.exports.queries import Variety
from campaign_actions.exports.requesting import Wish, in_order
from campaign_actions.infra.i18n import LANGUAGES, _, country_name
from campaign_actions.web.forms import DayField, Form, SeenField, TokenForm, label
from campaign_actions.web.proof import ProofField

NO = ("", "0")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


class _Answers:
    """The answers that travel from page to page: choices only, nothing about a person."""

    purpose = RadioField(label("What is the list for?"), validate_choice=False)
    action = RadioField(label("Which action?"), validate_choice=False)
    levels = SelectMultipleField(label("Which signatures?"), validate_choice=False)
    withheld = BooleanField(label("Also count the others in, without their name"), false_values=NO)
    updates = BooleanField(label("Only those who asked to be told about this case"), false_values=NO)
    from_day = DayField(label("From day (optional)"))
    to_day = DayField(label("To day (optional)"))
    country = SelectField(label("Country"), validate_choice=False)
    language = SelectField(label("Language of the page"), validate_choice=False)
    text_version = SelectField(label("Text version"), validate_choice=False)
    columns = SelectMultipleField(label("Which columns?"), validate_choice=False)
    format = RadioField(label("Which format?"), validate_choice=False)


class AnswersForm(Form, _Answers):
    """The pages of the questions: read from the address, so that Back and Forward keep all answers."""


class MakeForm(TokenForm, _Answers):
    """The last page: all answers once more, why and for whom, and who is asking."""

    reason = TextAreaField(label("Reason"), filters=[_one_line])
    recipient = StringField(label("Who receives it?"), filters=[_one_line])
    password = ProofField()


class DownloadForm(TokenForm):
    """The password, asked for when it was given more than ten minutes ago."""

    password = ProofField()


def offered(user: User) -> list[actions.ActionCard]:
    """Actions that may have signatures: all that were ever published."""
    return [card for card in actions.for_desk(user) if card.state is not ActionState.DRAFT]


def offer(form: AnswersForm | MakeForm, cards: Sequence[actions.ActionCard]) -> None:
    """Fill in what may be chosen, but for what depends on the action."""
    ceiling = CEILINGS[purpose_of(form)]
    form.purpose.choices = [(purpose.value, str(CEILINGS[purpose].words)) for purpose in Purpose]
    form.action.choices = [(str(card.id), card.title) for card in cards]
    form.levels.choices = [(level.value, str(LEVEL_WORDS[level])) for level in ceiling.levels]
    form.columns.choices = [(column, str(COLUMN_WORDS[column])) for column in ceiling.columns]
    form.format.choices = [(kind.value, str(words)) for kind, words in FORMAT_WORDS.items()]


def offer_variety(form: AnswersForm | MakeForm, variety: Variety) -> None:
    """Fill in the countries, languages and versions that the action's signatures have."""
    every = ("", _("Any"))
    form.country.choices = [every, *((code, country_name(code)) for code in variety.countries)]
    form.language.choices = [every, *((code, LANGUAGES.get(code, code)) for code in variety.languages)]
    form.text_version.choices = [every, *((str(one), str(one)) for one in variety.versions)]


def purpose_of(form: AnswersForm | MakeForm) -> Purpose:
    """The purpose chosen, or the first. One that was never offered ends in a 400."""
    try:
        return Purpose(form.purpose.data) if form.purpose.data else Purpose.DELIVER
    except ValueError:
        abort(400)


def wish_of(form: AnswersForm | MakeForm, reason: str = "", recipient: str = "") -> Wish:
    """The answers as a wish. Answers that the form never offered end in a 400."""
    try:
        chosen = Chosen(
            levels=tuple(level for level in LEVEL_WORDS if level.value in (form.levels.data or [])),
            from_day=form.from_day.data,
            to_day=form.to_day.data,
            country=(form.country.data or "")[:2],
            language=(form.language.data or "")[:8],
            text_version=SeenField.read(form.text_version.data or ""),
            wants_updates=bool(form.updates.data),
            withheld=bool(form.withheld.data),
            on_paper=CEILINGS[purpose_of(form)].on_paper,
            columns=tuple(in_order(form.columns.data or [])),
            format=Format(form.format.data or Format.CSV),
        )
        return Wish(
            action_id=UUID(form.action.data),
            purpose=purpose_of(form),
            reason=reason,
            recipient=recipient,
            chosen=chosen,
        )
    except (ValueError, TypeError):
        abort(400)
