"""`campaign-actions run`: set up what is missing, then the site and one worker, until told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from campaign_actions import startup
from campaign_actions.app import create_app
from campaign_actions.cli.reindex import make_anew
from campaign_actions.cli.site import settings_or_exit
from campaign_actions.config import Settings, WeakSettings, completed
from campaign_actions.infra.database import migrating
from campaign_actions.opening import keys

THREADS = 8
STOP_SECONDS = 5.0
READY_SECONDS = 30.0
SERVE = "campaign_actions.app:create_served_app()"


# So that the pages of the demo have somewhere to write to; nobody is there.
DEMO_SETTINGS = {
    "CAMPAIGN_CONTACT": "invented@example.org",
    "CAMPAIGN_POSTAL_ADDRESS": "Campaign Actions (invented);1 Example Street;EX1 0MP Exampleton",
}


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port on 127.0.0.1."
)
@click.option(
    "--data", type=click.Path(file_okay=False), help="Folder of database, keys and mail. [default: data]"
)
@click.option("--no-demo", is_flag=True, help="Leave an empty site empty.")
def run(port: int, data: str | None, no_demo: bool) -> None:
    """Start the site and its worker on this machine; sets everything up the first time."""
    _refuse_taken(port)
    environ = _environment(port, data)
    settings = _set_up(environ)
    is_demo = not (no_demo or settings.production)
    log_ins = _demo(settings) if is_demo else []
    for name, invented in DEMO_SETTINGS.items() if is_demo else ():
        environ.setdefault(name, invented)
    stop = _Stop()
    children = {"site": _start_site(port, environ), "worker": _start_worker(environ)}
    if _wait_until_ready(port, children, stop):
        _say_where(settings, log_ins)
    _watch(children, environ, stop)
    raise SystemExit(_end(children))


class _Stop:
    """Set by Ctrl-C or TERM."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} cannot be used ({error.strerror}). "
                f"Stop what runs there, or choose another: --port {port + 1}"
            ) from error


def _environment(port: int, data: str | None) -> dict[str, str]:
    environ = dict(os.environ)
    if data:
        environ["CAMPAIGN_DATA"] = str(Path(data).absolute())
    environ.setdefault("CAMPAIGN_DATA", str(Path("data").absolute()))
    environ.setdefault("CAMPAIGN_SITE_URL", f"http://127.0.0.1:{port}")
    return environ


def _set_up(environ: dict[str, str]) -> Settings:
    settings = settings_or_exit(environ)
    try:
        keys.make_first(settings)
        settings = completed(settings)
        app = create_app(settings)
        with app.app_context():
            _upgrade()
            startup.check(settings)
    except OSError as error:
        raise click.ClickException(
            f"{settings.data} cannot be written ({error.strerror}). Choose another: --data DIR"
        ) from error
    except WeakSettings as error:
        raise click.ClickException(str(error)) from error
    return settings


def _upgrade() -> None:
    try:
        startup.check_tables()
    except WeakSettings as error:
        if startup.UPGRADE not in str(error):
            raise
        migrating.upgrade()
        make_anew()


def _demo(settings: Settings) -> list[tuple[str, str, str]]:
    from campaign_actions.cli import demo

    app = create_app(settings)
    with app.app_context():
        return demo.fill_if_empty()


def _start_site(port: int, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        SERVE,
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
    ]
    command += [
        "--workers",
        "1",
        "--threads",
        str(THREADS),
        "--graceful-timeout",
        "4",
        "--log-level",
        "warning",
    ]
    command += ["--no-control-socket"]
    return subprocess.Popen(command, env=environ, start_new_session=True)  # noqa: S603  # our own interpreter


def _start_worker(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "campaign_actions.cli.main", "worker"]
    return subprocess.Popen(command, env=environ, start_new_session=True)  # noqa: S603  # our own interpreter


def _wait_until_ready(port: int, children: dict[str, subprocess.Popen[bytes]], stop: _Stop) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stop.asked and children["site"].poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def _say_where(settings: Settings, log_ins: list[tuple[str, str, str]]) -> None:
    lines = [
        "",
        f"The site:   {settings.site_url}/",
        f"Mail:       {_mail_goes_to(settings.mail_url)}",
    ]
    lines.append(f"Its data:   {settings.data}")
    lines.append(f"Log in:     {settings.site_url}/log-in/")
    for words, email, password in log_ins:
        lines.append(f"  {words:<10} {email}   password: {password}   (shown only now)")
    if not log_ins:
        lines.append("  Add a user: campaign-actions users add EMAIL --name NAME --role organiser")
    lines += ["Stop:       Ctrl-C", ""]
    click.echo("\n".join(lines))


def _mail_goes_to(url: str) -> str:
    """The folder, or the server without the user name and password it is used with."""
    return url.removeprefix("file:") if url.startswith("file:") else url.rpartition("@")[2]


def _watch(children: dict[str, subprocess.Popen[bytes]], environ: dict[str, str], stop: _Stop) -> None:
    while not stop.asked:
        if children["site"].poll() is not None:
            click.echo("The site has stopped.", err=True)
            return
        if children["worker"].poll() is not None:
            click.echo("The worker has stopped; starting it again.", err=True)
            time.sleep(1.0)
            children["worker"] = _start_worker(environ)
        time.sleep(0.2)


def _end(children: dict[str, subprocess.Popen[bytes]]) -> int:
    broken = children["site"].poll() is not None
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    return 1 if broken else 0
