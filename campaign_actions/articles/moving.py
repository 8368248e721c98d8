"""Giving an article another address; the one that was given out leads on."""

from __future__ import annotations

from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, redirects, slugs
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

# An article is found by its slug under any date, so this leads to it whatever its date is.
ADDRESS = "/news/undated/{}/"


def move(old: str, new: str, *, by: User | None) -> Article:
    """The article at the slug `old`, now at `new`. Whoever follows the old address gets there.

    Raises Refused when there is no such article, or `new` is no slug or is taken.
    """
    article = session.scalars(select(Article).where(Article.slug == old)).one_or_none()
    if article is None:
        raise Refused(_("There is no article at this address."))
    slug = slugs.checked(new)
    if session.scalars(select(Article.id).where(Article.slug == slug)).first() is not None:
        raise Refused(_("Another article has this address. Choose a different one."))
    article.slug = slug
    article.version += 1
    article.changed_at = clock.now()
    session.flush()
    if article.state is not ArticleState.DRAFT:
        redirects.leave(session.connection(), ADDRESS.format(old), ADDRESS.format(slug))
    audit.record("article.move", by=by, thing="article", thing_id=article.id, old=old, new=slug)
    return article
