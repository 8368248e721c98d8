"""Answers for programs: no cookie, read only."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign_actions.web.api import actions


def register(app: Flask) -> None:
    """Add these answers to `app`."""
    api = Blueprint("api", __name__)
    api.register_blueprint(actions.bp)
    app.register_blueprint(api)
