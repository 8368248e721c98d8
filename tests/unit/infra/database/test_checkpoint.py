"""The write-ahead log is emptied, and a reader in the way is no error."""

from pathlib import Path

import pytest
from sqlalchemy import text

from campaign_actions.infra import facts
from campaign_actions.infra.database import locks
from campaign_actions.infra.database.engine import db, writing

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.engines("sqlite")]


def write(value: str) -> None:
    with writing() as connection:
        facts.put(connection, "key", value)


def log_size() -> int:
    return Path(f"{db.engine.url.database}-wal").stat().st_size


def test_a_checkpoint_leaves_an_empty_log() -> None:
    write("one")
    assert log_size() > 0
    assert locks.checkpoint(db.engine)
    assert log_size() == 0


def test_a_reader_in_the_way_is_told_and_the_next_checkpoint_succeeds() -> None:
    with db.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM site_fact"))
        write("two")
        assert not locks.checkpoint(db.engine)
    assert locks.checkpoint(db.engine)
    assert log_size() == 0
