"""The user at the desk."""

from __future__ import annotations

from flask_login import current_user

from campaign_actions.accounts.models import User


def user() -> User:
    """The user of this request; the desk lets in nobody without one."""
    found: User = current_user._get_current_object()
    return found
