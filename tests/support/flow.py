"""What people and the worker do to signatures, told in verbs; used below the level of pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import db, session, writing
from campaign_actions.signatures import confirming, counting, reconciling, signing, tools
from campaign_actions.signatures.confirming import ConfirmView
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.signing import Supporter
from campaign_actions.signatures.states import State
from campaign_actions.worker import loop
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, a_visit, shown_by


@dataclass
class Flow:
    """One site's signatures, driven without pages."""

    app: Flask
    settings: Settings

    def __post_init__(self) -> None:
        self.tools = tools.load(self.settings)

    def sign(
        self, page: ActionPage, who: Supporter | None = None, *, again: bool = False, **visit: Any
    ) -> str:
        """Sign; gives the key of the check-your-email page."""
        with writing() as connection:
            return signing.sign(
                connection,
                page,
                who or a_supporter(),
                shown_by(page),
                a_visit(**visit),
                self.tools,
                again=again,
            )

    def signed(self, page: ActionPage, who: Supporter | None = None) -> EmailMessage:
        """Sign, and let the letter leave; gives the letter."""
        self.sign(page, who)
        self.work()
        return Mailbox(self.settings.data / "mail").newest()

    def confirmed(self, page: ActionPage, who: Supporter | None = None) -> EmailMessage:
        """Sign, and confirm with the link in the letter; gives the letter."""
        letter = self.signed(page, who)
        self.confirm(token_in(letter))
        return letter

    def confirm(self, token: str) -> ConfirmView:
        """Press the button of the confirm page."""
        with writing() as connection:
            return confirming.confirm(connection, token)

    def enter(self, page_key: str, code: str) -> ConfirmView | None:
        """Type a code on the check-your-email page."""
        with writing() as connection:
            return confirming.confirm_by_code(connection, page_key, code, self.tools)

    def work(self) -> None:
        """Let the worker do what is due."""
        loop.run_once(self.app, self.settings)

    def count(self, page: ActionPage) -> int:
        """The count a page shows."""
        return counting.shown([page.card.id])[page.card.id]

    def breaches(self) -> list[str]:
        """What `reconcile` finds."""
        with db.engine.connect() as connection:
            return reconciling.breaches(connection, self.tools.pepper)


def token_in(letter: EmailMessage) -> str:
    """The token of the confirm link in a letter."""
    return _found(r"/c/([\w-]+)", letter)


def my_token_in(letter: EmailMessage) -> str:
    """The token of the link to one's own signature in a letter."""
    return _found(r"/my/([\w-]+)/", letter)


def code_in(letter: EmailMessage) -> str:
    """The six-digit code in a letter."""
    return _found(r"(\d{3} \d{3})", letter)


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _found(pattern: str, letter: EmailMessage) -> str:
    match = re.search(pattern, text_of(letter))
    assert match, "the letter has no such part"
    return match[1]


def rows() -> int:
    """How many signatures are stored."""
    return session.execute(select(func.count()).select_from(Signature)).scalar_one()


def state_of(page: object) -> State:
    """The state of the only signature there is."""
    session.rollback()
    return State(session.execute(select(Signature.state)).scalar_one())
