"""Stories of articles: taken in from listings, read in archives, tied to their actions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Page, expect

from campaign_actions.cli import imports
from campaign_actions.config import Settings
from tests.support.browser import Watch
from tests.support.content import an_article, link
from tests.support.people import follow, log_in, press, reads, write
from tests.support.story import Story

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
CATEGORY = """Write to the governor

: March 01, 2012
Appeals /

The poet has not seen a doctor since [...]

Miners strike again

: February 27, 2012
Articles /

Nobody was paid since July and the pit is [...]
"""
AUTHOR = """All posts by T

Write to the governor

The poet has not seen a doctor since he was

Letter from the steppe

2 May 2012 It snowed on the day when
"""


@pytest.fixture
def listings(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> tuple[Path, Path]:
    """The two real listing pages where they are at hand, else two invented ones like them."""
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CAMPAIGN_SECRET_KEY", settings.secret_keys[0])
    if SEEDS.is_dir():
        first, second = sorted(SEEDS.glob("*.txt"))
        return first, second
    pages = tmp_path / "category.txt", tmp_path / "author.txt"
    for path, text in zip(pages, (CATEGORY, AUTHOR), strict=True):
        path.write_text(text, "utf-8")
    return pages


def take_in(listings: tuple[Path, Path]) -> str:
    words = ["listing", *map(str, listings)]
    done = CliRunner().invoke(imports.import_group, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def titles(page: str) -> list[str]:
    """Titles of the articles in a list."""
    return re.findall(r'<h3><a href="/news/[^"]+">(.*?)</a></h3>', page)


def test_s01_listing_pages_imported_twice_give_each_article_once(
    story: Story, listings: tuple[Path, Path]
) -> None:
    first = take_in(listings)
    assert re.match(r"[1-9]\d* new articles", first)
    assert re.search(r"guess|date", first)
    reader = story.stranger()
    pages = {path: reader.get(path) for path in ("/category/appeals/", "/category/articles/", "/author/t/")}
    for page in pages.values():
        found = titles(page.text)
        assert found
        assert len(found) == len(set(found))
    excerpt = re.compile(r'<p class="ex">[^<]+…</p>')
    assert all(excerpt.search(page.text) for page in pages.values())
    assert re.search(r'<time datetime="201\d-\d\d-\d\d">', pages["/category/appeals/"].text)
    assert re.search(r"\b0 new\b", take_in(listings))
    assert {path: titles(reader.get(path).text) for path in pages} == {
        path: titles(page.text) for path, page in pages.items()
    }


def test_s02_a_category_has_only_its_own_newest_first_and_an_end(
    story: Story, page: Page, watch: Watch
) -> None:
    days = [date(2014, 1, 1) + timedelta(days=day) for day in range(23)]

    def fill() -> None:
        for day in days:
            an_article(title=f"Appeal of {day}", dated_on=day, categories=("Appeals",))
        an_article(title="Only an article")

    story.inside(fill)
    page.goto("/category/appeals/page/1/")
    assert page.url.endswith("/category/appeals/")
    rows = page.locator("main h3")
    newest = [f"Appeal of {day}" for day in reversed(days)]
    expect(rows).to_have_text(newest[:20])
    follow(page, "Next page")
    expect(rows).to_have_text(newest[20:])
    assert "page 2 of 2" in page.title()
    watch.expect("status of 404")
    answer = page.goto("/category/appeals/page/3/")
    assert answer is not None
    assert answer.status == 404
    follow(page, "Go to the last page")
    expect(rows).to_have_text(newest[20:])


def test_s03_all_posts_by_an_author_are_as_many_as_its_heading_says(story: Story, page: Page) -> None:
    def fill() -> None:
        for number in range(22):
            an_article(title=f"Report {number}", author="T")
        an_article(title="A guest writes", author="Aigul")

    story.inside(fill)
    page.goto("/author/t/")
    expect(page.get_by_role("heading", level=1)).to_have_text("All posts by T")
    reads(page, "22 articles")
    found = page.locator("main h3").all_inner_texts()
    follow(page, "Next page")
    found += page.locator("main h3").all_inner_texts()
    assert sorted(found) == sorted(f"Report {number}" for number in range(22))


TEXT = """Read https://example.org/report and write to office@example.org today.

<script>document.title = "ran"</script>

<p onclick="document.title = 'ran'">Press here</p>

<img src="/nothing.png" onerror="document.title = 'ran'">
"""


def test_s04_addresses_become_links_and_nothing_foreign_runs(story: Story, page: Page) -> None:
    log_in(page, story.a_user()[0])
    page.goto("/desk/news/new/")
    write(page, "Title", "<script>document.title = 'ran'</script> Strike")
    write(page, "Text", TEXT)
    press(page, "Save and preview")
    for _look in ("preview", "published"):
        for target in ("https://example.org/report", "mailto:office@example.org"):
            expect(page.locator(f'.prose a[href="{target}"]')).to_be_visible()
        page.get_by_text("Press here").click()
        assert page.title() != "ran"
        expect(page.locator(".prose [onclick], .prose script, .prose img")).to_have_count(0)
        page.goto("/desk/news/")
        follow(page, "<script>")
        if page.get_by_role("button", name="Publish the article").count():
            press(page, "Publish the article")
        follow(page, "The page readers see")


def test_s07_an_article_shows_its_action_and_the_action_its_articles(story: Story, page: Page) -> None:
    action = story.an_action(title="Release Arman Tolegen", goals=(1000,))

    def tie() -> str:
        article = an_article(title="He was sentenced today")
        link(action.card.id, article.id)
        return article.slug

    slug = story.inside(tie)
    supporter = story.supporter(action)
    supporter.sign()
    supporter.client.post(story.link("marta@example.org"))
    story.work()
    page.goto(f"/news/2014/12/{slug}/")
    card = page.get_by_role("complementary")
    expect(card).to_contain_text("Release Arman Tolegen")
    expect(card).to_contain_text("New. 1 person has signed so far.")
    expect(card).to_contain_text("999 to go to 1,000")
    expect(card.get_by_role("progressbar")).to_have_attribute("value", "1")
    follow(page, "Sign the letter")
    expect(page.get_by_role("button", name="Sign the letter")).to_be_visible()
    follow(page, "He was sentenced today")
    assert page.url.endswith(f"/news/2014/12/{slug}/")
