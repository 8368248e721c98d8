"""The sentence bar counts what its dates say, no more and no less."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from campaign_actions.cases.sentence import Mark, Place, SentenceBar, bar, whole_months

ARREST = date(2023, 12, 14)
FIVE_YEARS = date(2028, 12, 14)
SEVEN_YEARS = date(2030, 12, 14)
TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


def marks_of(shown: SentenceBar) -> list[Mark]:
    return [mark for run in shown.runs for mark in run.marks]


def shape(shown: SentenceBar | None) -> dict[str, int]:
    assert shown is not None
    return {run.kind: len(run.marks) for run in shown.runs}


def labels_of(shown: SentenceBar) -> list[str]:
    return [" ".join(mark) for mark in marks_of(shown) if mark]


def test_a_sentence_that_was_cut() -> None:
    shown = bar(ARREST, FIVE_YEARS, first_ends_on=SEVEN_YEARS, today=TODAY)
    assert shown is not None
    assert shape(shown) == {"served": 35, "left": 25, "cut": 24}
    assert labels_of(shown) == ["Arrested Dec 2023", "Today Nov 2026", "5 years Dec 2028", "7 years Dec 2030"]
    assert (shown.days, shown.free, shown.years) == (1074, False, False)
    assert shown.caption == (
        "1,074 days in prison, counted to 22 November 2026. "
        "The sentence was 7 years, cut to 5 years. One bar is one month."
    )
    assert (shown.before, shown.lead) == ("", "1,074 days")


def test_a_release_stops_the_bar_and_frees_it() -> None:
    shown = bar(ARREST, FIVE_YEARS, first_ends_on=SEVEN_YEARS, released_on=date(2026, 1, 14), today=TODAY)
    assert shown is not None
    assert shape(shown) == {"served": 25}
    assert shown.free
    assert shown.caption.startswith("Released after 762 days. ")
    assert labels_of(shown) == ["Arrested Dec 2023", "Released Jan 2026"]


def test_a_death_stops_the_bar_and_frees_nobody() -> None:
    shown = bar(ARREST, FIVE_YEARS, died_on=date(2026, 1, 14), today=TODAY)
    assert shown is not None
    assert shape(shown) == {"served": 25}
    assert (shown.free, shown.ended) == (False, True)
    assert shown.caption == "Died in custody after 762 days. The sentence was 5 years. One bar is one month."
    assert labels_of(shown) == ["Arrested Dec 2023", "Died Jan 2026"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("prison", "1,074 days in prison, counted to 22 November 2026."),
        ("custody", "1,074 days in detention, counted to 22 November 2026."),
        ("home", "1,074 days under house arrest, counted to 22 November 2026."),
    ],
)
def test_the_caption_says_where_the_days_are_spent(place: Place, words: str) -> None:
    shown = bar(ARREST, place=place, today=TODAY)
    assert shown is not None
    assert shown.caption == f"{words} One bar is one month."


def test_a_release_still_to_come_frees_nobody() -> None:
    shown = bar(ARREST, FIVE_YEARS, released_on=date(2027, 1, 1), today=TODAY)
    assert shown is not None
    assert not shown.free


def test_without_a_sentence_only_the_days_served_show() -> None:
    assert shape(bar(ARREST, today=TODAY)) == {"served": 35}


def test_nothing_is_shown_before_an_arrest() -> None:
    assert bar(None, FIVE_YEARS, today=TODAY) is None
    assert bar(TODAY + timedelta(days=1), FIVE_YEARS, today=TODAY) is None


def test_held_past_the_end_of_the_sentence() -> None:
    assert shape(bar(ARREST, date(2025, 12, 14), today=TODAY)) == {"served": 35}


def test_over_thirty_years_a_mark_is_a_year() -> None:
    shown = bar(date(2000, 1, 1), date(2030, 2, 1), today=date(2010, 6, 1))
    assert shown is not None
    assert shown.years
    assert shape(shown) == {"served": 10, "left": 20}
    assert shown.caption.endswith("One bar is one year.")
    thirty = bar(date(2000, 1, 1), date(2030, 1, 1), today=date(2010, 6, 1))
    assert thirty is not None
    assert not thirty.years


def test_a_label_too_near_the_next_is_dropped() -> None:
    shown = bar(ARREST, date(2027, 1, 14), today=TODAY)
    assert shown is not None
    assert labels_of(shown) == ["Arrested Dec 2023", "37 months Jan 2027"]


def test_the_first_weeks_have_no_mark_yet_but_days() -> None:
    shown = bar(ARREST, today=ARREST + timedelta(days=1))
    assert shown is not None
    assert (shown.runs, shown.lead) == ((), "1 day")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 1, 31), date(2024, 2, 28), 0),
        (date(2024, 1, 31), date(2024, 2, 29), 1),
        (date(2023, 1, 31), date(2023, 2, 28), 1),
        (date(2023, 12, 14), date(2024, 1, 13), 0),
        (date(2023, 12, 14), date(2024, 1, 14), 1),
        (date(2024, 1, 14), date(2023, 12, 14), 0),
    ],
)
def test_whole_months(start: date, end: date, months: int) -> None:
    assert whole_months(start, end) == months


PERHAPS = st.none() | DAYS


@given(start=DAYS, ends=PERHAPS, first=PERHAPS, released=PERHAPS, died=PERHAPS, today=DAYS)
def test_there_are_as_many_marks_as_months_between_the_dates(
    start: date, ends: date | None, first: date | None, released: date | None, died: date | None, today: date
) -> None:
    shown = bar(start, ends, first_ends_on=first, released_on=released, died_on=died, today=today)
    if shown is None:
        assert start > today
        return
    let_go = released is not None and start <= released <= today
    assert shown.free == let_go
    assert shown.ended == (let_go or (died is not None and start <= died <= today))
    stops = [released if let_go else died] if shown.ended else [today, ends, first]
    months = whole_months(start, max(stop for stop in stops if stop))
    assert len(marks_of(shown)) == (months // 12 if shown.years else months)
    assert [run.kind for run in shown.runs] == [
        kind for kind in ("served", "left", "cut") if kind in shape(shown)
    ]


@given(start=DAYS, ends=DAYS, first=DAYS, today=DAYS)
def test_labels_keep_a_sixth_of_the_width_between_them(
    start: date, ends: date, first: date, today: date
) -> None:
    shown = bar(start, ends, first_ends_on=first, today=today)
    if shown is None:
        return
    marks = marks_of(shown)
    edges = [place + 1 if place else 0 for place, mark in enumerate(marks) if mark]
    assert all((right - left) * 6 >= len(marks) for left, right in pairwise(edges))
    # What is last keeps its label: it is the day everybody waits for.
    assert not marks or marks[-1]
