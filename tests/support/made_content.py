"""Archives of a site's content, hand-made and damaged on purpose."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Enum, Integer, String, Uuid

from campaign_actions.content import archive, nouns
from campaign_actions.infra import images
from campaign_actions.infra.database.engine import UTCDateTime
from tests.support import photos

Files = dict[str, bytes]


def an_archive(path: Path) -> Path:
    """One row of everything, right by itself; the rows do not belong together."""
    files = [
        (f"{table.name}.jsonl", [_line({c.name: _value(c) for c in nouns.columns(table)})])
        for table in nouns.TABLES
    ]
    total = {"action_id": str(UUID(int=1)), "signatures": 3, "sent": 2}
    files.append((f"{nouns.TOTALS}.jsonl", [_line(total)]))
    files.append(
        (f"{nouns.PICTURE_FILES}.jsonl", [picture_line(images.remake(photos.a_jpeg()).small.content)])
    )
    archive.write(path, files)
    return path


def repacked(path: Path, changed: Callable[[Files], Files], *, honest: bool = True) -> Path:
    """The archive with some files changed or added, and a manifest that fits them when `honest`."""
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    files.update(changed(files))
    if honest:
        told = json.loads(files[archive.MANIFEST])
        told["files"] = {
            name: {"rows": body.count(b"\n"), "sha256": hashlib.sha256(body).hexdigest()}
            for name, body in files.items()
            if name != archive.MANIFEST
        }
        files[archive.MANIFEST] = json.dumps(told).encode()
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name, body)
    return other


def picture_line(content: bytes) -> bytes:
    """The line of a file of a picture."""
    digest = hashlib.sha256(content).hexdigest()
    return _line({"digest": digest, "content": base64.b64encode(content).decode()})


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _value(column: Column[Any]) -> Any:
    by_name = {
        "locale": "en",
        "zone": "UTC",
        "source_url": "https://e.org/",
        "online_url": "",
        "old": "/old/",
    }
    if column.table.name == "picture" and isinstance(column.type, String):
        return "a" * (column.type.length or 0)
    if column.name in by_name:
        return by_name[column.name]
    kind = column.type
    if isinstance(kind, Enum):
        assert kind.enum_class is not None
        return next(iter(kind.enum_class)).value
    if isinstance(kind, UTCDateTime):
        return "2026-11-22T12:00:00+00:00"
    samples = {Boolean: True, Integer: 1, Uuid: str(UUID(int=1)), Date: "2026-11-22"}
    return next(
        (sample for of, sample in samples.items() if isinstance(kind, of)),
        "/a/" if column.name == "new" else "a",
    )
