"""All addresses of the site: the frame every answer passes through, then one line an audience."""

from __future__ import annotations

from flask import Flask

from campaign_actions.config import Settings
from campaign_actions.web import caching, errors, guard, language, origin, security, static, templating
from campaign_actions.web.account import routes as account
from campaign_actions.web.api import routes as api
from campaign_actions.web.desk import routes as desk
from campaign_actions.web.public import routes as public
from campaign_actions.web.staff import routes as staff


def register(app: Flask, settings: Settings) -> None:
    """Add guards, pages and error pages to `app`. Answers pass the functions added last first."""
    app.url_map.strict_slashes = True
    language.prepare(app, settings)
    security.prepare(app, settings)
    origin.prepare(app)
    guard.prepare(app, settings)
    caching.prepare(app)
    errors.prepare(app)
    static.prepare(app)
    templating.prepare(app)
    for audience in (public, account, desk, staff, api):
        audience.register(app)
