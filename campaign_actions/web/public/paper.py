"""The paper sheet of a petition for the printer: the letter with twelve lines to sign on, or lines alone."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from campaign_actions.actions import paper
from campaign_actions.actions.models import Kind
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.public.actions import published
from campaign_actions.web.settings import settings
from campaign_actions.web.showing import Phase, figures, phase_of

bp = Blueprint("paper", __name__)


@bp.get("/actions/<slug>/paper/")
@keep(Keep.PAGE)
def sheet(slug: str) -> str | Response:
    """The whole letter with twelve lines; a petition that takes no signatures leads to its page."""
    return _sheet(slug, whole=True)


@bp.get("/actions/<slug>/paper/lines/")
@keep(Keep.PAGE)
def lines(slug: str) -> str | Response:
    """Twelve lines on one page, for whoever has the letter beside it."""
    return _sheet(slug, whole=False)


def _sheet(slug: str, *, whole: bool) -> str | Response:
    action = published(slug)
    if action.card.kind is not Kind.PETITION:
        abort(404)
    if phase_of(action.card) not in (Phase.OPEN, Phase.PAUSED):
        return redirect(url_for("public.actions.show", slug=slug), 303)
    chosen = settings()
    return render_template(
        "public/paper.html",
        action=action,
        card=action.card,
        whole=whole,
        code=paper.sheet_code(action.card.id, action.text_version, action.card.locale),
        lines=range(1, paper.LINES + 1),
        return_to=[part.strip() for part in chosen.postal_address.split(";") if part.strip()],
        short_address=chosen.site_url.split("://", 1)[1] + url_for("public.actions.show", slug=slug),
        **figures(action),
    )
