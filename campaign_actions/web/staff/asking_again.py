"""The password once more before what cannot be taken lightly, unless it was given within ten minutes."""

from __future__ import annotations

from campaign_actions.infra.i18n import _
from campaign_actions.web import guard
from campaign_actions.web.forms import TokenForm, add_error


def knows_password(form: TokenForm) -> bool:
    """Whether the user's password is fresh or right; else the form's field "password" says that it is not."""
    if guard.fresh() or guard.confirm_password(form["password"].data or "").user is not None:
        return True
    add_error(form["password"], form, _("This is not your password."))
    return False
