"""A real Chromium for the tests: found, started once a worker, and watched while it shows pages.

A page fails its test when it asks another host for anything or writes to the console.
`python -m tests.support.browser` starts it once and prints which it is, or why there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.support import keyboard

SETTING = "CAMPAIGN_BROWSER"
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "brave-browser"),
)
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
)
NO_BROWSER = (
    "No browser to test with. Four ways out: install Chromium (Debian: apt-get install chromium "
    f"fonts-noto-core libatomic1), name a Chromium-like browser in {SETTING}, run "
    ".venv/bin/playwright install chromium, or leave these tests out with --no-browser."
)
NO_JAVA = (
    "No Java to run the HTML checker with. Two ways out: install it (Debian: apt-get install "
    "default-jre-headless), or leave these tests out with --no-browser."
)
QUIET = (
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--disable-domain-reliability", "--disable-quic", "--no-first-run"),
    *("--disable-gpu", "--disable-dev-shm-usage", "--no-pings", "--metrics-recording-only"),
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider",
)
SCREEN = {"width": 1280, "height": 900}


class NoBrowser(RuntimeError):
    """No browser answers; the text names the ways out."""


@dataclass
class Watch:
    """What a page did that it must not do; `expect` lets single console messages pass."""

    console: list[str] = field(default_factory=list)
    other_hosts: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        """Let console messages that contain `part` pass, such as those of an error page."""
        self.expected.append(part)

    def faults(self) -> list[str]:
        """Console messages that were not expected, and addresses on other hosts."""
        said = [line for line in self.console if not any(part in line for part in self.expected)]
        return said + self.other_hosts


def find() -> Path:
    """The first browser that answers `--version`. Raises NoBrowser."""
    for candidate in _candidates():
        if _answers(candidate):
            return Path(candidate)
    raise NoBrowser(NO_BROWSER)


def java() -> str:
    """The command that runs the HTML checker. Raises NoBrowser when it does not answer."""
    found = shutil.which("java")
    if found is None or not _answers(found):
        raise NoBrowser(NO_JAVA)
    return found


@contextmanager
def started() -> Iterator[Browser]:
    """The browser, running. Raises NoBrowser, or what Playwright says when it cannot drive it."""
    path = find()
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*QUIET, *as_root])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser a test process."""
    with started() as chromium:
        yield chromium


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the test's pages did wrong; anything left in it fails the test."""
    seen = Watch()
    yield seen
    assert seen.faults() == []


@pytest.fixture
def new_context(browser: Browser, watch: Watch, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Make a watched visitor with nothing stored; words of Playwright's `new_context` are passed on."""
    made: list[BrowserContext] = []

    def make(**wishes: Any) -> BrowserContext:
        usual = {"base_url": site, "viewport": SCREEN, "locale": "en-GB", "reduced_motion": "reduce"}
        context = browser.new_context(**(usual | wishes))
        context.set_default_timeout(15_000)
        context.on("console", lambda message: _note_console(watch, message))
        context.on("weberror", lambda error: watch.console.append(f"error: {error.error}"))
        context.on("request", lambda request: _note_request(watch, site, request))
        made.append(context)
        if not wishes.get("java_script_enabled", True):
            keyboard.take_the_mouse_away(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a visitor whose browser runs scripts."""
    return new_context().new_page()


@pytest.fixture
def page_without_script(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a visitor who has a browser that runs no script, and the keyboard only."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture(params=["with script", "without script or mouse"])
def any_page(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Page:
    """Both kinds of page, one after the other."""
    return new_context(java_script_enabled=request.param == "with script").new_page()


def _note_console(watch: Watch, message: ConsoleMessage) -> None:
    watch.console.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


def _note_request(watch: Watch, site: str, request: Request) -> None:
    address = urlsplit(request.url)
    if address.scheme not in ("data", "blob", "about") and address.netloc != urlsplit(site).netloc:
        watch.other_hosts.append(f"asked another host: {request.url}")


def _candidates() -> Iterator[str]:
    if os.environ.get(SETTING):
        yield os.environ[SETTING]
        return
    yield from (found for found in map(shutil.which, NAMES) if found)
    yield from APPLICATIONS
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _answers(path: str) -> bool:
    # Ubuntu's chromium-browser is there and does not start.
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    try:
        with started() as one:
            print(find(), one.version, java())
    except NoBrowser as none:
        sys.exit(str(none))
    except Exception as error:  # noqa: BLE001  # Playwright's driver says it in a plain Exception
        sys.exit(f"The browser was found and did not start: {error}. {NO_BROWSER}")
