"""The whole job, from a listing page to the list handed over: real browser, processes and mail server.

Acceptance 3: an imported appeal becomes an action with a protest on 16 December; two people
sign, one takes it back; staff export exactly the one that is left.
"""

from __future__ import annotations

import csv
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from campaign_actions.config import Settings
from campaign_actions.formats import manifest
from campaign_actions.infra import clock
from tests.support.browser import Watch
from tests.support.live import LiveSite, until
from tests.support.mail_server import Letter, MailServer
from tests.support.people import (
    answers_all,
    checks_email,
    fill_sign_form,
    follow,
    is_thanked,
    log_in,
    press,
    reads,
    reload_until,
    sign,
    take,
)

pytestmark = pytest.mark.timeout(240)

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
APPEAL = "Free the striker Arman Tolegen"
LISTING = f"""{APPEAL}

: December 08, 2014
Appeals /

Arman Tolegen, a crane driver, spoke for the strikers and was given seven years. His lawyer was not let [...]

The strike goes on

: December 01, 2014
Articles /

Nobody has been paid since July and the pit is closed until [...]
"""
LETTER = "Dear Prosecutor General,\n\nArman Tolegen spoke for the strikers. **Set him free.**"
MISSING = ("letter", "targets", "goals", "closes")
MARTA, ALIYA = ("Marta Lindqvist", "marta@example.org"), ("Әлия Қайратқызы", "aliya@example.org")


@dataclass
class Job:
    """One telling of the story: the site, its mail, and visitors with or without script."""

    live: LiveSite
    mail: MailServer
    visitor: Callable[[], Page]
    folder: Path
    slug: str = ""
    article: str = ""

    def letter_to(self, email: str) -> Letter:
        """The newest letter to somebody, once it has arrived."""
        until(lambda: bool(self._letters(email)), f"no letter to {email}")
        return self._letters(email)[-1]

    def _letters(self, email: str) -> list[Letter]:
        return [letter for letter in self.mail.letters if email in letter.recipients]


@pytest.fixture
def live(
    settings: Settings, site_socket: socket.socket, mail_server: MailServer, tmp_path: Path
) -> Iterator[LiveSite]:
    """The site and its worker in processes of their own, at the address the browser knows."""
    port = site_socket.getsockname()[1]
    site_socket.close()
    running = LiveSite(replace(settings, mail_url=mail_server.url), tmp_path, port=port)
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _expected(watch: Watch) -> None:
    # Chromium notes on its console that a refusal came with its status.
    watch.expect("status of 422")


@pytest.fixture
def site(live: LiveSite, settings: Settings) -> str:
    """Where visitors find it."""
    return settings.site_url


@pytest.mark.engines("postgres")
def test_from_a_listing_to_the_list_handed_over_with_script(
    live: LiveSite, mail_server: MailServer, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    tell(Job(live, mail_server, lambda: new_context().new_page(), tmp_path))


def test_from_a_listing_to_the_list_handed_over_without_script(
    live: LiveSite, mail_server: MailServer, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    tell(Job(live, mail_server, lambda: new_context(java_script_enabled=False).new_page(), tmp_path))


def tell(job: Job) -> None:
    """The story, step by step."""
    import_the_listings(job)
    organiser = an_organiser(job)
    make_the_action(job, organiser)
    is_refused_with_a_list(organiser)
    fill_the_editor(organiser)
    add_the_protest(job, organiser)
    preview_and_publish(job, organiser)
    readers = job.visitor(), job.visitor()
    signs_and_confirms_by_link(job, readers[0])
    signs_and_confirms_by_code(job, readers[1])
    count_is(job, readers[1], 2)
    names_are(job, readers[1], [f"{MARTA[0]} Sweden", "and 1 more person"])
    the_event_stands_beside_the_article(job, readers[1])
    withdraws(job, readers[0])
    count_is(job, readers[1], 1)
    names_are(job, readers[1], [])
    assert [reader.context.cookies() for reader in readers] == [[], []]
    staff_export(job, job.visitor())
    agreed = job.live.command("reconcile")
    assert (agreed.returncode, agreed.stdout) == (
        0,
        "Everything agrees: counts, rows, letters, search, audit log.\n",
    )


def import_the_listings(job: Job) -> None:
    listing = job.folder / "listing.txt"
    listing.write_text(LISTING, "utf-8")
    files = [str(listing), *map(str, sorted(SEEDS.glob("*.txt")))]
    done = job.live.command("import", "listing", *files)
    assert done.returncode == 0, done.stderr
    again = job.live.command("import", "listing", *files)
    assert re.search(r"\b0 new\b", again.stdout), again.stdout


def a_user(job: Job, email: str, *words: str) -> str:
    """Add somebody by command; gives the password it drew."""
    done = job.live.command(
        "users", "add", email, "--name", f"Aigul {email.split('@', maxsplit=1)[0]}", *words
    )
    password = re.search(r"Password, shown this once: (\S+)", done.stdout)
    assert password, done.stderr
    return password[1]


def an_organiser(job: Job) -> Page:
    page = job.visitor()
    log_in(page, "aigul@example.org", a_user(job, "aigul@example.org", "--role", "organiser"))
    return page


def make_the_action(job: Job, page: Page) -> None:
    page.goto("/category/appeals/")
    follow(page, APPEAL)
    job.article = page.url
    page.goto("/desk/news/")
    while not page.get_by_role("link", name=f"Make an action from {APPEAL}").count():
        follow(page, "Next page")
    follow(page, f"Make an action from {APPEAL}")
    press(page, "Make an action")
    expect(page.get_by_label("Title")).to_have_value(APPEAL)
    expect(page.get_by_label("The ask")).to_have_value(re.compile("^Arman Tolegen, a crane driver"))
    job.slug = page.url.split("/")[5]


def is_refused_with_a_list(page: Page) -> None:
    press(page, "Publish now")
    assert page.title().startswith("Error: ")
    expect(page.get_by_role("status")).to_contain_text("Saved at")
    summary = page.get_by_role("alert")
    for field in MISSING:
        summary.locator(f'a[href="#{field}"]').click()
        expect(page.locator(f"#{field}")).to_be_in_viewport()


def fill_the_editor(page: Page) -> None:
    page.get_by_label("Target 1", exact=True).fill("the Prosecutor General")
    page.get_by_label("Text of the letter").fill(LETTER)
    page.get_by_label("First goal").fill("1,000")
    page.get_by_label("What happens there").fill("We hand it in at the embassy.")
    page.get_by_label("Closes").fill(f"{protest_day().year}-12-20 23:59")
    page.get_by_label("Time zone").select_option("Asia/Almaty")
    press(page, "Save draft")
    expect(page.get_by_role("status")).to_contain_text("Saved at")
    reads(page, "Publish")


def add_the_protest(job: Job, page: Page) -> None:
    follow(page, "Add an event")
    page.get_by_label("Title").fill("Vigil at the embassy")
    page.get_by_label("Kind").select_option("vigil")
    page.get_by_label("Starts").fill(f"{protest_day():%Y-%m-%d} 18:00")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Place", exact=True).fill("Outside the embassy, 125 Pall Mall")
    page.get_by_label("City").fill("London")
    page.get_by_label("Country").select_option("GB")
    press(page, "Publish the event")
    expect(page.get_by_role("status")).to_contain_text("Saved at")
    assert page.request.get("/events/vigil-at-the-embassy-london/").status == 404


def preview_and_publish(job: Job, page: Page) -> None:
    page.goto(f"/desk/actions/{job.slug}/edit/")
    press(page, "Save and preview")
    reads(page, "Draft. Only your team sees this.")
    reads(page, "Signing opens when this is published")
    expect(page.get_by_role("button", name="Sign the letter")).to_have_count(0)
    expect(page.locator(".letter strong")).to_have_text("Set him free.")
    reads(page, "Vigil at the embassy")
    page.goto(f"/desk/actions/{job.slug}/edit/")
    press(page, "Publish now")
    expect(page.get_by_role("status")).to_contain_text("Saved at")
    follow(page, "The page supporters see")
    expect(page.get_by_role("button", name="Sign the letter")).to_be_visible()


def open_from_the_article(job: Job, page: Page) -> None:
    page.goto("/category/appeals/")
    follow(page, APPEAL)
    assert page.url == job.article
    beside = page.get_by_role("complementary")
    expect(beside).to_contain_text(APPEAL)
    expect(beside).to_contain_text("Vigil at the embassy")
    follow(page, "Sign the letter")
    assert f"/actions/{job.slug}/" in page.url


def signs_and_confirms_by_link(job: Job, page: Page) -> None:
    open_from_the_article(job, page)
    name, email = MARTA
    sign(page, name=name, email=email, country="SE", level="everyone")
    checks_email(page, email)
    page.goto(found(r"http\S+/c/\S+", job.letter_to(email)))
    reads(page, f"{name}, m…@example.org")
    press(page, "Confirm my signature")
    is_thanked(page)


def signs_and_confirms_by_code(job: Job, page: Page) -> None:
    open_from_the_article(job, page)
    name, email = ALIYA
    fill_sign_form(page, name=name, email=email, level="target")
    page.get_by_label("Email address").press("Enter")
    checks_email(page, email)
    page.get_by_label("6-digit code").fill(found(r"\d{3} \d{3}", job.letter_to(email)))
    press(page, "Confirm my signature")
    is_thanked(page)


def count_is(job: Job, page: Page, count: int) -> None:
    words = f"{count} {'person has' if count == 1 else 'people have'} signed so far"
    for address in (f"/actions/{job.slug}/", job.article):
        page.goto(address)
        reload_until(page, lambda: words in page.locator("main").inner_text())


def names_are(job: Job, page: Page, lines: list[str]) -> None:
    page.goto(f"/actions/{job.slug}/")
    expect(page.locator(".lines li")).to_have_text(lines)


def the_event_stands_beside_the_article(job: Job, page: Page) -> None:
    page.goto(job.article)
    follow(page, "Vigil at the embassy")
    reads(page, re.compile(rf"16 December {protest_day().year}.*18:00"))
    address = page.get_by_role("link", name="Put it in your calendar").get_attribute("href")
    [event] = icalendar.Calendar.from_ical(page.request.get(address or "").text()).events
    assert str(event["SUMMARY"]) == "Vigil at the embassy"
    assert event.decoded("DTSTART") == protest_moment()
    assert "125 Pall Mall" in str(event["LOCATION"])


def withdraws(job: Job, page: Page) -> None:
    page.goto(found(r"http\S+/my/\S+", job.letter_to(MARTA[1])))
    reads(page, "This page cannot show them.")
    follow(page, "Withdraw my signature")
    press(page, "Withdraw my signature")
    reads(page, "You withdrew this signature on")


def staff_export(job: Job, page: Page) -> None:
    password = a_user(job, "staff@example.org", "--role", "staff", "--export")
    log_in(page, "staff@example.org", password)
    answers_all(page, purpose="deliver", title=APPEAL)
    reads(page, "1 of 1 confirmed signatures")
    expect(page.locator("main")).not_to_contain_text(ALIYA[0])
    page.get_by_label("Reason").fill("We hand the list in at the embassy.")
    page.get_by_label("Who receives it?").fill("Embassy in London, by hand on 16 December")
    page.get_by_label("Your password").fill(password)
    press(page, "Make the list of 1 name")
    reload_until(page, lambda: page.get_by_role("button", name="Download").count() == 1)
    file, papers = job.folder / "list.csv", job.folder / "list.json"
    take(page, "Download").save_as(file)
    address = page.get_by_role("link", name="The whole manifest").get_attribute("href")
    papers.write_bytes(page.request.get(address or "").body())
    assert manifest.verify(papers.read_bytes(), file) == []
    assert job.live.command("exports", "verify", str(file), str(papers)).returncode == 0
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["name"] for row in rows] == [ALIYA[0]]
    assert MARTA[0] not in file.read_text("utf-8")


def protest_day() -> date:
    """The next 16 December, tomorrow at the earliest."""
    today = clock.today()
    this_year = date(today.year, 12, 16)
    return this_year if today < this_year else date(today.year + 1, 12, 16)


def protest_moment() -> datetime:
    day = protest_day()
    return datetime(day.year, day.month, day.day, 18, tzinfo=ZoneInfo("Europe/London"))


def found(pattern: str, letter: Letter) -> str:
    match = re.search(pattern, letter.text)
    assert match, letter.text
    return match[0]
