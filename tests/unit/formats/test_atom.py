"""Atom feeds, read back by the most used feed reader there is."""

from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest
from hypothesis import given, strategies as st

from campaign_actions.formats.atom import Entry, Feed, to_bytes

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def an_entry(title: str = "Parole refused", html: str = "<p>Eleven minutes.</p>", **more: object) -> Entry:
    return Entry(
        id="urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        title=title,
        url="https://campaign.example/news/2026/11/parole/",
        updated=NOON,
        html=html,
        **more,  # type: ignore[arg-type]  # given by name
    )


def a_feed(*entries: Entry) -> Feed:
    return Feed(
        id="https://campaign.example/news/",
        title="News",
        feed_url="https://campaign.example/news/feed/",
        page_url="https://campaign.example/news/",
        author="Campaign Kazakhstan",
        updated=NOON,
        language="en",
        entries=entries,
    )


def test_a_reader_finds_everything() -> None:
    entry = an_entry(author="T", summary="Short", published=NOON, categories=["Articles"], language="kk")
    read = feedparser.parse(to_bytes(a_feed(entry)))
    assert read.bozo == 0
    assert (read.version, read.feed.title, read.feed.author) == ("atom10", "News", "Campaign Kazakhstan")
    assert [link.rel for link in read.feed.links] == ["self", "alternate"]
    [found] = read.entries
    assert found.id == "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    assert (found.title, found.author, found.summary) == ("Parole refused", "T", "Short")
    assert found.content[0].value == "<p>Eleven minutes.</p>"
    assert found.content[0].language == "kk"
    assert found.tags[0].term == "Articles"


def test_moments_are_told_in_utc() -> None:
    almaty = NOON.astimezone(timezone(timedelta(hours=5)))
    entry = an_entry(published=almaty)
    assert b"<published>2026-11-22T12:00:00Z</published>" in to_bytes(a_feed(entry))


def test_a_moment_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_bytes(a_feed(an_entry(published=datetime(2026, 11, 22))))  # noqa: DTZ001 - the fault itself


def test_an_empty_feed_is_still_a_feed() -> None:
    read = feedparser.parse(to_bytes(a_feed()))
    assert (read.bozo, read.feed.title, read.entries) == (0, "News", [])


@given(st.text(max_size=100))
def test_no_title_breaks_the_feed_or_adds_an_entry(title: str) -> None:
    read = feedparser.parse(to_bytes(a_feed(an_entry(title="]]><entry>&" + title))))
    assert read.bozo == 0
    assert len(read.entries) == 1
