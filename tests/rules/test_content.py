"""Every table goes along in the archive of the site's content, or says why it stays behind."""

from __future__ import annotations

import re

from campaign_actions import tables
from campaign_actions.content import nouns, picture_files
from campaign_actions.infra.database.engine import Base
from tests.support.source import ROOT

PAGE = (ROOT / "docs" / "content-format.md").read_text("utf-8")
LOADED = tables.ALL


def test_every_table_goes_along_or_is_left_out_with_a_reason() -> None:
    kept = {table.name for table in nouns.TABLES}
    assert kept & set(nouns.LEFT_OUT) == set()
    assert kept | set(nouns.LEFT_OUT) == set(Base.metadata.tables)
    assert all(nouns.LEFT_OUT.values())


def test_tables_come_after_those_they_point_to() -> None:
    seen: set[str] = set()
    for table in nouns.TABLES:
        seen.add(table.name)
        pointed = {key.column.table.name for column in nouns.columns(table) for key in column.foreign_keys}
        assert pointed <= seen, table.name


def test_a_column_that_stays_behind_may_be_empty_or_is_made_anew() -> None:
    for table in nouns.TABLES:
        going = {column.name for column in nouns.columns(table)} | set(nouns.rendered(table))
        assert [
            str(column) for column in table.columns if column.name not in going and not column.nullable
        ] == []


def test_the_format_page_names_every_file_with_every_column() -> None:
    rows = re.findall(r"^\| `(\w+)\.jsonl` \| ([^|]+) \|", PAGE, re.MULTILINE)
    told = {name: set(re.findall(r"`(\w+)`", columns)) for name, columns in rows}
    assert told == {
        table.name: {column.name for column in nouns.columns(table)} for table in nouns.TABLES
    } | {nouns.TOTALS: {"action_id", "signatures", "sent"}, nouns.PICTURE_FILES: set(picture_files.KEYS)}


def test_html_is_rendered_from_a_column_that_goes_along() -> None:
    for table in nouns.TABLES:
        going = {column.name for column in nouns.columns(table)}
        assert {name.removesuffix("_html") for name in nouns.rendered(table)} <= going
        assert not [name for name in going if name.endswith("_html")]
