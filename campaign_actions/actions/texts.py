"""The words of an action in its other languages: kept as drafts, shown once they are ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, update

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions import drafting, wording
from campaign_actions.actions.models import Action, ActionState, ActionText
from campaign_actions.actions.wording import Words
from campaign_actions.editors.checks import Check
from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import LANGUAGES, Lazy, _, lazy


class TextState(StrEnum):
    """How the words in one language stand beside the original."""

    ORIGINAL = "original"
    UP_TO_DATE = "up_to_date"
    OUT_OF_DATE = "out_of_date"
    NOT_STARTED = "not_started"


@dataclass(frozen=True)
class TextTab:
    """One language of an action: its state, whether supporters see it, and since when it is frozen."""

    locale: str
    state: TextState
    shown: bool
    frozen_on: date | None


_NEEDED: dict[str, Lazy] = {
    "title": lazy("Write the title in this language first."),
    "ask": lazy("Write the ask in this language first."),
    "letter": lazy("Write the letter in this language first."),
    "subject": lazy("Write the subject in this language first."),
}


def tabs(action: Action, languages: Iterable[str]) -> list[TextTab]:
    """The action's own language, then the other `languages` of the site; of the version shown now."""
    statement = select(ActionText).where(
        ActionText.action_id == action.id, ActionText.version == action.text_version
    )
    found = {text.locale: text for text in session.scalars(statement)}
    original = wording.digest_of(found[action.locale])
    order = [action.locale, *(locale for locale in languages if locale != action.locale)]
    return [_tab(locale, found.get(locale), original, locale == action.locale) for locale in order]


def reminders(tabs: Iterable[TextTab]) -> list[Check]:
    """Lines for the check list: each language that supporters cannot read yet."""
    sentences = {
        "en": _("No English text yet"),
        "ru": _("No Russian text yet"),
        "kk": _("No Kazakh text yet"),
    }
    return [Check("texts", False, sentences[tab.locale], needed=False) for tab in tabs if not tab.shown]


def find(action: Action, locale: str) -> ActionText | None:
    """The words in exactly this language, of the version shown now; None when nobody has begun."""
    statement = select(ActionText).where(
        ActionText.action_id == action.id,
        ActionText.version == action.text_version,
        ActionText.locale == locale,
    )
    return session.scalars(statement).one_or_none()


def save(
    action_id: UUID, locale: str, words: Words, *, show: bool, by: User | None, seen_version: int
) -> ActionText:
    """Keep a translation; with `show` supporters read it from now on, without it nobody does.

    It counts as up to date with the original that `seen_version` of the action had. Raises Refused,
    naming the field, when somebody saved in between, when it is frozen, or when `show` finds a part
    empty that the original has. Raises ValueError for the action's own or an unknown language.
    """
    action = drafting.claimed(action_id, seen_version, by=by)
    if locale == action.locale or locale not in LANGUAGES:
        raise ValueError(f"no translation into {locale!r}")
    if action.state is ActionState.WITHDRAWN:
        raise Refused(_("This action was withdrawn and is kept as it was."))
    tidy = wording.tidied(words)
    original = wording.current(action)
    if show:
        _refuse_gaps(original, tidy)
    text = _write(find(action, locale) or _begun(action, locale), tidy)
    text.shown, text.translated_from = show, wording.digest_of(original)
    action.changed_at = clock.now()
    session.flush()
    details = {"language": locale, "version": text.version, "shown": show}
    audit.record("action.translate", by=by, thing="action", thing_id=action.id, **details)
    return text


def _begun(action: Action, locale: str) -> ActionText:
    text = ActionText(action_id=action.id, locale=locale, version=action.text_version, shown=False)
    session.add(text)
    session.flush()
    return text


def _write(text: ActionText, words: Words) -> ActionText:
    field = wording.difference(text, words)
    moved = session.execute(
        update(ActionText)
        .where(ActionText.id == text.id, ActionText.frozen_on.is_(None))
        .values(
            revision=ActionText.revision + (0 if field is None else 1),
            made_on=clock.today(),
            **wording.columns(words),
        )
        .returning(ActionText.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(text)
    if moved is None:
        raise Refused(wording.frozen_words(text), field=field or "title")
    return text


def _refuse_gaps(original: ActionText, words: Words) -> None:
    for field, sentence in _NEEDED.items():
        if getattr(original, field) and not getattr(words, field):
            raise Refused(str(sentence), field=field)


def _tab(locale: str, text: ActionText | None, original: str, is_original: bool) -> TextTab:
    if is_original:
        return TextTab(locale, TextState.ORIGINAL, True, text.frozen_on if text else None)
    if text is None:
        return TextTab(locale, TextState.NOT_STARTED, False, None)
    fresh = text.translated_from == original
    state = TextState.UP_TO_DATE if fresh else TextState.OUT_OF_DATE
    return TextTab(locale, state, text.shown, text.frozen_on)
