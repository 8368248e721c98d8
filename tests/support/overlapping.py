"""Two changes at once on PostgreSQL, in an order that no luck decides."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import text

from campaign_actions.infra.database.engine import db, writing
from tests.support.live import until

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def overlapping(app: Flask, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do `first`, and before it is committed begin `second`, which waits for it; what `second` gives.

    Each in its own `writing()`; raises what `second` raises.
    """

    def late() -> Any:
        with app.app_context(), writing():
            return second()

    with ThreadPoolExecutor(1) as pool:
        with writing():
            first()
            answer = pool.submit(late)
            until(lambda: _somebody_waits() or answer.done(), "the second change never began")
        return answer.result(timeout=60)


def _somebody_waits() -> bool:
    with db.engine.connect() as connection:
        return bool(connection.execute(WAITING).scalar())
