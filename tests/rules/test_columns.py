"""Each column is known to say something about a supporter or not; one that nobody thought about fails."""

from __future__ import annotations

from campaign_actions import tables
from campaign_actions.infra.database.engine import Base
from tests.support import columns

TABLES = tables.ALL
# What only ever stands in rows about supporters.
TELLING = ("email_digest", "sealed", "preview", "public_name", "prefix_digest")


def test_every_column_of_every_table_is_listed_and_no_other() -> None:
    found = {
        table.name: sorted(column.name for column in table.columns) for table in Base.metadata.tables.values()
    }
    known = {table: sorted(names) for table, (_kind, names) in columns.listed().items()}
    assert known == found, f"say in {columns.LIST.name} what a new column is about"


def test_every_table_is_of_a_known_kind() -> None:
    assert {kind for kind, _names in columns.listed().values()} <= set(columns.KINDS)


def test_a_table_with_a_telling_column_is_about_supporters() -> None:
    wrong = [
        table
        for table, (kind, names) in columns.listed().items()
        if kind != "supporter" and set(names) & set(TELLING)
    ]
    assert wrong == []
