"""Letters that people write themselves, to test with."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

from campaign_actions.actions import queries, targets
from campaign_actions.actions.models import Action, ActionTarget, ActionText, Kind
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra import markup
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import an_action

TEXT = "Dear Sir or Madam,\n\nI ask you to let a doctor see Arman Tolegen.\n\nYours faithfully"
_numbers = count(1)


def a_target(**typed: str) -> UUID:
    """Somebody in the address book, with both addresses."""
    typed.setdefault("name", f"the Director of prison {next(_numbers)}")
    typed.setdefault("address", "1 Harbour Street\n030000 Aktobe")
    typed.setdefault("email", f"office{next(_numbers)}@prison.example")
    with writing():
        return targets.add(targets.Typed(**typed), by=None).id


def a_letter(*, to: tuple[UUID, ...] = (), **values: Any) -> ActionPage:
    """An open action of kind letter; words by name, its targets those of `to` or a new one."""
    words = {name: values.pop(name, usual) for name, usual in WORDS.items()}
    page = an_action(kind=Kind.LETTER, goals=(), **values)
    people = to or (a_target(),)
    with writing():
        text = session.query(ActionText).filter_by(action_id=page.card.id).one()
        put_words(text, words)
        session.query(ActionTarget).filter_by(action_id=page.card.id).delete()
        for position, target_id in enumerate(people):
            session.add(ActionTarget(action_id=page.card.id, target_id=target_id, position=position))
    return read(page.card.id)


def in_another_language(page: ActionPage, locale: str, **words: str) -> None:
    """Give a letter its words in another language too."""
    with writing():
        text = ActionText(action_id=page.card.id, locale=locale, version=page.text_version)
        put_words(text, WORDS | {"title": page.card.title, "ask": page.card.ask} | words)
        session.add(text)


def put_words(text: ActionText, words: dict[str, str]) -> None:
    """Words and what is shown of them."""
    for name, value in words.items():
        setattr(text, name, value)
        if name in ("letter", "points", "avoid"):
            setattr(text, f"{name}_html", markup.to_html(value))


def read(action_id: UUID) -> ActionPage:
    """The page of an action as it stands."""
    session.get_one(Action, action_id, populate_existing=True)
    page = queries.by_id(action_id)
    assert page is not None
    return page


WORDS = {
    "letter": TEXT,
    "subject": "A doctor for Arman Tolegen",
    "points": "- Ask for one thing.",
    "avoid": "- Nothing about his family.",
}
