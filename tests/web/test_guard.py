"""Who comes in where: strangers to the log-in, organisers not to staff pages, no form without its token."""

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from tests.support.factories import a_user
from tests.support.visiting import OURS, TOKEN, Visitor, logged_in

STAFF_PAGES = ["/staff/", "/staff/exports/", "/staff/exports/new/", "/staff/audit/"]


def visitor(app: Flask, role: Role) -> Visitor:
    with app.app_context():
        return logged_in(app, a_user(role, may_export=role is not Role.ORGANISER))


@pytest.mark.parametrize("path", [*STAFF_PAGES, "/desk/", "/account/"])
def test_a_stranger_is_sent_to_the_log_in(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.location) == (303, f"/log-in/?next={path}")


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_an_organiser_gets_403_and_hears_whom_to_ask(app: Flask, path: str) -> None:
    answer = visitor(app, Role.ORGANISER).get(path)
    assert answer.status_code == 403
    assert "staff and admins" in answer.text


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
@pytest.mark.parametrize("path", STAFF_PAGES[1:])
def test_staff_and_admins_come_in(app: Flask, role: Role, path: str) -> None:
    assert visitor(app, role).get(path).status_code == 200


def test_a_post_without_the_token_is_refused(app: Flask) -> None:
    client = visitor(app, Role.STAFF).client
    for path in ("/staff/exports/", "/account/password", "/log-out"):
        assert client.post(path, data={}, headers=OURS).status_code == 400


def test_a_token_of_another_session_is_refused(app: Flask) -> None:
    first, second = visitor(app, Role.STAFF), visitor(app, Role.STAFF)
    second.get("/account/")
    found = TOKEN.search(first.get("/account/").text)
    assert found
    answer = second.client.post("/log-out", data={"csrf_token": found[1]}, headers=OURS)
    assert answer.status_code == 400
    assert second.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {},
    ],
)
def test_a_post_from_elsewhere_is_refused(app: Flask, headers: dict[str, str]) -> None:
    person = visitor(app, Role.STAFF)
    found = TOKEN.search(person.get("/account/").text)
    assert found
    answer = person.client.post("/staff/exports/", data={"csrf_token": found[1]}, headers=headers)
    assert answer.status_code == 403


def test_a_stranger_who_posts_is_sent_to_the_page_of_the_form(app: Flask) -> None:
    referrer = {"Referer": "http://localhost/staff/exports/new/", **OURS}
    answer = app.test_client().post("/staff/exports/", data={}, headers=referrer)
    assert answer.location == "/log-in/?next=/staff/exports/new/"
    foreign = {"Referer": "http://evil.example/staff/exports/new/", **OURS}
    assert app.test_client().post("/staff/exports/", data={}, headers=foreign).location == "/log-in/"
