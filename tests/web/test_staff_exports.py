"""Staff ask for a list, check it, fetch it; nobody else does, and no page shows a sealed name."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import ActionState, Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.audit import Entry
from campaign_actions.config import Settings
from campaign_actions.exports import files
from campaign_actions.exports.models import Export
from campaign_actions.formats import csv_lines, manifest
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.jobs.models import Job
from campaign_actions.opening import keys as other_keys
from campaign_actions.signatures import tools
from campaign_actions.signatures.states import State
from tests.conftest import Mailbox
from tests.support import signed
from tests.support.factories import PASSWORD, a_user, an_action
from tests.support.made_exports import NEW, answers, check_page
from tests.support.visiting import Visitor, logged_in

HIDDEN = ["Marta Lindqvist", "marta@example.org", "Person", "person1"]


@pytest.fixture
def action(app: Flask, settings: Settings) -> ActionPage:
    with app.app_context():
        page, seal = an_action(slug="release-the-strikers"), tools.load(settings)
        signed.many(seal, page.card.id, 12)
        signed.many(seal, page.card.id, 2, state=int(State.HELD))
        public = signed.a_row(seal, page.card.id, "Әлия", level=Level.EVERYONE, public_name="Әлия")
        signed.store([public | {"signed_on": signed.DAY - timedelta(days=30)}])
        return page


@pytest.fixture
def staff(app: Flask) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(Role.STAFF, may_export=True, name="Peter H.", email="peter@example.org"))


def make(staff: Visitor, page: ActionPage, **changed: Any) -> str:
    """Ask for a list; the address of its page."""
    typed = answers(page.card.id, **changed) | {"password": PASSWORD}
    made = staff.post("/staff/exports/", typed, on="/account/")
    assert made.status_code == 303, made.text
    return str(made.location)


def counts(app: Flask) -> list[int]:
    with app.app_context():
        return [
            session.execute(select(func.count()).select_from(table)).scalar_one() for table in (Export, Job)
        ]


def deeds(app: Flask) -> list[str]:
    with app.app_context():
        found = session.scalars(select(Entry.deed).where(Entry.thing == "export").order_by(Entry.at))
        return list(found)


def test_the_questions_begin_with_a_delivery_and_one_leads_to_the_next(
    staff: Visitor, action: ActionPage
) -> None:
    page = staff.get(NEW).text
    assert 'value="deliver" checked' in page
    answered = "?purpose=deliver&done=purpose"
    page = staff.get(f"{NEW}action/{answered}").text
    assert action.card.title in page
    answered += f"&action={action.card.id}&done=action"
    page = staff.get(f"{NEW}signatures/{answered}").text
    assert 'value="target" checked' in page
    assert 'value="team"' not in page
    for step in ("columns", "format", "check"):
        assert str(staff.get(f"{NEW}{step}/{answered}").location).startswith(f"{NEW}signatures/?")


def test_a_draft_is_not_offered(app: Flask, staff: Visitor, action: ActionPage) -> None:
    with app.app_context():
        an_action(title="Still secret", state=ActionState.DRAFT)
    assert "Still secret" not in staff.get(check_page(action.card.id, "action")).text


def test_the_check_page_says_what_the_file_will_hold(app: Flask, staff: Visitor, action: ActionPage) -> None:
    answer = staff.get(check_page(action.card.id))
    assert answer.status_code == 200
    page = " ".join(answer.text.split())
    assert "9 of 13 confirmed signatures: names and countries, no email addresses." in page
    assert "4 people asked that their name is not delivered" in page
    assert "Never listed: 0 waiting, 2 held, 0 invalid, 0 withdrawn." in page
    assert "Make the list of 9 names" in page
    assert "Әлия" in page
    assert page.count('class="sealed">sealed<') == 8
    assert not [name for name in HIDDEN if name in page.replace("Person is", "")]
    assert counts(app) == [0, 0]


def test_the_answers_are_kept_on_every_page(staff: Visitor, action: ActionPage) -> None:
    chosen = {"from_day": "2026-10-15", "levels": ["everyone"], "columns": ["name"], "format": "xlsx"}
    page = staff.get(check_page(action.card.id, "signatures", **chosen)).text
    assert 'value="2026-10-15"' in page
    assert 'value="everyone" checked' in page
    assert 'value="target" checked' not in page
    assert 'name="columns" value="name"' in page
    assert 'name="format" value="xlsx"' in page


def test_count_says_how_many_go_in(staff: Visitor, action: ActionPage) -> None:
    page = staff.get(check_page(action.card.id, "signatures", levels=["everyone"])).text
    assert "5 signatures go in." in page


@pytest.mark.parametrize(
    ("step", "changed", "sentence"),
    [
        ("check", {"reason": "short"}, "10 characters"),
        ("check", {"recipient": ""}, "Say who receives the list."),
        ("signatures", {"levels": []}, "Choose at least one level."),
        ("signatures", {"levels": ["team"]}, "nobody outside the team may see"),
        ("signatures", {"from_day": "yesterday"}, "Write the day like 2026-12-16."),
        ("signatures", {"from_day": "2026-11-20", "to_day": "2026-11-19"}, "before the first day"),
        ("signatures", {"from_day": "2027-01-01"}, "Nobody is in this list."),
        ("signatures", {"purpose": "mail", "updates": ""}, "only those who asked for it"),
        ("signatures", {"purpose": "legal", "withheld": "1"}, "Only a list for a target"),
        ("signatures", {"purpose": "paper", "from_day": "2026-11-01"}, "Lines on paper have no day"),
        ("columns", {"columns": []}, "Choose at least one column."),
        ("columns", {"columns": ["name", "email"]}, "never holds one of these columns"),
        ("columns", {"columns": ["name", "level"]}, "never holds one of these columns"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field_and_nothing_is_made(
    app: Flask, staff: Visitor, action: ActionPage, step: str, changed: dict[str, Any], sentence: str
) -> None:
    typed = answers(action.card.id, **changed)
    answer = staff.post("/staff/exports/", typed | {"password": PASSWORD}, on="/account/")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    if step != "check":
        assert staff.get(check_page(action.card.id, step, **changed)).status_code == 422
        led = staff.get(check_page(action.card.id, **changed))
        assert str(led.location).startswith(f"{NEW}{step}/?")
    assert counts(app) == [0, 0]


@pytest.mark.parametrize("changed", [{"purpose": "sell"}, {"format": "exe"}, {"action": "x"}, {"action": ""}])
def test_answers_that_were_never_offered_make_nothing(
    app: Flask, staff: Visitor, action: ActionPage, changed: dict[str, str]
) -> None:
    typed = answers(action.card.id, **changed) | {"password": PASSWORD}
    assert staff.post("/staff/exports/", typed, on="/account/").status_code in (400, 422)
    assert staff.get(check_page(action.card.id, **changed)).status_code in (303, 400)
    assert counts(app) == [0, 0]


def test_without_the_password_nothing_is_made(app: Flask, staff: Visitor, action: ActionPage) -> None:
    for wrong in ("", "not mine"):
        typed = answers(action.card.id) | {"password": wrong}
        answer = staff.post("/staff/exports/", typed, on="/account/")
        assert answer.status_code == 422
        assert "This is not your password." in answer.text
    assert counts(app) == [0, 0]


def test_from_question_to_file(
    app: Flask,
    staff: Visitor,
    action: ActionPage,
    worker: Callable[[], None],
    settings: Settings,
    tmp_path: Any,
) -> None:
    place = make(staff, action, format="csv-excel")
    preparing = staff.get(place)
    assert "Preparing the list" in preparing.text
    assert preparing.headers["Refresh"] == "5"
    assert deeds(app) == ["export.ask"]
    worker()
    ready = staff.get(place)
    assert "The list is ready" in ready.text
    assert "Refresh" not in ready.headers
    fetched = staff.post(place + "download", on=place)
    assert fetched.status_code == 200
    assert fetched.headers["Content-Disposition"].startswith(
        "attachment; filename=release-the-strikers-deliver-"
    )
    assert fetched.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert fetched.headers["Cache-Control"] == "private, no-store"
    file = tmp_path / "list.csv"
    file.write_bytes(fetched.data)
    written = staff.get(place + "manifest.json").data
    assert manifest.verify(written, file) == []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv_lines.read(lines))[1:]
    assert len(rows) == 9
    assert rows[0][1] == "Әлия"
    assert deeds(app) == ["export.ask", "export.made", "export.download"]
    staff.post(place + "download", on=place)
    assert deeds(app)[-2:] == ["export.download"] * 2
    assert staff.post(place + "download", on=place).status_code == 200
    assert staff.post(place + "download", on=place).status_code == 422
    assert deeds(app).count("export.download") == 3
    assert "No longer available" in staff.get(place).text


def test_a_legal_list_holds_addresses_and_everybody(
    staff: Visitor, action: ActionPage, worker: Callable[[], None]
) -> None:
    place = make(staff, action, purpose="legal", columns=["name", "email"])
    worker()
    fetched = staff.post(place + "download", on=place)
    assert fetched.data.count(b"@example.org") == 13


def test_after_ten_minutes_the_download_asks_for_the_password(
    app: Flask, action: ActionPage, worker: Callable[[], None], clock: time_machine.Traveller
) -> None:
    with app.app_context():
        staff = logged_in(app, a_user(Role.STAFF, may_export=True))
    place = make(staff, action)
    worker()
    clock.shift(timedelta(minutes=11))
    assert "more than ten minutes ago" in staff.get(place).text
    assert staff.post(place + "download", on=place).status_code == 422
    assert "export.download" not in deeds(app)
    assert staff.post(place + "download", {"password": PASSWORD}, on=place).status_code == 200
    assert staff.post(place + "download", on=place).status_code == 200


def test_giving_the_password_changes_the_session(staff: Visitor, action: ActionPage) -> None:
    before = staff.cookie
    make(staff, action)
    thief = Visitor(staff.client.application)
    thief.client.set_cookie("session", before or "")
    assert thief.get("/account/").status_code == 303
    assert staff.get("/account/").status_code == 200


def test_after_24_hours_the_file_is_gone_and_can_be_made_again(
    app: Flask, action: ActionPage, worker: Callable[[], None], clock: time_machine.Traveller
) -> None:
    with app.app_context():
        email = a_user(Role.STAFF, may_export=True).email
    staff = Visitor(app)
    staff.log_in(email)
    place = make(staff, action)
    worker()
    clock.shift(timedelta(hours=24))
    staff.log_in(email)
    page = staff.get(place)
    assert "No longer available" in page.text
    assert "Try again with the same answers" in page.text
    assert staff.post(place + "download", on=place).status_code == 422
    assert staff.get(place + "manifest.json").status_code == 200


def test_deleted_now_it_is_gone(
    app: Flask, staff: Visitor, action: ActionPage, worker: Callable[[], None], settings: Settings
) -> None:
    place = make(staff, action)
    worker()
    assert len(list(files.folder(settings).iterdir())) == 2
    assert staff.post(place + "delete", on=place).status_code == 303
    assert list(files.folder(settings).iterdir()) == []
    assert "No longer available" in staff.get(place).text
    assert deeds(app)[-1] == "export.delete"


def test_a_failed_one_says_why_and_offers_another_try(
    staff: Visitor, action: ActionPage, worker: Callable[[], None], settings: Settings
) -> None:
    place = make(staff, action, columns=["number", "name"])
    for key in settings.worker_keys.glob("list-*.key"):
        key.unlink()
    other_keys.make_pair(settings, "list")
    worker()
    page = staff.get(place).text
    assert "The list could not be made" in page
    assert "list key on this server" in page
    again = re.search(r'href="([^"]+)">Try again with the same answers', page)
    assert again
    check = staff.get(html.unescape(again[1])).text
    assert "Delivery agreed with the family" in check
    assert 'name="columns" value="name"' in check
    assert 'name="columns" value="country"' not in check


def test_a_list_to_move_waits_for_somebody_else(
    app: Flask, staff: Visitor, action: ActionPage, worker: Callable[[], None]
) -> None:
    place = make(staff, action, purpose="move")
    worker()
    assert "waits for a second person" in staff.get(place).text
    assert "Agree: make the list" not in staff.get(place).text
    proof = {"password": PASSWORD}
    for answer in ("approve", "decline"):
        assert staff.post(place + answer, proof, on="/account/").status_code == 422
    with app.app_context():
        colleague, admin = logged_in(app, a_user(Role.STAFF)), logged_in(app, a_user(Role.ADMIN))
    assert colleague.post(place + "approve", proof, on="/account/").status_code == 403
    assert deeds(app) == ["export.ask"]
    assert admin.post(place + "approve", proof, on="/account/").status_code == 303
    worker()
    assert staff.post(place + "download", on=place).data.count(b"@example.org") == 13
    assert deeds(app)[:3] == ["export.ask", "export.approve", "export.made"]


def test_all_admins_are_told_of_a_list(
    app: Flask, staff: Visitor, action: ActionPage, worker: Callable[[], None], mailbox: Mailbox
) -> None:
    with app.app_context():
        admins = {a_user(Role.ADMIN).email for _one in range(2)}
    make(staff, action)
    worker()
    told = {str(letter["To"]) for letter in mailbox.letters() if "list of names" in str(letter["Subject"])}
    assert told == admins


@pytest.mark.parametrize(
    ("role", "may_export"), [(Role.STAFF, False), (Role.ADMIN, False), (Role.ORGANISER, True)]
)
def test_without_the_right_nothing_is_asked_checked_made_or_fetched(
    app: Flask,
    staff: Visitor,
    action: ActionPage,
    worker: Callable[[], None],
    role: Role,
    may_export: bool,
) -> None:
    place = make(staff, action)
    worker()
    with app.app_context():
        other = logged_in(app, a_user(role, may_export=may_export))
    before = (counts(app), deeds(app))
    assert other.get(NEW).status_code == 403
    assert other.get(place + "manifest.json").status_code == 403
    assert other.get(check_page(action.card.id)).status_code == 403
    for path in ("/staff/exports/", place + "download", place + "delete"):
        answer = other.post(path, answers(action.card.id) | {"password": PASSWORD})
        assert answer.status_code == 403
        assert "admin" in answer.text
    assert (counts(app), deeds(app)) == before
    if role is not Role.ORGANISER:
        assert "Ask an admin to give it the export right" in other.get("/staff/exports/").text
        assert "Download" not in other.get(place).text.replace("Downloads", "")


def test_an_unknown_export_is_not_found(staff: Visitor) -> None:
    place = "/staff/exports/00000000-0000-4000-8000-000000000000/"
    assert staff.get(place).status_code == 404
    for path in ("download", "delete"):
        assert staff.post(place + path).status_code == 404
    assert staff.get("/staff/exports/1/").status_code == 404


def test_no_page_shows_a_sealed_name_or_address(
    app: Flask, staff: Visitor, action: ActionPage, worker: Callable[[], None]
) -> None:
    place = make(staff, action)
    worker()
    pages = ["/staff/exports/", NEW, place, place + "manifest.json", "/staff/audit/", "/account/"]
    texts = [staff.get(path).text for path in pages]
    texts.append(staff.get(check_page(action.card.id, purpose="legal")).text)
    for text in texts:
        assert "Person 1" not in text
        assert "person1" not in text


def test_the_audit_page_tells_who_asked_and_why(staff: Visitor, action: ActionPage) -> None:
    make(staff, action)
    page = staff.get("/staff/audit/").text
    for words in (
        "Peter H.",
        "asked for a list of names",
        "Delivery agreed with the family",
        "Embassy in London",
    ):
        assert words in page


def test_what_was_typed_cannot_become_markup(staff: Visitor, action: ActionPage) -> None:
    evil = "<script>alert(1)</script> {{ 7*7 }} %s"
    place = make(staff, action, reason=evil, recipient=evil)
    for path in (place, "/staff/audit/"):
        page = staff.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page
