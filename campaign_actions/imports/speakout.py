"""The CSV that the WordPress plugin SpeakOut! writes of a petition's signatures, as people to take in.

Source: its includes/csv.php. It parts cells by tabs, writes UTF-16 with a byte order mark and does not
double the quotes in a text; spreadsheets save it again with commas or semicolons in UTF-8 or Windows-1252.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from campaign_actions.errors import Refused
from campaign_actions.infra import clock
from campaign_actions.infra.i18n import LANGUAGES, _, countries, number, using_locale
from campaign_actions.signatures import addresses, names
from campaign_actions.signatures.unverified import Person

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_CELL = 100_000
_LONE_QUOTE = re.compile(r'(?<=[^\t\n"])"(?=[^\t\r\n"])')
_FIRST_DAY = date(2000, 1, 1)

# Headings of the plugin in the languages we meet, without case and signs.
HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "first": ("first name", "firstname", "vorname", "prénom", "nombre", "имя", "аты"),
        "last": ("last name", "lastname", "surname", "nachname", "nom", "apellido", "фамилия", "тегі"),
        "name": ("name", "full name", "vollständiger name", "имя и фамилия", "аты жөні"),
        "email": ("email address", "email", "e mail", "mail", "e mail adresse", "email adresse",
                  "adresse email", "correo electrónico", "электронная почта", "эл пошта"),
        "country": ("country", "land", "pays", "país", "страна", "ел"),
        "day": ("date signed", "date", "signed on", "datum", "fecha", "дата", "күні"),
        "petition": ("petition id", "petitions id"),
    }
)  # fmt: skip


class NotASheet(Refused):
    """A file that is not taken in; the sentence quotes nothing of it."""


@dataclass(frozen=True)
class Bad:
    """A row that is left out: its line, from 1, and why, in a sentence that quotes nothing of it."""

    line: int
    reason: str


def read(content: bytes, *, petition: str = "") -> Iterator[Person | Bad]:
    """The people of a sheet in order, and the rows that name nobody a letter could reach.

    Columns may stand in any order; only an email address and a name are needed. With `petition` only
    the rows of that petition's number. Raises NotASheet: over 50 MB or 200,000 rows, no such columns,
    or several petitions and none chosen.
    """
    text = _decoded(content)
    header = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max("\t;,", key=header.count))
    try:
        places = _places(next(reader, []))
        found = [
            (reader.line_num, cells) for cells in reader if any(cells) and _fits(cells, places, petition)
        ]
    except csv.Error:
        words = _("Line %(line)s cannot be read as CSV.", line=reader.line_num)
        raise NotASheet(words) from None
    if len(found) > MAX_ROWS:
        raise NotASheet(_("The file has more than %(most)s rows.", most=number(MAX_ROWS)))
    _refuse_several(found, places)
    return (_person(line, cells, places) for line, cells in found)


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise NotASheet(_("The file is larger than 50 MB."))
    in_pairs = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if in_pairs else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
        by_the_plugin = in_pairs and "\t" in text.split("\n", 1)[0]
        return _LONE_QUOTE.sub('""', text) if by_the_plugin else text
    raise NotASheet(_("The encoding of this file is unknown. Save it as UTF-8."))


def _places(header: Sequence[str]) -> dict[str, int]:
    plain = [" ".join(re.sub(r"[\W_]+", " ", cell.casefold()).split()) for cell in header]
    places = {
        kind: plain.index(heading)
        for kind, headings in HEADINGS.items()
        for heading in reversed(headings)
        if heading in plain
    }
    if "email" not in places or not {"name", "first", "last"} & set(places):
        raise NotASheet(_("The first line names no columns for an email address and a name."))
    return places


def _fits(cells: Sequence[str], places: Mapping[str, int], petition: str) -> bool:
    return not petition or _cell(cells, places, "petition") == petition


def _refuse_several(found: Sequence[tuple[int, list[str]]], places: Mapping[str, int]) -> None:
    petitions = {_cell(cells, places, "petition") for _line, cells in found}
    if len(petitions) > 1:
        raise NotASheet(
            _("The file holds signatures of several petitions. Say which: --petition with the number.")
        )


def _person(line: int, cells: Sequence[str], places: Mapping[str, int]) -> Person | Bad:
    name = _cell(cells, places, "name") or " ".join(
        filter(None, (_cell(cells, places, part) for part in ("first", "last")))
    )
    try:
        email = addresses.check(_cell(cells, places, "email"))
        addresses.canonical(email)
        return Person(
            name=names.check_name(name),
            email=email,
            country=_country(_cell(cells, places, "country")),
            signed_on=_day(_cell(cells, places, "day")),
        )
    except Refused as refusal:
        if refusal.field == "name":
            return Bad(line, _("no name that can be kept"))
        return Bad(line, _("no email address that letters could reach"))


def _cell(cells: Sequence[str], places: Mapping[str, int], kind: str) -> str:
    place = places.get(kind, len(cells))
    return cells[place].strip() if place < len(cells) and len(cells[place]) <= MAX_CELL else ""


def _day(text: str) -> date:
    """The day that the other tool wrote down; today when it wrote none that can be."""
    today = clock.today()
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return day if _FIRST_DAY <= day <= today else today


def _country(text: str) -> str | None:
    return _codes().get(text.casefold())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Two-letter codes by themselves and by the country's name in each language of the site."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with using_locale(language):
            for code, name in countries():
                found[code.casefold()] = found[name.casefold()] = code
    return found
