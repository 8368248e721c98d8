"""A forgotten password: a link by mail, good for an hour and once. It does not go round the second step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from campaign_actions.accounts.models import User
from campaign_actions.infra import clock, digests, tokens
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.infra.mail.models import Letter, LetterKind
from campaign_actions.infra.sealing.records import NO_DIGEST, Sealer

PURPOSE = "new password"
GOOD_FOR_SECONDS = 3600


def ask(connection: Connection, email: str, locale: str, sealer: Sealer) -> None:
    """Leave a sealed letter that the worker answers or drops; the same work for every address."""
    letter_id = uuid4()
    payload = json.dumps({"e": email, "l": locale}, ensure_ascii=False).encode()
    row = {
        "id": letter_id,
        "kind": LetterKind.RESET,
        "action_id": None,
        "email_digest": None,
        "link_hash": None,
        "sealed": sealer.seal("letter", letter_id, NO_DIGEST, payload),
        "created_at": clock.now(),
    }
    connection.execute(insert(Letter), row)
    outbox.leave(connection, "letter", letter_id, Lane.SERVICE)


def token(user: User, secret_keys: Sequence[str]) -> str:
    """What stands in the link. It dies with the password of today, and so can be used once."""
    return tokens.sign(PURPOSE, f"{user.id} {_mark(user)}", secret_keys)


def find(token: str, secret_keys: Sequence[str]) -> User | None:
    """The user of a link; None when it is forged, too old or used, or the user may not log in."""
    text = tokens.read(PURPOSE, token, secret_keys, max_age_seconds=GOOD_FOR_SECONDS)
    user = session.get(User, UUID(text.split()[0])) if text else None
    if user is None or text is None or not user.active:
        return None
    return user if text.split()[1] == _mark(user) else None


def _mark(user: User) -> str:
    return digests.plain(b"password of today", user.password_hash.encode()).hex()[:16]
