"""The files of pictures in the archive: one line each, its bytes in base64, believed only once decoded."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select, union

from campaign_actions.content import rows
from campaign_actions.content.rows import BadRow
from campaign_actions.errors import Refused
from campaign_actions.infra import images, storage
from campaign_actions.pictures.models import Picture

KEYS = frozenset({"digest", "content"})


def lines(connection: Connection, kept: Path) -> Iterator[bytes]:
    """A line for each file in `kept` that a picture needs, by digest; one that is lost is left out."""
    wanted = union(select(Picture.large), select(Picture.small))
    for digest in sorted(connection.execute(wanted).scalars()):
        content = storage.get(kept, digest)
        if content is not None:
            yield rows.to_line({"digest": digest, "content": base64.b64encode(content).decode()})


def read(line: bytes) -> bytes:
    """The file in a line. Raises BadRow unless it is a picture as we make them, under its own digest."""
    found = rows.read_line(line)
    try:
        content = base64.b64decode(found["content"], validate=True)
        images.check(content)
    except (Refused, KeyError, ValueError, TypeError, binascii.Error):
        raise BadRow("no picture of ours") from None
    if set(found) != KEYS or hashlib.sha256(content).hexdigest() != found["digest"]:
        raise BadRow("no picture of ours")
    return content
