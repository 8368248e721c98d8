"""A manifest names every way in which a file differs from it."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from campaign_actions.formats import csv_lines, manifest
from campaign_actions.formats.manifest import Manifest


def a_manifest(file: Path, rows: int = 2, file_format: str = "csv") -> Manifest:
    return Manifest(
        action="Release Arman Tolegen",
        purpose="deliver",
        moment=datetime(2026, 11, 22, 12, tzinfo=UTC),
        rows=rows,
        columns=["name", "country"],
        sha256=manifest.sha256_of(file),
        file_format=file_format,
        counts_by_state={"confirmed": 3, "waiting": 1},
        counts_by_level={"everyone": 2, "team": 1},
        text_versions={1: 1, 2: 1},
        filter={"level": "target, everyone"},
    )


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_bytes(b"".join(csv_lines.write(["name", "country"], [["Ann\nLee", "GB"], ["=1+1", "KZ"]])))
    return file


def test_a_whole_file_has_no_breach(list_file: Path) -> None:
    assert manifest.verify(a_manifest(list_file).to_bytes(), list_file) == []


def test_equal_manifests_give_equal_bytes_and_read_back(list_file: Path) -> None:
    one = a_manifest(list_file)
    other = replace(
        one,
        counts_by_state={"waiting": 1, "confirmed": 3},
        moment=one.moment.astimezone(timezone(timedelta(hours=5))),
    )
    assert one.to_bytes() == other.to_bytes()
    assert manifest.read(one.to_bytes()) == one


def test_a_changed_byte_is_told(list_file: Path) -> None:
    papers = a_manifest(list_file).to_bytes()
    list_file.write_bytes(list_file.read_bytes().replace(b"GB", b"DE"))
    [breach] = manifest.verify(papers, list_file)
    assert "SHA-256" in breach


def test_a_missing_row_is_told_with_both_numbers(list_file: Path) -> None:
    [breach] = manifest.verify(a_manifest(list_file, rows=3).to_bytes(), list_file)
    assert breach == "The file has 2 rows, the manifest says 3."


def test_a_file_of_another_kind_is_told(list_file: Path) -> None:
    list_file.write_bytes(b"\xff\xfe\x00binary")
    breaches = manifest.verify(a_manifest(list_file).to_bytes(), list_file)
    assert breaches == ["The file is no readable csv file."]


@pytest.mark.parametrize(
    "papers", [b"", b"{}", b"[]", b"\xff", b'{"kind": "campaign-actions manifest", "version": 2}']
)
def test_a_damaged_manifest_is_told(papers: bytes, list_file: Path) -> None:
    [breach] = manifest.verify(papers, list_file)
    assert "manifest cannot be read" in breach


def test_rows_of_json_lines_and_workbooks_are_counted(tmp_path: Path) -> None:
    lines = tmp_path / "list.jsonl"
    lines.write_text('{"n": 1}\n{"n": "a\u2028b"}\n', encoding="utf-8")
    assert manifest.verify(a_manifest(lines, 2, "jsonl").to_bytes(), lines) == []
    workbook = tmp_path / "list.xlsx"
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = "".join(f'<row r="{row}"><c t="s"><v>{row}</v></c></row>' for row in range(1, 100_002))
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    assert manifest.count_rows(workbook, "xlsx") == 100_000
    assert manifest.verify(a_manifest(lines, 2, "xlsx").to_bytes(), lines) == [
        "The file is no readable xlsx file."
    ]


def test_a_print_list_is_checked_by_its_bytes_alone(tmp_path: Path) -> None:
    page = tmp_path / "list.html"
    page.write_text("<!doctype html>", encoding="utf-8")
    assert manifest.verify(a_manifest(page, 99, "print").to_bytes(), page) == []
