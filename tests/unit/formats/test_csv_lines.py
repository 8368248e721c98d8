"""CSV that no spreadsheet runs, and that reads back as it was."""

import io
import time

import pytest
from hypothesis import given, strategies as st

from campaign_actions.formats import csv_lines
from campaign_actions.formats.csv_lines import harmless, read_back

RISKY_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("'\"=+-@;\t\r\n\0 \u00a0\u200b＝＋－＠’a1"), st.characters(codec="utf-8")
    )
)


def read_all(pieces: list[bytes]) -> list[list[str]]:
    return list(csv_lines.read(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("start", [*"=+-@\t\r\n\0＝＋－＠"])
@pytest.mark.parametrize("before", ["", " ", "   ", '"', "'", "\u00a0", "\u200b", ' "'])
def test_a_cell_that_could_run_gets_an_apostrophe(before: str, start: str) -> None:
    cell = before + start + "1+1"
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize(
    "name", ["Marta Lindqvist", "O'Brien", "Әлия Қайратқызы", "李雷", "'t Hooft", "", "  x", "5"]
)
def test_a_name_stays_as_it_is(name: str) -> None:
    assert harmless(name) == name


@pytest.mark.parametrize("start", [*"=+-@", ' "=', "'-"])
def test_a_part_that_could_run_where_semicolons_cut_lines_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"Ann;{start}1+1;Lee") == f"Ann;'{start}1+1;Lee"


@given(RISKY_TEXT)
def test_what_was_made_harmless_reads_back_exactly(cell: str) -> None:
    assert read_back(harmless(cell)) == cell


@given(RISKY_TEXT)
def test_no_harmless_cell_starts_with_a_formula(cell: str) -> None:
    assert not harmless(cell).lstrip(' "\u00a0\u200b').startswith(tuple("=+-@\t\r\n\0＝＋－＠"))


@given(st.lists(st.tuples(RISKY_TEXT, RISKY_TEXT), max_size=20))
def test_rows_survive_the_round_trip(rows: list[tuple[str, str]]) -> None:
    pieces = list(csv_lines.write(["name", "country"], rows))
    assert read_all(pieces) == [["name", "country"], *[list(row) for row in rows]]


def test_lines_end_as_the_rfc_says_and_a_line_break_in_a_name_is_quoted() -> None:
    [file] = csv_lines.write(["name"], [["Ann\nLee"], ['say "hi"'], ["a,b"]])
    assert file == b'name\r\n"Ann\nLee"\r\n"say ""hi"""\r\n"a,b"\r\n'


def test_numbers_are_bare_and_nothing_is_an_empty_cell() -> None:
    [file] = csv_lines.write(["a", "b", "c"], [[-5, None, "-5"]])
    assert file == b"a,b,c\r\n-5,,'-5\r\n"


def test_only_excel_gets_a_byte_order_mark() -> None:
    assert b"".join(csv_lines.write(["a"], [], for_excel=True)).startswith(b"\xef\xbb\xbfa")
    assert b"".join(csv_lines.write(["a"], [])).startswith(b"a")


def test_a_long_list_leaves_in_pieces() -> None:
    pieces = list(csv_lines.write(["n"], ([number] for number in range(2500))))
    assert [piece.count(b"\r\n") for piece in pieces] == [1001, 1000, 500]


def test_a_hostile_cell_of_100_kb_costs_no_time() -> None:
    cell = " " * 100_000 + "x"
    start = time.perf_counter()
    assert harmless(cell) == cell
    assert time.perf_counter() - start < 0.05
