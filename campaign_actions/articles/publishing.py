"""Publishing articles, now or at a moment to come, and taking them back with a reason that stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.editors import checks as lists
from campaign_actions.editors.checks import Check
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, local_time, picture_marks
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number
from campaign_actions.pictures import queries as pictures
from campaign_actions.pictures.models import Noun
from campaign_actions.pictures.queries import Owner, PictureView

MAX_REASON = 500


def checks(article: Article) -> list[Check]:
    """What publishing asks for, in the order of the editor, then reminders."""
    written = bool(article.body.strip() or article.excerpt.strip())
    lines = [
        Check("title", True, _("Title")),
        Check("body", written, _("Text of the article") if written else _("Write the text of the article")),
    ]
    if _is_to_come(article.dated_on, article.shows_at):
        lines.append(Check("dated_on", False, _("The date is still to come: move it, or leave it empty")))
    for count, view in enumerate(undescribed(article)):
        words = _("A picture is not described") if count == 0 else _("Another picture is not described")
        lines.append(Check(f"picture-{view.name}", False, words))
    if not article.summary:
        lines.append(Check("summary", False, _("No summary yet: lists show how the text begins"), False))
    if not article.categories:
        lines.append(Check("categories", False, _("No category yet"), False))
    return lines


def missing(article: Article) -> list[Check]:
    """The needed lines that are not done."""
    return lists.missing(checks(article))


def undescribed(article: Article) -> list[PictureView]:
    """Pictures that the text or the head of the article uses and whose description is missing."""
    used = set(picture_marks.names(article.body_html))
    return [
        view
        for view in pictures.of_owner(Owner(Noun.ARTICLE, article.id, article.locale))
        if (view.leads or view.name in used) and not view.is_described(article.locale)
    ]


def publish(article: Article, *, by: User | None) -> None:
    """Show the article to everybody, now or once its moment has come; without a date it gets that day.

    Publishing what is published changes nothing. Raises Refused when there is nothing to read.
    """
    _hold(article)
    if article.state is ArticleState.PUBLISHED:
        return
    for gap in missing(article):
        raise Refused(gap.words, field=gap.field)
    if article.shows_at is not None and article.shows_at > clock.now():
        article.state = ArticleState.SCHEDULED
        details = {"shows_at": article.shows_at.isoformat(timespec="minutes")}
    else:
        if article.state is not ArticleState.WITHDRAWN:
            article.dated_on = article.dated_on or clock.today()
        article.state, details = ArticleState.PUBLISHED, {}
    article.withdrawn_reason = ""
    _changed(article)
    audit.record("article.publish", by=by, thing="article", thing_id=article.id, **details)


def publish_now(article: Article, *, by: User | None) -> None:
    """As `publish`, without waiting for the moment that was chosen."""
    _hold(article)
    if article.state is not ArticleState.PUBLISHED:
        article.shows_at = None
        session.flush()
        publish(article, by=by)


def take_back(article: Article, *, by: User | None) -> None:
    """Make a draft again of an article that nobody has seen yet. Raises Refused for any other."""
    _hold(article)
    if article.state is not ArticleState.SCHEDULED:
        raise Refused(_("This article does not wait to be shown: it is a draft, or published already."))
    article.state = ArticleState.DRAFT
    _changed(article)
    audit.record("article.take_back", by=by, thing="article", thing_id=article.id)


def show_due(now: datetime) -> list[UUID]:
    """Publish every article whose moment has come by `now`, UTC; gives their ids. Needs `writing()`."""
    waiting = select(Article.id, Article.zone, Article.shows_at, Article.dated_on).where(
        Article.state == ArticleState.SCHEDULED, Article.shows_at <= now
    )
    shown = []
    for due in session.execute(waiting).all():
        on = due.dated_on or due.shows_at.astimezone(ZoneInfo(due.zone)).date()
        moved = session.execute(
            update(Article)
            .where(
                Article.id == due.id,
                Article.state == ArticleState.SCHEDULED,
                Article.shows_at == due.shows_at,
            )
            .values(state=ArticleState.PUBLISHED, dated_on=on, changed_at=now)
            .returning(Article.id)
            .execution_options(synchronize_session=False)
        ).first()
        if moved is not None:
            audit.record("article.show", thing="article", thing_id=due.id, by_clock=True)
            shown.append(due.id)
    session.expire_all()
    return shown


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


def moment(shows: str, zone: str) -> datetime | None:
    """The moment typed as `shows` in `zone`; None for an empty text. Raises Refused, at the field `shows`."""
    return local_time.read(shows, zone, field="shows") if shows else None


def reschedule(article: Article, shows: str, zone: str) -> None:
    """Take over the moment typed in the editor. Raises Refused, at the field `shows`.

    What waits to be shown needs a moment to come, or the one it has.
    """
    typed = moment(shows, zone)
    if article.state is ArticleState.SCHEDULED and typed != article.shows_at:
        if typed is None:
            raise Refused(_("Write when it appears. To show it at once, use “Publish now”."), field="shows")
        if typed <= clock.now():
            raise Refused(
                _("This moment has passed. Choose a later one, or use “Publish now”."), field="shows"
            )
    article.shows_at, article.zone = typed, zone


def refuse_to_come(article: Article, dated_on: date | None) -> None:
    """Raise Refused for a day that is still to come when the article is shown; a draft may have any."""
    if article.state in (ArticleState.PUBLISHED, ArticleState.SCHEDULED) and _is_to_come(
        dated_on, article.shows_at
    ):
        raise Refused(
            _("This day is still to come. Write the day of the article, or leave it empty."), field="dated_on"
        )


def _is_to_come(dated_on: date | None, shows_at: datetime | None) -> bool:
    first = max(shows_at, clock.now()).date() if shows_at else clock.today()
    return dated_on is not None and dated_on > first + timedelta(days=1)


def _hold(article: Article) -> None:
    # Who publishes, withdraws or saves it at the same time waits, and then sees what was done.
    session.refresh(article, with_for_update=True)


def _changed(article: Article) -> None:
    article.version += 1
    article.changed_at = clock.now()
    session.flush()
