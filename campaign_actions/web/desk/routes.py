"""Addresses of the desk: organisers, staff and admins write, publish and close here."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign_actions.accounts import permissions
from campaign_actions.web import guard
from campaign_actions.web.desk import (
    action_log,
    actions,
    articles,
    case_parts,
    case_words,
    cases,
    comments,
    dashboard,
    event_copies,
    events,
    figures,
    keeping,
    mailings,
    pages,
    paper,
    pictures,
    previews,
    sheets,
    stages,
    targets,
    texts,
    updates,
    versions,
)
from campaign_actions.web.desk.person import user
from campaign_actions.web.guard import Owned


def may_edit(thing: Owned) -> bool:
    """Whether the user may open the editor of an action or event that a page names."""
    return permissions.allows(user(), "action.write", thing.owner_id)


def register(app: Flask) -> None:
    """Add the pages of the desk to `app`, behind the log-in, and the preview links in front of it."""
    desk = Blueprint("desk", __name__, url_prefix="/desk")
    guard.protect(desk, *guard.EVERYBODY)
    for module in (dashboard, articles, actions, stages, texts, previews, events, event_copies, figures):
        desk.register_blueprint(module.bp)
    for module in (
        updates,
        mailings,
        comments,
        targets,
        cases,
        action_log,
        keeping,
        versions,
        paper,
        pages,
        case_words,
        case_parts,
    ):
        desk.register_blueprint(module.bp)
    desk.register_blueprint(pictures.bp)
    desk.app_template_global("may_edit")(may_edit)
    desk.app_template_global("holder_words")(sheets.holder_words)
    desk.app_template_global("version_moment")(sheets.version_moment)
    app.register_blueprint(desk)
    app.register_blueprint(previews.open_bp)
