"""Stories of finding: by hostile words, by names in any spelling, and by addresses of the old site."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from campaign_actions.infra import redirects
from campaign_actions.infra.database.engine import writing
from tests.support.browser import Watch
from tests.support.content import a_case, an_article, headings_of
from tests.support.keyboard import activate, fill
from tests.support.people import follow
from tests.support.story import Story


def test_s05_hostile_words_are_searched_for_and_nothing_runs(
    story: Story, page: Page, page_without_script: Page, watch: Watch
) -> None:
    story.an_action(title="Release Arman Tolegen")
    for visitor in (page, page_without_script):
        visitor.goto("/")
        for words in ('"><script>document.title = "ran"</script>', "%", "NEAR(", "'"):
            field = visitor.get_by_role("searchbox", name="Search")
            fill(visitor, field, words)
            field.press("Enter")
            expect(visitor.locator("main")).to_contain_text(f"No results for {words}.")
            assert visitor.title().startswith("Search: ")
            expect(visitor.get_by_role("searchbox")).to_have_value(words)
            expect(visitor.locator("main script")).to_have_count(0)
        fill(visitor, visitor.get_by_role("searchbox"), "tolegan")
        activate(visitor, visitor.get_by_role("button", name="Search"))
        follow(visitor, "tolegen")
        follow(visitor, "Release Arman Tolegen")
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Release Arman Tolegen")
    assert page.context.cookies() == []


def test_s06_an_exact_title_or_slug_comes_first_and_all_spellings_find_the_same(story: Story) -> None:
    action = story.an_action(title="Release Arman Tolegen", slug="release-arman-tolegen")
    story.an_action(title="Release Arman Tolegen and his brother", slug="release-both")
    story.inside(lambda: a_case(name="Арман Төлеген"))
    story.inside(lambda: an_article(title="He writes", body="Release Arman Tolegen, says the union."))
    reader = story.stranger()
    for words in ("Release Arman Tolegen", "release arman tolegen", "release-arman-tolegen"):
        page = reader.client.get("/search/", query_string={"q": words}).text
        assert next(words for level, words in headings_of(page) if level == 3) == action.card.title
    found = {
        words: [
            heading
            for heading in headings_of(reader.client.get("/search/", query_string={"q": words}).text)
            if heading[0] > 1
        ]
        for words in ("Tolegen", "Төлеген", "Толеген", "tolegen", "ТОЛЕГЕН")
    }
    assert (3, "Арман Төлеген") in found["Tolegen"]
    assert all(headings == found["Tolegen"] for headings in found.values())


def test_s08_addresses_of_the_old_site_lead_on_and_unknown_ones_to_the_search(story: Story) -> None:
    def fill() -> None:
        an_article(title="Write to the governor", dated_on=date(2012, 3, 1), categories=("Appeals",))
        with writing() as connection:
            redirects.leave(connection, "?p=231", "/news/2012/03/write-to-the-governor/")

    story.inside(fill)
    reader = story.stranger()
    leads = {
        "/2012/03/write-to-the-governor/": "/news/2012/03/write-to-the-governor/",
        "/?p=231": "/news/2012/03/write-to-the-governor/",
        "/feed/": "/news/feed/",
        "/2012/03/": "/news/2012/03/",
        "/2012/": "/news/2012/",
    }
    for old, new in leads.items():
        answer = reader.get(old)
        assert (answer.status_code, answer.location) == (301, new), old
        assert reader.get(new).status_code == 200
    assert reader.get("/category/appeals/feed/").status_code == 200
    for unknown in ("/2012/03/never-written/", "/?p=232", "/2009/01/"):
        answer = reader.get(unknown)
        assert (answer.status_code, 'role="search"' in answer.text) == (404, True), unknown
