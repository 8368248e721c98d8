"""Pictures on a page: in the best language there is, from where its reader may fetch them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, url_for

from campaign_actions.actions import events, queries as actions
from campaign_actions.actions.queries import UNLISTED
from campaign_actions.articles import queries as articles
from campaign_actions.cases import queries as cases
from campaign_actions.infra import storage
from campaign_actions.infra.i18n import current_locale, path_prefix
from campaign_actions.pictures import keeping, queries
from campaign_actions.pictures.models import Noun
from campaign_actions.pictures.queries import Owner, PictureView
from campaign_actions.web.settings import settings

# Gives the address of a picture by its size, "large" or "small", and its name.
Address = Callable[[str, str], str]


@dataclass(frozen=True)
class ShownPicture:
    """A picture with its addresses, and its words in the best language there is for this page."""

    view: PictureView
    large: str
    small: str
    alt: str
    caption: str
    locale: str


@dataclass(frozen=True)
class Gallery:
    """The pictures of one thing that readers of this page may see: those that are described."""

    lead: ShownPicture | None = None
    others: tuple[ShownPicture, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.lead or self.others)

    def named(self, name: str) -> ShownPicture | None:
        """The one of this name."""
        every = (self.lead, *self.others)
        return next((shown for shown in every if shown and shown.view.name == name), None)


def for_everybody(size: str, name: str) -> str:
    """Where everybody fetches a picture of what is published."""
    # The same file for every language, so without the prefix that the page may have.
    return url_for("public.pictures.show", size=size, name=name).removeprefix(path_prefix(current_locale()))


def at_desk(shelf: str, slug: str) -> Address:
    """Where the team fetches the pictures of a thing before everybody may."""
    return lambda size, name: url_for("desk.pictures.file", shelf=shelf, slug=slug, size=size, name=name)


def gallery(noun: Noun, owner_id: UUID, locale: str, address: Address = for_everybody) -> Gallery:
    """The pictures of a thing; `locale` is its language, for who reads a language without description."""
    found = []
    for view in queries.of_owner(Owner(noun, owner_id, locale)):
        alt, caption, spoken = view.words(current_locale(), locale)
        if alt or view.decorative:
            large, small = (address(size, view.name) for size in ("large", "small"))
            found.append(ShownPicture(view, large, small, alt, caption, spoken))
    leads = bool(found) and found[0].view.leads
    return Gallery(found[0] if leads else None, tuple(found[leads:]))


def file(digest: str) -> Response:
    """The file of a picture as an answer. 404 when it is not there."""
    content = storage.get(keeping.folder(settings().data), digest)
    if content is None:
        abort(404)
    return Response(content, content_type="image/jpeg")


def is_public(noun: Noun, owner_id: UUID) -> bool:
    """Whether everybody may see the thing, and so its pictures."""
    if noun is Noun.ARTICLE:
        return bool(articles.by_ids([owner_id]))
    if noun is Noun.CASE:
        return cases.is_published(owner_id)
    if noun is Noun.EVENT:
        return bool(events.by_ids([owner_id]))
    card = actions.by_ids([owner_id]).get(owner_id)
    return card is not None and card.state not in UNLISTED
