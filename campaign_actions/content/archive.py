"""The file itself: a zip of known names and nothing else, the same bytes for the same content."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _, number

FORMAT = "campaign-actions content"
VERSION = 1
MANIFEST = "manifest.json"
MAX_BYTES = 2_000_000_000
MAX_LINE = 12_000_000
MAX_RATIO = 100
_FREE_BYTES = 1_000_000
_MAX_DIRECTORY = 65_536
_DAY = (1980, 1, 1, 0, 0, 0)
_END = b"PK\x05\x06"
_END_LAYOUT = struct.Struct("<4s4H2LH")


class BadArchive(Refused):
    """A file that is not restored; the sentence says where and why and quotes none of it."""


def write(path: Path, files: Iterable[tuple[str, Iterable[bytes]]]) -> dict[str, int]:
    """Write lines into files of these names; gives how many each has. `path` must not be there yet.

    Nothing is compressed, since another version of the compressor would give other bytes.
    """
    told: dict[str, dict[str, Any]] = {}
    with path.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, lines in files:
            digest, rows = hashlib.sha256(), 0
            with packed.open(_member(name), "w") as member:
                for line in lines:
                    member.write(line)
                    digest.update(line)
                    rows += 1
            told[name] = {"rows": rows, "sha256": digest.hexdigest()}
        manifest = {"format": FORMAT, "version": VERSION, "files": told}
        packed.writestr(_member(MANIFEST), json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    return {name: entry["rows"] for name, entry in told.items()}


class Archive:
    """An archive opened for reading, its manifest and its bounds checked. Use it in a `with`."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """Raises BadArchive unless it holds exactly `names`, small enough and in this version."""
        self._packed = _opened(path)
        self._reading = ExitStack()
        try:
            self._check_members({*names, MANIFEST})
            self._told = self._read_manifest(names)
        except BaseException:
            self._packed.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self._reading.close()
        self._packed.close()

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of one file. Raises BadArchive at the end if they are not those of the manifest."""
        digest, rows = hashlib.sha256(), 0
        try:
            # Closed with the archive too, for whoever stops in the middle.
            member = self._reading.enter_context(self._packed.open(name))
            while line := member.readline(MAX_LINE):
                if len(line) == MAX_LINE:
                    raise BadArchive(_("%(name)s: a line is too long.", name=name))
                digest.update(line)
                rows += 1
                yield line
            member.close()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
            raise BadArchive(_("%(name)s is damaged.", name=name)) from None
        if self._told.get(name) != (rows, digest.hexdigest()):
            raise BadArchive(_("%(name)s is not what the manifest says.", name=name))

    def _check_members(self, names: set[str]) -> None:
        members = self._packed.infolist()
        found = [member.filename for member in members]
        if len(found) != len(set(found)) or set(found) != names:
            raise BadArchive(_("This archive holds other files than this version writes."))
        if self._packed.getinfo(MANIFEST).file_size > _FREE_BYTES:
            raise BadArchive(_("The manifest of the archive cannot be read."))
        if sum(member.file_size for member in members) > MAX_BYTES:
            raise BadArchive(_too_large())
        for member in members:
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise BadArchive(_("%(name)s is packed in a way that is not read.", name=member.filename))
            if member.file_size > _FREE_BYTES and member.file_size > MAX_RATIO * member.compress_size:
                raise BadArchive(_("%(name)s is packed suspiciously small.", name=member.filename))

    def _read_manifest(self, names: Sequence[str]) -> dict[str, tuple[int, str]]:
        try:
            told = json.loads(self._packed.read(MANIFEST))
            if told["format"] != FORMAT:
                raise BadArchive(_("This is no archive of a site's content."))
            if told["version"] != VERSION:
                raise BadArchive(_("Another version of this program wrote the archive."))
            return {name: (told["files"][name]["rows"], told["files"][name]["sha256"]) for name in names}
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, RecursionError):
            raise BadArchive(_("The manifest of the archive cannot be read.")) from None


def _too_large() -> str:
    return _("The archive holds more than %(most)s MB.", most=number(MAX_BYTES // 1_000_000))


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DAY)
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def _opened(path: Path) -> zipfile.ZipFile:
    """The zip at `path`, its list of contents known to be short before it is read."""
    try:
        if path.stat().st_size > MAX_BYTES + 2 * _MAX_DIRECTORY:
            raise BadArchive(_too_large())
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _MAX_DIRECTORY))
            tail = file.read()
        end = tail.rfind(_END)
        entries_bytes = _END_LAYOUT.unpack_from(tail, end)[5] if end >= 0 else 0
        if end < 0 or entries_bytes > _MAX_DIRECTORY:
            raise BadArchive(_("This is no archive of a site's content."))
        return zipfile.ZipFile(path)
    except OSError as error:
        raise BadArchive(_("The file cannot be read: %(why)s.", why=error.strerror or "")) from None
    except (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError):
        raise BadArchive(_("This is no archive of a site's content.")) from None
