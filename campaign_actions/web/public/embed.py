"""An action on other sites: a small card in a frame, its code to copy, oEmbed, and the picture of a link.

A card is a link and a count, nothing to type into: who signs does so on our own address.
"""

from __future__ import annotations

from enum import StrEnum

from flask import Blueprint, Response, jsonify, make_response, render_template, url_for

from campaign_actions.actions.goals import goal_state
from campaign_actions.actions.queries import ActionCard
from campaign_actions.formats import share_image
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import counting
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.public.actions import published
from campaign_actions.web.security import FRAMED_POLICY, FRAMING_POLICY
from campaign_actions.web.settings import settings
from campaign_actions.web.showing import phase_of, takes_signatures
from campaign_actions.web.templating import closing_words

bp = Blueprint("embed", __name__)


class Size(StrEnum):
    """How large a card is."""

    SMALL = "s"
    MEDIUM = "m"
    LARGE = "l"


# Width and height of a frame in pixels.
FRAMES = {Size.SMALL: (320, 220), Size.MEDIUM: (420, 340), Size.LARGE: (640, 340)}


@bp.get("/embed/actions/<slug>/")
@keep(Keep.COUNT)
def card(slug: str) -> Response:
    """The card, to be framed by any site."""
    action = published(slug).card
    count = counting.of_cards([action])[action.id]
    response = make_response(
        render_template(
            "public/embed_card.html",
            card=action,
            count=count,
            goal=goal_state(action.goals, count),
            signs=takes_signatures(action),
            phase=str(phase_of(action)),
        )
    )
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/actions/<slug>/embed/")
@keep(Keep.PAGE)
def code(slug: str) -> Response:
    """The code of the card in three sizes, for people who run other sites."""
    action = published(slug).card
    codes = [(size, *FRAMES[size], _code(action, size)) for size in Size]
    response = make_response(render_template("public/embed.html", card=action, codes=codes, names=_names()))
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


@bp.get("/actions/<slug>/oembed.json")
@keep(Keep.PAGE)
def oembed(slug: str) -> Response:
    """The card for sites that ask by themselves. Source: oembed.com, version 1.0."""
    action = published(slug).card
    width, height = FRAMES[Size.MEDIUM]
    return jsonify(
        version="1.0",
        type="rich",
        title=action.title,
        provider_name=settings().site_name,
        provider_url=settings().site_url + url_for("public.home.home"),
        html=_code(action, Size.MEDIUM),
        width=width,
        height=height,
        cache_age=3600,
    )


@bp.get("/actions/<slug>/share.png")
@keep(Keep.PAGE)
def picture(slug: str) -> Response:
    """The picture that other sites show beside a link to the action, in the language of its address."""
    action = published(slug).card
    drawn = share_image.png(
        site=settings().site_name, kind=closing_words(action), title=action.title, ask=action.ask
    )
    response = Response(drawn, content_type="image/png")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _code(action: ActionCard, size: Size) -> str:
    width, height = FRAMES[size]
    base = settings().site_url
    return render_template(
        "public/embed_code.html",
        title=action.title,
        frame=base + url_for("public.embed.card", slug=action.slug),
        page=base + url_for("public.actions.show", slug=action.slug),
        width=width,
        height=height,
    ).strip()


def _names() -> dict[Size, str]:
    return {Size.SMALL: _("Small"), Size.MEDIUM: _("Medium"), Size.LARGE: _("Wide")}
