"""Letters with an update: to somebody who asked for news, whose address is opened here, or to try it out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from campaign_actions.accounts.models import User
from campaign_actions.actions import queries as actions
from campaign_actions.actions.models import Update, UpdateState
from campaign_actions.actions.queries import ActionCard
from campaign_actions.infra import clock
from campaign_actions.infra.mail import rendering
from campaign_actions.opening.letters import Dropped, Kept, Office, Outgoing, page_address
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import addresses, unsubscribing
from campaign_actions.signatures.mailing_models import Mailing, MailingRow, MailingState, MailingTest
from campaign_actions.signatures.models import Signature, UpdateAddress
from campaign_actions.signatures.states import State

LOOK_AGAIN = timedelta(hours=1)
# An address in a letter has to say on which site it is.
_LOCAL = {"body": "](/", "html": 'href="/'}


@dataclass(frozen=True, eq=False)
class Batch:
    """What the letters of a batch share: `opener` holds the private updates keys, `cards` what was read."""

    opener: Opener
    cards: dict[tuple[UUID, str], ActionCard | None] = field(default_factory=dict)

    def card(self, action_id: UUID, locale: str) -> ActionCard | None:
        """An action in a reader's language, read once a batch."""
        key = action_id, locale
        if key not in self.cards:
            self.cards[key] = _card(action_id, locale)
        return self.cards[key]


def decide(
    connection: Connection, letter_id: UUID, office: Office, batch: Batch
) -> Outgoing | Kept | Dropped:
    """What becomes of one letter of a mailing.

    None leaves to somebody who has unsubscribed or withdrawn meanwhile. Raises records.CannotOpen when
    no key here opens the address.
    """
    row = connection.execute(_to_somebody().where(MailingRow.letter_id == letter_id)).first()
    if row is None:
        return Dropped("gone")
    if row.mailing_state is not MailingState.RUNNING or row.version != row.update_version:
        return Kept(clock.now() + LOOK_AGAIN)
    if row.update_state is not UpdateState.PUBLISHED:
        return Dropped("superseded")
    if row.sealed is None or row.signature_state != State.CONFIRMED:
        return Dropped("unsubscribed")
    reader = json.loads(batch.opener.open("updates", row.action_id, row.email_digest, row.sealed))
    token = unsubscribing.write(row.action_id, row.email_digest, office.tools.pepper)
    leave = page_address(office, reader["l"], f"/my/unsubscribe/{token}")
    card = batch.card(row.action_id, reader["l"])
    to = addresses.deliverable(reader["e"])
    return _letter(row, office, card, to=to, locale=reader["l"], leave=leave)


def try_out(connection: Connection, test_id: UUID, office: Office) -> Outgoing | Dropped:
    """The same letter to the user who wants to see it first; nothing in it is about a supporter."""
    columns = (MailingTest.subject, MailingTest.locale.label("reads"), User.email, *_WORDS)
    row = connection.execute(
        select(*columns)
        .join(User, User.id == MailingTest.user_id)
        .join(Update, Update.id == MailingTest.update_id)
        .where(MailingTest.id == test_id, User.active.is_(True))
    ).first()
    if row is None:
        return Dropped("gone")
    card = _card(row.action_id, row.reads)
    return _letter(row, office, card, to=row.email, locale=row.reads, leave=None)


def _card(action_id: UUID, locale: str) -> ActionCard | None:
    found = actions.by_id(action_id, locale)
    return found.card if found else None


_WORDS = (
    *(Update.action_id, Update.number, Update.locale, Update.title, Update.body, Update.body_html),
    *(Update.version, Update.state.label("update_state")),
)


def _to_somebody() -> Any:
    its_address = and_(
        UpdateAddress.email_digest == MailingRow.email_digest,
        UpdateAddress.action_id == MailingRow.action_id,
    )
    its_signature = and_(
        Signature.email_digest == MailingRow.email_digest, Signature.action_id == MailingRow.action_id
    )
    columns = (
        *(MailingRow.email_digest, UpdateAddress.sealed, Signature.state.label("signature_state")),
        *(Mailing.subject, Mailing.state.label("mailing_state"), Mailing.update_version),
    )
    return (
        select(*columns, *_WORDS)
        .select_from(MailingRow)
        .join(Mailing, Mailing.id == MailingRow.mailing_id)
        .join(Update, Update.id == Mailing.update_id)
        .join(Signature, its_signature)
        .outerjoin(UpdateAddress, its_address)
    )


def _letter(
    row: Any, office: Office, card: ActionCard | None, *, to: str, locale: str, leave: str | None
) -> Outgoing | Dropped:
    if card is None:
        return Dropped("gone")
    place = f"/actions/{card.slug}/"
    rendered = rendering.render(
        "update",
        locale,
        is_test=leave is None,
        subject=row.subject,
        update=row,
        body=_with_site(row.body, "body", office),
        html=_with_site(row.body_html, "html", office),
        title=card.title,
        # A test of a draft leads to the action: the update has no address yet.
        link=page_address(office, locale, f"{place}updates/{row.number}/" if row.number else place),
        leave=leave,
        site=office.settings.site_name,
    )
    return Outgoing(to, rendered, leave)


def _with_site(text: str, kind: str, office: Office) -> str:
    start = _LOCAL[kind]
    return text.replace(start, f"{start[:-1]}{office.settings.site_url}/")
