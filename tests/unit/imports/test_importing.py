from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from campaign_actions.articles import editing, publishing, queries
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.models import Article, ArticleState
from campaign_actions.audit import Entry
from campaign_actions.cli import imports
from campaign_actions.imports import importing, listing
from campaign_actions.imports.report import Report
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import an_article, queries_made

pytestmark = pytest.mark.usefixtures("database")

SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"
HAS_SEEDS = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"there are no real listings in {SEEDS}")

CATEGORY = """Miners strike again

: March 05, 2012
Articles /

Nobody was paid since July and the pit is [...]

Write to the governor

: March 01, 2012
Appeals /

The poet has not seen a doctor since [...]
"""
AUTHOR = """All posts by T

Miners strike again

Nobody was paid since July and the pit is closed until

Letter from the steppe

2 May 2012 It snowed on the day when
"""
OTHER_CATEGORY = CATEGORY.replace("Articles /", "Solidarity / Articles /")
PAGES = {"category.txt": CATEGORY, "author.txt": AUTHOR, "other.txt": OTHER_CATEGORY}

Told = tuple[str, date | None, str, tuple[str, ...], str, bool]


def take_in(*names: str, **texts: str) -> Report:
    pages = [(name, listing.parse(PAGES.get(name) or texts[name], name=name)) for name in [*names, *texts]]
    return imports.take_in(importing.in_order(pages), [name for name, _page in pages])


def numbers(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.merged, report.unchanged, len(report.skipped)


def told() -> list[Told]:
    """What every article tells, apart from its own id and times."""
    articles = session.scalars(select(Article).options(selectinload(Article.categories)))
    return sorted(
        (
            article.title,
            article.dated_on,
            article.author.name if article.author else "",
            tuple(category.title for category in article.categories),
            article.excerpt,
            article.excerpt_only,
        )
        for article in articles
    )


EXPECTED: list[Told] = [
    ("Letter from the steppe", None, "T", (), "2 May 2012 It snowed on the day when", True),
    (
        "Miners strike again",
        date(2012, 3, 5),
        "T",
        ("Articles", "Solidarity"),
        "Nobody was paid since July and the pit is closed until",
        True,
    ),
    (
        "Write to the governor",
        date(2012, 3, 1),
        "",
        ("Appeals",),
        "The poet has not seen a doctor since",
        True,
    ),
]


@pytest.mark.parametrize("order", list(permutations(PAGES)))
def test_files_in_any_order_and_twice_give_the_same_articles(order: tuple[str, ...]) -> None:
    for name in order:
        take_in(name)
    assert told() == EXPECTED
    for name in order:
        assert numbers(take_in(name))[:2] == (0, 0)
    assert told() == EXPECTED


def test_all_files_at_once_give_the_same_articles() -> None:
    assert numbers(take_in(*PAGES)) == (3, 0, 0, 0)
    assert told() == EXPECTED


def test_a_second_run_finds_everything_known() -> None:
    take_in("category.txt")
    before = session.scalars(select(func.max(Article.version))).one()
    assert numbers(take_in("category.txt")) == (0, 0, 2, 0)
    assert session.scalars(select(func.max(Article.version))).one() == before


def test_imported_articles_are_published_and_at_their_addresses() -> None:
    take_in("category.txt")
    found = queries.by_slug("miners-strike-again")
    assert found is not None
    assert (found.state, found.dated_on, found.categories) == (
        ArticleState.PUBLISHED,
        date(2012, 3, 5),
        (("articles", "Articles"),),
    )


def test_a_date_that_a_text_begins_with_is_guessed_and_not_taken() -> None:
    report = take_in("author.txt")
    assert [guess for guess in report.guesses if "2 May 2012" in guess] == report.guesses
    assert len(report.guesses) == 1


def test_the_same_title_on_another_day_is_another_article() -> None:
    take_in("category.txt")
    later = CATEGORY.replace("March 05, 2012", "March 05, 2013")
    assert numbers(take_in(later=later)) == (1, 0, 1, 0)
    found = session.execute(
        select(Article.slug, Article.dated_on).where(Article.title == "Miners strike again")
    )
    assert sorted(tuple(row) for row in found) == [
        ("miners-strike-again", date(2012, 3, 5)),
        ("miners-strike-again-2", date(2013, 3, 5)),
    ]


def test_a_title_that_fits_two_days_is_skipped_with_its_place() -> None:
    take_in("category.txt", later=CATEGORY.replace("March 05, 2012", "March 05, 2013"))
    report = take_in("author.txt")
    assert numbers(report) == (1, 0, 0, 1)
    assert report.skipped[0].where == "author.txt, line 3"


def test_titles_that_differ_in_quotes_case_and_spaces_are_one() -> None:
    take_in(a="All posts by T\n\nRosa’s   release!\n\nShe is free and\n")
    assert numbers(take_in(b="All posts by T\n\nROSA'S RELEASE\n\nShe is free and\n")) == (0, 0, 1, 0)


def test_what_an_organiser_wrote_is_kept() -> None:
    take_in("category.txt")
    article = editing.find("miners-strike-again")
    assert article is not None
    with writing():
        editing.save(
            article.id,
            ArticleWords(title="Miners strike once more", body="Our own text.", dated_on=date(2012, 3, 5)),
            by=None,
            seen_version=article.version,
        )
    assert numbers(take_in("author.txt"))[:2] == (1, 1)
    kept = queries.by_slug("miners-strike-again")
    assert kept is not None
    assert (kept.title, kept.excerpt, kept.author_name) == ("Miners strike once more", "Our own text.", "T")


def test_a_withdrawn_article_stays_withdrawn() -> None:
    take_in("category.txt")
    article = editing.find("miners-strike-again")
    assert article is not None
    with writing():
        publishing.withdraw(article, "It was wrong.", by=None)
    report = take_in("author.txt")
    assert numbers(report) == (1, 0, 0, 1)
    assert "withdrawn" in report.skipped[0].reason


def test_a_draft_of_the_same_title_is_completed_and_stays_a_draft() -> None:
    an_article(title="Miners strike again", published=False, dated_on=None, author="", categories=())
    assert numbers(take_in("category.txt")) == (1, 1, 0, 0)
    found = queries.by_slug("miners-strike-again")
    assert found is not None
    assert (found.state, found.dated_on) == (ArticleState.DRAFT, date(2012, 3, 5))


def test_two_authors_of_one_article_are_named() -> None:
    take_in("author.txt")
    report = take_in(other=AUTHOR.replace("by T", "by M. Lind"))
    assert numbers(report) == (0, 0, 2, 0)
    assert [guess for guess in report.guesses if "M. Lind" in guess] != []
    assert {article[2] for article in told()} == {"T"}


def test_a_whole_short_text_becomes_the_article() -> None:
    take_in(a="All posts by T\n\nFreed\n\nShe is free.\n")
    found = queries.by_slug("freed")
    assert found is not None
    assert (found.excerpt_only, found.body_html) == (False, "<p>She is free.</p>\n")


def test_fifty_five_words_may_go_on_even_where_a_sentence_ends() -> None:
    text = " ".join(["word"] * 54) + " end."
    take_in(a=f"All posts by T\n\nLong\n\n{text}\n")
    found = queries.by_slug("long")
    assert found is not None
    assert found.excerpt_only


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    pages = [(name, listing.parse(text, name=name)) for name, text in PAGES.items()]
    tried = imports.try_out(importing.in_order(pages), list(PAGES))
    assert numbers(tried) == (3, 0, 0, 0)
    assert session.scalars(select(Article)).all() == []
    assert session.scalars(select(Entry)).all() == []
    assert tried.lines() == take_in(*PAGES).lines()


def test_a_run_is_noted_in_the_audit_log_with_its_files_and_numbers() -> None:
    take_in("category.txt", "author.txt")
    entry = session.scalars(select(Entry).where(Entry.deed == "article.import")).one()
    assert entry.details == {"files": ["category.txt", "author.txt"], "new": 3, "merged": 0, "skipped": 0}


def a_long_page(count: int) -> str:
    days = [date.fromordinal(730000 + number) for number in range(count)]
    return "\n\n".join(
        f"Report of day {day.toordinal()}\n\n: {day:%B %d, %Y}\nArticles /\n\nIt went on and" for day in days
    )


def test_a_long_list_is_taken_in_by_several_transactions() -> None:
    text = a_long_page(imports.BATCH + 1)
    assert numbers(take_in(long=text)) == (imports.BATCH + 1, 0, 0, 0)
    assert numbers(take_in(long=text)) == (0, 0, imports.BATCH + 1, 0)


def test_a_run_over_known_articles_costs_few_queries() -> None:
    text = a_long_page(100)
    take_in(long=text)
    session.expunge_all()
    with queries_made() as sent:
        take_in(long=text)
    assert len(sent) < 30


REAL = [
    ("Brutal repression in imperialism’s interests", date(2014, 10, 28), "", "Articles", "leaders, the"),
    ("Kazakhstan’s presidential election -and the need to build a workers’ movement", None, "T", "", "was"),
    (
        "Pen International’s Call to Action- Poet Beaten in Prison",
        date(2014, 7, 16),
        "",
        "Appeals",
        "health –",
    ),
    ("Report from Day one of housing protest in Astana", None, "T", "", "were blocked"),
    ("Rosa Tuletaeva is freed from prison!", date(2014, 11, 20), "T", "Articles", "Rosa w aited for"),
    (
        "Rosa’s release means it’s time to step up campaigning for other political prisoners",
        date(2014, 12, 8),
        "T",
        "Articles",
        "Undoubtedly this",
    ),
    (
        "The Haldane Society of Socialist Lawyers protest Bar Council ‘Business Mission’ to Kazakhstan",
        None,
        "T",
        "",
        "analysis of",
    ),
    ("Third anniversary of Zhanaozen massacre", date(2014, 12, 8), "T", "Articles", "unemployed"),
]


@HAS_SEEDS
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_real_listings_in_either_order_twice(order: tuple[int, int]) -> None:
    files = [sorted(SEEDS.glob("*.txt"))[place] for place in order]
    for path in files:
        imports.take_in(imports.read([path]), [path.name])
    found = told()
    assert [(title, day, author, ", ".join(shelves)) for title, day, author, shelves, *_rest in found] == [
        real[:4] for real in REAL
    ]
    assert all(told[4].endswith(real[4]) and told[5] for told, real in zip(found, REAL, strict=True))
    for path in files:
        assert imports.take_in(imports.read([path]), [path.name]).new == 0
    assert numbers(imports.take_in(imports.read(files), ["both"])) == (0, 0, 8, 0)
    assert told() == found
