"""Comments: offered by who has signed, read by somebody of the team, then shown or hidden, never edited."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from campaign_actions import audit
from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.models import Action, Level
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, markup
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number
from campaign_actions.signatures.models import MAX_COMMENT, Comment, CommentState, Signature
from campaign_actions.signatures.names import can_be_shown
from campaign_actions.signatures.states import State

MAX_REASON = 300
A_PAGE = 20
READ_AT_ONCE = 50
_MANY_BREAKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, kw_only=True)
class CommentView:
    """A comment as a page may show it: `name` only when everyone may see it, else None."""

    id: UUID
    action_id: UUID
    text: str
    name: str | None
    state: CommentState
    reason: str
    version: int
    offered_on: date


@dataclass(frozen=True)
class CommentPage:
    """At most 20 comments, newest first; `pages` is at least 1."""

    items: tuple[CommentView, ...]
    total: int
    pages: int


def offer(connection: Connection, digest: bytes, action_id: UUID, text: str) -> None:
    """Offer a comment in place of an older one; it waits until somebody has read it.

    The same words again change nothing, shown ones stay shown. Raises Refused for the field
    "text" when it is empty, over 500 characters, or holds what cannot be shown.
    """
    tidy, today = _checked(text), clock.today()
    row = {"email_digest": digest, "action_id": action_id, "id": uuid4(), "text": tidy}
    row |= {"state": CommentState.WAITING, "reason": "", "version": 1, "offered_on": today}
    same = Comment.text == tidy
    changed = {
        "state": case((same, Comment.state), else_=CommentState.WAITING),
        "reason": case((same, Comment.reason), else_=""),
        "version": case((same, Comment.version), else_=Comment.version + 1),
        "offered_on": case((same, Comment.offered_on), else_=today),
        "text": tidy,
    }
    statement = upsert(Comment).values(row)
    keys = [Comment.email_digest, Comment.action_id]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def take_back(connection: Connection, digest: bytes, action_id: UUID) -> None:
    """Delete a comment, shown or not; nothing happens when there is none."""
    connection.execute(delete(Comment).where(_key_is(digest, action_id)))


def decide(
    connection: Connection, comment_id: UUID, *, show: bool, reason: str, by: User, seen_version: int
) -> None:
    """Show or hide a comment. `reason` is needed for hiding; the writer reads it, nobody else.

    `seen_version` is that of the comment as it was read. Raises Refused when it was changed or
    decided since then, or is gone, and for the field "reason" when hiding has none.
    """
    told = markup.collapse(reason)
    if not show and not told:
        raise Refused(_("Say why it is hidden. The person who wrote it reads your reason."), field="reason")
    if len(told) > MAX_REASON:
        raise Refused(_("Write at most %(count)s characters here.", count=number(MAX_REASON)), field="reason")
    state = CommentState.SHOWN if show else CommentState.HIDDEN
    decided = (
        update(Comment)
        .where(Comment.id == comment_id, Comment.version == seen_version)
        .values(state=state, reason="" if show else told, version=Comment.version + 1)
        .returning(Comment.action_id)
    )
    row = connection.execute(decided).first()
    if row is None:
        raise Refused(_("This comment was changed since you read it. Read it again before you decide."))
    deed = "comment.show" if show else "comment.hide"
    details = {"action": str(row.action_id)} | ({} if show else {"reason": told})
    audit.record(deed, by=by, thing="comment", thing_id=comment_id, **details)


def latest(action_id: UUID, most: int) -> list[CommentView]:
    """The newest comments that are shown, at most that many."""
    return _shown(action_id, most, 0)


def page(action_id: UUID, page_number: int) -> CommentPage:
    """Page `page_number` (from 1) of the comments that are shown; past the end it has no items."""
    return _page(_is_shown(action_id), page_number)


def own(connection: Connection, digest: bytes, action_id: UUID) -> CommentView | None:
    """The comment of a signature, in any state, for whoever wrote it."""
    row = connection.execute(_views().where(_key_is(digest, action_id))).first()
    return _view(row) if row else None


def by_id(comment_id: UUID) -> CommentView | None:
    """The comment with this id, if it may be read at the desk now."""
    row = session.execute(_views().where(Comment.id == comment_id, _counts())).first()
    return _view(row) if row else None


def to_read(user: User) -> list[CommentView]:
    """Comments that wait for `user`, oldest first, at most 50: of an organiser's own actions, else of all."""
    oldest = _views().where(_of(user), Comment.state == CommentState.WAITING, _counts())
    rows = session.execute(oldest.order_by(Comment.offered_on, Comment.id).limit(READ_AT_ONCE))
    return [_view(row) for row in rows]


def decided(user: User, state: CommentState, page_number: int) -> CommentPage:
    """What was shown or hidden on the actions of `user`, newest first, so that it can be decided anew."""
    return _page(and_(_of(user), Comment.state == state, _counts()), page_number)


def waiting(user: User) -> int:
    """How many comments wait for `user`."""
    statement = _counted(and_(_of(user), Comment.state == CommentState.WAITING, _counts()))
    return session.execute(statement).scalar_one()


def _shown(action_id: UUID, most: int, after: int) -> list[CommentView]:
    return _read(_is_shown(action_id), most, after)


def _page(which: ColumnElement[bool], page_number: int) -> CommentPage:
    total = session.execute(_counted(which)).scalar_one()
    pages = max(1, -(-total // A_PAGE))
    items = _read(which, A_PAGE, (page_number - 1) * A_PAGE) if 1 <= page_number <= pages else []
    return CommentPage(tuple(items), total, pages)


def _read(which: ColumnElement[bool], most: int, after: int) -> list[CommentView]:
    # Days only, and random ids: the order of one day tells nobody's order of signing.
    newest = _views().where(which).order_by(Comment.offered_on.desc(), Comment.id)
    return [_view(row) for row in session.execute(newest.limit(most).offset(after))]


def _counted(which: ColumnElement[bool]) -> Select[int]:
    joined = select(func.count()).select_from(Comment).join(Signature, _is_its_signature())
    return joined.join(Action, Action.id == Comment.action_id).where(which)


def _views() -> Select[Any]:
    name = case((Signature.level == Level.EVERYONE, Signature.public_name), else_=None)
    return (
        select(*Comment.__table__.c, name.label("name"))
        .join(Signature, _is_its_signature())
        .join(Action, Action.id == Comment.action_id)
    )


def _view(row: Row[Any]) -> CommentView:
    return CommentView(
        id=row.id,
        action_id=row.action_id,
        text=row.text,
        name=row.name,
        state=row.state,
        reason=row.reason,
        version=row.version,
        offered_on=row.offered_on,
    )


def _key_is(digest: bytes, action_id: UUID) -> ColumnElement[bool]:
    return and_(Comment.email_digest == digest, Comment.action_id == action_id)


def _is_its_signature() -> ColumnElement[bool]:
    return and_(Signature.email_digest == Comment.email_digest, Signature.action_id == Comment.action_id)


def _counts() -> ColumnElement[bool]:
    # What screening holds is not counted, and what is not counted is not read to anybody.
    return Signature.state == State.CONFIRMED


def _is_shown(action_id: UUID) -> ColumnElement[bool]:
    return and_(Comment.action_id == action_id, Comment.state == CommentState.SHOWN, _counts())


def _of(user: User) -> ColumnElement[bool]:
    return Action.owner_id == user.id if user.role is Role.ORGANISER else true()


def _checked(text: str) -> str:
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    tidy = _MANY_BREAKS.sub("\n\n", "\n".join(line.strip() for line in lines.split("\n"))).strip()
    if not tidy:
        raise Refused(_("Write your comment first."), field="text")
    if len(tidy) > MAX_COMMENT:
        raise Refused(
            _(
                "Comment must be %(most)s characters or fewer. It has %(count)s.",
                most=number(MAX_COMMENT),
                count=number(len(tidy)),
            ),
            field="text",
        )
    if not all(can_be_shown(character) for character in tidy if character != "\n"):
        raise Refused(_("Comment includes a character we cannot store"), field="text")
    return tidy
