"""A row of a table as one line of JSON, and back, with every value checked by its column."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Boolean, Column, Date, Enum, Integer, SmallInteger, Table, Text, Uuid

from campaign_actions.content import nouns
from campaign_actions.errors import Refused
from campaign_actions.infra import images, markup, picture_marks, slugs
from campaign_actions.infra.database.engine import UTCDateTime
from campaign_actions.infra.i18n import LANGUAGES
from campaign_actions.pictures.models import Picture

MAX_TEXT = 5_000_000
MAX_NUMBER = 2**31 - 1
_DIGEST = re.compile(r"[0-9a-f]{64}")


class BadRow(ValueError):
    """A row that no site of ours has written; the text names the column and never its value."""


def to_line(row: Mapping[str, Any]) -> bytes:
    """One line of JSON in UTF-8, its keys in order, with its line end."""
    plain = {key: _plain(value) for key, value in row.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read_line(line: bytes) -> dict[str, Any]:
    """The object in a line. Raises BadRow when there is none, or one key twice."""
    try:
        found = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRow("no JSON object") from None
    if not isinstance(found, dict):
        raise BadRow("no JSON object")
    return found


def from_line(table: Table, line: bytes) -> dict[str, Any]:
    """The row of `table` in a line, HTML made anew from its Markdown. Raises BadRow."""
    found = read_line(line)
    wanted = nouns.columns(table)
    if set(found) != {column.name for column in wanted}:
        raise BadRow("other columns than this version has")
    row = {column.name: _value(column, found[column.name]) for column in wanted}
    for name, trusted in nouns.rendered(table).items():
        pictured = f"{table.name}.{name}" in nouns.PICTURED
        row[name] = markup.to_html(row[name.removesuffix("_html")], trusted=trusted, pictures=pictured)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _value(column: Column[Any], plain: Any) -> Any:
    if plain is None:
        if not column.nullable:
            raise BadRow(f"{column.name} is missing")
        return None
    try:
        return _checked(column, _typed(column, plain))
    except (TypeError, ValueError, OverflowError, Refused, ZoneInfoNotFoundError):
        raise BadRow(f"{column.name} cannot be that") from None


def _typed(column: Column[Any], plain: Any) -> Any:
    kind = column.type
    if isinstance(kind, Boolean):
        return _of_type(plain, bool)
    if isinstance(kind, Integer | SmallInteger):
        number = _of_type(plain, int)
        return number if -MAX_NUMBER <= number <= MAX_NUMBER else _refuse()
    text = _of_type(plain, str)
    if isinstance(kind, Uuid):
        return UUID(text)
    if isinstance(kind, Date):
        return date.fromisoformat(text)
    if isinstance(kind, UTCDateTime):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else _refuse()
    if isinstance(kind, Enum):
        return kind.enum_class(text) if kind.enum_class else _refuse()
    longest = MAX_TEXT if isinstance(kind, Text) else getattr(kind, "length", None) or MAX_TEXT
    text.encode()  # half a letter cannot be stored
    return text if len(text) <= longest and "\0" not in text else _refuse()


def _checked(column: Column[Any], value: Any) -> Any:
    """Values that become part of an address or a link are what their form would have let through."""
    if column.name == "slug":
        slugs.checked(value)
    elif column.name == "locale" and value not in LANGUAGES:
        _refuse()
    elif column.name == "zone":
        ZoneInfo(value)
    elif column.table.name == Picture.__tablename__:
        _check_picture(column.name, value)
    elif column.name.endswith("_url") and value and not value.startswith(("https://", "http://")):
        _refuse()
    return value


def _check_picture(name: str, value: Any) -> None:
    pattern = {"name": picture_marks.NAME, "large": _DIGEST, "small": _DIGEST}.get(name)
    if pattern is not None and not pattern.fullmatch(value):
        _refuse()
    if name.endswith(("_width", "_height")) and not 0 < value <= images.LARGE[1]:
        _refuse()


def _of_type(plain: Any, kind: type) -> Any:
    return plain if type(plain) is kind else _refuse()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _refuse()


def _no_constant(_name: str) -> Any:
    return _refuse()


def _refuse() -> Any:
    raise ValueError
