"""What the team adds to standing pages, from the desk to the public page."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts.models import Role
from campaign_actions.articles import standing
from campaign_actions.articles.models import PageText
from campaign_actions.audit import Entry
from campaign_actions.infra.database.engine import session
from tests.support.content import words_of
from tests.support.factories import a_user
from tests.support.filled_forms import errors_of, fields_of, resend, send
from tests.support.visiting import Visitor, logged_in

pytestmark = pytest.mark.usefixtures("clock")

ABOUT = "/desk/pages/about/texts/en/"
BUILT_IN = "publishes news and appeals, collects signatures under open letters"


def somebody(app: Flask, role: Role) -> Visitor:
    with app.app_context():
        user = a_user(role, email=f"{role.value}@example.org")
        session.refresh(user)
        session.expunge(user)
    return logged_in(app, user)


@pytest.fixture
def staff(app: Flask) -> Visitor:
    """Somebody of the staff."""
    return somebody(app, Role.STAFF)


def test_words_come_onto_the_page_and_the_home_page_and_go_again(app: Flask, staff: Visitor) -> None:
    reader = Visitor(app)
    assert BUILT_IN in reader.get("/about/").text
    answer = send(
        staff, ABOUT, do="save", body="We are **five** friends of Dina.\n\n## Since 2012\n\nAnd on."
    )
    assert answer.status_code == 303
    page = reader.get("/about/").text
    assert "<strong>five</strong> friends of Dina" in page
    assert "<h2>Since 2012</h2>" in page
    assert BUILT_IN not in page
    home = words_of(reader.get("/").text)
    assert "We are five friends of Dina. Who we are" in home
    assert "Since 2012" not in home
    send(staff, ABOUT, do="save", body=" ")
    assert BUILT_IN in reader.get("/about/").text
    assert "We publish appeals and reports" in words_of(reader.get("/").text)


@pytest.mark.parametrize("place", [place for place in standing.PLACES if place != standing.ABOUT])
def test_other_pages_keep_the_words_of_the_program_and_add_those_of_the_team(
    app: Flask, staff: Visitor, place: str
) -> None:
    before = words_of(Visitor(app).get(f"/{place}/").text)
    send(staff, f"/desk/pages/{place}/texts/en/", do="save", body="Ring at the green door.")
    after = words_of(Visitor(app).get(f"/{place}/").text)
    site = app.extensions["campaign_settings"].site_name
    assert after.replace(f"From {site} Ring at the green door. ", "") == before != after


def test_readers_of_another_language_get_them_marked_as_such(app: Flask, staff: Visitor) -> None:
    send(staff, "/desk/pages/safety/texts/ru/", do="save", body="Звоните нам.")
    page = Visitor(app).get("/kk/safety/").text
    assert '<div class="prose near" lang="ru"><p>Звоните нам.</p>' in page
    assert "Бұл бөлім әлі қазақша емес" in page
    send(staff, "/desk/pages/safety/texts/kk/", do="save", body="Бізге қоңырау шалыңыз.")
    page = Visitor(app).get("/kk/safety/").text
    assert "Бізге қоңырау шалыңыз." in page
    assert "Звоните" not in page


def test_html_and_scripts_show_as_text_or_go(app: Flask, staff: Visitor) -> None:
    body = "<script>alert(1)</script> [a](javascript:alert(2)) ![x](https://elsewhere.example/x.png)"
    send(staff, ABOUT, do="save", body=body)
    page = Visitor(app).get("/about/").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page


def test_a_preview_shows_the_page_to_oneself_and_keeps_the_words(app: Flask, staff: Visitor) -> None:
    answer = send(staff, ABOUT, do="preview", body="Five *friends*.")
    assert answer.headers["Location"].endswith("/desk/pages/about/texts/en/preview/")
    assert "Five <em>friends</em>." in staff.get("/desk/pages/about/texts/en/preview/").text
    assert "friends" not in Visitor(app).get("/about/").text
    again = f"{ABOUT}?text=unsaved"
    assert again in staff.get(ABOUT).text
    assert fields_of(staff.get(again).text, ABOUT)["body"] == "Five *friends*."


def test_a_late_save_overwrites_nothing(app: Flask, staff: Visitor) -> None:
    other = somebody(app, Role.ADMIN)
    empty = other.get(ABOUT).text
    send(staff, ABOUT, do="save", body="First words.")
    opened = other.get(ABOUT).text
    for page in (empty, opened):
        send(staff, ABOUT, do="save", body=f"Newer than {page is empty}.")
        late = resend(other, ABOUT, page, do="save", body="Late words.")
        assert late.status_code == 409
        assert "Somebody else saved this page" in errors_of(late.text)[0]
        assert "Late words" not in Visitor(app).get("/about/").text
        assert fields_of(late.text, ABOUT)["body"] == "Late words."
    assert resend(other, ABOUT, late.text, do="save").status_code == 303
    assert "Late words" in Visitor(app).get("/about/").text


def test_too_much_is_refused_and_kept_on_the_page(staff: Visitor) -> None:
    long = "word " * (standing.MAX_BODY // 5 + 1)
    answer = send(staff, ABOUT, do="save", body=long)
    assert answer.status_code == 422
    assert errors_of(answer.text) == ["Write at most 20,000 characters here."]
    assert fields_of(answer.text, ABOUT)["body"].strip() == long.strip()


def test_earlier_words_can_be_brought_back(app: Flask, staff: Visitor) -> None:
    for body in ("Old words.", "New words."):
        send(staff, ABOUT, do="save", body=body)
    assert fields_of(staff.get(f"{ABOUT}?text=1").text, ABOUT)["body"] == "Old words."
    assert resend(staff, ABOUT, staff.get(f"{ABOUT}?text=1").text, do="save").status_code == 303
    assert "Old words." in Visitor(app).get("/about/").text


def test_each_save_is_in_the_audit_log_without_the_words(app: Flask, staff: Visitor) -> None:
    send(staff, "/desk/pages/privacy/texts/kk/", do="save", body="Құпия сөз.")
    with app.app_context():
        [entry] = session.scalars(select(Entry).where(Entry.deed == "page.save"))
        [text] = session.scalars(select(PageText))
        assert entry.thing_id == str(text.id)
        assert entry.details == {"place": "privacy", "language": "kk"}


def test_an_organiser_sees_the_list_and_is_told_who_writes(app: Flask, staff: Visitor) -> None:
    organiser = somebody(app, Role.ORGANISER)
    send(staff, ABOUT, do="save", body="We.")
    page = organiser.get("/desk/pages/").text
    assert "Staff and admins write here." in page
    assert ABOUT not in page
    assert organiser.get(ABOUT).status_code == 403
    with app.app_context():
        [text] = session.scalars(select(PageText))
    for part in ("versions/", "versions/1/", "unsaved/"):
        assert organiser.get(f"/desk/editors/page-about/{text.id}/en/{part}").status_code == 403
        assert staff.get(f"/desk/editors/page-privacy/{text.id}/en/{part}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/desk/pages/home/texts/en/", "/desk/pages/about/texts/xx/", "/desk/pages/about/"]
)
def test_other_places_and_languages_are_not_found(staff: Visitor, path: str) -> None:
    assert staff.get(path).status_code == 404
