"""Updates on an action: the list, one update, and the feed of them."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from campaign_actions.actions import updates
from campaign_actions.actions.models import ActionState, UpdateState
from campaign_actions.actions.queries import ActionCard
from campaign_actions.actions.updates import UpdateView
from campaign_actions.errors import Gone
from campaign_actions.formats import atom
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.paging import Pager
from campaign_actions.web.public.actions import published
from campaign_actions.web.public.feeds import ENTRIES, feed_of, in_both_forms
from campaign_actions.web.settings import settings

bp = Blueprint("updates", __name__, url_prefix="/actions/<slug>/updates")


@bp.get("/")
@bp.get("/page/<int:page>/")
@keep(Keep.COUNT)
def index(slug: str, page: int | None = None) -> Answer | str | tuple[str, int]:
    """All updates, newest first: 301 for an explicit page 1, 404 past the end."""
    if page == 1:
        return redirect(url_for("public.updates.index", slug=slug), 301)
    card = standing(slug)
    found = updates.page(card.id, page or 1)
    pager = Pager(1 if page is None else page, found.pages, "public.updates.index", {"slug": slug})
    if pager.is_past_end:
        return render_template("public/past_end.html", pager=pager, heading=_("Updates")), 404
    return render_template(
        "public/updates.html", card=card, page=found, pager=pager, count=counting.shown([card.id])[card.id]
    )


@bp.get("/<int(max=999999):number>/")
@keep(Keep.COUNT)
def show(slug: str, number: int) -> str:
    """One update; a withdrawn one answers 410 with its reason."""
    card = standing(slug)
    update = updates.by_number(card.id, number) or abort(404)
    if update.state is UpdateState.WITHDRAWN:
        raise Gone(update.withdrawn_reason)
    return render_template(
        "public/update.html", card=card, update=update, count=counting.shown([card.id])[card.id]
    )


@in_both_forms("/", "feed", bp)
def feed(slug: str) -> atom.Feed:
    """The newest twenty."""
    card = standing(slug)
    here, page = url_for("public.updates.feed", slug=slug), url_for("public.updates.index", slug=slug)
    listed = updates.latest(card.id, ENTRIES)
    title = _("Updates: %(action)s", action=card.title)
    return feed_of(title, here, page, [_entry(update, slug) for update in listed])


def standing(slug: str) -> ActionCard:
    """The card of a published action; Gone, with its reason, when the action was withdrawn."""
    action = published(slug)
    if action.card.state is ActionState.WITHDRAWN:
        raise Gone(action.state_reason)
    return action.card


def _entry(update: UpdateView, slug: str) -> atom.Entry:
    address = url_for("public.updates.show", slug=slug, number=update.number)
    return atom.Entry(
        id=f"urn:uuid:{update.id}",
        title=update.title,
        url=settings().site_url + address,
        updated=update.changed_at,
        published=update.published_at,
        author=settings().site_name,
        summary=update.excerpt,
        html=update.body_html,
        language=update.locale,
    )
