"""Giving an article another address; the one that was given out leads on."""

from __future__ import annotations

from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, redirects, slugs
from campaign_actions.infra.database import free_slugs
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

# An article is found by its slug under any date, so this leads to it whatever its date is.
ADDRESS = "/news/undated/{}/"
GIVEN_OUT = (ArticleState.PUBLISHED, ArticleState.WITHDRAWN)


def move(old: str, new: str, *, by: User | None) -> Article:
    """The article at the slug `old`, now at `new`. Whoever follows the old address gets there.

    Raises Refused when there is no such article, or `new` is no slug or is taken.
    """
    article = session.scalars(select(Article).where(Article.slug == old)).one_or_none()
    if article is None:
        raise Refused(_("There is no article at this address."))
    readdress(article, new, by=by)
    article.version += 1
    article.changed_at = clock.now()
    session.flush()
    return article


def readdress(article: Article, new: str, *, by: User | None) -> None:
    """Put `article` at the slug `new`; from an address that was given out a redirect leads there.

    Raises Refused, at the field `address`, when `new` is no slug or is taken.
    """
    old, article.slug = article.slug, free(new)
    session.flush()
    if article.state in GIVEN_OUT:
        redirects.leave(session.connection(), ADDRESS.format(old), ADDRESS.format(new))
    audit.record("article.move", by=by, thing="article", thing_id=article.id, old=old, new=new)


def free(new: str) -> str:
    """`new`, if it is a slug that no article has. Raises Refused, at the field `address`."""
    slug = slugs.checked(new, field="address")
    if free_slugs.free(Article.slug, slug) != slug:
        raise Refused(_("Another article has this address. Choose a different one."), field="address")
    return slug
