"""Actions: the list, the page of one in any state, its versions, when it opens, thanks, the QR code."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from campaign_actions.actions import events, queries, wording
from campaign_actions.actions.models import ActionState, Kind
from campaign_actions.actions.queries import ActionCard, ActionPage
from campaign_actions.formats import ics, qr as qr_code
from campaign_actions.infra import i18n
from campaign_actions.infra.i18n import _
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.public import action_lists
from campaign_actions.web.settings import settings
from campaign_actions.web.showing import action_page, figures, is_gone, share_url

bp = Blueprint("actions", __name__)

EVENTS_AFTER_SIGNING = 2
KINDS = "any(petition,letter,protest)"


@bp.get("/actions/")
@bp.get(f"/actions/kind/<{KINDS}:kind>/")
@bp.get("/actions/in/<spoken>/")
@bp.get(f"/actions/kind/<{KINDS}:kind>/in/<spoken>/")
@keep(Keep.COUNT)
def index(kind: str | None = None, spoken: str | None = None) -> str:
    """Published actions, those that close soon first."""
    return action_lists.page(kind, spoken)


@bp.get("/actions/<slug>/")
@keep(Keep.COUNT)
def show(slug: str) -> Response:
    """The page of an action; drafts are not found, and what was withdrawn a year ago is gone."""
    action = published(slug)
    return make_response(action_page(action), 410 if is_gone(action.card) else 200)


@bp.get("/actions/<slug>/versions/")
@keep(Keep.PAGE)
def versions(slug: str) -> str:
    """All versions of the text side by side, the newest first."""
    action = published(slug)
    if action.card.state is ActionState.WITHDRAWN:
        abort(404)
    texts = wording.versions(action.card.id, i18n.current_locale())
    return render_template("public/versions.html", action=action, card=action.card, texts=texts)


@bp.get("/actions/<slug>/opens.ics")
@keep(Keep.FEED)
def opens_ics(slug: str) -> Response:
    """The moment at which signing opens, as a calendar file."""
    card = published(slug).card
    if card.state is not ActionState.SCHEDULED or card.opens_at is None:
        abort(404)
    response = Response(ics.calendar([_opening(card, card.opens_at)], name=card.title))
    response.headers["Content-Type"] = ics.MEDIA_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return response


@bp.get("/actions/<slug>/via/<any(share,embed):link>/")
@keep(Keep.COUNT)
def via(slug: str, link: str) -> str:
    """The same page, opened from a shared link or a card on another site; its one address is the bare one."""
    return action_page(published(slug), via=link)


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


def _opening(card: ActionCard, opens_at: datetime) -> ics.CalendarEvent:
    return ics.CalendarEvent(
        uid=f"opens-{card.id}@{settings().host.split(':')[0]}",
        sequence=card.version,
        status=ics.Status.CONFIRMED,
        starts_at=opens_at,
        ends_at=None,
        zone=card.zone,
        title=_("Signing opens: %(action)s", action=card.title),
        place="",
        description=card.ask,
        url=settings().site_url + url_for("public.actions.show", slug=card.slug),
        changed_at=card.changed_at,
    )
