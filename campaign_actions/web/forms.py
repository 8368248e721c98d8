"""Base of all forms: public ones know no session, those behind the log-in carry its token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict
from wtforms import DateField, Field, IntegerField
from wtforms.widgets import HiddenInput

from campaign_actions.errors import Overtaken, Refused
from campaign_actions.infra import local_time
from campaign_actions.infra.i18n import _, lazy
from campaign_actions.web import carrying

LONGEST_VERSION = 9


class _Checked(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form whose texts can be stored: no NUL, no half characters, no files."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the library has no types
        """Where the fields come from."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """As Flask-WTF does, but a file that was sent in the place of a text is left out."""
            chosen = super().wrap_formdata(form, formdata)
            return request.form if isinstance(chosen, CombinedMultiDict) else chosen

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """As WTForms does, then refuse texts that no database keeps."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if not field.errors and isinstance(field.data, str) and not can_be_stored(field.data):
                field.errors = [_("This includes a character we cannot store. Type it again.")]
                valid = False
        return valid

    def refuse(self, refusal: Refused) -> None:
        """Show a rule's sentence at the field it belongs to, or at the top of the form."""
        named = refusal.field is not None and refusal.field in self
        add_error(self[refusal.field] if named else None, self, refusal.sentence)


class SeenField(IntegerField):
    """The version of a thing that the page showed, hidden; None for what no row can hold."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a small whole number; anything else was never shown, and so is no error of the user."""
        self.data = self.read(str(valuelist[0]) if valuelist else "")

    @staticmethod
    def read(text: str) -> int | None:
        """The small whole number that `text` is; None for anything else."""
        small = text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION
        return int(text) if small else None


class DayField(DateField):
    """A calendar day as a browser sends it; no day at all is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day. Raises ValueError with the sentence for the form."""
        text = "".join(valuelist).strip()
        self.data = None
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError as error:
            raise ValueError(_("Write the day like 2026-12-16.")) from error

    def __call__(self, **attributes: object) -> Markup:
        """The box; one of plain text keeps what was typed where a box for days would drop it."""
        return super().__call__(**({"type": "text"} if self.errors else {}) | attributes)


class Form(_Checked):
    """A form of the public site: it reads and sets no cookie."""

    class Meta:
        """No session token: the stamp and the origin guard stand in its place."""

        csrf = False


class TokenForm(_Checked):
    """A form of desk, staff or account: it carries the session's token."""

    class Meta:
        """The session ends after 30 minutes, the token with it and not before."""

        csrf = True
        csrf_time_limit = None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """As all forms do; what comes back after a log-in is shown first, and sent by a second press."""
        valid = super().validate(extra_validators)
        if carrying.AGAIN not in request.form:
            return valid
        words = _("You were logged out before this was sent, so nothing was saved. Look it over and send it.")
        add_error(None, self, words)
        return False


class EditForm(TokenForm):
    """A form that edits a stored thing; `seen` is the version its page showed, empty for a new one."""

    seen = SeenField()

    @property
    def seen_version(self) -> int:
        """The version the page showed; 0, which nothing has, for a new thing or a page tampered with."""
        return self.seen.data or 0

    def refuse_save(self, refusal: Refused, version: int) -> int:
        """Show why nothing was saved; the status to answer with. `version` is the one stored now.

        Who was told that somebody else saved may press again, and puts their text in its place.
        Any other refusal leaves `seen` as it was, or a save nobody has told of would be overwritten.
        """
        self.refuse(refusal)
        if not isinstance(refusal, Overtaken):
            return 422
        self.seen.data = version
        return 409


def add_error(field: Field | None, form: _Checked, sentence: str) -> None:
    """Add an error to one field, or to the form as a whole."""
    if field is None:
        form.form_errors = [*form.form_errors, sentence]
    else:
        field.errors = [*field.errors, sentence]


def read_moment(form: _Checked, field: str, typed: str) -> bool:
    """Whether `typed` is a moment in the form's zone; if not, the field says what to write."""
    try:
        local_time.read(typed, form["zone"].data or "", field=field)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def can_be_stored(text: str) -> bool:
    """False when `text` holds a NUL or half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def thing_id() -> UUID | None:
    """The id that an editor carries in its field "thing"; None when there is none.

    The address of a draft follows its title: a page opened before the title changed still finds it,
    and not another draft that has taken the address over.
    """
    try:
        return UUID(request.form.get("thing", ""))
    except ValueError:
        return None


def label(text: str) -> str:
    """Mark a field's label, translated each time it is shown and not when the form class is made."""
    return cast("str", lazy(text))
