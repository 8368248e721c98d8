"""Addresses of staff pages; the guard stands before all of them."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, url_for
from werkzeug.wrappers import Response

from campaign_actions.web import guard
from campaign_actions.web.staff import (
    audit,
    bulk,
    decisions,
    export_wizard,
    exports,
    health,
    requests,
    retention,
    review,
    rules,
    settings,
    users,
)


def register(app: Flask) -> None:
    """Add the pages to `app`."""
    parent = Blueprint("staff", __name__, url_prefix="/staff")
    guard.protect(parent, *guard.TEAM)
    parent.add_url_rule("/", "home", _home)
    parent.register_blueprint(exports.bp)
    parent.register_blueprint(export_wizard.bp)
    parent.register_blueprint(requests.bp)
    for module in (review, decisions, bulk, rules, retention, users, health, settings):
        parent.register_blueprint(module.bp)
    parent.register_blueprint(audit.bp)
    app.register_blueprint(parent)


def _home() -> Response:
    return redirect(url_for("staff.exports.index"), 303)
