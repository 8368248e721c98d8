"""Photographs of the demo site: every page, three languages, phone and desk, light and dark.

`python3 dev.py look [FOLDER] [LANGUAGE ...]` starts a demo site of its own, visits it as a
supporter, an organiser and staff, keeps one picture a page and look, and lays them out on sheets.
"""

from __future__ import annotations

import math
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Locator, Page

from campaign_actions.infra import i18n
from tests.support import browser, people
from tests.support.live import ROOT, until

WIDTHS = (390, 1280)
HEIGHT = 900
LONGEST = 4000
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
A_KIND = 2
A_SHEET = 12
THUMBNAIL = (480, 900)
LEFT_OUT = re.compile(r"^/(static|my|c|preview|ru|kk)/|\.(csv|ics|json|png|txt|xml)$|/feed")
# What stands for a thing in an address, so that two pages of one kind are enough.
THING = re.compile(r"(?<=/)(?!new\b|past\b|map\b|online\b)[0-9a-z]+-[0-9a-z-]+(?=/)|(?<=/)\d+(?=/)")

# Pages that nothing leads to, errors among them.
UNLINKED = (
    *("/log-in/", "/account/forgotten/", "/my/", "/search/?q=zzz"),
    *("/no-such-page/", "/news/page/900/", "/c/cut-short"),
)


@dataclass
class Site:
    """A running demo site, its mail folder, and who can log in: address and password by role."""

    url: str
    mail: Path
    log_ins: dict[str, tuple[str, str]]


@dataclass
class Pictures:
    """The folder for pictures, and those taken so far with their captions."""

    folder: Path
    taken: list[tuple[Path, str]] = field(default_factory=list)

    def take(self, page: Page, name: str, language: str) -> None:
        """The open page in every width and scheme."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                tall = int(page.evaluate("document.documentElement.scrollHeight"))
                place = self.folder / f"{language}-{width}-{scheme}-{name}.png"
                clip = {"x": 0, "y": 0, "width": width, "height": min(tall, LONGEST)}
                page.screenshot(path=place, full_page=True, clip=clip)  # type: ignore[arg-type]  # numbers are numbers
                self.taken.append((place, f"{name} {language} {width} {scheme}"))


def main(words: list[str]) -> int:
    """Take the pictures and lay them out; prints where the sheets are."""
    codes = [word for word in words if word in i18n.LANGUAGES] or list(i18n.LANGUAGES)
    folder = Path(next((word for word in words if word not in i18n.LANGUAGES), "contact-sheets")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(folder)
    with tempfile.TemporaryDirectory() as data, demo_site(Path(data)) as site, browser.started() as chromium:
        for code in codes:
            photograph(chromium, site, pictures, code)
            print(f"{code}: {len(pictures.taken)} pictures", flush=True)
    for sheet in sheets(pictures):
        print(sheet)
    return 0


@contextmanager
def demo_site(data: Path) -> Iterator[Site]:
    """The site that `dev.py run` starts, with demo content, in a folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = data / "said.txt"
    command = [sys.executable, "-m", "campaign_actions.cli.main", "run"]
    with said.open("w") as output:
        command += ["--port", str(port), "--data", str(data / "site")]
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT)
    try:
        until(lambda: "Ctrl-C" in said.read_text(), "the demo site does not start")
        found = re.findall(r"^  (\w+) +(\S+@\S+) +password: (\S+)", said.read_text(), re.MULTILINE)
        log_ins = {role.lower(): (email, password) for role, email, password in found}
        yield Site(f"http://127.0.0.1:{port}", data / "site" / "mail", log_ins)
    finally:
        process.terminate()
        process.wait(20)


def photograph(chromium: Browser, site: Site, pictures: Pictures, code: str) -> None:
    """Everything in one language: what strangers read, what signing shows, and both desks."""
    prefix = i18n.path_prefix(code)

    def a_page() -> Page:
        return chromium.new_context(base_url=site.url, locale=code).new_page()

    reader = a_page()
    for path in crawl(reader, f"{prefix}/", prefix):
        _photograph(reader, path, prefix, pictures, code)
    for path in UNLINKED:
        _photograph(reader, prefix + path, prefix, pictures, code)
    sign_on_the_way(a_page(), site, pictures, code)
    log_in_wrongly(a_page(), prefix, pictures, code)
    for role, start in (("organiser", "/desk/"), ("staff", "/staff/"), ("admin", "/staff/")):
        user = a_page()
        people.log_in(user, *site.log_ins[role])
        for path in (*crawl(user, prefix + start, prefix, inside=start), f"{prefix}/account/"):
            _photograph(user, path, prefix, pictures, code)


def crawl(page: Page, start: str, prefix: str, inside: str = "/") -> list[str]:
    """Paths reached by links from `start`, two of a kind, in the order of finding."""
    waiting, kinds, found = [start], {}, []  # type: list[str], dict[str, int], list[str]
    while waiting:
        path = waiting.pop(0)
        kind = THING.sub("*", path)
        if path in found or kinds.get(kind, 0) >= A_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        found.append(path)
        page.goto(path)
        links = page.eval_on_selector_all("a[href]", "found => found.map(link => link.href)")
        ours = "{0.scheme}://{0.netloc}/".format(urlsplit(page.url))
        for link in (link for link in links if link.startswith(ours)):
            there = urlsplit(link).path
            if there.startswith(prefix + inside) and not LEFT_OUT.search(
                there.removeprefix(prefix + inside[:-1])
            ):
                waiting.append(there)
    return found


def sign_on_the_way(page: Page, site: Site, pictures: Pictures, code: str) -> None:
    """The pages between the form and one's own signature, errors included."""
    prefix = i18n.path_prefix(code)
    page.goto(f"{prefix}/actions/")
    page.locator("main h3 a").first.click()
    form = page.locator("form[action$='/sign']")
    _press(page, form.locator("button").last)
    pictures.take(page, "sign-error", code)
    form.locator("[name=name]").fill("Әлия Қайратқызы")
    form.locator("[name=email]").fill(f"aliya-{code}@example.org")
    _press(page, form.locator("button").last)
    pictures.take(page, "check-email", code)
    letters = site.mail.glob("*.eml")
    until(lambda: any(f"aliya-{code}@" in path.read_text() for path in site.mail.glob("*.eml")), "no letter")
    text = next(path.read_text() for path in letters if f"aliya-{code}@" in path.read_text())
    links = re.findall(r"/(?:c|my)/[\w-]+", text.replace("=\n", ""))
    page.goto(prefix + next(link for link in links if link.startswith("/c/")))
    pictures.take(page, "confirm", code)
    _press(page, page.locator("form button.btn").first)
    pictures.take(page, "thanks", code)
    mine = prefix + next(link for link in links if link.startswith("/my/")) + "/"
    for path in crawl(page, mine, prefix, inside="/my/") or [mine]:
        page.goto(path)
        pictures.take(page, "my-" + (path.split("/")[-2] if path != mine else "signature"), code)


def log_in_wrongly(page: Page, prefix: str, pictures: Pictures, code: str) -> None:
    """The log-in form after a mistake."""
    page.goto(f"{prefix}/log-in/")
    _press(page, page.locator("main form button").last)
    pictures.take(page, "log-in-error", code)


def _press(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.click()


def _photograph(page: Page, path: str, prefix: str, pictures: Pictures, code: str) -> None:
    page.goto(path)
    name = re.sub(r"[^\w]+", "-", path.removeprefix(prefix)).strip("-") or "home"
    pictures.take(page, name[:80], code)


def sheets(pictures: Pictures) -> Iterator[Path]:
    """Pictures side by side, twelve a sheet; gives the path of each sheet."""
    rows = iter(sorted(pictures.taken))
    font = ImageFont.load_default(16)
    for number in range(math.ceil(len(pictures.taken) / A_SHEET)):
        sheet = Image.new("RGB", (THUMBNAIL[0] * 6, (THUMBNAIL[1] + 30) * 2), "#888")
        pen = ImageDraw.Draw(sheet)
        for place, (path, caption) in enumerate(islice(rows, A_SHEET)):
            with Image.open(path) as picture:
                scale = THUMBNAIL[0] / picture.width
                small = picture.resize((THUMBNAIL[0], int(picture.height * scale)))
            left, top = place % 6 * THUMBNAIL[0], place // 6 * (THUMBNAIL[1] + 30)
            sheet.paste(small.crop((0, 0, *THUMBNAIL)), (left, top + 30))
            pen.text((left + 6, top + 6), caption, "#fff", font)
        path = pictures.folder / f"sheet-{number + 1:03}.png"
        sheet.save(path)
        yield path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
