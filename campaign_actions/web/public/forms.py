"""Small public forms: the code, a change before confirming, what the owner of a signature may do."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import names
from campaign_actions.web.forms import Form, label
from campaign_actions.web.sign_form import check, levels_of


class CodeForm(Form):
    """The six digits of the message; `key` comes from the page that asked for them."""

    code = StringField(label("6-digit code from the message"))
    key = HiddenField()


class LevelForm(Form):
    """Who may see a name, of the levels the action offers."""

    level = RadioField(label("Who may see your name?"), validate_choice=False)

    def __init__(self, action: ActionPage, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.offered = levels_of(action)
        self.level.choices = self.offered

    def validate_level(self, field: RadioField) -> None:
        """One of those offered."""
        if field.data not in dict(self.offered):
            raise ValidationError(_("Choose who may see your name"))

    @property
    def chosen(self) -> Level:
        """The level chosen, once `validate` has passed."""
        return Level(self.level.data)


class ChangeForm(LevelForm):
    """What can still be changed before confirming: updates can be left out, not added."""

    updates = BooleanField(label("Email me when something changes in this case"), false_values=("", "0"))


class MyLevelForm(LevelForm):
    """Another level later on; the name again if everyone may see it."""

    name = StringField(label("Full name"))

    def validate_name(self, field: StringField) -> None:
        """Checked when typed; whether it is needed, the rule knows."""
        if (field.data or "").strip():
            check(field, names.check_name)


class CommentForm(Form):
    """Words for others to read; the rule knows what they may hold."""

    text = TextAreaField(label("Your comment"))
