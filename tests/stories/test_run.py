"""`campaign-actions run`: a demo site to try at once, and the same site the second time."""

from __future__ import annotations

import email
import email.policy
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.flow import text_of
from tests.support.live import until

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(180)


@dataclass
class Running:
    """A site started by the command, and what it has printed so far."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Origin": f"http://127.0.0.1:{self.port}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request(method, path, urlencode(fields or {}), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    @property
    def said(self) -> str:
        """Everything printed."""
        return self.output.read_text()


def command(*arguments: str) -> list[str]:
    """The command as a person types it."""
    return [sys.executable, "-m", "campaign_actions.cli.main", "run", *arguments]


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def bare_environment() -> dict[str, str]:
    """An environment without any setting of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_")}


@contextmanager
def running(tmp_path: Path, *arguments: str) -> Iterator[Running]:
    """The site, until the block ends with Ctrl-C."""
    port, output = free_port(), tmp_path / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command("--data", str(tmp_path / "site"), "--port", str(port), *arguments),
            cwd=ROOT,
            env=bare_environment(),
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    site = Running(process, port, output)
    try:
        until(lambda: "Stop:" in site.said or process.poll() is not None, "the site does not start", 90)
        yield site
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def test_s64_a_stranger_tries_the_demo_site_and_finds_it_again(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        passwords = re.findall(r"password: (\S+)", site.said)
        assert len(set(passwords)) >= 2
        assert "invented" in site.ask("GET", "/actions/")[1] + site.ask("GET", "/")[1]
        slug = sign(site)
        confirm(site, slug, newest_letter(tmp_path / "site" / "mail"))
        count = count_of(site, slug)
        assert readable_by_others(tmp_path / "site") == []
    assert site.process.returncode == 0
    started = time.monotonic()
    with running(tmp_path) as again:
        assert time.monotonic() - started < 30
        assert "password:" not in again.said
        assert count_of(again, slug) == count


def readable_by_others(folder: Path) -> list[Path]:
    """Files that somebody else on the machine may read."""
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]


def sign(site: Running) -> str:
    """Sign the first open petition; gives its slug."""
    slug, stamp = open_petition(site)
    fields = {"stamp": stamp, "name": "Demo Visitor", "email": "visitor@example.org", "level": "team"}
    before = count_of(site, slug)
    assert site.ask("POST", f"/actions/{slug}/sign", fields | {"country": ""})[0] == 200
    assert count_of(site, slug) == before
    return slug


def open_petition(site: Running) -> tuple[str, str]:
    """Slug and stamp of a petition that can be signed."""
    for slug in sorted(set(re.findall(r'href="/actions/([\w-]+)/"', site.ask("GET", "/actions/")[1]))):
        stamp = re.search(r'name="stamp" value="([^"]+)"', site.ask("GET", f"/actions/{slug}/")[1])
        if stamp:
            return slug, stamp[1]
    raise AssertionError("no open petition on the demo site")


def newest_letter(folder: Path) -> str:
    """The token in the one letter that leaves."""
    until(lambda: any(folder.glob("*.eml")), "no letter has left", 30)
    letter = email.message_from_bytes(next(folder.glob("*.eml")).read_bytes(), policy=email.policy.default)
    found = re.search(r"/c/([\w-]+)", text_of(letter))
    assert found
    return found[1]


def confirm(site: Running, slug: str, token: str) -> None:
    """Press the button behind the link and wait for the count."""
    before = count_of(site, slug)
    assert site.ask("POST", f"/c/{token}")[0] == 303
    until(lambda: count_of(site, slug) == before + 1, "the count does not move", 20)


def count_of(site: Running, slug: str) -> int:
    """The number in count.json."""
    found = re.search(r'"count":\s*(\d+)', site.ask("GET", f"/actions/{slug}/count.json")[1])
    assert found
    return int(found[1])


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = refused("--data", str(tmp_path / "site"), "--port", str(taken.getsockname()[1]))
    assert "--port" in done
    assert not (tmp_path / "site").exists()


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert "--data DIR" in refused("--data", str(tmp_path / "file" / "site"), "--port", str(free_port()))


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A start that ends by itself."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(*arguments: str) -> str:
    """The one line of a start that is refused with status 1."""
    done = started(*arguments)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("arguments", [("--port", "none"), ("--nonsense",), ("--port", "0")])
def test_bad_arguments_end_with_status_2(arguments: tuple[str, ...]) -> None:
    done = started(*arguments)
    assert done.returncode == 2
