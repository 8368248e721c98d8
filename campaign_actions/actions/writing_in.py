"""Letters people write themselves: whom to, what it says to begin with, and the way into a mail program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import select

from campaign_actions.actions.models import ActionTarget, ActionText, Target
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra import markup
from campaign_actions.infra.database.engine import session

# Mail programs and systems cut or refuse longer links.
MOST_ENCODED = 1_800


@dataclass(frozen=True)
class Addressee:
    """Somebody the letter goes to; `postal` is the address line by line, either way may be empty."""

    id: UUID
    name: str
    postal: tuple[str, ...]
    email: str

    @property
    def is_reachable(self) -> bool:
        """Whether there is an address of either sort."""
        return bool(self.postal or self.email)


@dataclass(frozen=True)
class LetterWords:
    """What a letter begins with in one language: plain subject and text, notes as cleaned HTML."""

    locale: str
    subject: str
    text: str
    points_html: str
    avoid_html: str


@dataclass(frozen=True)
class MailLink:
    """A `mailto:` address; `cut` when only the beginning of the text fitted into it."""

    address: str
    cut: bool


def addressees(action_id: UUID) -> list[Addressee]:
    """Those an action's letter is addressed to or copied to, in order, with their addresses."""
    statement = (
        select(Target)
        .join(ActionTarget, ActionTarget.target_id == Target.id)
        .where(ActionTarget.action_id == action_id)
        .order_by(ActionTarget.position, Target.name)
    )
    return [
        Addressee(target.id, target.name, tuple(target.address.splitlines()), target.email)
        for target in session.scalars(statement)
    ]


def words_of(action: ActionPage) -> dict[str, LetterWords]:
    """The letter in each language that has a text of it, by language code."""
    statement = select(ActionText).where(
        ActionText.action_id == action.card.id, ActionText.version == action.text_version
    )
    return {
        text.locale: LetterWords(
            text.locale, text.subject, markup.to_text(text.letter_html), text.points_html, text.avoid_html
        )
        for text in session.scalars(statement)
        if text.letter_html
    }


def signed_text(text: str, name: str, town: str) -> str:
    """The letter with name and town under it, each on a line of its own where it is given."""
    return "\n".join([text.rstrip(), *([""] if name or town else []), *filter(None, (name, town))])


def mail_link(emails: Sequence[str], subject: str, text: str, *, note: str) -> MailLink:
    """The link that opens a mail program with the letter in it.

    A text of over 1,800 encoded characters ends after the last word that fits, with `note` under
    it. Addresses must have been checked; line ends become CRLF. Source: RFC 6068.
    """
    body = "\r\n".join(text.splitlines())
    cut = len(quote(body, safe="")) > MOST_ENCODED
    if cut:
        ending = f"\r\n\r\n{note}"
        body = _beginning(body, MOST_ENCODED - len(quote(ending, safe=""))) + ending
    to = ",".join(quote(email, safe="@+") for email in emails)
    return MailLink(f"mailto:{to}?subject={quote(subject, safe='')}&body={quote(body, safe='')}", cut)


def _beginning(text: str, most: int) -> str:
    used = 0
    for place, letter in enumerate(text):
        used += len(quote(letter, safe=""))
        if used > most:
            head = text[:place]
            return (head.rpartition(" ")[0] or head).rstrip()
    return text
