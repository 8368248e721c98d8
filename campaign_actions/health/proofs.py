"""Keys, and the last proof that each opens what is sealed to it, made by worker or command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from campaign_actions.health import marks
from campaign_actions.health.marks import Mark
from campaign_actions.infra import clock
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.public_keys import BadKeyFile

PROOF_DAYS = 90


@dataclass(frozen=True)
class Key:
    """A public key of this site: name of its file, fingerprint in digits and in words, last proof."""

    name: str
    fingerprint: str
    spoken: str
    proof: Mark | None

    @property
    def fails(self) -> bool:
        """Whether the last proof met a record that did not open."""
        return self.proof is not None and self.proof.ill > 0

    @property
    def is_stale(self) -> bool:
        """Whether nobody has proved it for 90 days."""
        return self.proof is None or clock.now() - self.proof.at > timedelta(days=PROOF_DAYS)


def known(connection: Connection, folder: Path) -> list[Key]:
    """Every public key in `folder`; none when one of the files is damaged."""
    try:
        named = public_keys.named(folder)
    except BadKeyFile:
        return []
    return [
        Key(
            name,
            public_keys.fingerprint(key),
            public_keys.spoken(key),
            marks.read(connection, marks.of_key(key)),
        )
        for name, key in named.items()
    ]
