"""Letters people write themselves: the panel, the letter put together, and the number of those who wrote."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign_actions.actions.models import ActionState
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.signatures import reconciling, tools
from campaign_actions.signatures.models import Counter
from tests.support import rows
from tests.support.content import an_article, link, title_of, words_of
from tests.support.factories import an_action
from tests.support.filled_forms import errors_of, fields_of
from tests.support.letters import a_letter, a_target, in_another_language
from tests.support.visiting import OURS

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

TYPED = "Dear Director,\n\nlet a doctor see him. <b>Now</b>"


@pytest.fixture
def action(database: None) -> ActionPage:
    """A letter to two people: one with both addresses, one without e-mail."""
    both = a_target(name="the Director", address="Prison 4\n1 Harbour Street", email="office@prison.example")
    post = a_target(name="the Ombudsman", address="1 Example Square", email="")
    return a_letter(to=(both, post), slug="a-doctor", title="Ask for a doctor")


def filled(client: FlaskClient, action: ActionPage, **changes: Any) -> TestResponse:
    """The form of the action's page, with some fields changed, as its buttons send it."""
    path = f"/actions/{action.card.slug}/letter/"
    page = client.get(f"/actions/{action.card.slug}/").text
    boxes = re.findall(r'name="to" value="([^"]+)"', page)
    fields: dict[str, Any] = fields_of(page, path) | {"to": boxes, "text": TYPED} | changes
    return client.post(path, data=fields, headers=OURS)


def mail_address(page: str) -> str:
    found = re.search(r'href="(mailto:[^"?]+@[^"]+)"', page)
    assert found
    return html.unescape(found[1])


def said(page: str) -> str:
    """What a page says, without the blanks that tags leave before a mark."""
    return words_of(page).replace(" .", ".").replace(" ,", ",")


def told(action: ActionPage) -> int:
    with db.engine.connect() as connection:
        where = (Counter.action_id == action.card.id, Counter.dim == "sent")
        return connection.execute(select(Counter.n).where(*where)).scalar() or 0


def test_the_page_has_everything_a_letter_needs(client: FlaskClient, action: ActionPage) -> None:
    page = client.get("/actions/a-doctor/").text
    words = said(page)
    assert title_of(page).startswith("Ask for a doctor: write a letter")
    for part in (
        *("Letter, write by 22 December 2026", "Write by 22 December 2026. After that, check here first."),
        *("Points to make Ask for one thing.", "Do not say Nothing about his family."),
        *("The Director. By email or post.", "The Ombudsman. By post."),
        *("Change anything. A letter in your own words counts for more.", "Dear Sir or Madam,"),
        *("Name and town go into the letter, not to us.", "We do not see it.", "Nobody has told us yet"),
    ):
        assert part in words, part
    assert page.count('type="checkbox"') == page.count(" checked") == 2
    assert "Sign the letter" not in page


def test_the_mail_page_leads_to_those_ticked_with_the_text_as_typed(
    client: FlaskClient, action: ActionPage
) -> None:
    answer = filled(client, action, do="mail", name="Marta  Lind", town="Uppsala")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert mail_address(answer.text) == (
        "mailto:office@prison.example?subject=A%20doctor%20for%20Arman%20Tolegen&body="
        "Dear%20Director%2C%0D%0A%0D%0Alet%20a%20doctor%20see%20him.%20%3Cb%3ENow%3C%2Fb%3E"
        "%0D%0A%0D%0AMarta%20Lind%0D%0AUppsala"
    )
    assert "<b>Now</b>" not in answer.text
    assert "only the beginning" not in answer.text
    assert "only the beginning" in filled(client, action, do="mail", text="word " * 900).text


def test_who_has_no_email_address_is_printed_instead(client: FlaskClient, action: ActionPage) -> None:
    box = re.findall(r'name="to" value="([^"]+)"', client.get("/actions/a-doctor/").text)[1]
    page = filled(client, action, do="mail", to=[box]).text
    assert "None of those you ticked has an email address here." in said(page)
    assert "mailto:" not in page


def test_the_printed_letter_has_a_sheet_with_the_address_of_each(
    client: FlaskClient, action: ActionPage
) -> None:
    page = filled(client, action, do="print", name="Marta").text
    sheets = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(sheets) == 2
    first = said(sheets[0])
    assert first.startswith(
        "Marta The Director Prison 4 1 Harbour Street 22 November 2026 A doctor for Arman"
    )
    assert first.endswith("<b>Now</b> Marta")
    assert "The Ombudsman 1 Example Square" in said(sheets[1])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": "  "}, "Write the letter"),
        ({"to": []}, "Tick at least one person or body"),
        ({"to": ["nobody"]}, "Tick at least one person or body"),
        ({"name": "n" * 121}, "Write at most 120 characters here."),
        ({"text": "x" * 20_001}, "Write at most 20,000 characters here."),
    ],
)
def test_an_error_keeps_what_was_typed(
    client: FlaskClient, action: ActionPage, changes: dict[str, Any], error: str
) -> None:
    answer = filled(client, action, town="Uppsala", **changes)
    assert answer.status_code == 422
    assert title_of(answer.text).startswith("Error: ")
    assert errors_of(answer.text) == [error]
    kept = fields_of(answer.text, "/actions/a-doctor/letter/")
    assert kept["town"] == "Uppsala"
    assert kept["text"] == changes.get("text", TYPED)


def test_putting_a_letter_together_stores_nothing(
    app: Flask, client: FlaskClient, action: ActionPage, caplog: pytest.LogCaptureFixture
) -> None:
    before = rows.digests(app)
    for do in ("mail", "print", ""):
        assert filled(client, action, do=do, name="Canaryname", town="Canarytown").status_code == 200
    assert filled(client, action, text="", name="Canaryname").status_code == 422
    assert rows.digests(app) == before
    assert "Canary" not in caplog.text


def test_each_language_of_the_letter_has_its_own_address(client: FlaskClient, action: ActionPage) -> None:
    assert "Language of the letter" not in client.get("/actions/a-doctor/").text
    in_another_language(action, "ru", letter="Уважаемый господин директор", subject="Врач")
    page = client.get("/actions/a-doctor/").text
    address = html.unescape(re.findall(r'href="([^"]*)" lang="ru"', page)[-1])
    assert address == "/actions/a-doctor/letter/ru/#write"
    russian = client.get(address).text
    assert fields_of(russian, "/actions/a-doctor/letter/")["text"] == "Уважаемый господин директор"
    assert 'rel="canonical" href="http://127.0.0.1:8000/actions/a-doctor/"' in russian
    sent = filled(client, action, locale="ru", do="mail", text="я" * 900)
    assert "subject=%D0%92" in mail_address(sent.text)
    for missing in ("kk", "xx"):
        assert client.get(f"/actions/a-doctor/letter/{missing}/").status_code == 404
        assert filled(client, action, locale=missing).status_code == 200


def test_saying_that_one_has_written_raises_a_number_and_no_count(
    app: Flask, client: FlaskClient, action: ActionPage, settings: Settings, clock: time_machine.Traveller
) -> None:
    path = "/actions/a-doctor/sent"
    for _press in range(2):
        answer = client.post(path, headers=OURS)
        assert (answer.status_code, answer.location) == (303, "/actions/a-doctor/thanks/")
    assert told(action) == 1, "a second press is not a second letter"
    client.post(path, headers=OURS | {"User-Agent": "another phone in the same house"})
    clock.shift(timedelta(minutes=1))
    client.post(path, headers=OURS)
    assert told(action) == 3
    thanks = said(client.get("/actions/a-doctor/thanks/").text)
    assert "Thank you for writing" in thanks
    assert "3 people told us they have sent a letter" in thanks
    assert client.get("/actions/a-doctor/count.json").json["count"] == 0
    with db.engine.connect() as connection:
        assert reconciling.breaches(connection, tools.load(settings).pepper) == []


def test_a_flood_of_those_posts_is_stopped(client: FlaskClient, action: ActionPage) -> None:
    statuses = [client.post("/actions/a-doctor/sent", headers=OURS).status_code for _one in range(101)]
    assert statuses[:100] == [303] * 100
    assert statuses[100] == 429


def test_lists_cards_and_the_first_page_speak_of_writing(
    client: FlaskClient, action: ActionPage, database: None
) -> None:
    with writing():
        db.session.add(Counter(action_id=action.card.id, dim="sent", n=212))
    article = an_article()
    link(action.card.id, article.id)
    here = f"/news/2014/12/{article.slug}/"
    for path in ("/", "/actions/", here):
        words = said(client.get(path).text)
        assert "212 people told us they have sent a letter" in words, path
        assert "write by 22 December 2026" in words, path
        assert "signed" not in words, path
    for path in ("/", here):
        assert 'href="/actions/a-doctor/#write"' in client.get(path).text, path
    assert "Action: Ask for a doctor, write by 22 December 2026" in said(client.get("/news/").text)


def test_after_the_day_the_page_says_so_and_offers_no_mail(
    client: FlaskClient, action: ActionPage, clock: time_machine.Traveller
) -> None:
    boxes = re.findall(r'name="to" value="([^"]+)"', client.get("/actions/a-doctor/").text)
    clock.shift(timedelta(days=31))
    page = client.get("/actions/a-doctor/").text
    assert "Closed on 22 December 2026." in said(page)
    assert "We offer no mail link any more" in said(page)
    assert "<form" not in page
    assert client.get("/actions/a-doctor/letter/en/").text.count("<form") == 0
    late = {"to": boxes, "text": TYPED, "do": "mail"}
    answer = client.post("/actions/a-doctor/letter/", data=late, headers=OURS)
    assert answer.status_code == 422
    assert "let a doctor see him." in answer.text
    assert "mailto:office" not in answer.text
    assert client.post("/actions/a-doctor/sent", headers=OURS).status_code == 422
    assert told(action) == 0


@pytest.mark.parametrize("path", ["letter/", "sent"])
def test_only_open_letters_take_these_posts_and_only_from_our_pages(
    client: FlaskClient, action: ActionPage, path: str
) -> None:
    answer = client.get(f"/actions/a-doctor/{path}")
    assert (answer.status_code, answer.location) == (303, "/actions/a-doctor/")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"/actions/a-doctor/{path}", headers=foreign).status_code == 403
    petition, draft = an_action(), a_letter(state=ActionState.DRAFT, published_at=None)
    for other in (petition, draft):
        assert client.post(f"/actions/{other.card.slug}/{path}", headers=OURS).status_code == 404
    assert told(action) == 0


def test_paused_and_withdrawn_letters_say_so_in_words_of_letters(database: None, client: FlaskClient) -> None:
    paused = a_letter(state=ActionState.PAUSED, state_reason="The address has changed.")
    words = said(client.get(f"/actions/{paused.card.slug}/").text)
    assert "The address has changed. Wait with your letter, and look here again." in words
    gone = a_letter(state=ActionState.WITHDRAWN, closed_at=clock.now())
    words = said(client.get(f"/actions/{gone.card.slug}/").text)
    assert "Send no more letters" in words
    assert "signatures" not in words.split("Pass it on")[0]
