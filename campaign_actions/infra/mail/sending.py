"""One letter out of the house, by SMTP or into a folder, and what the other side answered."""

from __future__ import annotations

import os
import smtplib
import ssl
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, Policy
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from uuid import UUID

from campaign_actions.infra import clock
from campaign_actions.infra.mail.rendering import Rendered

CONNECT_SECONDS = 10.0
PERMANENT = 500
LONGEST_LINE = 998
# What an encoded word of RFC 2047 begins with.
ENCODED = "=?"
# Controls, and the ends of lines and paragraphs.
_NO_TEXT = ("Cc", "Zl", "Zp")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class Answer(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Sender:
    """The name and address letters come from."""

    name: str
    address: str


class Transport(Protocol):
    """A way out for letters."""

    def send(self, message: EmailMessage, to: str) -> Answer:
        """Hand over one message; never raises for what the other side does."""

    def close(self) -> None:
        """Let go of connections."""


class _Unbroken(str):
    """The value of a header that is written on one line as it is.

    The library would fold an address that is longer than a line into encoded words, and no mail
    program looks for an address in those. Source: RFC 5322, 2.1.1 allows 998 characters.
    """

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: Policy) -> str:
        """The whole header, as `email.policy` asks for it."""
        return f"{self.name}: {self}{policy.linesep}"


def list_headers(unsubscribe_url: str) -> dict[str, str]:
    """The headers of a letter that goes to many, with which a mail program unsubscribes in one press.

    Raises ValueError for an address that is not https, but for a site on this machine, or that
    cannot stand in a header. Source: RFC 8058, 3.1; RFC 2369, 3.2.
    """
    parts = urlsplit(unsubscribe_url)
    plain = all(32 < ord(letter) < 127 and letter not in "<>," for letter in unsubscribe_url)
    if not plain or len(unsubscribe_url) > LONGEST_LINE // 2 or not parts.hostname:
        raise ValueError("not an address that can stand in a header")
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        raise ValueError("one-click unsubscribe needs https")
    return {
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def compose(
    letter_id: UUID, sender: Sender, to: str, rendered: Rendered, *, unsubscribe_url: str | None = None
) -> EmailMessage:
    """A message with exactly one recipient; the same letter always has the same Message-ID.

    With `unsubscribe_url`, as every letter that goes to many needs one, it carries `list_headers`.
    Raises ValueError when `to` or that address cannot stand in a header.
    """
    if any(ord(letter) < 33 for letter in to) or to.count("@") != 1 or ENCODED in to:
        raise ValueError("not one mail address")
    message = EmailMessage(policy=SMTP)
    domain = sender.address.rpartition("@")[2]
    message["From"] = Address(_as_it_stands(sender.name), addr_spec=sender.address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = _as_it_stands(rendered.subject)
    message["Date"] = clock.now()
    message["Message-ID"] = f"<{letter_id.hex}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in list_headers(unsubscribe_url).items() if unsubscribe_url else ():
        unbroken = _Unbroken(value)
        unbroken.name = name
        message[name] = unbroken
    message.set_content(rendered.text, cte=_encoding(rendered.text))
    message.add_alternative(rendered.html, subtype="html", cte=_encoding(rendered.html))
    return message


def _as_it_stands(text: str) -> str:
    """Text for a header that means nothing but itself.

    The library decodes what looks like an encoded word before it folds, and a line break that was encoded
    would then begin a header of its own. Source: RFC 2047; CPython issue 121650.
    """
    one_line = "".join(" " if unicodedata.category(letter) in _NO_TEXT else letter for letter in text)
    return one_line.replace(ENCODED, "= ?")


def _encoding(text: str) -> str:
    # Plain ASCII is left as it is, so that a link stays whole for whoever reads the raw letter.
    # Source: RFC 5322, 2.1.1: lines of 998 characters at most.
    whole = text.isascii() and all(len(line) < LONGEST_LINE for line in text.splitlines())
    return "7bit" if whole else "quoted-printable"


def transport_for(url: str) -> Transport:
    """The transport of a mail URL: `file:/folder`, `smtp://user:password@host:port?starttls=1`, `smtps://…`.

    Raises ValueError for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Folder(Path(url.removeprefix("file:").removeprefix("//")))
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        return Smtp(parts)
    raise ValueError("a mail URL begins with file:, smtp:// or smtps://")


class Folder:
    """Writes each letter as a file of its own, `.eml`, readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        """Makes `folder` (0700) when it is not there."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def send(self, message: EmailMessage, to: str) -> Answer:
        """Write the message under a temporary name, then rename it: a reader never sees half."""
        stamp = clock.now().strftime("%Y%m%dT%H%M%S%f")
        final = self._folder / f"{stamp}-{os.urandom(4).hex()}.eml"
        draft = final.with_suffix(".part")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(message))
        draft.rename(final)
        return Answer.SENT

    def close(self) -> None:
        """Nothing is kept open."""


class Smtp:
    """Talks to one mail server and keeps the connection for the next letter."""

    def __init__(self, parts: SplitResult) -> None:
        """`parts`: a split `smtp://` or `smtps://` URL."""
        self._parts = parts
        query = parse_qs(parts.query)
        self._starttls = query.get("starttls", ["0"])[0] in ("1", "yes")
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, to: str) -> Answer:
        """Hand over one message. A lost connection or a 4xx answer means later, a 5xx never."""
        try:
            connection = self._connected()
        except (smtplib.SMTPException, OSError):
            self.close()
            return Answer.LATER
        try:
            connection.send_message(message, to_addrs=[to])
        except smtplib.SMTPNotSupportedError:
            # An address in another script than this server can write down.
            self._reset()
            return Answer.REFUSED
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            self._reset()
            return Answer.REFUSED if codes and min(codes) >= PERMANENT else Answer.LATER
        except smtplib.SMTPDataError as error:
            self._reset()
            return Answer.REFUSED if error.smtp_code >= PERMANENT else Answer.LATER
        except (smtplib.SMTPException, OSError):
            self.close()
            return Answer.LATER
        return Answer.SENT

    def close(self) -> None:
        """Say goodbye and forget the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _reset(self) -> None:
        try:
            if self._connection is not None:
                self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        parts, host = self._parts, self._parts.hostname or ""
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if parts.scheme == "smtps":
            connection = smtplib.SMTP_SSL(host, parts.port or 465, timeout=CONNECT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(host, parts.port or 25, timeout=CONNECT_SECONDS)
            if self._starttls:
                connection.starttls(context=context)
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        return connection
