"""Workbooks, JSON and print lists, read back with other people's readers."""

import html
import io
import json
from pathlib import Path

import openpyxl
import tinyhtml5

from campaign_actions.formats import json_lines, manifest, print_list, xlsx
from campaign_actions.formats.csv_lines import Cell

HEADER = ("number", "name", "email", "country", "day")
NAMES = [
    "=1+1",
    "+7",
    "@SUM(A1)",
    "-x",
    "http://example.org",
    "Әлия Қайратқызы",
    "<b>'\"&",
    "12",
    "\ud7ff",
    " x ",
]
ROWS: list[list[Cell]] = [
    [number, name, f"p{number}@example.org", "KZ" if number % 2 else None, "2026-11-20"]
    for number, name in enumerate(NAMES * 100, 1)
]


def test_a_workbook_has_texts_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with path.open("wb") as file:
        xlsx.write(file, HEADER, ROWS, folder=tmp_path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [list(row) for row in sheet.iter_rows()]
    assert [cell.value for cell in cells[0]] == list(HEADER)
    assert [[cell.value for cell in row] for row in cells[1:]] == ROWS
    assert {cell.data_type for row in cells[1:] for cell in row if cell.value is not None} == {"n", "s"}
    assert {row[1].data_type for row in cells[1:]} == {"s"}
    assert not [cell for row in cells for cell in row if cell.hyperlink]
    assert manifest.count_rows(path, "xlsx") == len(ROWS)
    assert [found.name for found in tmp_path.iterdir()] == ["list.xlsx"]


def test_json_lines_say_what_the_rows_say(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_bytes(b"".join(json_lines.write(HEADER, ROWS)))
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [list(row.values()) for row in found] == ROWS
    assert set(found[0]) == set(HEADER)
    assert manifest.count_rows(path, "jsonl") == len(ROWS)


def test_osdi_has_a_person_in_each_signature() -> None:
    pieces = json_lines.write_osdi(HEADER, ROWS[:3], action="release", total=3)
    found = json.loads(b"".join(pieces))
    signatures = found["_embedded"]["osdi:signatures"]
    assert found["total_records"] == len(signatures) == 3
    assert signatures[0]["identifiers"] == ["campaign-actions:release-1"]
    assert signatures[0]["action_date"] == "2026-11-20"
    person = signatures[0]["_embedded"]["osdi:person"]
    assert person["given_name"] == "=1+1"
    assert person["email_addresses"] == [{"address": "p1@example.org", "primary": True}]
    assert person["postal_addresses"] == [{"country": "KZ", "primary": True}]
    assert "postal_addresses" not in signatures[1]["_embedded"]["osdi:person"]


def test_a_print_list_is_a_page_that_runs_nothing() -> None:
    pieces = print_list.write(HEADER, ROWS[:10], title="<script>x</script>", line="3 & more", language="kk")
    page = b"".join(pieces).decode()
    tree = tinyhtml5.parse(io.BytesIO(page.encode()), namespace_html_elements=False)
    names = [cell.text or "" for cell in tree.findall(".//tbody/tr/td[2]")]
    assert names == NAMES
    assert not tree.findall(".//script")
    assert html.escape("<script>x</script>") in page
    assert "http-equiv" in page
