"""The stamp of the sign form: when it was made and what it showed, the same bytes for everybody.

A page with the form may lie in a shared cache, so the stamp names no visitor. It is good
for seven days; after that, or when the words have changed, the form is shown again, filled in.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from flask import current_app

from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import WeakSettings
from campaign_actions.errors import Busy
from campaign_actions.signatures import consents, tools as signing_tools
from campaign_actions.signatures.signing import Shown
from campaign_actions.signatures.tools import Tools
from campaign_actions.web.settings import settings

log = logging.getLogger(__name__)

SLOT_SECONDS = 600
GOOD_FOR_SLOTS = 7 * 24 * 3600 // SLOT_SECONDS
PURPOSE = b"form stamp"
PARTS = 7


def tools() -> Tools:
    """What signing needs besides the database, made once a process. Raises Busy when keys cannot be read."""
    kept = current_app.extensions
    if "campaign_tools" not in kept:
        try:
            kept["campaign_tools"] = signing_tools.load(settings())
        except WeakSettings as error:
            log.error("keys cannot be read", exc_info=error)  # noqa: TRY400 - Busy is the answer, this the cause
            raise Busy from None
    found: Tools = kept["campaign_tools"]
    return found


def shown_by(action: ActionPage) -> Shown:
    """What the form of `action` shows now."""
    addressed = "\n".join((*action.targets, "", *action.copies, "", action.card.title))
    return Shown(
        text_version=action.text_version,
        text_revision=action.text_revision,
        consent_version=consents.CURRENT,
        targets_digest=hashlib.sha256(addressed.encode()).hexdigest()[:16],
        delete_on=action.delete_on,
        text_locale=action.card.locale,
    )


def make(action_id: UUID, shown: Shown, keys: Sequence[str], *, now: datetime) -> str:
    """The stamp of a form made now, under the newest (first) of `keys`; alike for ten minutes."""
    body = ".".join(
        (
            str(int(now.timestamp()) // SLOT_SECONDS),
            str(shown.text_version),
            str(shown.text_revision),
            str(shown.consent_version),
            shown.targets_digest,
            shown.delete_on.isoformat(),
            shown.text_locale,
        )
    )
    return f"{body}.{_seal(action_id, body, keys[0])}"


def read(stamp: str, action_id: UUID, keys: Sequence[str], *, now: datetime) -> Shown | None:
    """What the form showed; None for a stamp that is forged, too old, or another action's.

    Too old is over seven days, or made by a release whose stamps said less.
    """
    body, _dot, seal = stamp.rpartition(".")
    if not any(
        hmac.compare_digest(seal.encode("utf-8", "replace"), _seal(action_id, body, key).encode())
        for key in keys
    ):
        return None
    parts = body.split(".")
    if len(parts) != PARTS:
        return None
    slot, version, revision, consent, targets, delete_on, locale = parts
    age = int(now.timestamp()) // SLOT_SECONDS - int(slot)
    if age > GOOD_FOR_SLOTS:
        return None
    return Shown(int(version), int(revision), int(consent), targets, date.fromisoformat(delete_on), locale)


def _seal(action_id: UUID, body: str, key: str) -> str:
    message = PURPOSE + b"\0" + action_id.bytes + b"\0" + body.encode("utf-8", "replace")
    return hmac.digest(key.encode(), message, "sha256")[:16].hex()
