"""Pages for everybody: no cookie, no session, no log-in."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign_actions.web.public import (
    actions,
    archives,
    articles,
    confirming,
    embed,
    events,
    feeds,
    home,
    mine,
    pages,
    signing,
    sitemap,
)


def register(app: Flask) -> None:
    """Add the public pages to `app`."""
    public = Blueprint("public", __name__)
    for module in (
        *(home, actions, signing, confirming, mine, articles, archives, feeds, events, pages),
        *(embed, sitemap),
    ):
        public.register_blueprint(module.bp)
    app.register_blueprint(public)
