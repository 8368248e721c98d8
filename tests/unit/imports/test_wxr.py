"""Reading export files of WordPress: every shape that it wrote, and none that it never would."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from campaign_actions.imports import wxr
from campaign_actions.imports.wxr import Entry, NotAnExport, Site, Term
from tests.support.made_wxr import A_COMMENT, a_category, a_picture, an_author, an_entry, an_export
from tests.support.measured import run_measured


def read(content: bytes) -> tuple[Site, list[Entry]]:
    file = io.BytesIO(content)
    site, found = wxr.read_site(file, name="old.xml")
    entries = list(wxr.entries(file, name="old.xml"))
    assert len(entries) == found
    return site, entries


def refusal(content: bytes) -> str:
    with pytest.raises(NotAnExport) as refused:
        read(content)
    return refused.value.sentence


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version_is_read_alike(version: str, scheme: str) -> None:
    head = (
        an_author("toktar", "Toktar A.")
        + a_category("news", "News")
        + a_category("strikes", "Strikes", "news")
    )
    entry = an_entry(
        41,
        "<p>Pay them &amp; free them.</p> ]]> end",
        title="Pay & free",
        excerpt="In short",
        terms=[("category", "strikes", "Strikes"), ("post_tag", "oil", "Oil")],
        more=A_COMMENT + A_COMMENT,
    )
    site, (post, picture) = read(
        an_export(
            [entry, a_picture(42, "2012/03/pit.jpg", "The pit", 41)],
            version=version,
            scheme=scheme,
            head=head,
        )
    )
    assert (site.version, site.address, site.language) == (version, "https://old.example.org", "en-US")
    assert site.authors == {"toktar": "Toktar A."}
    assert site.categories == {"news": ("News", ""), "strikes": ("Strikes", "news")}
    assert (post.title, post.number, post.kind, post.status) == ("Pay & free", "41", "post", "publish")
    assert (post.content, post.excerpt) == ("<p>Pay them &amp; free them.</p> ]]> end", "In short")
    assert post.terms == [Term("category", "strikes", "Strikes"), Term("post_tag", "oil", "Oil")]
    assert (post.creator, post.date, post.comments) == ("toktar", "2012-03-05 23:30:00", 2)
    assert (picture.kind, picture.alt, picture.parent) == ("attachment", "The pit", "41")
    assert picture.attachment == "https://old.example.org/wp-content/uploads/2012/03/pit.jpg"


def test_the_address_of_nobody_is_kept() -> None:
    site, entries = read(
        an_export([an_entry(1, more=A_COMMENT)], head=an_author("t", "T", "t@secret.example"))
    )
    assert "secret.example" not in repr((site, entries))
    assert "stranger" not in repr(entries).lower()


def test_a_link_of_another_namespace_is_not_the_link_of_the_site() -> None:
    atom = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="x">elsewhere</atom:link>'
    site, _entries = read(an_export([], head=atom))
    assert site.link == "https://old.example.org"


def test_characters_that_xml_forbids_are_read_as_blanks_and_counted() -> None:
    content = an_export([an_entry(1, "Two\x0bwords\x00")])
    site, (entry,) = read(content)
    assert (entry.content, site.controls) == ("Two words", 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1: This is no well-formed XML"),
        (b"<html><body>Sign in</body></html>", "line 1: This is not an export file of WordPress."),
        (b"<rss><channel><title>News</title></channel></rss>", "it names no WXR version"),
        (an_export([]).replace(b"<wp:wxr_version>1.2<", b"<wp:wxr_version>2.0<"), "WXR version is unknown"),
        (an_export([an_entry(1)]).replace(b"</channel>", b""), "no well-formed XML: mismatched tag"),
        (an_export([an_entry(1)])[:-300], "no well-formed XML"),
        (an_export([an_entry(1, "~")]).replace(b"~", b"\xff"),
         "no well-formed XML: not well-formed"),
        (an_export([]).decode().encode("utf-16"), "line 1: This file is UTF-16."),
        (an_export([]).replace(b"UTF-8", b"no-such"), "The encoding of this file is unknown."),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_in_words(content: bytes, words: str) -> None:
    assert words in refusal(content)
    assert refusal(content).startswith("old.xml, line ")


def test_the_line_of_a_fault_is_told() -> None:
    content = an_export([an_entry(1)]).replace(b"<excerpt:encoded>", b"<excerpt:encoded>\n\n&broken;")
    line = content[: content.index(b"&broken;")].count(b"\n") + 1
    assert refusal(content).startswith(f"old.xml, line {line}: ")


BOMBS = {
    "entities": b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10 if n else b"&b;" * 10) for n in range(12))
    + b"]><rss>&b11;</rss>",
    "external": b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
    "dtd elsewhere": b'<!DOCTYPE rss SYSTEM "http://192.0.2.1/evil.dtd"><rss/>',
    "parameter": b'<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://192.0.2.1/p"> %p;]><rss/>',
    "plain": b"<!DOCTYPE rss><rss/>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_document_type_is_refused(name: str) -> None:
    assert "The file declares a document type." in refusal(b'<?xml version="1.0"?>\n' + BOMBS[name])


def _filled(path: Path, start: bytes, piece: bytes, end: bytes, size: int) -> None:
    with path.open("wb") as file:
        file.write(start)
        for _ in range((size - len(start)) // len(piece)):
            file.write(piece)
        file.write(end)


HEAD, _cut, TAIL = an_export(["@"]).partition(b"@")
LARGE = {
    "51 MB": (HEAD, an_entry(7, "x" * 1000).encode(), TAIL, 51_000_000, "larger than 50 MB"),
    "deep": (HEAD, b"<a>", b"", 1_000_000, "nested more than 64 deep"),
    "long text": (HEAD + b"<item><title>Long</title><description>", b"word " * 200, TAIL, 6_000_000,
                  "A text of “Long” is longer than 5 MB."),
    "long tag": (HEAD + b'<item a="', b"x" * 1000, TAIL, 30_000_000, "A tag here is longer than 1 MB."),
    "many entries": (HEAD, b"<item/>", TAIL, 1_000_000, "more than 100,000 entries"),
    "many categories": (HEAD + b"<item>", b"<category/>", TAIL, 1_000_000, "more than 1,000 categories"),
    "many authors": (HEAD, b"<wp:author/>", TAIL, 5_000_000, "more than 100,000 entries"),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_file_beyond_a_limit_is_refused_in_bounded_time_and_memory(name: str, tmp_path: Path) -> None:
    start, piece, end, size, words = LARGE[name]
    _filled(tmp_path / "old.xml", start, piece, end, size)
    measured = run_measured(READ, tmp_path / "old.xml")
    assert words in measured.output
    assert measured.seconds < 10
    assert measured.grown_bytes < 60_000_000


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_a_second_and_100_mb(name: str, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_bytes(b'<?xml version="1.0"?>\n' + BOMBS[name])
    measured = run_measured(READ, tmp_path / "old.xml")
    assert "document type" in measured.output
    assert measured.seconds < 1
    assert measured.grown_bytes < 100_000_000


def test_a_file_of_nearly_50_mb_is_read_as_a_stream(tmp_path: Path) -> None:
    _filled(tmp_path / "old.xml", HEAD, an_entry(7, "word " * 2000).encode(), TAIL, 49_000_000)
    measured = run_measured(READ, tmp_path / "old.xml")
    assert measured.output.startswith("read 4")
    assert measured.grown_bytes < 60_000_000


READ = """
import sys
from campaign_actions.imports import wxr
measure()
with open(sys.argv[1], "rb") as file:
    try:
        site, found = wxr.read_site(file, name="old.xml")
        print("read", sum(1 for _entry in wxr.entries(file, name="old.xml")))
    except wxr.NotAnExport as refused:
        print(refused.sentence)
"""
