"""The report of an import says what came in, what was left out and what was guessed."""

from campaign_actions.imports.report import Report, Skip


def test_numbers_stand_first_then_skips_then_guesses() -> None:
    report = Report(new=1, merged=2, unchanged=1200)
    report.skip("news.txt, line 7", "The title is missing.")
    report.guess("The date of an article was taken from its text.")
    assert report.lines() == [
        "1 new article.",
        "2 articles were known and gained something.",
        "1,200 articles were known already.",
        "1 skipped.",
        "Skipped: news.txt, line 7: The title is missing.",
        "Guessed: The date of an article was taken from its text.",
    ]
    assert report.skipped == [Skip("news.txt, line 7", "The title is missing.")]


def test_a_second_run_says_that_nothing_is_new() -> None:
    assert Report(unchanged=9).lines()[0] == "0 new articles."


def test_a_guess_made_twice_is_told_once() -> None:
    report = Report()
    report.guess("a")
    report.guess("a")
    assert report.guesses == ["a"]


def test_two_reports_do_not_share_their_lists() -> None:
    Report().skip("a", "b")
    assert Report().skipped == []
