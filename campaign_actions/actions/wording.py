"""The words of an action: edited until somebody signs, frozen then, and changed only as a new version.

A version is one text in all its languages. The first signature, in whichever language, freezes
all that are shown. A translation that is shown later belongs to the same version and freezes with
the first signature under it. When the original changes, its translations are shown to nobody until
somebody has looked at them again, so that no supporter signs words that differ from the original.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select, update

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, markup
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, day, number

MAX_TITLE = 60
MAX_ASK = 200
MAX_LETTER = 20_000
MAX_SUBJECT = 200
MAX_NOTES = 4_000


@dataclass(frozen=True, kw_only=True)
class Words:
    """Title (60 characters), ask (200) and letter (Markdown) in one language.

    For letters that people write: subject (200), points to make and what not to say (Markdown).
    """

    title: str
    ask: str = ""
    letter: str = ""
    subject: str = ""
    points: str = ""
    avoid: str = ""


def current(action: Action, locale: str | None = None) -> ActionText:
    """The text an action shows now, in `locale` or else in its own language."""
    texts = {text.locale: text for text in _all_of(action)}
    return texts.get(locale or action.locale, texts[action.locale])


def versions(action_id: UUID, locale: str) -> list[ActionText]:
    """All versions, newest first, each in `locale` if it is shown in that, else in the original."""
    own = select(Action.locale).where(Action.id == action_id).scalar_subquery()
    spoken = or_(ActionText.locale == own, and_(ActionText.locale == locale, ActionText.shown.is_(True)))
    statement = select(ActionText).where(ActionText.action_id == action_id, spoken)
    found: dict[int, ActionText] = {}
    for text in session.scalars(statement.order_by(ActionText.version.desc())):
        if text.version not in found or text.locale == locale:
            found[text.version] = text
    return list(found.values())


def of_version(action_id: UUID, locale: str, version: int) -> ActionText | None:
    """The text of one version in exactly this language."""
    which = (ActionText.action_id == action_id, ActionText.locale == locale, ActionText.version == version)
    return session.scalars(select(ActionText).where(*which)).one_or_none()


def frozen_on(action: Action) -> date | None:
    """The day of the first signature under the version shown now, in any language; None before it."""
    statement = select(ActionText.frozen_on).where(
        ActionText.action_id == action.id,
        ActionText.version == action.text_version,
        ActionText.frozen_on.is_not(None),
    )
    return session.scalars(statement.order_by(ActionText.frozen_on)).first()


def freeze(connection: Connection, action_id: UUID, locale: str, version: int, revision: int) -> bool:
    """Freeze the words somebody is signing; True when they are the ones with that `revision`.

    What is shown of the version in other languages freezes with them. False: they were edited or
    taken off since the form was shown, and nothing has changed. Takes no row lock once frozen.
    """
    of_version = (
        ActionText.action_id == action_id, ActionText.version == version, ActionText.shown.is_(True)
    )  # fmt: skip
    facts = (ActionText.id, ActionText.locale, ActionText.revision, ActionText.frozen_on)
    look = select(*facts).where(*of_version).order_by(ActionText.id)
    mine = _in_language(connection.execute(look).all(), locale)
    if mine is None or mine.revision != revision:
        return False
    if mine.frozen_on is not None:
        return True
    # Locked in one order, so that two first signatures cannot wait for each other in a circle.
    locked = connection.execute(look.with_for_update()).all()
    mine = _in_language(locked, locale)
    if mine is None or mine.revision != revision:
        return False
    ids = [text.id for text in locked if text.frozen_on is None]
    connection.execute(update(ActionText).where(ActionText.id.in_(ids)).values(frozen_on=clock.today()))
    return True


def freeze_on_paper(connection: Connection, action_id: UUID, locale: str, version: int) -> bool:
    """Freeze the words that stand on a filled-in sheet, with what is shown of them in other languages.

    False, and nothing changed, when the action has no such text.
    """
    of_version = (ActionText.action_id == action_id, ActionText.version == version)
    facts = (ActionText.id, ActionText.locale, ActionText.shown, ActionText.frozen_on)
    look = select(*facts).where(*of_version).order_by(ActionText.id)
    locked = connection.execute(look.with_for_update()).all()
    mine = _in_language(locked, locale)
    if mine is None:
        return False
    ids = [text.id for text in locked if text.frozen_on is None and (text.shown or text.id == mine.id)]
    connection.execute(update(ActionText).where(ActionText.id.in_(ids)).values(frozen_on=clock.today()))
    return True


def digest_of(words: Words | ActionText) -> str:
    """16 hex digits that stand for all the words; a translation keeps those of its original."""
    written = (words.title, words.ask, words.letter, words.subject, words.points, words.avoid)
    text = "\0".join(written)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def tidied(words: Words) -> Words:
    """`words` as they are kept: one line for title, ask and subject, Unix line ends in the rest.

    Raises Refused, naming the field, when one is too long.
    """
    tidy = Words(
        title=" ".join(words.title.split()),
        ask=" ".join(words.ask.split()),
        letter=_unix(words.letter),
        subject=" ".join(words.subject.split()),
        points=_unix(words.points),
        avoid=_unix(words.avoid),
    )
    for field, text, most in (
        ("title", tidy.title, MAX_TITLE),
        ("ask", tidy.ask, MAX_ASK),
        ("letter", tidy.letter, MAX_LETTER),
        ("subject", tidy.subject, MAX_SUBJECT),
        ("points", tidy.points, MAX_NOTES),
        ("avoid", tidy.avoid, MAX_NOTES),
    ):
        if len(text) > most:
            raise Refused(
                _(
                    "Write at most %(most)s characters here. This has %(count)s.",
                    most=number(most),
                    count=number(len(text)),
                ),
                field=field,
            )
    return tidy


def edit(action: Action, locale: str, words: Words) -> bool:
    """Change the words while nobody has signed them; False when they are the same already.

    Raises Refused when the first signature has frozen them, naming the field that differs.
    """
    text = current(action, locale)
    field = difference(text, words)
    if field is None:
        return False
    moved = session.execute(
        update(ActionText)
        .where(ActionText.id == text.id, ActionText.frozen_on.is_(None))
        .values(revision=ActionText.revision + 1, made_on=clock.today(), **columns(words))
        .returning(ActionText.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire(text)
    if moved is None:
        raise Refused(frozen_words(text), field=field)
    if text.locale == action.locale:
        _take_off_translations(action)
    return True


def new_version(action: Action, locale: str, words: Words, *, by: User | None) -> ActionText:
    """The words as the next version, in all languages the action has; earlier versions stay readable.

    Only staff and admins may do this. Raises Refused, in words for an organiser, when `by` may not.
    """
    text = current(action, locale)
    if not may_reword(by):
        raise Refused(frozen_words(text), field=difference(text, words))
    original_stays = text.locale != action.locale or not difference(text, words)
    made = None
    for old in _all_of(action):
        new = _carried_over(old)
        if old.id == text.id:
            made = new
            for column, value in columns(words).items():
                setattr(new, column, value)
        elif not original_stays:
            new.shown = False
        session.add(new)
    if made is None:
        raise LookupError("the text shown is not among the texts of its version")
    if text.locale != action.locale:
        made.translated_from, made.shown = digest_of(current(action)), True
    action.text_version += 1
    session.flush()
    audit.record("action.new_version", by=by, thing="action", thing_id=action.id, version=action.text_version)
    return made


def refuse_frozen(action: Action, locale: str, words: Words, *, by: User | None) -> NoReturn:
    """Raise Refused for a change of frozen words: ask staff, or for staff: ask for a new version."""
    text = current(action, locale)
    field = difference(text, words) or "targets"
    if not may_reword(by):
        raise Refused(frozen_words(text), field=field)
    raise Refused(
        _(
            "Somebody has signed these words. To change them, tick the box that makes version %(next)s.",
            next=number(text.version + 1),
        ),
        field=field,
    )


def differs(action: Action, locale: str, words: Words) -> bool:
    """True when `words` are not the ones the action shows now."""
    return difference(current(action, locale), words) is not None


def may_reword(user: User | None) -> bool:
    """Whether a user may make a new version of a frozen text; the server's own shell (None) may."""
    return user is None or permissions.allows(user, "action.reword")


def difference(text: ActionText, words: Words) -> str | None:
    """The first field in which `words` differ from `text`; None when they are the same."""
    for field in ("title", "ask", "letter", "subject", "points", "avoid"):
        if getattr(text, field) != getattr(words, field):
            return field
    return None


def columns(words: Words) -> dict[str, str]:
    """`words` as the columns of a text, the letter as cleaned HTML too."""
    return {
        "title": words.title,
        "ask": words.ask,
        "letter": words.letter,
        "letter_html": markup.to_html(words.letter),
        "subject": words.subject,
        "points": words.points,
        "points_html": markup.to_html(words.points),
        "avoid": words.avoid,
        "avoid_html": markup.to_html(words.avoid),
    }


def _carried_over(old: ActionText) -> ActionText:
    return ActionText(
        action_id=old.action_id,
        locale=old.locale,
        version=old.version + 1,
        title=old.title,
        ask=old.ask,
        letter=old.letter,
        letter_html=old.letter_html,
        subject=old.subject,
        points=old.points,
        points_html=old.points_html,
        avoid=old.avoid,
        avoid_html=old.avoid_html,
        shown=old.shown,
        translated_from=old.translated_from,
    )


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _take_off_translations(action: Action) -> None:
    # None of them can be frozen: the first signature would have frozen the original with them.
    others = (ActionText.action_id == action.id, ActionText.version == action.text_version)
    session.execute(
        update(ActionText)
        .where(*others, ActionText.locale != action.locale, ActionText.frozen_on.is_(None))
        .values(shown=False)
        .execution_options(synchronize_session="fetch")
    )


def _all_of(action: Action) -> list[ActionText]:
    statement = select(ActionText).where(
        ActionText.action_id == action.id, ActionText.version == action.text_version
    )
    return list(session.scalars(statement))


def _in_language(rows: Sequence[Any], locale: str) -> Any:
    return next((row for row in rows if row.locale == locale), None)


def frozen_words(text: ActionText) -> str:
    """Why a frozen text cannot be edited, and whom to ask."""
    return _(
        "Somebody signed these words on %(day)s, so they are frozen. "
        "Ask staff to make version %(next)s; both versions will be shown.",
        day=day(text.frozen_on or clock.today()),
        next=number(text.version + 1),
    )
