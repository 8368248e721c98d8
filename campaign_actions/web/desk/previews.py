"""Drafts as the very page supporters will get: for their team, and behind a link of seven days."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from campaign_actions.actions import drafting, queries
from campaign_actions.actions.models import ActionState
from campaign_actions.articles import editing, queries as articles
from campaign_actions.infra import clock, i18n, tokens
from campaign_actions.pictures import queries as pictures
from campaign_actions.web import shown_pictures
from campaign_actions.web.article_page import article_page
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings
from campaign_actions.web.showing import action_page

bp = Blueprint("previews", __name__)
# Behind a preview link: no log-in, and a signed token in place of it.
open_bp = Blueprint("previews", __name__)

PURPOSE = "preview of an action"
LINK_SECONDS = 7 * 24 * 60 * 60


@bp.get("/actions/<slug>/preview/")
def action(slug: str) -> str:
    """The saved action as its public page."""
    found = own_or_404(drafting.find(slug), user())
    page = queries.by_id(found.id, found.locale)
    if page is None:
        abort(404)
    return action_page(page, pictured_from=shown_pictures.at_desk("actions", slug))


@bp.get("/news/<slug>/preview/")
def article(slug: str) -> str:
    """The saved article as its public page."""
    found = own_or_404(editing.find(slug), user())
    view = articles.by_id(found.id)
    if view is None:
        abort(404)
    return article_page(view, at_desk=True)


@bp.get("/actions/<slug>/preview-link/")
def link(slug: str) -> Answer:
    """The preview link to pass on. It needs no row: the token carries the action and the time."""
    found = own_or_404(drafting.find(slug), user())
    token = tokens.sign(PURPOSE, str(found.id), settings().secret_keys)
    return render_template(
        "desk/preview_link.html",
        action=queries.by_ids([found.id])[found.id],
        address=settings().site_url + url_for("previews.show", token=token),
        until=clock.today() + timedelta(seconds=LINK_SECONDS),
    )


@open_bp.get("/preview/<token>/")
def show(token: str) -> Answer:
    """A draft for whoever has the link; once it is published the link leads to its page."""
    text = tokens.read(PURPOSE, token, settings().secret_keys, max_age_seconds=LINK_SECONDS)
    page = queries.by_id(UUID(text), i18n.current_locale()) if text else None
    if page is None:
        abort(404)
    if page.card.state is not ActionState.DRAFT:
        return redirect(url_for("public.actions.show", slug=page.card.slug), 303)
    return action_page(
        page,
        pictured_from=lambda size, name: url_for("previews.picture", token=token, size=size, name=name),
    )


@open_bp.get("/preview/<token>/<any(large,small):size>/<name>.jpg")
def picture(token: str, size: str, name: str) -> Response:
    """A picture of the draft, for the same seven days."""
    text = tokens.read(PURPOSE, token, settings().secret_keys, max_age_seconds=LINK_SECONDS)
    found = pictures.by_name(name) if text else None
    if found is None or str(found.action_id) != text:
        abort(404)
    return shown_pictures.file(found.large if size == "large" else found.small)
