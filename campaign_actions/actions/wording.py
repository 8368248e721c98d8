"""The words of an action: edited until somebody signs, frozen then, and changed only as a new version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from sqlalchemy import Connection, select, update

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
    statement = select(ActionText).where(
        ActionText.action_id == action.id, ActionText.version == action.text_version
    )
    texts = {text.locale: text for text in session.scalars(statement)}
    return texts.get(locale or action.locale, texts[action.locale])


def versions(action_id: UUID, locale: str) -> list[ActionText]:
    """All versions in one language, newest first."""
    statement = select(ActionText).where(ActionText.action_id == action_id, ActionText.locale == locale)
    return list(session.scalars(statement.order_by(ActionText.version.desc())))


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

    False: they were edited since the form was shown, and nothing has changed. Takes no row
    lock once the text is frozen.
    """
    where = (ActionText.action_id == action_id, ActionText.locale == locale, ActionText.version == version)
    look = select(ActionText.frozen_on, ActionText.revision).where(*where)
    found = connection.execute(look).first()
    if found is None or found.revision != revision:
        return False
    if found.frozen_on is not None:
        return True
    frozen = connection.execute(
        update(ActionText)
        .where(*where, ActionText.revision == revision, ActionText.frozen_on.is_(None))
        .values(frozen_on=clock.today())
        .returning(ActionText.id)
    ).first()
    if frozen is not None:
        return True
    # Another signature froze the same words a moment ago, or an editor changed them first.
    again = connection.execute(look).first()
    return again is not None and again.frozen_on is not None and again.revision == revision


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
    field = _difference(text, words)
    if field is None:
        return False
    moved = session.execute(
        update(ActionText)
        .where(ActionText.id == text.id, ActionText.frozen_on.is_(None))
        .values(revision=ActionText.revision + 1, made_on=clock.today(), **_columns(words))
        .returning(ActionText.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire(text)
    if moved is None:
        raise Refused(_frozen_words(text), field=field)
    return True


def new_version(action: Action, locale: str, words: Words, *, by: User | None) -> ActionText:
    """The words as the next version, in all languages the action has; earlier versions stay readable.

    Only staff and admins may do this. Raises Refused, in words for an organiser, when `by` may not.
    """
    text = current(action, locale)
    if not may_reword(by):
        raise Refused(_frozen_words(text), field=_difference(text, words))
    statement = select(ActionText).where(
        ActionText.action_id == action.id, ActionText.version == action.text_version
    )
    made = None
    for old in list(session.scalars(statement)):
        new = ActionText(action_id=action.id, locale=old.locale, version=old.version + 1)
        for column, value in (_columns(words) if old.id == text.id else _columns_of(old)).items():
            setattr(new, column, value)
        session.add(new)
        made = new if old.id == text.id else made
    action.text_version += 1
    session.flush()
    audit.record("action.new_version", by=by, thing="action", thing_id=action.id, version=action.text_version)
    if made is None:
        raise LookupError("the text shown is not among the texts of its version")
    return made


def refuse_frozen(action: Action, locale: str, words: Words, *, by: User | None) -> NoReturn:
    """Raise Refused for a change of frozen words: ask staff, or for staff: ask for a new version."""
    text = current(action, locale)
    field = _difference(text, words) or "targets"
    if not may_reword(by):
        raise Refused(_frozen_words(text), field=field)
    raise Refused(
        _(
            "Somebody has signed these words. To change them, tick the box that makes version %(next)s.",
            next=number(text.version + 1),
        ),
        field=field,
    )


def differs(action: Action, locale: str, words: Words) -> bool:
    """True when `words` are not the ones the action shows now."""
    return _difference(current(action, locale), words) is not None


def may_reword(user: User | None) -> bool:
    """Whether a user may make a new version of a frozen text; the server's own shell (None) may."""
    return user is None or permissions.allows(user, "action.reword")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _difference(text: ActionText, words: Words) -> str | None:
    for field in ("title", "ask", "letter", "subject", "points", "avoid"):
        if getattr(text, field) != getattr(words, field):
            return field
    return None


def _columns(words: Words) -> dict[str, str]:
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


def _columns_of(text: ActionText) -> dict[str, str]:
    return {
        "title": text.title,
        "ask": text.ask,
        "letter": text.letter,
        "letter_html": text.letter_html,
        "subject": text.subject,
        "points": text.points,
        "points_html": text.points_html,
        "avoid": text.avoid,
        "avoid_html": text.avoid_html,
    }


def _frozen_words(text: ActionText) -> str:
    return _(
        "Somebody signed these words on %(day)s, so they are frozen. "
        "Ask staff to make version %(next)s; both versions will be shown.",
        day=day(text.frozen_on or clock.today()),
        next=number(text.version + 1),
    )
