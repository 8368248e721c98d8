"""What a story stands on: a site, its worker and letters, and short ways to what it begins with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import Action
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.signatures import reconciling, tools
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from campaign_actions.worker import loop
from tests.support.factories import a_user, an_action
from tests.support.flow import code_in, my_token_in, token_in
from tests.support.signer import Signer
from tests.support.visiting import Visitor

if TYPE_CHECKING:
    from tests.conftest import Mailbox

Made = TypeVar("Made")


@dataclass
class Story:
    """One site and what happens on it."""

    app: Flask
    settings: Settings
    mailbox: Mailbox

    def work(self) -> None:
        """Let the worker do what is due: letters, folds, exports, deletions."""
        loop.run_once(self.app, self.settings)

    def inside(self, make: Callable[[], Made]) -> Made:
        """What `make` gives, called inside the site."""
        with self.app.app_context():
            return make()

    def an_action(self, **values: object) -> ActionPage:
        """An open petition."""
        return self.inside(lambda: an_action(**values))

    def a_user(self, role: Role = Role.ORGANISER, **values: object) -> tuple[str, UUID]:
        """Address and id of somebody who can log in."""

        def make() -> tuple[str, UUID]:
            user = a_user(role, **values)
            return user.email, user.id

        return self.inside(make)

    def at_the_desk(self, role: Role = Role.ORGANISER, **values: object) -> Visitor:
        """Somebody who has just logged in."""
        visitor = Visitor(self.app)
        assert visitor.log_in(self.a_user(role, **values)[0]).status_code == 303
        return visitor

    def supporter(self, action: ActionPage) -> Signer:
        """Somebody at an action's form."""
        return Signer(self.app, action.card.slug)

    def stranger(self) -> Visitor:
        """Somebody who only reads."""
        return Visitor(self.app)

    def letter(self, email: str) -> EmailMessage:
        """The newest letter to an address, after the worker has sent what waits."""
        self.work()
        return self.mailbox.newest(email)

    def link(self, email: str) -> str:
        """Path of the confirm link in the newest letter to an address."""
        return f"/c/{token_in(self.letter(email))}"

    def code(self, email: str) -> str:
        """The code in the newest letter to an address."""
        return code_in(self.letter(email))

    def my(self, email: str) -> str:
        """Path of the page of one's own signature, from the newest letter to an address."""
        return f"/my/{my_token_in(self.letter(email))}/"

    def count(self, action: ActionPage) -> int:
        """The count that programs read, once the worker has brought it up to date."""
        self.work()
        answer = self.stranger().get(f"/actions/{action.card.slug}/count.json")
        return int(answer.json["count"])

    def states(self, action: ActionPage) -> list[State]:
        """States of an action's signatures, oldest state first."""

        def read() -> list[State]:
            found = session.scalars(select(Signature.state).where(Signature.action_id == action.card.id))
            return sorted(State(state) for state in found)

        return self.inside(read)

    def move(self, action: ActionPage, **values: object) -> None:
        """Set columns of an action, as time or a rule would."""

        def write() -> None:
            with writing():
                found = session.get_one(Action, action.card.id)
                for name, value in values.items():
                    setattr(found, name, value)

        self.inside(write)

    def rows(self, model: type) -> int:
        """How many rows a table has."""
        return self.inside(lambda: session.execute(select(func.count()).select_from(model)).scalar_one())

    def breaches(self) -> list[str]:
        """What `reconcile` finds."""

        def find() -> list[str]:
            with db.engine.connect() as connection:
                return reconciling.breaches(connection, tools.load(self.settings).pepper)

        return self.inside(find)


@pytest.fixture
def story(app: Flask, settings: Settings, mailbox: Mailbox) -> Iterator[Story]:
    """A site for one story; whatever the story did, `reconcile` finds nothing at its end."""
    told = Story(app, settings, mailbox)
    yield told
    assert told.breaches() == []


def paths_of(page: str) -> set[str]:
    """Addresses on this site that a page links to, without their anchors."""
    return {path.split("#")[0] for path in re.findall(r'href="(/[^"/][^"]*|/)"', page)}
