"""The form with which people sign: its shape is checked here, everything else by the rules of signing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, i18n
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import addresses, names
from campaign_actions.signatures.signing import Shown, Supporter
from campaign_actions.web import stamps
from campaign_actions.web.forms import Form, label
from campaign_actions.web.settings import settings
from campaign_actions.web.words import capitalised

# Links of ours that say where a reader came from; anything else counts as the site itself.
VIA = ("share", "embed")


def check(field: StringField, rule: Callable[[str], str]) -> None:
    """Put what `rule` makes of the field's text in its place. Raises ValidationError in the rule's words."""
    try:
        field.data = rule(field.data or "")
    except Refused as refusal:
        raise ValidationError(refusal.sentence) from None


def levels_of(action: ActionPage) -> list[tuple[str, str]]:
    """The levels offered, safest first, in the words of the form; the first can never be left out."""
    choices = [(str(Level.TEAM), _("Nobody outside our team"))]
    if action.offers_target:
        asked = capitalised(action.target_words) or _("Those the letter is addressed to")
        choices.append((str(Level.TARGET), asked))
    if action.offers_everyone:
        choices.append((str(Level.EVERYONE), _("Everyone")))
    return choices


class PersonForm(Form):
    """A full name and an email address, as every form asks for them."""

    name = StringField(label("Full name"))
    email = StringField(label("Email address"))

    def validate_name(self, field: StringField) -> None:
        """Any script, one word or many."""
        check(field, names.check_name)

    def validate_email(self, field: StringField) -> None:
        """Written so that a letter can be sent there."""
        check(field, addresses.check)


class AddressForm(Form):
    """An email address alone."""

    email = StringField(label("Email address"))

    def validate_email(self, field: StringField) -> None:
        """Written so that a letter can be sent there."""
        check(field, addresses.check)


class SignForm(PersonForm):
    """Two fields that must be filled in, a country that need not, one choice and one empty box."""

    country = SelectField(label("Country (optional)"), validate_choice=False)
    level = RadioField(label("Who may see your name?"), validate_choice=False)
    updates = BooleanField(label("Email me when something changes in this case"), false_values=("", "0"))
    website = StringField(label("Leave this empty"))
    stamp = HiddenField()
    via = HiddenField()

    def __init__(self, action: ActionPage, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.action = action
        self.level.choices = levels_of(action)
        self.country.choices = i18n.countries()
        if action.card.case_id is None:
            self.updates.label.text = _("Email me when something changes in this action")
        if not self.is_submitted():
            self.level.data = str(action.preset_level)
            self.renew_stamp()

    def renew_stamp(self) -> None:
        """Put in what the page shows now: what is read is what is signed."""
        card = self.action.card
        shown = stamps.shown_by(self.action)
        self.stamp.data = stamps.make(card.id, shown, settings().secret_keys, now=clock.now())

    def validate_country(self, field: SelectField) -> None:
        """None, or a country of the list."""
        if field.data and field.data not in dict(i18n.countries()):
            raise ValidationError(_("Choose a country from the list"))

    def validate_level(self, field: RadioField) -> None:
        """One of the levels this action offers."""
        if field.data not in dict(levels_of(self.action)):
            raise ValidationError(_("Choose who may see your name"))

    def shown(self) -> Shown | None:
        """What the form showed when it was read; None for an old or foreign stamp."""
        return stamps.read(
            self.stamp.data or "", self.action.card.id, settings().secret_keys, now=clock.now()
        )

    def supporter(self) -> Supporter:
        """What was typed, once `validate` has passed."""
        return Supporter(
            name=self.name.data or "",
            email=self.email.data or "",
            country=self.country.data or None,
            level=Level(self.level.data),
            updates=bool(self.updates.data),
            locale=i18n.current_locale(),
            source=self.via.data if self.via.data in VIA else "site",
        )

    @property
    def trapped(self) -> bool:
        """True when the field that people do not see is filled in."""
        return bool(self.website.data)
