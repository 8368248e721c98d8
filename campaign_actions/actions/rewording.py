"""Changing words that somebody has signed: an organiser asks, staff decide, a new version follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions import closing, drafting, texts, wording
from campaign_actions.actions.models import Action, ActionState, ChangeState, TextChange
from campaign_actions.actions.wording import Words
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number


def ask(
    action_id: UUID, locale: str, words: Words, reason: str, *, by: User | None, seen_version: int
) -> TextChange:
    """Leave the wish to put `words` in place of the frozen ones in `locale`; staff decide.

    Raises Refused, naming the field, when somebody saved in between, when the words are not frozen
    or not changed, without a reason, or while another wish for this language waits.
    """
    action = drafting.claimed(action_id, seen_version, by=by)
    text = texts.find(action, locale)
    if text is None or text.frozen_on is None or action.state is ActionState.WITHDRAWN:
        raise Refused(_("Nobody has signed these words yet. Change them in the editor."))
    tidy = wording.tidied(words)
    _check(action, locale, tidy, same=wording.difference(text, tidy) is None)
    why = closing.one_line(reason, _("Say why the words have to change. Staff decide by it."))
    change = TextChange(
        action_id=action.id,
        locale=locale,
        version=text.version,
        title=tidy.title,
        ask=tidy.ask,
        letter=tidy.letter,
        reason=why,
        asked_by=by.id if by else None,
    )
    session.add(change)
    session.flush()
    details = {"language": locale, "version": text.version, "reason": why}
    audit.record("action.ask_change", by=by, thing="action", thing_id=action.id, **details)
    return change


def find(change_id: UUID) -> TextChange | None:
    """The wish with this id."""
    return session.get(TextChange, change_id)


def waiting(action_ids: Iterable[UUID]) -> Sequence[TextChange]:
    """Wishes that wait for staff, oldest first."""
    ids = list(action_ids)
    if not ids:
        return []
    statement = select(TextChange).where(TextChange.action_id.in_(ids), TextChange.state == ChangeState.ASKED)
    return session.scalars(statement.order_by(TextChange.asked_at)).all()


def of_action(action_id: UUID) -> Sequence[TextChange]:
    """All wishes of an action, newest first."""
    statement = select(TextChange).where(TextChange.action_id == action_id)
    return session.scalars(statement.order_by(TextChange.asked_at.desc())).all()


def words_of(change: TextChange) -> Words:
    """The words that are asked for."""
    return Words(title=change.title, ask=change.ask, letter=change.letter)


def approve(change_id: UUID, *, by: User | None, seen_version: int) -> None:
    """Make the words that were asked for the next version.

    Raises NotAllowed for whoever may not reword, Refused when it was decided already, when the text
    has got another version since, or when somebody saved the action in between.
    """
    change = session.get_one(TextChange, change_id, populate_existing=True)
    action = drafting.claimed(change.action_id, seen_version, by=by, deed="action.reword")
    if change.version != action.text_version:
        raise Refused(
            _(
                "The text has become version %(version)s since this was asked. Decline it, and let it be "
                "asked again.",
                version=number(action.text_version),
            )
        )
    _decide(change, ChangeState.APPROVED, by)
    wording.new_version(action, change.locale, words_of(change), by=by)
    action.changed_at = clock.now()
    session.flush()
    audit.record("action.approve_change", by=by, thing="action", thing_id=action.id, change=str(change.id))


def decline(change_id: UUID, answer: str, *, by: User | None) -> None:
    """Leave the words as they are; `answer` tells the asker why.

    Raises NotAllowed for whoever may not reword, Refused without an answer or when it was decided.
    """
    if not wording.may_reword(by):
        raise NotAllowed
    why = closing.one_line(answer, _("Say why the words stay as they are."))
    change = session.get_one(TextChange, change_id, populate_existing=True)
    _decide(change, ChangeState.DECLINED, by, answer=why)
    details = {"change": str(change.id), "reason": why}
    audit.record("action.decline_change", by=by, thing="action", thing_id=change.action_id, **details)


def _check(action: Action, locale: str, words: Words, *, same: bool) -> None:
    if same:
        raise Refused(_("These are the words as they stand. Change something first."), field="title")
    if not words.title:
        raise Refused(_("Write the title: a verb and a name."), field="title")
    if any(change.locale == locale for change in waiting([action.id])):
        raise Refused(_("A change of this text waits for staff already."))


def _decide(change: TextChange, state: ChangeState, by: User | None, **values: Any) -> None:
    decided = session.execute(
        update(TextChange)
        .where(TextChange.id == change.id, TextChange.state == ChangeState.ASKED)
        .values(state=state, decided_by=by.id if by else None, decided_at=clock.now(), **values)
        .returning(TextChange.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(change)
    if decided is None:
        raise Refused(_("This was decided already."), field="answer" if values else None)
