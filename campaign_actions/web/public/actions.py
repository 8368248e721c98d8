"""Actions: the list, the page of one in any state, thanks, the QR code."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from campaign_actions.actions import events, queries
from campaign_actions.actions.models import ActionState, Kind
from campaign_actions.actions.queries import ActionCard, ActionPage
from campaign_actions.formats import qr as qr_code
from campaign_actions.infra import i18n
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.showing import (
    Phase,
    action_page,
    figures,
    phase_of,
    share_url,
)

bp = Blueprint("actions", __name__)

EVENTS_AFTER_SIGNING = 2


@bp.get("/actions/")
@keep(Keep.COUNT)
def index() -> str:
    """All published actions, those that close soon first."""
    cards = queries.listed()
    return render_template(
        "public/actions.html",
        sections=sections_of(cards),
        any_open=any(card.is_open for card in cards),
        counts=counting.of_cards(cards),
    )


@bp.get("/actions/<slug>/")
@keep(Keep.COUNT)
def show(slug: str) -> str:
    """The page of an action; drafts are not found."""
    return action_page(published(slug))


@bp.get("/actions/<slug>/via/share/")
@keep(Keep.COUNT)
def via_share(slug: str) -> str:
    """The same page, opened from a shared link; its canonical address is the bare one."""
    return action_page(published(slug))


@bp.get("/actions/<slug>/thanks/")
def thanks(slug: str) -> str:
    """The same for everybody, so it shows nothing about whoever reads it."""
    action = published(slug)
    card = action.card
    others = [other for other in queries.listed() if other.is_open and other.id != card.id]
    coming = [event for event in events.of_actions([card.id]) if not event.is_cancelled]
    return render_template(
        "public/thanks_letter.html" if card.kind is Kind.LETTER else "public/thanks.html",
        card=card,
        events=coming[:EVENTS_AFTER_SIGNING],
        related=others[0] if others else None,
        **figures(action),
    )


@bp.get("/actions/<slug>/qr/")
@keep(Keep.PAGE)
def qr(slug: str) -> str:
    """The QR code with its address in words."""
    return render_template("public/qr.html", card=published(slug).card, share_url=share_url(slug))


@bp.get("/actions/<slug>/qr.png")
@keep(Keep.PAGE)
def qr_png(slug: str) -> Response:
    """The QR code of the shared address as a PNG."""
    published(slug)
    return Response(qr_code.png(share_url(slug)), content_type="image/png")


def published(slug: str) -> ActionPage:
    """The action at this address, or 404 when there is none that strangers may see."""
    action = queries.by_slug(slug, i18n.current_locale())
    if action is None or action.card.state is ActionState.DRAFT:
        abort(404)
    return action


def sections_of(cards: list[ActionCard]) -> list[tuple[str, str, list[ActionCard]]]:
    """Cards under the headings of the list: (anchor, heading, cards)."""
    by_phase: dict[Phase, list[ActionCard]] = {}
    for card in cards:
        by_phase.setdefault(phase_of(card), []).append(card)
    running = by_phase.get(Phase.OPEN, [])
    soon = sorted((card for card in running if card.closes_soon), key=_closing)
    return [
        ("soon", _("Closing soon"), soon),
        ("open", _("Open"), [card for card in running if not card.closes_soon]),
        ("paused", _("Paused"), by_phase.get(Phase.PAUSED, [])),
        ("delivered", _("Delivered and waiting"), by_phase.get(Phase.DELIVERED, [])),
        ("won", _("Won"), by_phase.get(Phase.ENDED, [])),
        ("closed", _("Closed"), by_phase.get(Phase.CLOSED, []) + by_phase.get(Phase.SUCCEEDED, [])),
    ]


def _closing(card: ActionCard) -> float:
    return card.closes_at.timestamp() if card.closes_at else 0.0
