"""Articles from an export of WordPress: complete, clean, each once, and led to from where they were."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign_actions.articles import editing
from campaign_actions.articles.models import Article, ArticleState, Author, Category
from campaign_actions.audit import Entry
from campaign_actions.cli import imports
from campaign_actions.config import Settings
from campaign_actions.imports import importing, listing, wordpress, wxr
from campaign_actions.imports.models import ImportedEntry, ImportedMedia
from campaign_actions.imports.wordpress_report import WordPressReport
from campaign_actions.infra import redirects
from campaign_actions.infra.database.engine import session, writing
from tests.support.made_wxr import A_COMMENT, a_category, a_picture, an_author, an_entry, an_export

pytestmark = pytest.mark.usefixtures("database")

TOKTAR = an_author("toktar", "Toktar A.")


@pytest.fixture
def take_in(settings: Settings) -> Any:
    def run(*entries: str, dry_run: bool = False, **about: Any) -> WordPressReport:
        about.setdefault("head", TOKTAR)
        file = io.BytesIO(an_export(entries, **about))
        return imports.take_in_export(file, "old.xml", settings, dry_run=dry_run)

    return run


def only() -> Article:
    session.expire_all()
    return session.scalars(select(Article)).one()


def rows(*tables: type) -> list[int]:
    return [session.scalars(select(func.count()).select_from(table)).one() for table in tables]


def led(old: str) -> str:
    found = redirects.find(session.connection(), [old])
    return found[1] if found else ""


def test_a_post_becomes_an_article(take_in: Any) -> None:
    report = take_in(
        an_entry(
            41,
            "<!-- wp:paragraph -->\n<p>Pay <b>them</b>.</p>\n<!-- /wp:paragraph -->",
            title="Pay &amp; <i>free</i> them",
            name="pay-them",
            excerpt="<p>In short.</p>",
            terms=[("category", "news", "News"), ("post_tag", "oil", "Oil"), ("post_format", "x", "Aside")],
        )
    )
    article = only()
    assert (article.title, article.slug, article.state) == (
        "Pay & free them",
        "pay-them",
        ArticleState.PUBLISHED,
    )
    assert (article.body, article.body_html) == ("Pay **them**.", "<p>Pay <strong>them</strong>.</p>\n")
    assert (article.summary, article.excerpt, article.excerpt_only) == ("In short.", "Pay them.", False)
    assert (article.dated_on, article.locale) == (date(2012, 3, 5), "en")
    assert article.created_at == datetime(2012, 3, 5, 17, 30, tzinfo=UTC)
    assert article.author is not None
    assert article.author.name == "Toktar A."
    assert [category.title for category in article.categories] == ["News"]
    assert [tag.title for tag in article.tags] == ["Oil"]
    assert (report.published, report.drafts, report.kinds["post"]) == (1, 0, 1)


def test_old_addresses_lead_to_it(take_in: Any) -> None:
    take_in(
        an_entry(41, name="%d0%bd%d0%b5%d1%84%d1%82%d1%8c", link="https://old.example.org/2012/03/нефть/")
    )
    assert only().slug == "neft"
    assert led("?p=41") == led("/2012/03/нефть/") == "/news/undated/neft/"


def test_a_link_to_another_site_leads_nowhere(take_in: Any) -> None:
    take_in(an_entry(41, link="https://elsewhere.example/2012/03/a/"))
    assert led("/2012/03/a/") == ""


@pytest.mark.parametrize(
    "values",
    [
        {"status": "draft"},
        {"status": "pending"},
        {"status": "private"},
        {"status": "future", "date": "2031-03-05 10:00:00"},
        {"password": "secret"},
        {"kind": "page"},
        {"date": "2031-03-05 10:00:00"},
    ],
)
def test_what_was_not_public_and_pages_become_drafts(take_in: Any, values: dict[str, str]) -> None:
    report = take_in(an_entry(41, **values))
    assert only().state is ArticleState.DRAFT
    assert (report.published, report.drafts) == (0, 1)


def test_what_was_never_public_has_no_old_address(take_in: Any) -> None:
    take_in(an_entry(41, status="private"), an_entry(42, kind="page", link="https://old.example.org/about/"))
    assert (led("?p=41"), led("/about/")) == ("", "/news/undated/post-42/")


def test_a_password_does_not_reach_the_database(take_in: Any) -> None:
    report = take_in(an_entry(41, password="sesame"))
    assert "sesame" not in " ".join(report.lines())
    assert "“Post 41” had a password. It is a draft." in report.notes


@pytest.mark.parametrize("status", ["trash", "auto-draft"])
def test_the_bin_is_left_alone(take_in: Any, status: str) -> None:
    assert take_in(an_entry(41, status=status)).binned == 1
    assert rows(Article) == [0]


def test_comments_and_other_kinds_are_counted_and_left_out(take_in: Any) -> None:
    report = take_in(
        an_entry(1, more=A_COMMENT * 2), an_entry(2, kind="nav_menu_item"), an_entry(3, kind="feedback")
    )
    assert report.comments == 2
    assert "Comments left out: 2." in report.lines()
    assert "Left out, not articles: 1 nav_menu_item, 1 feedback." in report.lines()
    assert "The file holds 3 entries: 1 post, 1 nav_menu_item, 1 feedback." in report.lines()
    assert rows(Article) == [1]


def test_media_are_kept_as_addresses(take_in: Any) -> None:
    report = take_in(an_entry(41), a_picture(42, "2012/pit.jpg", "The pit", 41))
    media = session.scalars(select(ImportedMedia)).one()
    assert media.url == "https://old.example.org/wp-content/uploads/2012/pit.jpg"
    assert (media.alt, media.parent, media.origin) == ("The pit", "41", "old.example.org")
    assert "Media: 1, 1 of them new in the list. Nothing was fetched." in report.lines()


def test_a_caption_is_a_figure_and_other_shortcodes_are_text(take_in: Any) -> None:
    take_in(
        an_entry(
            1,
            '[caption id="a" width="300"]<img src="https://old.example.org/a.jpg" alt="A" /> '
            'Seen by T[/caption]\n\nThen [gallery ids="1"] and [embed]https://video.example/1[/embed]',
        )
    )
    assert only().body == (
        "![A](https://old.example.org/a.jpg) Seen by T\n\n"
        'Then \\[gallery ids="1"\\] and\n\nhttps://video.example/1'
    )


def test_scripts_go_and_are_named(take_in: Any) -> None:
    report = take_in(
        an_entry(1, "<p onclick='x()'>Hi<script>steal()</script><iframe src='//x'></iframe></p>")
    )
    assert only().body_html == "<p>Hi</p>\n"
    assert report.notes == ["“Post 1”: left out of the text: iframe, script."]


def test_categories_stand_in_those_above_them_too(take_in: Any) -> None:
    head = a_category("news", "News") + a_category("oil", "Oil", "news") + a_category("pits", "Pits", "oil")
    terms = [("category", "pits", "Pits"), ("category", "uncategorized", "Uncategorized")]
    take_in(an_entry(1, terms=terms), head=head)
    assert [category.title for category in only().categories] == ["News", "Oil", "Pits"]


def test_categories_in_a_circle_end(take_in: Any) -> None:
    head = a_category("a", "A", "b") + a_category("b", "B", "a")
    take_in(an_entry(1, terms=[("category", "a", "A")]), head=head)
    assert [category.title for category in only().categories] == ["A", "B"]


def test_an_address_is_no_authors_name(take_in: Any) -> None:
    take_in(an_entry(1, creator="t@example.org"), head="")
    assert (only().author_id, rows(Author)) == (None, [0])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"date": "2012-03-05 23:30:00", "date_gmt": "2012-03-05 17:30:00"}, date(2012, 3, 5)),
        ({"date": "0000-00-00 00:00:00", "date_gmt": "2012-03-05 22:00:00"}, date(2012, 3, 6)),
        ({"date": "", "date_gmt": "", "pub_date": "Mon, 05 Mar 2012 17:30:00 +0000"}, date(2012, 3, 5)),
        ({"date": "", "date_gmt": "", "pub_date": "Thu, 30 Nov -0001 00:00:00 +0000"}, None),
        ({"date": "2012-02-31 00:00:00", "date_gmt": "0000-00-00 00:00:00", "pub_date": ""}, None),
    ],
)
def test_the_day_is_that_of_the_old_site(
    settings: Settings, values: dict[str, str], expected: date | None
) -> None:
    from campaign_actions.imports import posts

    (entry,) = wxr.entries(io.BytesIO(an_export([an_entry(1, **values)])), name="old.xml")
    post = posts.read(entry, wxr.Site(), zone="Asia/Almaty", today=date(2026, 1, 1))
    assert post.dated_on == expected


def test_an_entry_without_a_title_gets_its_first_words(take_in: Any) -> None:
    take_in(an_entry(1, "<p>One two three four five six seven eight nine</p>", title="", name=""))
    assert (only().title, only().slug) == (
        "One two three four five six seven eight …", "one-two-three-four-five-six-seven-eight",
    )  # fmt: skip


def test_twice_is_once(take_in: Any) -> None:
    entries = [an_entry(1), an_entry(2, kind="page"), a_picture(3, "a.jpg"), an_entry(4, name="post-1")]
    first = take_in(*entries)
    assert (first.published, first.drafts, first.media_new) == (2, 1, 1)
    tables = (Article, ImportedEntry, ImportedMedia, redirects.Redirect, Category, Author)
    before = rows(*tables)
    second = take_in(*entries)
    assert (second.published, second.drafts, second.unchanged, second.media_new) == (0, 0, 3, 0)
    assert rows(*tables) == before
    assert second.media_known == 1


def test_what_an_organiser_changed_since_stays(take_in: Any) -> None:
    take_in(an_entry(1))
    with writing():
        only().title = "Better"
    take_in(an_entry(1, "<p>Other text.</p>", title="Other"))
    assert (only().title, only().body) == ("Better", "Text.")


def test_the_same_numbers_at_another_site_are_other_articles(take_in: Any) -> None:
    take_in(an_entry(1))
    other = an_export([an_entry(1)]).replace(b"old.example.org", b"older.example.org")
    site, _found = wxr.read_site(io.BytesIO(other), name="b.xml")
    run = wordpress.WordPressImport(site, name="b.xml", zone="UTC", writes=True)
    with writing() as connection:
        run.take(run.prepare(list(wxr.entries(io.BytesIO(other), name="b.xml"))), connection)
    assert rows(Article) == [2]


def test_a_dry_run_writes_nothing_and_says_the_same(take_in: Any) -> None:
    entries = [
        an_entry(1),
        an_entry(2, name="post-1", kind="page"),
        a_picture(3, "a.jpg"),
        an_entry(4, "<script>"),
    ]
    dry = take_in(*entries, dry_run=True)
    assert rows(Article, ImportedEntry, ImportedMedia, Author, Entry, redirects.Redirect) == [0] * 6
    assert take_in(*entries).lines() == dry.lines()


def test_a_file_that_breaks_off_writes_nothing(settings: Settings) -> None:
    content = an_export([an_entry(number) for number in range(1, 40)])[:-60]
    with pytest.raises(wxr.NotAnExport):
        imports.take_in_export(io.BytesIO(content), "old.xml", settings)
    assert rows(Article, ImportedEntry, Author, Entry) == [0, 0, 0, 0]


def test_a_run_that_stopped_goes_on_where_it_was(take_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpress, "BATCH", 2)
    entries = [an_entry(number) for number in range(1, 6)]
    broken = iter([None, None, RuntimeError("the power went")])
    audit_or_stop = wordpress.WordPressImport.take

    def take(self: Any, batch: Any, connection: Any) -> None:
        audit_or_stop(self, batch, connection)
        if stop := next(broken, None):
            raise stop

    with monkeypatch.context() as stopped:
        stopped.setattr(wordpress.WordPressImport, "take", take)
        with pytest.raises(RuntimeError):
            take_in(*entries)
    assert rows(Article, ImportedEntry) == [4, 4]
    report = take_in(*entries)
    assert (report.published, report.unchanged) == (1, 4)
    assert rows(Article, ImportedEntry) == [5, 5]


def test_a_beginning_from_a_listing_page_gets_its_text(take_in: Any) -> None:
    page = "Post 1\n\n: March 05, 2012\nAppeals /\n\nThe pit is [...]\n"
    imports.take_in(importing.in_order([("a.txt", listing.parse(page, name="a.txt"))]), ["a.txt"])
    report = take_in(an_entry(1, "<p>The pit is closed.</p>", terms=[("category", "news", "News")]))
    assert (report.merged, report.published) == (1, 0)
    assert (only().body, only().excerpt_only) == ("The pit is closed.", False)
    assert [category.title for category in only().categories] == ["Appeals", "News"]
    assert take_in(an_entry(1)).unchanged == 1


def test_a_text_too_long_to_edit_is_skipped_with_its_place(take_in: Any) -> None:
    report = take_in(an_entry(1, "x" * (editing.MAX_BODY + 1)), an_entry(2))
    (skip,) = report.skipped
    assert skip.where.startswith("old.xml, line ")
    assert "“Post 1”" in skip.where
    assert skip.reason.startswith("its text is longer than 400,000 characters")
    assert only().slug == "post-2"


def test_a_run_is_noted_without_any_title(take_in: Any) -> None:
    take_in(an_entry(1, title="Nobody's name"))
    entry = session.scalars(select(Entry).where(Entry.deed == "article.import")).one()
    assert entry.details == {"files": ["old.xml"], "new": 1, "merged": 0, "skipped": 0}
