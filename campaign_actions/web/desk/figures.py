"""All numbers of one action: days, first hours, ways, countries, and the check list of its launch."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign_actions.actions import drafting, launching, queries
from campaign_actions.actions.models import Action, ActionState
from campaign_actions.actions.queries import ActionCard
from campaign_actions.formats import csv_lines
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import Lazy, lazy
from campaign_actions.signatures import counting, figures
from campaign_actions.web.desk.panels import hours, panels
from campaign_actions.web.desk.person import user
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.words import SOURCES

bp = Blueprint("figures", __name__, url_prefix="/actions")

STEP_WORDS: dict[str, Lazy] = {
    launching.PARTNERS: lazy("Partners are told, with the address and the card for their sites"),
    launching.POSTED: lazy("It is posted where our people are"),
    launching.ARTICLE: lazy("An article tells why, and links to it"),
    launching.HOME: lazy("Our other pages lead to it: home page, profiles, signatures of mails"),
    launching.UPDATE: lazy("A first update says what has happened since"),
}


@bp.get("/<slug>/figures/")
def show(slug: str) -> str:
    """The numbers of an action that was ever published."""
    card = _card(_own(slug))
    return render_template(
        "desk/figures.html",
        card=card,
        panel=panels([card])[0],
        hours=hours(card),
        sources=[(SOURCES.get(source, source), n) for source, n in figures.sources(card.id)],
        countries=counting.countries(card.id),
        step_words=STEP_WORDS,
    )


@bp.get("/<slug>/figures/days.csv")
def days(slug: str) -> Response:
    """Every day with its number, as CSV."""
    card = _card(_own(slug))
    rows = csv_lines.write(("day", "confirmed"), figures.every_day(card.id))
    response = Response(rows, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={card.slug}-days.csv"
    return response


@bp.post("/<slug>/launch/<any(partners,posted,home):step>")
def tick(slug: str, step: str) -> Answer:
    """A step of the launch is done, or is not done after all."""
    action = _own(slug)
    with writing():
        launching.tick(action.id, step, done=request.form.get("done") == "1", by=user())
    if request.form.get("back") == "dashboard":
        return redirect(url_for("desk.dashboard.show", _anchor=f"launch-{action.slug}"), 303)
    return redirect(url_for("desk.figures.show", slug=slug, _anchor=f"launch-{action.slug}"), 303)


def _own(slug: str) -> Action:
    return own_or_404(drafting.find(slug), user())


def _card(action: Action) -> ActionCard:
    if action.state is ActionState.DRAFT:
        abort(404)
    return queries.by_ids([action.id])[action.id]
