"""Named places where a test may make the process die, to prove that nothing is lost there."""

from __future__ import annotations

import os

POINTS = frozenset(
    {
        "sign.written",
        "sign.committed",
        "confirm.moved",
        "confirm.ledger",
        "fold.deleted",
        "fold.added",
        "letter.claimed",
        "letter.sent",
        "letter.marked",
        "export.rows",
        "export.renamed",
        "export.marked",
        "purge.batch",
        "review.moved",
        "review.batch",
        "mailing.listed",
        "mailing.claimed",
        "mailing.sent",
        "mailing.marked",
    }
)


def here(point: str) -> None:
    """Die at once, without any cleaning up, if the environment names this point; else nothing."""
    if os.environ.get("CAMPAIGN_CRASH_AT") == point:
        os._exit(9)
