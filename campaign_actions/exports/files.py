"""The folder of exported files: for its owner's eyes only, each file whole or not there."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from campaign_actions.config import Settings

MANIFEST = ".manifest.json"
# A file that grows, or was renamed and is about to be marked ready, was touched later than this.
STRAY_SECONDS = 900.0


def folder(settings: Settings) -> Path:
    """The folder of exports, made when missing, open to its owner only. Raises OSError."""
    found = settings.data / "exports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def new_name(export_id: UUID, ending: str) -> str:
    """A name that no other try to make this export has, with the ending of its kind."""
    return f"{export_id.hex}-{secrets.token_hex(4)}.{ending}"


def manifest_name(file_name: str) -> str:
    """The name of the manifest beside a file."""
    return file_name + MANIFEST


def remove(path: Path, file_name: str) -> None:
    """Delete a file and its manifest, if they are there."""
    if file_name:
        (path / file_name).unlink(missing_ok=True)
        (path / manifest_name(file_name)).unlink(missing_ok=True)


def sweep(path: Path, kept: Collection[str]) -> int:
    """Delete what ended exports and killed workers left behind; gives how many files.

    Spares `kept` files, their manifests, and what was touched in the last quarter of an hour.
    """
    wanted = set(kept) | {manifest_name(name) for name in kept}
    oldest = time.time() - STRAY_SECONDS
    strays = [found for found in path.iterdir() if found.name not in wanted and _touched(found) < oldest]
    for stray in strays:
        if stray.is_dir():
            shutil.rmtree(stray, ignore_errors=True)
        else:
            stray.unlink(missing_ok=True)
    return len(strays)


def _touched(path: Path) -> float:
    inside = list(path.iterdir()) if path.is_dir() else []
    moments = [found.stat().st_mtime for found in (path, *inside)]
    return max(moments)
