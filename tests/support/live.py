"""The site as it is shipped, in processes of their own, to be killed and started again."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from campaign_actions.config import Settings

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30.0
HOST = "127.0.0.1"


@dataclass
class LiveSite:
    """Processes of one site. `kill_*` is `kill -9`; nothing is tidied up by the victim."""

    settings: Settings
    folder: Path
    port: int = 0
    crash_at: str = ""

    def __post_init__(self) -> None:
        self.port = self.port or _free_port()
        self._web: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What both processes wrote."""
        return self.folder / "processes.log"

    def start(self) -> None:
        """Start site and worker and wait until the site answers."""
        self.start_web()
        self.start_worker()

    def start_web(self) -> None:
        """Start the site and wait until it answers."""
        command = ["gunicorn", "campaign_actions.app:create_served_app()", "--bind", f"{HOST}:{self.port}"]
        command += ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket"]
        self._web = self._start(["-m", *command, "--log-level", "warning", "--graceful-timeout", "4"])
        self.wait_until_ready()

    def start_worker(self) -> None:
        """Start one worker."""
        self._worker = self._start(["-m", "campaign_actions.cli.main", "worker"])

    def wait_until_ready(self) -> None:
        """Return once a page is answered; fails after 30 seconds."""
        until(self._answers, "the site does not answer", READY_SECONDS)

    def kill_web_worker(self) -> None:
        """Kill the process that serves requests; its master starts another."""
        assert self._web is not None
        children = Path(f"/proc/{self._web.pid}/task/{self._web.pid}/children").read_text().split()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def kill_master(self) -> None:
        """Kill the site's master and its children, then start it again."""
        assert self._web is not None
        os.killpg(self._web.pid, signal.SIGKILL)
        self._web.wait()
        self.start_web()

    def kill_worker(self) -> None:
        """Kill the worker, then start another."""
        assert self._worker is not None
        self._worker.kill()
        self._worker.wait()
        self.start_worker()

    def stop_worker(self) -> int:
        """Ask the worker to stop; gives its exit status."""
        assert self._worker is not None
        self._worker.terminate()
        return self._worker.wait(10)

    def wait_for_worker(self) -> int:
        """Wait until the worker has ended by itself; gives its exit status."""
        assert self._worker is not None
        return self._worker.wait(30)

    def stop(self) -> None:
        """End everything that still runs."""
        for process in (self._web, self._worker):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self._web, self._worker):
            if process is None:
                continue
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `campaign-actions WORDS` on this site's machine."""
        return subprocess.run(
            [sys.executable, "-m", "campaign_actions.cli.main", *words],
            env=self._environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=READY_SECONDS * 2,
        )

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; raises OSError or http.client.HTTPException when the line breaks."""
        return self._ask("GET", path, "")

    def post(self, path: str, fields: dict[str, str], *, client: str = "192.0.2.1") -> tuple[int, str]:
        """Status and text of the answer to a form sent by the machine `client` behind one proxy."""
        return self._ask("POST", path, urlencode(fields), client)

    def sign_form(self, slug: str) -> dict[str, str]:
        """The hidden fields of an action's sign form."""
        _status, page = self.get(f"/actions/{slug}/")
        match = re.search(r'name="stamp" value="([^"]+)"', page)
        assert match, page[:500]
        return {"stamp": match[1]}

    def _ask(self, method: str, path: str, body: str, client: str = "192.0.2.1") -> tuple[int, str]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        headers = {"Host": f"{HOST}:{self.port}", "Connection": "close", "X-Forwarded-For": client}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{HOST}:{self.port}"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            return self.get("/privacy/")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                env=self._environment(),
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        own = {
            "CAMPAIGN_DATA": str(settings.data),
            "CAMPAIGN_DATABASE_URL": settings.database_url,
            "CAMPAIGN_MAIL_URL": settings.mail_url,
            "CAMPAIGN_SITE_URL": f"http://{HOST}:{self.port}",
            "CAMPAIGN_SECRET_KEY": " ".join(settings.secret_keys),
            "CAMPAIGN_FAST_PASSWORDS": "1",
            "CAMPAIGN_CRASH_AT": self.crash_at,
            "CAMPAIGN_TRUSTED_PROXIES": str(settings.trusted_proxies),
        }
        return {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_START"} | own


def until(true: Callable[[], bool], otherwise: str, seconds: float = 60.0) -> None:
    """Return once `true()` holds; fails with `otherwise` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
