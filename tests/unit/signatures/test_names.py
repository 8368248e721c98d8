"""Names of any script are kept as typed; what cannot be stored is refused in words."""

import time
import unicodedata

import pytest
from hypothesis import given, strategies as st

from campaign_actions.errors import Refused
from campaign_actions.signatures.names import check_name

EMPTY = "Enter your full name"
LONG = "Full name must be 120 characters or fewer"
WEB = "Full name must not include a web address"
CHARACTER = "Full name includes a character we cannot store"


def words_of(name: str) -> str:
    with pytest.raises(Refused) as refused:
        check_name(name)
    assert refused.value.field == "name"
    return refused.value.sentence


@pytest.mark.parametrize(
    "name",
    [
        "Әлия Қайратқызы",
        "O'Brien",
        "O’Brien-Smith",
        "Sukarno",
        "李雷",
        "J.R.R. Tolkien",
        "Dr. St.John Ó Néill",
        "=1+1",
        "<script>alert(1)</script>",
        "{{ 7*7 }} %s",
        "حسن می\u200cخواهم",
        "Mc.Donald",
        "de la Cruz 3rd",
        "Ann S.Co",
    ],
)
def test_names_are_kept_as_typed(name: str) -> None:
    assert check_name(name) == name


def test_spaces_are_trimmed_and_collapsed_and_letters_composed() -> None:
    assert check_name("  Zoe\u0308 \u00a0\u3000 Lee\r\n") == "Zoë Lee"


@pytest.mark.parametrize("name", ["", "   ", "\u0301", "\u200d", "\u3000"])
def test_nothing_to_see_is_no_name(name: str) -> None:
    assert words_of(name) == EMPTY


def test_120_letters_are_counted_as_people_count_them() -> None:
    assert check_name("n\u0323" * 120)
    assert check_name("q\u0323\u0307" * 120)
    assert words_of("a" * 121) == LONG
    assert words_of("q\u0323\u0307" * 121) == LONG
    assert words_of("a" + "\u0301" * 800) == LONG


@pytest.mark.parametrize(
    "name",
    [
        "Ann\nLee",
        "Ann\r\nBcc: x",
        "Ann\tLee",
        "Ann\0",
        "Ann\x1bLee",
        "Ann\x85Lee",
        "Ann\u2028Lee",
        "\u202eeeL nnA",
        "Ann\u2066Lee",
        "Ann\u200eLee",
        "Ann\u061cLee",
        "Ann\u200bLee",
        "Ann\ufeffLee",
        "Ann\ue000",
        "Ann\ufffd",
        "Ann\uffff",
        "Ann" + chr(0xD800),
        "Ann\U000e0041",
    ],
)
def test_controls_and_invisible_signs_are_refused(name: str) -> None:
    assert words_of(name) == CHARACTER


@pytest.mark.parametrize(
    "name",
    [
        "https://a.example",
        "Ann http://x",
        "www.a.example",
        "Buy at shop.com",
        "t.me/spam",
        "СПАМ.РФ",
        "a.example/x",
        "ann@gmail.com",
        "evil。com",
    ],
)
def test_web_addresses_are_refused(name: str) -> None:
    assert words_of(name) == WEB


@given(st.text(max_size=200))
def test_a_name_that_passes_passes_unchanged(text: str) -> None:
    try:
        name = check_name(text)
    except Refused:
        return
    assert check_name(name) == name
    assert name == unicodedata.normalize("NFC", name)
    assert name.encode("utf-8")


@pytest.mark.parametrize(
    "hostile",
    ["a" * 100_000, "a." * 50_000, "\u0301" * 100_000, "/" * 100_000, "w" * 700, "a" * 100_000 + " "],
)
def test_hostile_names_cost_no_time(hostile: str) -> None:
    start = time.perf_counter()
    with pytest.raises(Refused):
        check_name(hostile)
    assert time.perf_counter() - start < 0.05


def test_a_name_lost_in_blanks_is_found() -> None:
    assert check_name(" " * 100_000 + "Ann") == "Ann"
