from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from campaign_actions.articles import editing, publishing, queries
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.models import Article, ArticleState, Category
from campaign_actions.audit import Entry
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import an_article
from tests.support.overlapping import overlapping

pytestmark = pytest.mark.usefixtures("database")


def make(**words: Any) -> Article:
    with writing():
        return editing.make(ArticleWords(**{"title": "A strike"} | words), by=None)


def save(article_id: UUID, seen: int, **words: Any) -> Article:
    with writing():
        return editing.save(
            article_id, ArticleWords(**{"title": "A strike"} | words), by=None, seen_version=seen
        )


def test_markdown_is_kept_and_shown_as_clean_html() -> None:
    made = make(body="**Paid** in full. <script>alert(1)</script>\n\nSee https://example.org/a.")
    assert made.body.startswith("**Paid**")
    assert "<strong>Paid</strong>" in made.body_html
    assert "<script" not in made.body_html
    assert '<a href="https://example.org/a"' in made.body_html


def test_the_excerpt_is_the_first_55_words_without_headings() -> None:
    made = make(body="## Heading\n\n" + " ".join(f"word{number}" for number in range(80)))
    assert made.excerpt.startswith("word0 ")
    assert made.excerpt.endswith("word54\u00a0…")


def test_a_short_text_is_its_own_excerpt() -> None:
    assert make(body="Nobody was paid.").excerpt == "Nobody was paid."


def test_a_save_on_an_old_version_is_refused_and_overwrites_nothing() -> None:
    made = make(body="First")
    article_id = made.id
    assert save(article_id, 1, body="Second").version == 2
    with pytest.raises(Refused, match="Somebody else saved this article"):
        save(article_id, 1, body="Third")
    kept = session.get_one(Article, article_id)
    assert (kept.body, kept.version) == ("Second", 2)


def test_saving_an_article_that_is_gone_is_refused() -> None:
    with pytest.raises(Refused):
        save(UUID(int=1), 1)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"summary": "x" * 501}, "summary"),
        ({"body": "x" * (editing.MAX_BODY + 1)}, "body"),
        ({"body": "nul \x00"}, "body"),
        ({"author": "x" * 121}, "author"),
        ({"categories": ("x" * 121,)}, "categories"),
        ({"locale": "xx"}, "locale"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_at_their_field(words: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        make(**words)
    assert refusal.value.field == field
    assert session.scalars(select(Article)).all() == []


def test_equal_titles_get_addresses_of_their_own() -> None:
    slugs = [make(title="Third anniversary").slug for _time in range(3)]
    assert slugs == ["third-anniversary", "third-anniversary-2", "third-anniversary-3"]


def test_a_long_title_keeps_the_address_it_was_numbered_at() -> None:
    title = "a" * 100
    make(title=title)
    second = make(title=title)
    assert second.slug == "a" * 78 + "-2"
    assert save(second.id, 1, title=title, body="Text").slug == "a" * 78 + "-2"


def test_a_title_without_letters_we_can_write_still_gets_an_address() -> None:
    assert [make(title="罢工").slug, make(title="!?").slug] == ["article", "article-2"]


def test_the_address_follows_a_draft_and_stays_once_published() -> None:
    made = make(title="First", body="Text")
    article_id = made.id
    assert save(article_id, 1, title="Second", body="Text").slug == "second"
    with writing():
        publishing.publish(session.get_one(Article, article_id), by=None)
    version = session.get_one(Article, article_id).version
    assert save(article_id, version, title="Third", body="Text").slug == "second"


def test_categories_and_authors_are_made_once_whatever_the_case() -> None:
    make(categories=("Appeals", "appeals ", "Open letters", ""), author="T")
    make(categories=("APPEALS",), author=" T ")
    assert sorted(session.scalars(select(Category.title))) == ["Appeals", "Open letters"]
    assert [shelf.slug for shelf in queries.authors()] == []
    assert queries.author_named("t") is not None


def test_names_in_letters_we_cannot_write_stay_apart() -> None:
    first, second = (
        make(author="ნინო", categories=("უწყება",)),
        make(author="მარიამი", categories=("ამბავი",)),
    )
    assert [made.author.name for made in (first, second) if made.author] == ["ნინო", "მარიამი"]
    assert [made.categories[0].title for made in (first, second)] == ["უწყება", "ამბავი"]
    assert make(author="ნინო").author_id == first.author_id


@pytest.mark.engines("postgres")
def test_of_two_drafts_written_at_once_both_are_kept(app: Flask) -> None:
    words = ArticleWords(title="Third anniversary")
    slug = overlapping(app, lambda: editing.make(words, by=None), lambda: editing.make(words, by=None).slug)
    assert slug == "third-anniversary-2"


@pytest.mark.engines("postgres")
def test_the_second_of_two_that_withdraw_at_once_is_refused(app: Flask) -> None:
    view = an_article()

    def withdraw(reason: str) -> None:
        publishing.withdraw(session.get_one(Article, view.id), reason, by=None)

    with pytest.raises(Refused, match="Only a published article"):
        overlapping(app, lambda: withdraw("It was wrong."), lambda: withdraw("Other words."))
    assert session.get_one(Article, view.id).withdrawn_reason == "It was wrong."


def test_correcting_a_published_article_dates_the_correction() -> None:
    view = an_article(title="A strike", body="8 June")
    assert view.updated_on is None
    save(view.id, view.version, title="A strike", body="8 June", dated_on=date(2014, 12, 8))
    unchanged = session.get_one(Article, view.id)
    assert unchanged.updated_on is None
    corrected = save(view.id, unchanged.version, title="A strike", body="9 June")
    assert corrected.updated_on is not None


def test_an_imported_beginning_stays_until_somebody_writes_the_text() -> None:
    with writing():
        article = Article(slug="old", title="Old", excerpt="It began", excerpt_only=True)
        session.add(article)
    kept = save(article.id, 1, title="Old", summary="A summary")
    assert (kept.excerpt, kept.excerpt_only) == ("It began", True)
    written = save(article.id, 2, title="Old", body="It began and went on.")
    assert (written.excerpt, written.excerpt_only) == ("It began and went on.", False)


def test_publishing_dates_an_undated_draft_and_twice_is_once() -> None:
    made = make(body="Text")
    with writing():
        publishing.publish(made, by=None)
        publishing.publish(made, by=None)
    assert made.dated_on is not None
    assert made.state is ArticleState.PUBLISHED
    deeds = [entry.deed for entry in session.scalars(select(Entry))]
    assert deeds.count("article.publish") == 1


def test_an_empty_article_is_not_published() -> None:
    made = make(body="")
    with pytest.raises(Refused) as refusal, writing():
        publishing.publish(made, by=None)
    assert refusal.value.field == "body"


def test_withdrawing_keeps_the_reason_and_only_works_on_what_is_published() -> None:
    made = make(body="Text")
    with pytest.raises(Refused), writing():
        publishing.withdraw(made, "It was wrong.", by=None)
    with writing():
        publishing.publish(made, by=None)
        publishing.withdraw(made, "  It was\nwrong. ", by=None)
    assert made.state is ArticleState.WITHDRAWN
    assert made.withdrawn_reason == "It was wrong."
