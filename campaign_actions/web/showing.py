"""The page of an action, as supporters see it: for everybody, for its team, and behind a preview link."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from flask import render_template, url_for

from campaign_actions.actions import events, queries as actions, updates
from campaign_actions.actions.events import EventView
from campaign_actions.actions.goals import goal_state
from campaign_actions.actions.models import ActionState, Kind
from campaign_actions.actions.queries import ActionCard, ActionPage
from campaign_actions.articles import queries as articles
from campaign_actions.cases import queries as cases
from campaign_actions.infra import clock, i18n
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _
from campaign_actions.pictures.models import Noun
from campaign_actions.signatures import (
    comments,
    consents,
    corrections,
    counting,
    holds,
    queries as signatures,
)
from campaign_actions.signatures.signing import Shown
from campaign_actions.web import stamps
from campaign_actions.web.correction_lines import Line, line
from campaign_actions.web.letter_form import LetterForm, letter_form
from campaign_actions.web.settings import settings
from campaign_actions.web.shown_pictures import Address, Gallery, for_everybody, gallery
from campaign_actions.web.sign_form import SignForm

ARTICLES_SHOWN, EVENTS_SHOWN, ENTRIES_SHOWN = 3, 3, 4
UPDATES_SHOWN, COMMENTS_SHOWN = 3, 3
# A protest is its events: a place left out is a place nobody comes to.
PROTEST_EVENTS_SHOWN = 100
GONE_AFTER_DAYS = 365


class Phase(StrEnum):
    """What an action's page does now."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    DELIVERED = "delivered"
    ENDED = "ended"
    SUCCEEDED = "succeeded"
    WITHDRAWN = "withdrawn"


STATES = {
    ActionState.DRAFT: Phase.DRAFT,
    ActionState.SCHEDULED: Phase.SCHEDULED,
    ActionState.PAUSED: Phase.PAUSED,
    ActionState.CLOSED: Phase.CLOSED,
    ActionState.DELIVERED: Phase.DELIVERED,
}


def phase_of(card: ActionCard) -> Phase:
    """What the page of an action does now; an open one past its closing moment is closed."""
    if card.state is ActionState.WITHDRAWN:
        return Phase.WITHDRAWN
    if card.state is ActionState.DRAFT:
        return Phase.DRAFT
    if card.is_ended:
        return Phase.ENDED
    if card.successor_slug:
        return Phase.SUCCEEDED
    return Phase.OPEN if card.is_open else STATES.get(card.state, Phase.CLOSED)


def takes_signatures(card: ActionCard) -> bool:
    """True for an open petition."""
    return card.kind is Kind.PETITION and phase_of(card) is Phase.OPEN


def is_gone(card: ActionCard) -> bool:
    """True for an action that was withdrawn a year ago or earlier; its page then answers 410."""
    if card.state is not ActionState.WITHDRAWN:
        return False
    return (card.closed_at or card.changed_at) <= clock.now() - timedelta(days=GONE_AFTER_DAYS)


def action_page(
    action: ActionPage,
    letter: LetterForm | None = None,
    *,
    via: str = "",
    pictured_from: Address = for_everybody,
) -> str:
    """The page of an action in any state; the caller has decided that this reader may see it.

    `letter` is what somebody has typed, or the letter in a language chosen; else it stands as it begins.
    `via` is the link of ours by which the reader came, a word of sign_form.VIA, or empty.
    `pictured_from` says where this reader may fetch the pictures.
    """
    card = action.card
    phase = phase_of(card)
    case = cases.by_id(card.case_id) if card.case_id else None
    takes_part = phase in (Phase.OPEN, Phase.DRAFT)
    signs = card.kind is Kind.PETITION and takes_part
    if letter is None and card.kind is Kind.LETTER and takes_part:
        letter = letter_form(action, empty=True)
    lines = signatures.public_lines(card.id) if phase is not Phase.WITHDRAWN else []
    return render_template(
        "public/action.html",
        action=action,
        card=card,
        phase=str(phase),
        case=case,
        entries=case.entries[:ENTRIES_SHOWN] if case else (),
        form=SignForm(action, formdata=None, data={"via": via}) if signs else None,
        writing=letter,
        failed=bool(letter and letter.errors),
        articles=articles.by_ids(actions.articles_of(card.id))[:ARTICLES_SHOWN],
        events=_events(card, phase),
        lines=lines,
        hold=holds.of_action(card.id),
        successor=_successor(card),
        **_signed(card, phase),
        **_told(card, phase, pictured_from),
        **figures(action, named=len(lines)),
    )


def figures(action: ActionPage, *, named: int = 0) -> dict[str, object]:
    """Count, goal, consent and addresses: what every page around signing shows of an action.

    `named` people stand on the page with their names; `unnamed` is the number of the others.
    """
    card = action.card
    count, on_paper = counting.with_paper(card)
    return {
        "count": count,
        "on_paper": on_paper,
        "unnamed": count - named,
        "goal": goal_state(card.goals, count),
        "consent": consents.wording(consents.CURRENT, team=settings().site_name),
        "own_url": settings().site_url + url_for("public.actions.show", slug=card.slug),
        "share_url": share_url(card.slug),
    }


def _told(card: ActionCard, phase: Phase, pictured_from: Address) -> dict[str, object]:
    """What an action's page shows and tells beside its letter; nothing of one that was withdrawn."""
    if phase is Phase.WITHDRAWN:
        return {"pictures": Gallery(), "updates": [], "comments": []}
    return {
        "pictures": gallery(Noun.ACTION, card.id, card.original, pictured_from),
        "updates": updates.latest(card.id, UPDATES_SHOWN),
        "comments": comments.latest(card.id, COMMENTS_SHOWN),
    }


def _signed(card: ActionCard, phase: Phase) -> dict[str, object]:
    """Who has signed a petition, by country, and what was corrected in its count."""
    if card.kind is not Kind.PETITION or phase in (Phase.DRAFT, Phase.SCHEDULED, Phase.WITHDRAWN):
        return {"by_country": counting.NOBODY, "correction": None}
    return {"by_country": counting.countries(card.id), "correction": _correction(card)}


def _events(card: ActionCard, phase: Phase) -> list[EventView]:
    most = PROTEST_EVENTS_SHOWN if card.kind is Kind.PROTEST else EVENTS_SHOWN
    return events.of_actions([card.id], also_of_drafts=phase is Phase.DRAFT)[:most]


def _successor(card: ActionCard) -> ActionPage | None:
    return actions.by_slug(card.successor_slug, i18n.current_locale()) if card.successor_slug else None


def _correction(card: ActionCard) -> Line | None:
    newest = corrections.of_action(session.connection(), card.id)
    return line(newest) if newest else None


def changes_since(shown: Shown | None, action: ActionPage) -> list[str]:
    """What has changed between the form that was read and the action as it is now, in whole sentences."""
    now = stamps.shown_by(action)
    if shown is None or shown == now:
        return []
    changes = []
    if _words_of(shown) != _words_of(now):
        changes.append(_("The text of the letter was changed after you opened the page."))
    if shown.targets_digest != now.targets_digest:
        changes.append(_("The title or the people it is addressed to have changed."))
    if shown.delete_on != now.delete_on:
        changes.append(
            _("The day on which we delete your details is now %(day)s.", day=i18n.day(now.delete_on))
        )
    if shown.consent_version != now.consent_version:
        changes.append(_("The sentence you agree to, under the button, has changed."))
    return changes


def _words_of(shown: Shown) -> tuple[str, int, int]:
    return shown.text_locale, shown.text_version, shown.text_revision


def share_url(slug: str) -> str:
    """The whole address people pass on; it tells only that the page was opened from a shared link."""
    return settings().site_url + url_for("public.actions.via", slug=slug, link="share")
