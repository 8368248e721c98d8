"""The form in which people write their own letter; what they type is shaped here and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from campaign_actions.actions import writing_in
from campaign_actions.actions.queries import ActionPage
from campaign_actions.actions.writing_in import Addressee, LetterWords, MailLink
from campaign_actions.infra import i18n
from campaign_actions.infra.i18n import LANGUAGES, _, number
from campaign_actions.web.forms import Form, label
from campaign_actions.web.words import capitalised

MOST_TEXT = 20_000
MOST_NAME = 120


@dataclass(frozen=True)
class Tongue:
    """A language the letter can be had in: its own name for itself, and where to find it."""

    code: str
    name: str
    address: str
    is_shown: bool


class LetterForm(Form):
    """Whom to, the text, and name and town that stand under it."""

    to = SelectMultipleField(label("Who gets your letter"), validate_choice=False)
    text = TextAreaField(label("Your letter"))
    name = StringField(label("Your name"))
    town = StringField(label("Your town"))

    def __init__(
        self,
        action: ActionPage,
        words: LetterWords,
        people: Sequence[Addressee],
        tongues: Sequence[Tongue],
        *args: Any,
        **values: Any,
    ) -> None:
        first = {"to": [str(one.id) for one in people], "text": words.text}
        super().__init__(*args, data=first, **values)
        self.action, self.words, self.people, self.tongues = action, words, people, tongues
        self.to.choices = [(str(one.id), f"{capitalised(one.name)}. {_way(one)}") for one in people]

    def validate_to(self, field: SelectMultipleField) -> None:
        """At least one of those named."""
        if not self.chosen:
            raise ValidationError(_("Tick at least one person or body"))

    def validate_text(self, field: TextAreaField) -> None:
        """Something, and no more than a letter."""
        text = (field.data or "").strip()
        if not text:
            raise ValidationError(_("Write the letter"))
        if len(text) > MOST_TEXT:
            raise ValidationError(_("Write at most %(most)s characters here.", most=number(MOST_TEXT)))

    def validate_name(self, field: StringField) -> None:
        """One line."""
        _one_line(field)

    def validate_town(self, field: StringField) -> None:
        """One line."""
        _one_line(field)

    @property
    def chosen(self) -> list[Addressee]:
        """Those whose boxes are ticked."""
        return [one for one in self.people if str(one.id) in (self.to.data or ())]

    @property
    def whole_text(self) -> str:
        """The letter with name and town under it."""
        return writing_in.signed_text(self.text.data or "", self.name.data or "", self.town.data or "")

    @property
    def emails(self) -> list[str]:
        """Email addresses of those whose boxes are ticked."""
        return [one.email for one in self.chosen if one.email]

    @property
    def any_email(self) -> bool:
        """Whether anybody named has an email address."""
        return any(one.email for one in self.people)

    @property
    def all_emails(self) -> str:
        """The email address of each box in order, empty where there is none, parted by commas."""
        return ",".join(one.email for one in self.people)

    @property
    def mail(self) -> MailLink | None:
        """The link into a mail program; None when nobody ticked has an email address."""
        if not self.emails:
            return None
        return writing_in.mail_link(self.emails, self.words.subject, self.whole_text, note=self.cut_note)

    @property
    def cut_note(self) -> str:
        """The line under a text that did not fit into the link, in the letter's language."""
        with i18n.using_locale(self.words.locale):
            return _("[Cut here. Copy the whole letter from the page and put it in this place.]")

    def named(self, one: Addressee) -> str:
        """A target as on an envelope: "The Prosecutor General"."""
        return capitalised(one.name)

    def date_words(self, day: date) -> str:
        """A day in the letter's language."""
        with i18n.using_locale(self.words.locale):
            return i18n.day(day)


def letter_form(action: ActionPage, locale: str = "", *, empty: bool = False) -> LetterForm:
    """The form of an action of kind letter, in `locale` if the letter has words in it.

    Else in the language the page shows the action in. `empty` takes nothing from the request.
    """
    texts = writing_in.words_of(action)
    shown = locale if locale in texts else action.card.locale
    words = texts.get(shown) or LetterWords(shown, "", "", "", "")
    tongues = [
        Tongue(code, LANGUAGES.get(code, code), _address(action, code), code == shown)
        for code in sorted(texts, key=[*LANGUAGES, *texts].index)
    ]
    given: dict[str, Any] = {"formdata": None} if empty else {}
    return LetterForm(action, words, writing_in.addressees(action.card.id), tongues, **given)


def _address(action: ActionPage, locale: str) -> str:
    slug = action.card.slug
    return url_for("public.writing_in.in_language", slug=slug, locale=locale, _anchor="write")


def _one_line(field: StringField) -> None:
    field.data = " ".join((field.data or "").split())
    if len(field.data) > MOST_NAME:
        raise ValidationError(_("Write at most %(most)s characters here.", most=number(MOST_NAME)))


def _way(one: Addressee) -> str:
    if one.email and one.postal:
        return _("By email or post.")
    if one.email:
        return _("By email.")
    return _("By post.") if one.postal else _("We have no address.")
