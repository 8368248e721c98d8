"""Addresses of log-in and account."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign_actions.web.account import account, by_letter, logging_in, passkeys, second_step


def register(app: Flask) -> None:
    """Add the pages to `app`; each module guards its own."""
    parent = Blueprint("account", __name__)
    parent.register_blueprint(logging_in.bp)
    parent.register_blueprint(by_letter.bp)
    parent.register_blueprint(second_step.bp)
    parent.register_blueprint(passkeys.bp)
    parent.register_blueprint(account.bp)
    app.register_blueprint(parent)
