"""Saved listing pages: both shapes, odd spacing, and every kind of damage by its line."""

import time
from datetime import date

import pytest
from hypothesis import given, strategies as st

from campaign_actions.imports.listing import ListingError, parse, parse_bytes

CATEGORY_PAGE = """Third anniversary of the massacre

: December 08, 2014
Articles /

Call for protests  \u00a0 at embassies. What began as a strike turned into a mass movement [...]

Release means it’s time to step up

: July 16, 2014
Articles / Appeals /

\u00a0 As we reported, she has been able to get t \u00a0 hrough. Rosa w aited for a year.
"""

AUTHOR_PAGE = """All posts by T

Report from day one

7 April 2015 \u00a0 Today, activists have been trying to get a meeting. All entrances were blocked

Third anniversary of the massacre

Call for protests at embassies.
"""


def reason_of(text: str | bytes) -> tuple[int, str]:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(ListingError) as refused:
        parse_bytes(content, name="news.txt")
    assert refused.value.name == "news.txt"
    assert refused.value.sentence == f"news.txt, line {refused.value.line}: {refused.value.reason}"
    return refused.value.line, refused.value.reason


def test_a_category_page_gives_dates_and_categories() -> None:
    listing = parse(CATEGORY_PAGE, name="a")
    assert (listing.kind, listing.author) == ("category", None)
    first, second = listing.items
    assert (first.title, first.published_on, first.categories) == (
        "Third anniversary of the massacre",
        date(2014, 12, 8),
        ("Articles",),
    )
    assert (second.categories, second.published_on, second.line) == (
        ("Articles", "Appeals"),
        date(2014, 7, 16),
        8,
    )


def test_a_cut_is_known_by_its_mark_or_by_its_missing_end() -> None:
    first, second = parse(CATEGORY_PAGE, name="a").items
    assert first.excerpt.endswith("into a mass movement")
    assert first.excerpt_only
    assert not second.excerpt_only
    cut, whole = parse(AUTHOR_PAGE, name="a").items
    assert (cut.excerpt_only, whole.excerpt_only) == (True, False)


@pytest.mark.parametrize("mark", ["[...]", "[…]", " [...] ", "...", "…", "[ ... ]", "[&hellip;]"])
def test_every_mark_of_a_cut_is_taken_away(mark: str) -> None:
    [item] = parse(f"Title\n\n: December 08, 2014\nArticles /\n\nIt ends.{mark}", name="a").items
    assert (item.excerpt, item.excerpt_only) == ("It ends.", True)


def test_spaces_collapse_and_broken_words_stay_broken() -> None:
    first, second = parse(CATEGORY_PAGE, name="a").items
    assert first.excerpt.startswith("Call for protests at embassies.")
    assert second.excerpt == "As we reported, she has been able to get t hrough. Rosa w aited for a year."


def test_an_author_page_names_the_author_and_only_hints_at_dates() -> None:
    listing = parse(AUTHOR_PAGE, name="a")
    assert (listing.kind, listing.author) == ("author", "T")
    first, second = listing.items
    assert (first.published_on, first.date_hint) == (None, date(2015, 4, 7))
    assert (second.published_on, second.date_hint, second.categories) == (None, None, ())


def test_an_author_page_with_dates_has_both() -> None:
    listing = parse("All posts by T\n\n" + CATEGORY_PAGE, name="a")
    assert (listing.kind, listing.author, len(listing.items)) == ("author", "T", 2)
    assert listing.items[0].published_on == date(2014, 12, 8)


@pytest.mark.parametrize("page", [CATEGORY_PAGE, AUTHOR_PAGE])
def test_line_ends_marks_and_blank_lines_change_nothing_but_line_numbers(page: str) -> None:
    def texts(content: bytes) -> list[tuple[str, str]]:
        return [(item.title, item.excerpt) for item in parse_bytes(content, name="a").items]

    plain = texts(page.encode())
    assert texts(b"\xef\xbb\xbf" + page.encode()) == plain
    assert texts(page.replace("\n", "\r\n").encode()) == plain
    assert texts(page.replace("\n", "\r").encode()) == plain
    assert texts(page.rstrip().encode()) == plain
    assert texts(page.replace("\n", "\n\n \n").encode()) == plain
    assert texts(("\n\n" + page + "\n\n\n").encode()) == plain


def test_the_last_excerpt_may_be_missing() -> None:
    items = parse(AUTHOR_PAGE + "\nA last title\n", name="a").items
    assert (items[-1].title, items[-1].excerpt, items[-1].excerpt_only) == ("A last title", "", True)
    [dated] = parse("Title\n\n: December 08, 2014\nArticles /\n", name="a").items
    assert (dated.excerpt, dated.excerpt_only) == ("", True)


def test_an_excerpt_of_several_paragraphs_is_one() -> None:
    page = CATEGORY_PAGE.replace("What began", "\n\nWhat began")
    assert parse(page, name="a").items[0].excerpt == parse(CATEGORY_PAGE, name="a").items[0].excerpt


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("December 08, 2014", date(2014, 12, 8)),
        ("december 8 2014", date(2014, 12, 8)),
        ("Dec. 8th, 2014", date(2014, 12, 8)),
        ("8 December 2014", date(2014, 12, 8)),
        ("2014-12-08", date(2014, 12, 8)),
    ],
)
def test_dates_are_read(written: str, day: date) -> None:
    assert parse(f"T\n: {written}\nArticles /\nX.", name="a").items[0].published_on == day


@pytest.mark.parametrize(
    "written",
    [
        "",
        "December 38, 2014",
        "February 30, 2014",
        "Decembre 08, 2014",
        "December 08",
        "08/12/2014",
        "May 1, 1014",
        "May 1, 2014 x",
    ],
)
def test_a_bad_date_names_its_line(written: str) -> None:
    line, reason = reason_of(CATEGORY_PAGE.replace(": July 16, 2014", f": {written}"))
    assert (line, "no date" in reason) == (10, True)


@pytest.mark.parametrize(
    ("page", "line", "part"),
    [
        (CATEGORY_PAGE.replace("Articles / Appeals /", "Articles"), 11, "slash"),
        (CATEGORY_PAGE.replace("Articles / Appeals /", "/"), 11, "slash"),
        (CATEGORY_PAGE.replace("Articles / Appeals /\n", ""), 12, "slash"),
        (CATEGORY_PAGE.replace(": July 16, 2014\n", ""), 10, "without a date"),
        (
            CATEGORY_PAGE.replace(": July 16, 2014\n", "").replace(": December 08, 2014\n", ""),
            3,
            "without a date",
        ),
        (CATEGORY_PAGE.replace("Third anniversary of the massacre\n", ""), 2, "without a title"),
        ("Stray words.\n\n" + CATEGORY_PAGE, 1, "title is missing"),
        ("T\n: May 1, 2014\nArticles /\n: May 2, 2014\nArticles /\n", 4, "without a title"),
        ("T\n\n: May 1, 2014\n", 3, "category is missing"),
        ("All posts by T\n\n" + "a " * 55 + "\n\nTitle\n\nText.", 3, "too long for a title"),
        ("All posts by T\n\nTitle\n\nTitle\n\n" + "a " * 55, 7, "too long for a title"),
        ("T" * 301 + "\n: May 1, 2014\nArticles /\nX.", 1, "too long for a title"),
        ("All posts by\n\nTitle\n\nText.", 1, "name of the author"),
        ("All posts by T\n\n", 1, "no article"),
        ("Title\n\nText.\n", 1, "neither"),
        ("", 1, "empty"),
        (" \n\ufeff\n\u00a0\n", 2, "neither"),
        (AUTHOR_PAGE.replace("Call", "Ca\0ll"), 9, "NUL"),
        (AUTHOR_PAGE.replace("Call", "Ca\x02ll"), 9, "no text file"),
    ],
)
def test_damage_is_refused_with_its_line(page: str, line: int, part: str) -> None:
    found_line, reason = reason_of(page)
    assert found_line == line
    assert part in reason


def test_other_encodings_are_refused_with_the_byte() -> None:
    line, reason = reason_of(AUTHOR_PAGE.encode().replace(b"Call", b"Ca\xe9ll"))
    assert line == 9
    assert f"Byte {AUTHOR_PAGE.encode().index(b'Call') + 3}" in reason
    assert "UTF-16" in reason_of(AUTHOR_PAGE.encode("utf-16"))[1]
    assert "UTF-8" in reason_of(b"\x89PNG\r\n\x1a\n\0\0")[1]


def test_too_large_a_file_is_refused_before_it_is_read() -> None:
    assert reason_of(b"\xff" * 50_000_001) == (1, "The file is larger than 50 MB.")


def test_a_message_quotes_nothing_of_the_page() -> None:
    _line, reason = reason_of(CATEGORY_PAGE.replace(": July 16, 2014", ": secret"))
    assert "secret" not in reason


WORDS = st.text(alphabet="abc ÄәҚ'’-", min_size=1, max_size=40).map(
    lambda text: " ".join(["T", *text.split()])
)
ROWS = st.lists(
    st.tuples(
        WORDS,
        st.dates(date(1950, 1, 1), date(2050, 1, 1)),
        st.lists(st.sampled_from(["Articles", "Appeals", "Жаңалық"]), min_size=1, max_size=3, unique=True),
        WORDS.map(lambda text: text + "."),
    ),
    min_size=1,
    max_size=8,
)


@given(ROWS)
def test_what_is_written_as_a_category_page_is_read_back(
    rows: list[tuple[str, date, list[str], str]],
) -> None:
    page = "\n\n".join(
        f"{title}\n\n: {day:%B %d, %Y}\n{' / '.join(categories)} /\n\n{excerpt}"
        for title, day, categories, excerpt in rows
    )
    read = [
        (item.title, item.published_on, list(item.categories), item.excerpt)
        for item in parse(page, name="a").items
    ]
    assert read == rows


@given(ROWS)
def test_what_is_written_as_an_author_page_is_read_back(rows: list[tuple[str, date, list[str], str]]) -> None:
    page = "All posts by Ann Lee\n\n" + "\n\n".join(
        f"{title}\n\n{excerpt}" for title, _day, _categories, excerpt in rows
    )
    items = parse(page, name="a").items
    assert [(item.title, item.excerpt) for item in items] == [
        (title, excerpt) for title, _d, _c, excerpt in rows
    ]


def line_refused(content: bytes) -> int | None:
    """The line of a refusal, or None when the page could be read whole."""
    try:
        return None if parse_bytes(content, name="a").items else 0
    except ListingError as error:
        return error.line


@given(st.sampled_from([CATEGORY_PAGE.encode(), AUTHOR_PAGE.encode()]), st.data())
def test_a_damaged_file_is_read_or_refused_never_worse(content: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    damaged = content[:start] + data.draw(st.binary(max_size=5)) + content[end:]
    line = line_refused(damaged)
    assert line is None or 1 <= line <= damaged.count(b"\n") + damaged.count(b"\r") + 1


@pytest.mark.parametrize("hostile", ["a / " * 25_000 + "x", "[" * 100_000, " ..." * 25_000, "1 a" * 33_000])
def test_hostile_lines_cost_no_time(hostile: str) -> None:
    start = time.perf_counter()
    parse(f"All posts by T\n\nTitle\n\n{hostile}", name="a")
    assert time.perf_counter() - start < 0.2
