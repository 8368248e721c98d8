"""A real SMTP server on this machine that answers as the test tells it and keeps every letter."""

from __future__ import annotations

import email
import email.policy
import socket
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
TAKEN = "250 2.0.0 Taken"
DROP = "drop"


@dataclass(frozen=True)
class Letter:
    """One letter as it arrived; `sender` and `recipients` are those of the envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain part of the letter."""
        body = self.message.get_body(("plain",))
        return "" if body is None else body.get_content()


@dataclass
class MailServer:
    """Listens on a free port of the loopback; says `250` until told otherwise.

    Letters that were refused are not in `letters`; those whose connection was dropped after
    the last line are, because a sender cannot know that they were taken.
    """

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _to_recipients: deque[str] = field(default_factory=deque)
    _to_letters: deque[str] = field(default_factory=deque)

    @property
    def url(self) -> str:
        """Address for `CAMPAIGN_MAIL_URL`."""
        return f"smtp://{HOST}:{self.port}"

    def answer_letters(self, *replies: str) -> None:
        """Replies to the next letters, in order: "250 ...", "421 ...", "451 ...", "550 ..." or DROP."""
        self._to_letters.extend(replies)

    def answer_recipients(self, *replies: str) -> None:
        """Replies to the next recipients, in order, before any letter is sent."""
        self._to_recipients.extend(replies)

    async def handle_RCPT(  # noqa: N802  (the name is the library's)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """One recipient."""
        self.asked.append(address)
        reply = self._to_recipients.popleft() if self._to_recipients else TAKEN
        if reply == DROP:
            _drop(server)
        elif reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802  (the name is the library's)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """One whole letter."""
        reply = self._to_letters.popleft() if self._to_letters else TAKEN
        if reply == DROP or reply.startswith("2"):
            self.letters.append(_letter(envelope))
        if reply == DROP:
            _drop(server)
        return reply


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server of the test's own."""
    handler = MailServer(port=_free_port())
    controller = Controller(handler, hostname=HOST, port=handler.port)
    controller.start()
    yield handler
    controller.stop()


def _letter(envelope: Envelope) -> Letter:
    content = envelope.content
    raw = content if isinstance(content, bytes) else str(content).encode()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return Letter(envelope.mail_from or "", tuple(envelope.rcpt_tos), message)


def _drop(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.abort()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
