"""Publishing articles, and taking them back with a reason that stays at their address."""

from __future__ import annotations

from datetime import date, timedelta

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number

MAX_REASON = 500


def publish(article: Article, *, by: User | None) -> None:
    """Show the article to everybody; a draft without a date gets today's.

    Publishing what is published changes nothing. Raises Refused when there is nothing to read.
    """
    _hold(article)
    if article.state is ArticleState.PUBLISHED:
        return
    if not (article.body.strip() or article.excerpt.strip()):
        raise Refused(_("Write the text of the article first."), field="body")
    refuse_to_come(article.dated_on)
    if article.state is ArticleState.DRAFT and article.dated_on is None:
        article.dated_on = clock.today()
    article.state = ArticleState.PUBLISHED
    article.withdrawn_reason = ""
    _changed(article)
    audit.record("article.publish", by=by, thing="article", thing_id=article.id)


def withdraw(article: Article, reason: str, *, by: User | None) -> None:
    """Take a published article back; its address answers with `reason`, which may be empty.

    Raises Refused when it is not published or the reason is over 500 characters.
    """
    _hold(article)
    if article.state is not ArticleState.PUBLISHED:
        raise Refused(_("Only a published article can be withdrawn."))
    shown = " ".join(reason.split())
    if len(shown) > MAX_REASON:
        raise Refused(_("Write at most %(count)s characters here.", count=number(MAX_REASON)), field="reason")
    article.state = ArticleState.WITHDRAWN
    article.withdrawn_reason = shown
    _changed(article)
    audit.record("article.withdraw", by=by, thing="article", thing_id=article.id, reason=shown)


def refuse_to_come(dated_on: date | None) -> None:
    """Raise Refused for a day that is nowhere yet: what is published stands in the lists at once."""
    if dated_on is not None and dated_on > clock.today() + timedelta(days=1):
        raise Refused(
            _("This day is still to come. Write the day of the article, or leave it empty."), field="dated_on"
        )


def _hold(article: Article) -> None:
    # Who publishes, withdraws or saves it at the same time waits, and then sees what was done.
    session.refresh(article, with_for_update=True)


def _changed(article: Article) -> None:
    article.version += 1
    article.changed_at = clock.now()
    session.flush()
