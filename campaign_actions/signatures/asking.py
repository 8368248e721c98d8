"""One letter to each person whose signature another tool collected: who confirms in it is counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, insert, update

from campaign_actions.actions import wording
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import _
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.infra.mail.models import Letter, LetterKind
from campaign_actions.infra.sealing import previews
from campaign_actions.signatures import consents, identity, links, moving, signing
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.tools import Tools
from campaign_actions.signatures.unverified import Person

# So that people who sit and wait for their letter do not wait behind all of these.
EACH_AFTER = timedelta(seconds=0.5)


def refuse_unless_open(connection: Connection, action: ActionPage) -> None:
    """Raise Refused for an action that takes no signatures now, or whose words were just changed."""
    signing.refuse_if_shut(connection, action.card.id)
    words = (action.card.locale, action.text_version, action.text_revision)
    if not wording.freeze(connection, action.card.id, *words):
        raise Refused(_("Somebody changed the words of this action just now. Start again."))


def is_unasked() -> ColumnElement[bool]:
    """Rows of another tool whose owners no letter has gone to."""
    return and_(moving.is_imported(), Signature.letter_no == 0)


def ask(
    connection: Connection, action: ActionPage, people: Sequence[Person], tools: Tools, *, before: int = 0
) -> int:
    """Leave a letter for each of `people` who is here as unverified and was never asked; gives how many.

    They leave two a second, behind `before` others of the same run.
    The page behind it shows the words and the agreement of today, and those are what confirming says yes
    to; so the day of the signature is today as well. Raises Refused as `refuse_unless_open` does.
    """
    refuse_unless_open(connection, action)
    asked = 0
    for person in people:
        due = clock.now() + EACH_AFTER * (before + asked)
        asked += _ask(connection, action, person, tools, due)
    return asked


def _ask(connection: Connection, action: ActionPage, person: Person, tools: Tools, due: datetime) -> bool:
    digest = identity.digest_of(connection, action.card.id, person.email, tools.pepper)
    secret, now = links.new_secret(), clock.now()
    details = json.dumps({"n": person.name, "e": person.email}, ensure_ascii=False).encode()
    # Nobody sits before a page that asks for a code, so the second key is thrown away.
    preview = previews.make(secret, links.new_secret(), details)
    here = moving.key_is(digest, action.card.id)
    asked = (
        update(Signature)
        .where(here, is_unasked())
        .values(
            letter_no=1,
            lettered_at=now,
            link_hash=links.hash_of_confirm(secret),
            preview=preview,
            signed_on=now.date(),
            text_version=action.text_version,
            text_locale=action.card.locale,
            consent_version=consents.CURRENT,
        )
    )
    if connection.execute(asked.returning(Signature.id)).first() is None:
        return False
    letter_id = uuid4()
    payload = {"e": person.email, "k": secret.hex(), "c": "", "l": action.card.locale}
    row = {
        "id": letter_id,
        "kind": LetterKind.IMPORTED,
        "action_id": action.card.id,
        "email_digest": digest,
        "link_hash": links.hash_of_confirm(secret),
        "sealed": tools.mail_sealer.seal("letter", letter_id, digest, json.dumps(payload).encode()),
        "created_at": due,
    }
    connection.execute(insert(Letter), row)
    outbox.leave(connection, "letter", letter_id, Lane.CONFIRM, due_at=due)
    return True
