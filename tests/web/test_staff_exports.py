"""Staff ask for a list, check it, fetch it; nobody else does, and no page shows a sealed name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaign_actions import audit
from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import ActionState, Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.audit import Entry
from campaign_actions.config import Settings
from campaign_actions.exports import files
from campaign_actions.exports.models import Export
from campaign_actions.formats import csv_lines, manifest
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import Job
from campaign_actions.signatures import tools
from campaign_actions.signatures.states import State
from tests.support import signed
from tests.support.factories import PASSWORD, a_user, an_action
from tests.support.visiting import Visitor, logged_in

NEW = "/staff/exports/new/"
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


def answers(page: ActionPage, **changed: Any) -> dict[str, Any]:
    return {
        "action": str(page.card.id),
        "purpose": "deliver",
        "reason": "Delivery agreed with the family",
        "recipient": "Embassy in London, by hand",
        "levels": ["everyone", "target"],
        "from_day": "",
        "to_day": "",
        "for_excel": "",
        **changed,
    }


def make(staff: Visitor, page: ActionPage, **changed: Any) -> str:
    """Ask for a list; the address of its page."""
    made = staff.post("/staff/exports/", answers(page, password=PASSWORD, **changed), on=NEW)
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


def test_the_questions_begin_with_a_delivery(staff: Visitor, action: ActionPage) -> None:
    page = staff.get(NEW).text
    assert 'value="deliver" checked' in page
    assert 'value="team" checked' not in page
    assert action.card.title in page


def test_a_draft_is_not_offered(app: Flask, staff: Visitor, action: ActionPage) -> None:
    with app.app_context():
        an_action(title="Still secret", state=ActionState.DRAFT)
    assert "Still secret" not in staff.get(NEW).text


def test_the_check_page_says_what_the_file_will_hold(app: Flask, staff: Visitor, action: ActionPage) -> None:
    answer = staff.post("/staff/exports/check", answers(action), on=NEW)
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


def test_the_answers_come_back_to_be_changed(staff: Visitor, action: ActionPage) -> None:
    page = staff.post(NEW, answers(action, from_day="2026-11-15", levels=["everyone"]), on=NEW).text
    assert "Delivery agreed with the family" in page
    assert 'value="2026-11-15"' in page
    assert 'value="everyone" checked' in page
    assert 'value="target" checked' not in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": "short"}, "10 characters"),
        ({"recipient": ""}, "Say who receives the list."),
        ({"levels": []}, "Choose at least one level."),
        ({"levels": ["team"]}, "nobody outside the team may see"),
        ({"from_day": "yesterday"}, "Enter a day like 2026-12-10."),
        ({"from_day": "2026-11-20", "to_day": "2026-11-19"}, "before the first day"),
        ({"from_day": "2027-01-01"}, "Nobody is in this list."),
    ],
)
def test_a_wrong_answer_is_named_at_its_field_and_all_are_kept(
    app: Flask, staff: Visitor, action: ActionPage, changed: dict[str, Any], sentence: str
) -> None:
    for path in ("/staff/exports/check", "/staff/exports/"):
        answer = staff.post(path, answers(action, password=PASSWORD, **changed), on=NEW)
        assert answer.status_code == 422
        assert answer.text.count(sentence) >= 2
        assert "<title>Error: New export" in answer.text
    assert counts(app) == [0, 0]


@pytest.mark.parametrize("changed", [{"purpose": "sell"}, {"action": "x"}, {"action": ""}, {"purpose": ""}])
def test_answers_that_were_never_offered_are_unreadable(
    app: Flask, staff: Visitor, action: ActionPage, changed: dict[str, str]
) -> None:
    answer = staff.post("/staff/exports/check", answers(action, **changed), on=NEW)
    assert answer.status_code == 400
    assert counts(app) == [0, 0]


def test_without_the_password_nothing_is_made(app: Flask, staff: Visitor, action: ActionPage) -> None:
    for wrong in ("", "not mine"):
        answer = staff.post("/staff/exports/", answers(action, password=wrong), on=NEW)
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
    place = make(staff, action, for_excel="1")
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


def test_a_legal_list_holds_addresses_and_everybody(
    staff: Visitor, action: ActionPage, worker: Callable[[], None]
) -> None:
    place = make(staff, action, purpose="legal", levels=["everyone", "target", "team"])
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
    place = make(staff, action)
    for key in settings.worker_keys.glob("list-*.key"):
        key.unlink()
    worker()
    page = staff.get(place).text
    assert "The list could not be made" in page
    assert "list key on this server" in page
    assert "Try again with the same answers" in page


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
    for path in (NEW, "/staff/exports/check", "/staff/exports/", place + "download", place + "delete"):
        answer = other.post(path, answers(action, password=PASSWORD))
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
    texts.append(staff.post("/staff/exports/check", answers(action, purpose="legal"), on=NEW).text)
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


def test_the_audit_log_says_yes_and_no_in_words(app: Flask, staff: Visitor) -> None:
    with app.app_context(), writing():
        audit.record("event.schedule", thing="event", published=False)
        audit.record("event.change", thing="event", moved=True)
    page = staff.get("/staff/audit/").text
    assert "published: no" in page
    assert "moved: yes" in page


def test_the_audit_log_is_read_in_pages_without_gap_or_double(app: Flask, staff: Visitor) -> None:
    with app.app_context(), writing():
        for number in range(120):
            audit.record(f"test.deed{number:03}")
    seen: list[str] = []
    path: str | None = "/staff/audit/"
    while path:
        page = staff.get(path).text
        seen += [
            word for word in page.replace("<", " ").replace(">", " ").split() if word.startswith("test.deed")
        ]
        older = page.split('href="/staff/audit/?before=')
        path = "/staff/audit/?before=" + older[1].split('"')[0] if len(older) > 1 else None
    assert sorted(seen) == [f"test.deed{number:03}" for number in range(120)]


def test_what_was_typed_cannot_become_markup(staff: Visitor, action: ActionPage) -> None:
    evil = "<script>alert(1)</script> {{ 7*7 }} %s"
    place = make(staff, action, reason=evil, recipient=evil)
    for path in (place, "/staff/audit/"):
        page = staff.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page
