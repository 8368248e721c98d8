"""Updates: short dated posts on an action, written at the desk, numbered as they are published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select, update

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Action, ActionState, Update, UpdateState
from campaign_actions.errors import Overtaken, Refused
from campaign_actions.infra import clock, markup
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import LANGUAGES, _, number as in_figures

MAX_TITLE = 120
MAX_BODY = 20_000
MAX_REASON = 500
EXCERPT_WORDS = 30
A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody typed: plain title, `body` as Markdown, a key of LANGUAGES."""

    title: str
    body: str
    locale: str = "en"


@dataclass(frozen=True, kw_only=True)
class UpdateView:
    """An update as pages show it; `dated_on` is the day of publishing in the action's zone.

    `number` and the days are None for a draft that never was published.
    """

    id: UUID
    number: int | None
    state: UpdateState
    locale: str
    title: str
    body_html: str
    withdrawn_reason: str
    version: int
    dated_on: date | None
    published_at: datetime | None
    changed_at: datetime

    @property
    def excerpt(self) -> str:
        """The first 30 words as plain text, ending in "…" when cut."""
        return markup.excerpt(markup.to_text(self.body_html), EXCERPT_WORDS)


@dataclass(frozen=True)
class UpdatePage:
    """At most 20 published updates of an action, newest first; `pages` is at least 1."""

    items: tuple[UpdateView, ...]
    total: int
    pages: int


def write(action_id: UUID, words: Words, *, by: User | None) -> Update:
    """A new draft. Raises Refused, naming the field, when the words cannot be kept."""
    made = Update(action_id=action_id, title="", written_by=by.id if by else None)
    _fill(made, _checked(words))
    session.add(made)
    session.flush()
    audit.record("update.write", by=by, thing="update", thing_id=made.id, action=str(action_id))
    return made


def save(update_id: UUID, words: Words, *, by: User | None, seen_version: int) -> Update:
    """The update with the new words. Nothing is overwritten that `by` has not seen.

    `seen_version` is the version the editor showed. Raises Refused when somebody saved in
    between or, naming the field, when the words cannot be kept.
    """
    tidy = _checked(words)
    claimed = _claimed(update_id, seen_version)
    if claimed.state is UpdateState.PUBLISHED and not tidy.body.strip():
        raise Refused(_("Write the text of the update first."), field="body")
    _fill(claimed, tidy)
    claimed.changed_at = clock.now()
    session.flush()
    audit.record("update.save", by=by, thing="update", thing_id=update_id, version=claimed.version)
    return claimed


def publish(update_id: UUID, *, by: User | None) -> Update:
    """Show the update to everybody, with its number; publishing what is published changes nothing.

    Raises Refused while the action is a draft, when it is withdrawn, and without a text.
    """
    found = _fresh(update_id)
    # The row of the action is locked, so that two updates published at once get two numbers.
    state = session.scalars(select(Action.state).where(Action.id == found.action_id).with_for_update()).one()
    if found.state is UpdateState.PUBLISHED:
        return found
    if state is ActionState.DRAFT:
        raise Refused(_("Publish the action first: its page is where updates are read."))
    if state is ActionState.WITHDRAWN:
        raise Refused(_("This action is withdrawn, so nothing can be published on it."))
    if not found.body.strip():
        raise Refused(_("Write the text of the update first."), field="body")
    found.number = found.number or _next_number(found.action_id)
    found.published_at = found.published_at or clock.now()
    found.state = UpdateState.PUBLISHED
    found.withdrawn_reason = ""
    _changed(found)
    audit.record("update.publish", by=by, thing="update", thing_id=found.id, number=found.number)
    return found


def withdraw(update_id: UUID, reason: str, *, by: User | None) -> Update:
    """Take a published update back; its address answers with `reason`, which may be empty.

    Raises Refused when it is not published or the reason is over 500 characters.
    """
    found = _fresh(update_id)
    if found.state is not UpdateState.PUBLISHED:
        raise Refused(_("Only a published update can be withdrawn."))
    shown = markup.collapse(reason)
    _at_most(shown, MAX_REASON, "reason")
    found.state = UpdateState.WITHDRAWN
    found.withdrawn_reason = shown
    _changed(found)
    audit.record("update.withdraw", by=by, thing="update", thing_id=found.id, reason=shown)
    return found


def find(action_id: UUID, update_id: UUID) -> Update | None:
    """The update in any state, as its editor needs it, if it belongs to this action."""
    found = session.get(Update, update_id)
    return found if found is not None and found.action_id == action_id else None


def by_id(update_id: UUID) -> Update | None:
    """As `find`, of whichever action."""
    return session.get(Update, update_id)


def latest(action_id: UUID, most: int) -> list[UpdateView]:
    """The newest published updates, at most that many."""
    return _newest(action_id, most, 0)


def page(action_id: UUID, number: int) -> UpdatePage:
    """Page `number` (from 1) of the published updates; past the end it has no items."""
    total = session.execute(
        select(func.count())
        .select_from(Update)
        .where(Update.action_id == action_id, Update.state == UpdateState.PUBLISHED)
    ).scalar_one()
    pages = max(1, -(-total // A_PAGE))
    items = _newest(action_id, A_PAGE, (number - 1) * A_PAGE) if 1 <= number <= pages else []
    return UpdatePage(tuple(items), total, pages)


def by_number(action_id: UUID, number: int) -> UpdateView | None:
    """The published or withdrawn update with that number."""
    statement = _views().where(Update.action_id == action_id, Update.number == number)
    row = session.execute(statement).first()
    return _view(row) if row else None


def for_desk(action_id: UUID) -> list[UpdateView]:
    """All updates of an action, drafts first, then the newest."""
    statement = _views().where(Update.action_id == action_id)
    found = [_view(row) for row in session.execute(statement)]
    return sorted(found, key=lambda view: (view.number is not None, -(view.number or 0), str(view.id)))


def having(action_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the actions that have a published update."""
    return {action_id for action_id, _number, _changed_at in places(action_ids)}


def places(action_ids: Iterable[UUID]) -> list[tuple[UUID, int, datetime]]:
    """Action, number and moment of the last change of every published update of these actions."""
    statement = select(Update.action_id, Update.number, Update.changed_at).where(
        Update.action_id.in_(list(action_ids)), Update.state == UpdateState.PUBLISHED
    )
    rows = session.execute(statement.order_by(Update.action_id, Update.number))
    return [(action_id, number or 0, changed_at) for action_id, number, changed_at in rows]


def _newest(action_id: UUID, most: int, after: int) -> list[UpdateView]:
    statement = _views().where(Update.action_id == action_id, Update.state == UpdateState.PUBLISHED)
    rows = session.execute(statement.order_by(Update.number.desc()).limit(most).offset(after))
    return [_view(row) for row in rows]


def _views() -> Select[Update, str]:
    return select(Update, Action.zone).join(Action, Action.id == Update.action_id)


def _view(row: Row[Update, str]) -> UpdateView:
    found, zone = row
    dated = found.published_at.astimezone(ZoneInfo(zone)).date() if found.published_at else None
    return UpdateView(
        id=found.id,
        number=found.number,
        state=found.state,
        locale=found.locale,
        title=found.title,
        body_html=found.body_html,
        withdrawn_reason=found.withdrawn_reason,
        version=found.version,
        dated_on=dated,
        published_at=found.published_at,
        changed_at=found.changed_at,
    )


def _next_number(action_id: UUID) -> int:
    highest = session.execute(select(func.max(Update.number)).where(Update.action_id == action_id))
    return (highest.scalar_one() or 0) + 1


def _fill(one: Update, words: Words) -> None:
    one.title, one.body, one.locale = words.title, words.body, words.locale
    one.body_html = markup.to_html(words.body, trusted=True)


def _changed(one: Update) -> None:
    one.version += 1
    one.changed_at = clock.now()
    session.flush()


def _fresh(update_id: UUID) -> Update:
    statement = select(Update).where(Update.id == update_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _claimed(update_id: UUID, seen_version: int) -> Update:
    """The update with its version raised, if it still has the version seen."""
    raised = session.execute(
        update(Update)
        .where(Update.id == update_id, Update.version == seen_version)
        .values(version=Update.version + 1)
        .returning(Update.id)
        .execution_options(synchronize_session=False)
    ).first()
    if raised is None:
        raise Overtaken(
            _(
                "Somebody else saved this update while you were writing. "
                "Your text is still on this page: open the update in another tab, compare, and save again."
            )
        )
    return _fresh(update_id)


def _checked(words: Words) -> Words:
    title = markup.collapse(words.title)
    body = words.body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not title:
        raise Refused(_("Give the update a title."), field="title")
    _at_most(title, MAX_TITLE, "title")
    _at_most(body, MAX_BODY, "body")
    if words.locale not in LANGUAGES:
        raise Refused(_("Choose a language from the list."), field="locale")
    return Words(title=title, body=body, locale=words.locale)


def _at_most(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise Refused(_("Write at most %(count)s characters here.", count=in_figures(most)), field=field)
