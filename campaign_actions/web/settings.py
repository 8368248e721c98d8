"""The settings of the application that answers now, for views, filters and guards."""

from __future__ import annotations

from flask import current_app

from campaign_actions.config import Settings


def settings() -> Settings:
    """The settings this application was made with."""
    found: Settings = current_app.extensions["campaign_settings"]
    return found
