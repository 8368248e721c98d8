"""Stories of confirming: by link and by code, once and a hundred times, by owners and by strangers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from campaign_actions.actions.queries import ActionPage
from campaign_actions.signatures import figures as desk_figures
from campaign_actions.signatures.states import State
from tests.support.browser import Watch
from tests.support.content import words_of
from tests.support.flow import text_of
from tests.support.people import checks_email, follow, is_thanked, press, reads, sign, write
from tests.support.rows import digests
from tests.support.signer import hidden
from tests.support.story import Story

pytestmark = pytest.mark.usefixtures("clock")

EMAIL = "marta@example.org"


def sign_in_browser(story: Story, page: Page, action: ActionPage) -> None:
    page.goto(f"/actions/{action.card.slug}/")
    sign(page, email=EMAIL)
    checks_email(page, EMAIL)


def test_s22_looking_at_the_link_changes_nothing_and_its_button_confirms(
    story: Story, any_page: Page
) -> None:
    action = story.an_action()
    sign_in_browser(story, any_page, action)
    link = story.link(EMAIL)
    before = digests(story.app)
    any_page.goto(link)
    for _look in range(50):
        assert any_page.request.get(link).status == 200
        assert any_page.request.head(link).status == 200
    story.work()
    assert digests(story.app) == before
    reads(any_page, "Nothing has happened yet: opening this page changes nothing.")
    press(any_page, "Confirm my signature")
    is_thanked(any_page)
    assert story.count(action) == 1


def test_s23_confirming_twice_and_a_hundred_times_at_once_counts_one(story: Story) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    supporter.sign()
    link = story.link(EMAIL)

    def confirm(_number: int) -> str:
        answer = story.app.test_client().post(link)
        return f"{answer.status_code} {answer.headers['Location']}"

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(confirm, range(100)))
    assert answers == {f"303 {supporter.address}thanks/"}
    later = supporter.client.get(link)
    assert (later.status_code, "You have already confirmed" in later.text) == (200, True)
    assert story.count(action) == 1
    figures = story.inside(lambda: desk_figures.of_action(action.card.id))
    assert (figures.confirmed, figures.today, figures.waiting) == (1, 1, 0)


def test_s24_a_corrected_name_replaces_the_first_and_its_letter(
    story: Story, clock: time_machine.Traveller
) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    supporter.sign(name="Marta Lindqvst")
    first = story.link(EMAIL)
    clock.shift(timedelta(seconds=59))
    supporter.sign(name="Marta Lindqvis")
    story.work()
    assert len(story.mailbox.letters(EMAIL)) == 1
    clock.shift(timedelta(seconds=1))
    supporter.sign(name="Marta Lindqvist")
    second = story.link(EMAIL)
    assert story.states(action) == [State.WAITING]
    old = supporter.client.get(first)
    assert (old.status_code, "Use the link or the code in that one." in old.text) == (410, True)
    assert "Marta Lindqvist, m…@example.org" in words_of(supporter.client.get(second).text)
    assert len(story.mailbox.letters(EMAIL)) == 2


def test_s25_signing_again_when_confirmed_is_told_to_the_mailbox_alone(
    story: Story, clock: time_machine.Traveller
) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    first = supporter.sign()
    supporter.client.post(story.link(EMAIL))
    story.work()
    before = digests(story.app)["signature"]
    clock.shift(timedelta(minutes=2))
    again = supporter.sign(name="Somebody Else")
    letter = story.letter(EMAIL)
    assert (again.status_code, words_of(again.text)) == (first.status_code, words_of(first.text))
    assert dict(again.headers).keys() == dict(first.headers).keys()
    assert "We already have a signature from this address" in text_of(letter)
    assert "Somebody Else" not in text_of(letter)
    assert digests(story.app)["signature"] == before
    assert story.count(action) == 1


def test_s30_the_address_of_the_thanks_tells_a_stranger_nothing(story: Story, page: Page) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    supporter.sign(name="Zhanar Openly", level="everyone")
    address = supporter.client.post(story.link(EMAIL)).headers["Location"]
    story.work()
    answer = page.goto(address)
    assert answer is not None
    assert answer.headers["cache-control"] == "private, no-store"
    expect(page.locator('meta[name="robots"]')).to_have_attribute("content", "noindex")
    for secret in ("Zhanar", EMAIL, "Sweden"):
        assert secret not in page.content()
    follow(page, "Sign the letter")
    expect(page.get_by_role("button", name="Sign the letter")).to_be_visible()


def altered(token: str) -> str:
    """A token with one character in its middle changed."""
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


def test_s32_each_dead_link_has_its_page_and_a_way_to_the_action(
    story: Story, page: Page, watch: Watch, clock: time_machine.Traveller
) -> None:
    for status in (404, 410):
        watch.expect(f"status of {status}")
    action = story.an_action()
    supporter = story.supporter(action)
    supporter.sign(email="old@example.org")
    dead = {"expired": story.link("old@example.org")}
    clock.shift(timedelta(days=8))
    supporter.sign(email="twice@example.org")
    dead["replaced"] = story.link("twice@example.org")
    clock.shift(timedelta(minutes=2))
    supporter.sign(email="twice@example.org", name="Marta Berg")
    fresh = story.link("twice@example.org")
    supporter.sign(email="gone@example.org")
    dead["withdrawn"] = story.link("gone@example.org")
    supporter.client.post(dead["withdrawn"])
    supporter.client.post(story.my("gone@example.org") + "withdraw/")
    dead |= {"changed": altered(fresh), "cut": fresh[:-7]}
    dead["other purpose"] = "/c/" + story.my("twice@example.org").split("/")[2]
    story.work()
    before = digests(story.app)
    expected = {
        "expired": (410, "This link has expired"),
        "replaced": (410, "We sent you a newer message"),
        "withdrawn": (410, "You withdrew this signature"),
        "changed": (404, "We do not recognise this link"),
        "cut": (404, "We do not recognise this link"),
        "other purpose": (404, "We do not recognise this link"),
    }
    for kind, link in dead.items():
        status, heading = expected[kind]
        answer = page.goto(link)
        assert answer is not None
        assert (kind, answer.status) == (kind, status)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert page.locator(".sheet a.btn").get_attribute("href", timeout=2000)
        assert page.request.post(link, headers={"Origin": story.settings.site_url}).status == status
    assert digests(story.app) == before


ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize("written", ["as sent", "pasted without its space", "in Arabic-Indic digits"])
def test_s33_the_code_is_read_however_it_is_written(story: Story, page: Page, written: str) -> None:
    action = story.an_action()
    sign_in_browser(story, page, action)
    code = story.code(EMAIL)
    typed = {
        "as sent": code,
        "pasted without its space": f"  {code.replace(' ', '')} ",
        "in Arabic-Indic digits": code.translate(ARABIC),
    }
    write(page, "6-digit code", typed[written])
    press(page, "Confirm my signature")
    is_thanked(page)
    assert story.count(action) == 1


def test_s33_after_five_wrong_codes_only_the_link_works_and_nobody_is_told_more(
    story: Story, any_page: Page, watch: Watch
) -> None:
    watch.expect("status of 422")
    action = story.an_action()
    sign_in_browser(story, any_page, action)
    code = story.code(EMAIL)
    wrong = "That code does not work. Use the newest message, or the link in it."
    said = []
    right = int(code.replace(" ", ""))
    for guess in [*(f"{(right + number) % 1_000_000:06}" for number in range(1, 6)), code]:
        write(any_page, "6-digit code", guess)
        press(any_page, "Confirm my signature")
        expect(any_page.get_by_role("alert").get_by_role("link")).to_have_text(wrong)
        said.append(any_page.locator("main").inner_text())
    assert len(set(said)) == 1
    assert story.count(action) == 0
    any_page.goto(story.link(EMAIL))
    press(any_page, "Confirm my signature")
    is_thanked(any_page)
    assert story.count(action) == 1


def test_s33_a_wrong_code_is_answered_alike_whether_the_address_has_signed_or_not(story: Story) -> None:
    action = story.an_action()
    signer, stranger = story.supporter(action), story.supporter(action)
    signer.sign()
    signer.client.post(story.link(EMAIL))
    pages = [person.sign(name="Marta Berg") for person in (signer, stranger)]
    pages += [stranger.sign(name="Marta Berg", email="never@example.org")]
    answers = []
    for page in pages:
        answer = stranger.post("code", {**hidden(page), "code": "000 000"})
        answers.append((answer.status_code, words_of(answer.text).replace("never@", "marta@")))
    assert len(set(answers)) == 1
    assert answers[0][0] == 422
