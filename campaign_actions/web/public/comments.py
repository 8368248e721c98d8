"""What supporters wrote for others to read, once somebody has read it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from campaign_actions.infra.i18n import _
from campaign_actions.signatures import comments, counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.paging import Pager
from campaign_actions.web.public.updates import standing

bp = Blueprint("comments", __name__, url_prefix="/actions/<slug>/comments")


@bp.get("/")
@bp.get("/page/<int:page>/")
@keep(Keep.COUNT)
def index(slug: str, page: int | None = None) -> Answer | str | tuple[str, int]:
    """All that are shown, newest first: 301 for an explicit page 1, 404 past the end."""
    if page == 1:
        return redirect(url_for("public.comments.index", slug=slug), 301)
    card = standing(slug)
    found = comments.page(card.id, page or 1)
    pager = Pager(1 if page is None else page, found.pages, "public.comments.index", {"slug": slug})
    if pager.is_past_end:
        return render_template("public/past_end.html", pager=pager, heading=_("Comments")), 404
    return render_template(
        "public/comments.html", card=card, page=found, pager=pager, count=counting.shown([card.id])[card.id]
    )
