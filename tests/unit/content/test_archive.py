"""Archives that lie, are damaged, or would cost too much are refused with a word why; nothing is unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign_actions.content import archive, moving
from campaign_actions.content.archive import BadArchive
from tests.support.made_content import Files, an_archive, repacked
from tests.support.measured import run_measured


@pytest.fixture
def right(tmp_path: Path) -> Path:
    return an_archive(tmp_path / "content.zip")


def refusal(path: Path) -> str:
    with pytest.raises(BadArchive) as refused:
        moving.check(path)
    return refused.value.sentence


def swapped(name: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def changed(files: Files) -> Files:
        assert old in files[name]
        return {name: files[name].replace(old, new, 1)}

    return changed


def test_one_that_is_right_is_read(right: Path) -> None:
    assert set(moving.check(right).values()) == {1}


def test_one_that_was_packed_again_is_read(right: Path) -> None:
    assert moving.check(repacked(right, lambda _files: {}))


BAD: dict[str, tuple[Callable[[Files], Files], str]] = {
    "a path": (lambda _files: {"../../etc/cron.d/x": b"x"},
        "This archive holds other files than this version writes."),
    "an absolute path": (lambda _files: {"/etc/x": b"x"}, "This archive holds other files"),
    "one more": (lambda _files: {"signature.jsonl": b"{}\n"}, "This archive holds other files"),
    "no JSON": (swapped("article.jsonl", b"{", b"["), "article.jsonl, line 1 is not"),
    "no object": (lambda _files: {"tag.jsonl": b"[]\n"}, "tag.jsonl, line 1 is not"),
    "deep JSON": (lambda _files: {"tag.jsonl": b"[" * 200_000 + b"\n"}, "tag.jsonl, line 1 is not"),
    "no UTF-8": (lambda _files: {"tag.jsonl": b"\xff\n"}, "tag.jsonl, line 1 is not"),
    "a long line": (lambda _files: {"tag.jsonl": b"x" * archive.MAX_LINE}, "tag.jsonl"),
    "other columns": (swapped("author.jsonl", b'"name"', b'"nome"'), "other columns"),
    "one column twice": (swapped("tag.jsonl", b'"title"', b'"slug":"x","title"'), "no JSON object"),
    "nothing where something must be": (swapped("tag.jsonl", b'"title":"a"', b'"title":null'),
        "title is missing"),
    "a bad state": (swapped("article.jsonl", b'"state":"draft"', b'"state":"secret"'),
        "state cannot be that"),
    "a bad slug": (swapped("category.jsonl", b'"slug":"', b'"slug":"../'), "slug cannot be that"),
    "a bad day": (swapped("action_text.jsonl", b'"made_on":"2', b'"made_on":"x'), "made_on cannot be that"),
    "a moment of nowhere": (swapped("article.jsonl", b"+00:00", b""), "changed_at cannot be that"),
    "a bad number": (swapped("article.jsonl", b'"version":1', b'"version":1e99'), "version cannot be that"),
    "a huge number": (swapped("article.jsonl", b'"version":1', b'"version":' + b"9" * 5000),
        "no JSON object"),
    "a word for yes": (swapped("action.jsonl", b'"at_risk":true', b'"at_risk":1'), "at_risk cannot be that"),
    "a bad id": (swapped("article.jsonl", b'"id":"', b'"id":"x'), "id cannot be that"),
    "a bad zone": (swapped("action.jsonl", b'"zone":"', b'"zone":"../../'), "zone cannot be that"),
    "a bad language": (swapped("article.jsonl", b'"locale":"en"', b'"locale":"xx"'), "locale cannot be that"),
    "a bad link": (swapped("case_fact.jsonl", b"https:", b"javascript:"), "source_url cannot be that"),
    "a bad redirect": (swapped("redirect.jsonl", b'"new":"', b'"new":"/'), "redirect.jsonl, line 1 is not"),
    "a long title": (swapped("tag.jsonl", b'"title":"', b'"title":"' + b"x" * 200), "title cannot be that"),
    "a NUL": (swapped("tag.jsonl", b'"title":"', b'"title":"\\u0000'), "title cannot be that"),
    "half a letter": (swapped("tag.jsonl", b'"title":"', b'"title":"\\ud800'), "title cannot be that"),
    "a negative total": (swapped("total.jsonl", b'"signatures":', b'"signatures":-'),
        "a total cannot be that"),
    "a total of none": (swapped("total.jsonl", b'"action_id":"', b'"action_id":"x'),
        "total.jsonl, line 1 is not"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_no_site_of_ours_wrote_is_refused(right: Path, name: str) -> None:
    changed, words = BAD[name]
    assert words in refusal(repacked(right, changed))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"version": 1', b'"version": 2', "Another version of this program wrote the archive."),
        (b'"format": "campaign', b'"format": "other', "This is no archive of a site's content."),
        (b"{", b"[", "The manifest of the archive cannot be read."),
        (b'"rows": 1', b'"rows": 2', "is not what the manifest says."),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(right: Path, old: bytes, new: bytes, words: str) -> None:
    assert words in refusal(repacked(right, swapped(archive.MANIFEST, old, new), honest=False))


def test_a_file_that_the_manifest_does_not_know_is_refused(right: Path) -> None:
    other = repacked(right, swapped("tag.jsonl", b'"a"', b'"b"'), honest=False)
    assert refusal(other) == "tag.jsonl is not what the manifest says."


def test_a_missing_file_is_refused(right: Path) -> None:
    with zipfile.ZipFile(right) as packed, zipfile.ZipFile(right.with_name("b.zip"), "w") as fewer:
        for name in packed.namelist()[1:]:
            fewer.writestr(name, packed.read(name))
    assert refusal(right.with_name("b.zip")) == "This archive holds other files than this version writes."


def test_two_files_of_one_name_are_refused(right: Path) -> None:
    with zipfile.ZipFile(right, "a") as packed, pytest.warns(UserWarning, match="Duplicate name"):
        packed.writestr("tag.jsonl", b"")
    assert refusal(right) == "This archive holds other files than this version writes."


@pytest.mark.parametrize("cut", [0, 10, 1000, -1, -30])
def test_a_file_cut_short_is_refused(right: Path, cut: int) -> None:
    (right.parent / "cut.zip").write_bytes(right.read_bytes()[:cut])
    assert refusal(right.parent / "cut.zip")


def test_a_byte_changed_in_the_content_is_found(right: Path) -> None:
    content = right.read_bytes()
    for place in range(0, len(content) - 6000, 97):
        flipped = bytearray(content)
        flipped[place] ^= 1
        (right.parent / "flipped.zip").write_bytes(flipped)
        try:
            # A byte of a member's own header may be one that nobody reads.
            assert moving.check(right.parent / "flipped.zip") == moving.check(right)
        except BadArchive:
            continue


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.zip").startswith("The file cannot be read")
    assert refusal(tmp_path).startswith("The file cannot be read")


def test_a_bomb_is_refused_by_its_ratio_in_bounded_time_and_memory(right: Path) -> None:
    bomb = repacked(right, lambda _files: {"tag.jsonl": b"0" * 300_000_000 + b"\n"})
    assert bomb.stat().st_size < 2_000_000
    measured = run_measured(CHECK, bomb)
    assert "tag.jsonl is packed suspiciously small." in measured.output
    assert measured.seconds < 1
    assert measured.grown_bytes < 50_000_000


CHECK = """
import sys
from pathlib import Path
from campaign_actions.content import moving
measure()
try:
    moving.check(Path(sys.argv[1]))
except moving.BadArchive as refused:
    print(refused.sentence)
"""
