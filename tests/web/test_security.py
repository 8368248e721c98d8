"""Headers on every answer, and requests that no page ever sees."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.config import Settings
from campaign_actions.web.security import allowed_hosts

ANSWERS = [("/", 200), ("/no-such-page/", 404), ("/desk/", 303), ("/robots.txt", 200), ("/c/token", 404)]


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers


def test_over_https_browsers_are_told_to_stay_there(make_app: Callable[..., Flask]) -> None:
    app = make_app(site_url="https://campaign.example")
    answer = app.test_client().get("/robots.txt", base_url="https://campaign.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("campaign.example", 200),
        ("CAMPAIGN.example.", 200),
        ("campaign.example:443", 200),
        ("www.campaign.example", 200),
        ("evil.example", 400),
        ("127.0.0.1", 400),
        ("campaign.example.evil.example", 400),
        ("[broken", 400),
    ],
)
def test_only_our_own_hosts_are_answered(make_app: Callable[..., Flask], host: str, status: int) -> None:
    app = make_app(site_url="https://campaign.example", allowed_hosts=("www.campaign.example",))
    assert app.test_client().get("/robots.txt", headers={"Host": host}).status_code == status


def test_a_local_site_answers_to_every_local_name(settings: Settings) -> None:
    assert {"localhost", "127.0.0.1", "::1"} <= allowed_hosts(settings)


def test_an_endless_address_is_refused(client: FlaskClient) -> None:
    answer = client.get("/news/?" + "x" * 3000)
    assert answer.status_code == 414
    assert "too long" in answer.text


@pytest.mark.parametrize("path", ["/actions/%00/", "/news/2012/03/%ff%fe/", "/c/%00"])
def test_an_address_that_cannot_be_stored_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_body_over_one_megabyte_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = client.post("/my/", data={"email": "x" * 1_100_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml"])
def test_a_body_that_is_no_form_is_refused(client: FlaskClient, kind: str) -> None:
    assert client.post("/my/", data=b"{}", content_type=kind).status_code == 415


def test_a_form_of_a_thousand_files_is_refused(client: FlaskClient) -> None:
    parts = {f"part{number}": "x" for number in range(1000)}
    answer = client.post("/my/", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413
