"""Sheets of SpeakOut! as people: any order of columns, any usual encoding, bad rows by their line alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from campaign_actions.imports import speakout
from campaign_actions.imports.speakout import Bad, NotASheet
from campaign_actions.signatures.unverified import Person

COLUMNS = (
    "First Name",
    "Last Name",
    "Email Address",
    "City",
    "Country",
    "Date Signed",
    "Confirmed",
    "Petition ID",
)
MARTA = (
    "Marta",
    "Lindqvist",
    "marta@example.org",
    "Malmö",
    "Sweden",
    "2014-03-05 10:22:11",
    "confirmed",
    "3",
)


def a_sheet(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS, by: str = "\t") -> str:
    """As the plugin writes it: bare headings, quoted cells, no quote doubled."""
    lines = [by.join(columns), *(by.join(f'"{cell}"' for cell in row) for row in rows)]
    return "\n".join(lines) + "\n"


def people(content: str | bytes, *, petition: str = "") -> list[tuple[str, str, str | None, date]]:
    content = content if isinstance(content, bytes) else content.encode()
    found = list(speakout.read(content, petition=petition))
    assert not [row for row in found if isinstance(row, Bad)]
    return [(one.name, one.email, one.country, one.signed_on) for one in found if isinstance(one, Person)]


def refusal(content: bytes) -> str:
    with pytest.raises(NotASheet) as refused:
        list(speakout.read(content))
    return refused.value.sentence


EXPECTED = [("Marta Lindqvist", "marta@example.org", "SE", date(2014, 3, 5))]


@pytest.mark.parametrize("by", ["\t", ",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_sheet_in_every_usual_dress(by: str, encoding: str) -> None:
    assert people(a_sheet(MARTA, by=by).encode(encoding)) == EXPECTED


def test_as_the_plugin_itself_writes_it() -> None:
    content = b"\xff\xfe" + a_sheet(("Sean", 'O"Neil', *MARTA[2:])).encode("utf-16-le")
    assert people(content)[0][0] == 'Sean O"Neil'


def test_columns_may_stand_in_any_order() -> None:
    order = (5, 2, 7, 0, 6, 4, 1, 3)
    columns, row = tuple(COLUMNS[i] for i in order), tuple(MARTA[i] for i in order)
    assert people(a_sheet(row, columns=columns)) == EXPECTED


@pytest.mark.parametrize(
    "columns",
    [
        ("Vorname", "Nachname", "E-Mail-Adresse", "Stadt", "Land", "Datum", "Bestätigt", "Petition ID"),
        ("Имя", "Фамилия", "Электронная почта", "Город", "Страна", "Дата", "Подтверждено", "Petition ID"),
        ("first_name", "last_name", "email", "city", "country", "date", "is_confirmed", "petitions_id"),
    ],
)
def test_headings_of_other_languages_are_known(columns: tuple[str, ...]) -> None:
    assert people(a_sheet(MARTA, columns=columns)) == EXPECTED


@pytest.mark.parametrize(
    ("country", "code"), [("se", "SE"), ("Швеция", "SE"), ("Atlantis", None), ("", None)]
)
def test_a_country_by_name_or_code(country: str, code: str | None) -> None:
    assert people(a_sheet((*MARTA[:4], country, *MARTA[5:])))[0][2] == code


@pytest.mark.parametrize("day", ["", "05.03.2014", "0000-00-00 00:00:00", "2999-01-01", "1999-12-31"])
def test_a_day_that_cannot_be_is_today(clock: object, day: str) -> None:
    assert people(a_sheet((*MARTA[:5], day, *MARTA[6:])))[0][3] == date(2026, 11, 22)


def test_bad_rows_are_told_by_line_and_quote_nobody() -> None:
    rows = [MARTA, ("Secret", "Name", "no address", *MARTA[3:]), ("", "", "secret@example.org", *MARTA[3:])]
    rows.append(("see www.spam.example/", "", "x@example.org", *MARTA[3:]))
    found = list(speakout.read(a_sheet(*rows).encode()))
    bad = [row for row in found if isinstance(row, Bad)]
    assert [(row.line, row.reason) for row in bad] == [
        (3, "no email address that letters could reach"),
        (4, "no name that can be kept"),
        (5, "no name that can be kept"),
    ]
    assert "secret" not in repr(bad).lower()


def test_a_person_is_not_printed() -> None:
    (person,) = speakout.read(a_sheet(MARTA).encode())
    assert "marta" not in repr(person).lower()


def test_several_petitions_need_a_choice() -> None:
    other = ("Olga", "K", "olga@example.org", *MARTA[3:7], "4")
    content = a_sheet(MARTA, other)
    assert "signatures of several petitions" in refusal(content.encode())
    assert [one[1] for one in people(content, petition="4")] == ["olga@example.org"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The first line names no columns"),
        (b"City\tCountry\nOslo\tNorway\n", "The first line names no columns"),
        (b"\xff\xfea", "The encoding of this file is unknown."),
        (b"\x81\x8d\xff", "The encoding of this file is unknown."),
        (b"x" * 50_000_001, "The file is larger than 50 MB."),
        (b'Email\tName\n"' + b"x" * 200_000, "Line 2 cannot be read as CSV."),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(content: bytes, words: str) -> None:
    assert words in refusal(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    try:
        rows = list(speakout.read(b"Name,Email\n" + content))
    except NotASheet:
        return
    assert all(isinstance(row, Person | Bad) for row in rows)
