"""Rows as JSON: one object a line, or one document in the shape that OSDI gives to signatures."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from campaign_actions.formats.csv_lines import Cell

_ORIGIN = "campaign-actions"
_PERSON = ("name", "email", "country", "language")


def write(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8, one object a row with the names of the header; texts as they are. Source: jsonlines.org."""
    for row in rows:
        yield (json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) + "\n").encode()


def write_osdi(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, action: str, total: int
) -> Iterator[bytes]:
    """One document with `total` signatures of the petition `action`, each with its person.

    Which part of a name is the family's is not known, so the whole of it stands in `given_name`.
    Source: opensupporter.github.io/osdi-docs, resources petition, signature and person.
    """
    head = {"total_records": total, "origin_system": _ORIGIN, "petition": action}
    yield (json.dumps(head, ensure_ascii=False)[:-1] + ', "_embedded": {"osdi:signatures": [\n').encode()
    for number, row in enumerate(rows, 1):
        signature = json.dumps(_signature(dict(zip(header, row, strict=True)), action), ensure_ascii=False)
        yield ((",\n" if number > 1 else "") + signature).encode()
    yield b"\n]}}\n"


def _signature(cells: Mapping[str, Cell], action: str) -> dict[str, Any]:
    made: dict[str, Any] = {"origin_system": _ORIGIN}
    if "number" in cells:
        made["identifiers"] = [f"{_ORIGIN}:{action}-{cells['number']}"]
    if cells.get("day"):
        made["action_date"] = cells["day"]
    told = (*_PERSON, "number", "day")
    others = {name: cell for name, cell in cells.items() if name not in told and cell is not None}
    if others:
        made["custom_fields"] = others
    return made | {"_embedded": {"osdi:person": _person(cells)}}


def _person(cells: Mapping[str, Cell]) -> dict[str, Any]:
    person: dict[str, Any] = {}
    if cells.get("name"):
        person["given_name"] = cells["name"]
    if cells.get("email"):
        person["email_addresses"] = [{"address": cells["email"], "primary": True}]
    if cells.get("country"):
        person["postal_addresses"] = [{"country": cells["country"], "primary": True}]
    if cells.get("language"):
        person["languages_spoken"] = [cells["language"]]
    return person
