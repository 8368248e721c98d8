"""Signatures written straight into the database, sealed as `signing` seals them, for tests of lists."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from campaign_actions.actions.models import Level
from campaign_actions.infra.database.engine import writing
from campaign_actions.signatures import signing
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools

DAY = date(2026, 11, 20)
LEVELS = (Level.TEAM, Level.TARGET, Level.EVERYONE)


def a_row(tools: Tools, action_id: UUID, name: str = "Marta Lindqvist", **values: Any) -> dict[str, Any]:
    """One confirmed signature as columns; `email` goes into the sealed record."""
    digest = os.urandom(16)
    email = values.pop("email", "marta@example.org")
    row: dict[str, Any] = {
        "email_digest": digest,
        "action_id": action_id,
        "id": uuid4(),
        "state": int(State.CONFIRMED),
        "level": Level.TARGET,
        "country": "SE",
        "locale": "en",
        "text_version": 1,
        "consent_version": 1,
        "source": "site",
        "signed_on": DAY,
        "proved_on": DAY,
        "delete_on": DAY + timedelta(days=180),
        "letter_no": 1,
        "code_tries": 0,
        "wants_updates": False,
        "sealed": signing.seal_person(tools, action_id, digest, name=name, email=email),
        "public_name": None,
    }
    return row | values


def store(rows: list[dict[str, Any]]) -> None:
    """Write rows in one transaction."""
    with writing() as connection:
        connection.execute(insert(Signature), rows)


def many(tools: Tools, action_id: UUID, count: int, **values: Any) -> None:
    """Store `count` confirmed signatures of numbered people, all levels in turn, over ten days."""
    rows = [
        a_row(
            tools,
            action_id,
            f"Person {number}",
            email=f"person{number}@example.org",
            **{"level": LEVELS[number % 3], "signed_on": DAY - timedelta(days=number % 10)} | values,
        )
        for number in range(count)
    ]
    store(rows)
