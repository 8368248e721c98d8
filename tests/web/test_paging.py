"""Which page numbers a list offers."""

import pytest
from flask import Flask

from campaign_actions.web.paging import Pager


@pytest.mark.parametrize(
    ("number", "last", "steps"),
    [
        (1, 1, (1,)),
        (1, 2, (1, 2)),
        (1, 9, (1, 2, None, 9)),
        (5, 9, (1, None, 4, 5, 6, None, 9)),
        (9, 9, (1, None, 8, 9)),
        (3, 4, (1, 2, 3, 4)),
    ],
)
def test_first_last_and_the_neighbours_are_offered(
    number: int, last: int, steps: tuple[int | None, ...]
) -> None:
    assert Pager(number, last, "public.articles.index").steps == steps


def test_page_one_has_the_bare_address(app: Flask) -> None:
    with app.test_request_context():
        pager = Pager(2, 3, "public.articles.index")
        assert pager.address(1) == "/news/"
        assert pager.address(3) == "/news/page/3/"


@pytest.mark.parametrize(
    ("number", "last", "past"), [(1, 0, False), (2, 1, True), (0, 5, True), (5, 5, False)]
)
def test_a_number_past_the_end_is_noticed(number: int, last: int, past: bool) -> None:
    assert Pager(number, last, "public.articles.index").is_past_end is past
