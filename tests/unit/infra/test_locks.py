"""What durability and erasure on SQLite rest on, read back from real connections."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign_actions.errors import Busy
from campaign_actions.infra.database import locks
from campaign_actions.infra.database.engine import db, writing

pytestmark = pytest.mark.engines("sqlite")

# By the numbers of SQLite's manual: FULL is 2, and only FULL survives a power cut.
WANTED = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_every_connection_writes_through_and_wipes_what_it_deletes(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            with db.engine.connect() as connection:
                found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in WANTED}
            db.engine.dispose()
            assert found == WANTED


@pytest.mark.usefixtures("database")
def test_who_waits_too_long_for_the_writer_lock_is_told_so() -> None:
    with locks.writer_lock(db.engine), pytest.raises(Busy), locks.writer_lock(db.engine, 0.1):
        pass
    with writing() as connection:
        assert connection.in_transaction()
