"""What stands around the site on its machine: settings, files, disks, keys; for whoever runs the server.

Sentences are for the command line, which speaks English.
"""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from campaign_actions.config import Settings, WeakSettings, weak_in_production
from campaign_actions.health.findings import Finding, State
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.public_keys import BadKeyFile

MOUNTS, SWAPS = Path("/proc/self/mounts"), Path("/proc/swaps")
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "afs", "fuse.sshfs"}
)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def look(settings: Settings) -> list[Finding]:
    """Everything that can be seen without the database."""
    return [
        *of_production(settings),
        of_set_up(settings),
        of_files(settings),
        of_list_keys(settings),
        of_disk(settings),
        of_proxies(settings),
        of_memory(),
    ]


def of_production(settings: Settings) -> Iterator[Finding]:
    """Whether this is a try-out, and what production would refuse; a line for each."""
    weak = weak_in_production(settings)
    if settings.production:
        yield Finding("production", State.FINE, "Settings", "This is a site for real people, and strict.")
        return
    yield Finding(
        "production",
        State.LOOK,
        "Settings",
        "This is a try-out: no real people should sign here.",
        "Set CAMPAIGN_PRODUCTION=yes before they do.",
    )
    for sentence in weak:
        yield Finding("weak", State.LOOK, "Production would refuse this", sentence)


def list_key_is_here(settings: Settings) -> bool:
    """Whether the key that opens lists lies on this machine; a folder we may not look into counts as yes."""
    try:
        names = [path.name for path in settings.worker_keys.iterdir()]
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return any(name.startswith("list-") and name.endswith(".key") for name in names)


def of_set_up(settings: Settings) -> Finding:
    """Which of the three set-ups of docs/threats.md is in force, from who can read which file."""
    heading = "Set-up"
    if not list_key_is_here(settings):
        words = "C: no list key lies on this machine. Who takes it can open no list."
        return Finding("set-up", State.FINE, heading, words)
    if _is_readable(settings.worker_keys) and not _same_user(settings):
        words = "B: the list key lies on this machine, and the user of the site cannot read it."
        return Finding("set-up", State.FINE, heading, words)
    words = "A: the list key lies where the site could read it. Who breaks into the site opens all lists."
    cure = "Copy list-1.key off the machine, then delete it here: docs/operating.md, day two."
    return Finding("set-up", State.LOOK, heading, words, cure)


def of_files(settings: Settings) -> Finding:
    """Whether anybody else on this machine may read keys, letters or the database."""
    heading = "Files"
    open_to_all = [path for path in _private(settings) if stat.S_IMODE(path.lstat().st_mode) & OTHERS]
    if not open_to_all:
        return Finding("files", State.FINE, heading, "Only their owner reads what lies in the data folder.")
    named = ", ".join(str(path) for path in open_to_all[:5])
    words = f"Others on this machine may read or change {named}"
    words += f" and {len(open_to_all) - 5} more." if len(open_to_all) > 5 else "."
    return Finding("files", State.BAD, heading, words, f"chmod -R go= {settings.data}")


def of_list_keys(settings: Settings) -> Finding:
    """Whether losing one file would lose every list."""
    heading = "List keys"
    try:
        count = len(public_keys.of_purpose(settings.web_keys, "list"))
    except (BadKeyFile, OSError) as error:
        words = f"A public key cannot be read ({error}), so nobody can sign."
        return Finding("list keys", State.BAD, heading, words, "Put it back from a backup.")
    if count == 0:
        cure = "`campaign-actions keys init` makes one on a new site; else put it back from a backup."
        return Finding("list keys", State.BAD, heading, "There is none, so nobody can sign.", cure)
    if count == 1:
        words = "There is one. If it is lost, no list can ever be made again."
        cure = "Make a second one on another machine: `campaign-actions keys new list-2`."
        return Finding("list keys", State.LOOK, heading, words, cure)
    return Finding("list keys", State.FINE, heading, f"There are {count}; each alone opens everything.")


def of_disk(settings: Settings) -> Finding:
    """Whether SQLite stands on a disk that keeps its promises."""
    kind = network_disk(settings)
    if kind is None:
        return Finding("disk", State.FINE, "Disk", "The database is on a disk of this machine, or apart.")
    return Finding("disk", State.BAD, "Disk", *_on_network(kind))


def of_proxies(settings: Settings) -> Finding:
    """Whether visitors can be told apart by their network."""
    if settings.secure and settings.trusted_proxies == 0:
        words = "The site has https but trusts no proxy: all visitors look as if they came from one network."
        cure = "CAMPAIGN_TRUSTED_PROXIES=1 behind one proxy that buffers requests."
        return Finding("proxies", State.LOOK, "Proxies", words, cure)
    trusted = settings.trusted_proxies
    words = f"{trusted} may name a visitor's address." if trusted else "None is trusted, and none is needed."
    return Finding("proxies", State.FINE, "Proxies", words)


def of_memory() -> Finding:
    """Whether what is in memory can end up on a disk."""
    faults = []
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        faults.append("a crash may write memory into a core file")
    if [line for line in _lines(SWAPS)[1:] if not line.startswith(("/dev/zram", "/dev/dm-"))]:
        faults.append("memory may be swapped to a disk in the clear")
    if not faults:
        return Finding("memory", State.FINE, "Memory", "No core files, and no swap in the clear.")
    words = f"{' and '.join(faults)}.".capitalize()
    return Finding("memory", State.LOOK, "Memory", words, "`ulimit -c 0`, and no swap or an encrypted one.")


def refuse_network_disk(settings: Settings) -> None:
    """Raise WeakSettings in production when SQLite would lie on a network disk."""
    kind = network_disk(settings)
    if settings.production and kind is not None:
        words, cure = _on_network(kind)
        raise WeakSettings(f"{words} {cure}")


def network_disk(settings: Settings) -> str | None:
    """The kind of the network disk that holds a SQLite database, as "nfs4"; None for any other."""
    if not settings.database_url.startswith("sqlite:///"):
        return None
    path = Path(urlsplit(settings.database_url).path[1:] or "/").absolute()
    longest, kind = "", ""
    for line in _lines(MOUNTS):
        _device, place, found, *_rest = line.split(" ")
        place = place.encode().decode("unicode_escape")
        if path.is_relative_to(place) and len(place) >= len(longest):
            longest, kind = place, found
    return kind if kind in NETWORK else None


def _on_network(kind: str) -> tuple[str, str]:
    words = f"The SQLite database is on a network disk ({kind}), where its locks do not hold."
    return words, "Move CAMPAIGN_DATA to a disk of this machine, or use PostgreSQL."


def _private(settings: Settings) -> Iterator[Path]:
    """What only the owner may touch: the data folder, keys, letters, lists and the database."""
    if not settings.data.is_dir():
        return
    yield settings.data
    for name in ("keys", "mail", "exports"):
        folder = settings.data / name
        if folder.is_dir():
            yield from (folder, *(path for path in folder.rglob("*") if path.suffix != ".pub"))
    yield from settings.data.glob("campaign.db*")


def _is_readable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _same_user(settings: Settings) -> bool:
    """Whether one user owns both folders of keys: then what reads one can read the other."""
    return (
        settings.web_keys.is_dir() and settings.web_keys.stat().st_uid == settings.worker_keys.stat().st_uid
    )


def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ()
