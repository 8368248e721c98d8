"""Who somebody is, once more, before what cannot be taken lightly: by password, or by their second step.

A form gets a `ProofField` called "password" and asks `is_proved`; its page shows the field while
`guard.fresh()` is false. Ten minutes count from the last proof.
"""

from __future__ import annotations

from typing import Any

from flask import request
from markupsafe import Markup
from wtforms import PasswordField

from campaign_actions.infra.i18n import _
from campaign_actions.web import guard, passkeys
from campaign_actions.web.forms import TokenForm, add_error, label


class ProofField(PasswordField):
    """The password, or a code from whoever has set up the second step; the label says which.

    `question` is for the passkey of whoever has one; its answer comes in a field of its own.
    """

    def __init__(self, **values: Any) -> None:
        super().__init__(label("Your password"), **values)
        self.asks_for_code = guard.asks_for_code()
        if self.asks_for_code:
            self.label.text = _("Code from your app") if guard.user().has_app else _("Recovery code")

    @property
    def question(self) -> str:
        """What the page's script asks a passkey; empty for who has none."""
        return passkeys.question(guard.user())

    def __call__(self, **attributes: object) -> Markup:
        """The input; browsers fill in a code where one is asked for, and no password."""
        if self.asks_for_code:
            attributes |= {"autocomplete": "one-time-code", "inputmode": "numeric", "type": "text"}
        return super().__call__(**attributes)


def is_proved(form: TokenForm) -> bool:
    """Whether the last proof is fresh or this one right; else the field "password" says that it is not."""
    if guard.fresh():
        return True
    typed = form["password"].data or ""
    if not typed and not request.form.get(passkeys.ANSWER):
        words = _("Show once more that it is you: the last time was more than ten minutes ago.")
        add_error(form["password"], form, words)
        return False
    knock = guard.confirm(typed)
    if knock.user is None:
        refuse(form)
    return knock.user is not None


def refuse(form: TokenForm) -> None:
    """Say at the field "password" that it was not right."""
    words = (
        _("This code does not fit, or was used already. Wait for the next one.")
        if guard.asks_for_code()
        else _("This is not your password.")
    )
    add_error(form["password"], form, words)
