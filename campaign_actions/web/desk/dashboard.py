"""The first page of the desk: what needs you, how the open actions stand, drafts, next events."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template

from campaign_actions.accounts import permissions
from campaign_actions.actions import events, queries, rewording, wording
from campaign_actions.actions.models import ActionState, Kind, TextChange
from campaign_actions.actions.queries import ActionCard
from campaign_actions.cases import upkeep
from campaign_actions.health import findings, marks
from campaign_actions.health.findings import Finding
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import comments, counting, mailings, paper_queries
from campaign_actions.web.desk.figures import STEP_WORDS
from campaign_actions.web.desk.needs import (
    Need,
    cases_to_check,
    comments_to_read,
    mailings_to_start,
    needs,
    paper_to_check,
    site_unwell,
)
from campaign_actions.web.desk.panels import panels
from campaign_actions.web.desk.person import user
from campaign_actions.web.settings import settings

bp = Blueprint("dashboard", __name__)

PANELS_SHOWN = 4
EVENTS_SHOWN = 5
SILENT_AFTER_SECONDS = 120


@bp.get("/")
def show() -> str:
    """The dashboard of the user."""
    cards = queries.for_desk(user())
    counts = counting.of_cards(cards)
    open_ones = [card for card in cards if card.is_open and card.kind is Kind.PETITION]
    drawn = panels(open_ones[:PANELS_SHOWN])
    shown = {panel.card.id for panel in drawn}
    coming = [event for event in events.for_desk(user()) if not event.is_past]
    return render_template(
        "desk/dashboard.html",
        panels=drawn,
        step_words=STEP_WORDS,
        others=[card for card in cards if card.id not in shown and card.state is not ActionState.DRAFT],
        drafts=[card for card in cards if card.state is ActionState.DRAFT],
        counts=counts,
        needs=[
            *site_unwell(_unwell()),
            *comments_to_read(comments.waiting(user())),
            *_mailings(),
            *paper_to_check(paper_queries.to_check(user())),
            *needs(cards, counts, coming, _wishes(cards)),
            *cases_to_check(upkeep.for_desk(user())),
        ],
        events=coming[:EVENTS_SHOWN],
        silent_minutes=silent_minutes(),
    )


def _wishes(cards: Sequence[ActionCard]) -> Sequence[TextChange]:
    return rewording.waiting(card.id for card in cards) if wording.may_reword(user()) else ()


def _unwell() -> list[Finding]:
    """What an admin has to look after; that the worker is silent stands above already."""
    if not permissions.allows(user(), "settings.change"):
        return []
    found = findings.look(session.connection(), settings())
    return [finding for finding in findings.bad(found) if finding.name != "worker"]


def _mailings() -> list[Need]:
    waiting = mailings.waiting(user())
    slugs = {card.id: card.slug for card in queries.by_ids({one.action_id for one in waiting}).values()}
    connection = session.connection()
    return mailings_to_start(waiting, slugs, {one: mailings.recipients(connection, one) for one in slugs})


def silent_minutes() -> int | None:
    """For how many minutes the worker has not run, -1 when never; None while it runs."""
    seen = marks.read(session.connection(), marks.WORKER)
    if seen is None:
        return -1
    seconds = (clock.now() - seen.at).total_seconds()
    return int(seconds // 60) if seconds > SILENT_AFTER_SECONDS else None
