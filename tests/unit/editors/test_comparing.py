"""Differences by words, in bounded time."""

import time

from hypothesis import given, strategies as st

from campaign_actions.editors.comparing import Change, Piece, difference

WORDS = st.lists(st.sampled_from(["free", "Dina", ",", " ", "\n", "Әлия", "1074"]), max_size=40).map("".join)


@given(WORDS, WORDS)
def test_the_pieces_make_both_texts_again(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.NEW) == old
    assert "".join(piece.text for piece in pieces if piece.change is not Change.GONE) == new


def test_one_changed_word_is_all_that_is_marked() -> None:
    assert difference("He got 7 years.\nStill.", "He got 5 years.\nStill.") == [
        Piece(Change.SAME, "He got "),
        Piece(Change.GONE, "7"),
        Piece(Change.NEW, "5"),
        Piece(Change.SAME, " years.\nStill."),
    ]


def test_equal_texts_have_one_piece_and_empty_ones_none() -> None:
    assert difference("a b", "a b") == [Piece(Change.SAME, "a b")]
    assert difference("", "") == []


def test_a_hostile_pair_is_compared_in_bounded_time() -> None:
    pairs = [
        ("a b " * 50_000, "b a " * 50_000),
        ("a\nb\n" * 50_000, "b\na\n" * 50_000),
        ("a " * 1_400, "b a " * 700),
    ]
    started = time.perf_counter()
    for old, new in pairs:
        difference(old, new)
    assert time.perf_counter() - started < 5
