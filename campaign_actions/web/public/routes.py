"""Pages for everybody: no cookie, no session, no log-in."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign_actions.web.public import (
    actions,
    archives,
    articles,
    cases,
    comments,
    confirming,
    embed,
    events,
    feeds,
    held,
    home,
    mine,
    old_addresses,
    pages,
    paper,
    pictures,
    search,
    signing,
    sitemap,
    unsubscribing,
    updates,
    writing_in,
)


def register(app: Flask) -> None:
    """Add the public pages to `app`."""
    public = Blueprint("public", __name__)
    for module in (
        *(home, actions, cases, signing, confirming, mine, articles, archives, feeds, events, pages),
        *(embed, sitemap, paper, writing_in, pictures),
    ):
        public.register_blueprint(module.bp)
    for module in (search, old_addresses, updates, comments, held, unsubscribing):
        public.register_blueprint(module.bp)
    app.register_blueprint(public)
