"""Nothing is kept unless its page says so; what is kept is the same for everybody."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.cli import demo
from tests.support.factories import an_action


@pytest.fixture
def slug(app: Flask) -> str:
    with app.app_context():
        return an_action(slug="release-the-strikers").card.slug


COUNTED = ["/", "/actions/", "/actions/release-the-strikers/", "/actions/release-the-strikers/count.json"]
NOT_KEPT = [
    *(
        "/actions/release-the-strikers/thanks/",
        "/my/",
        "/c/token",
        "/my/token/",
        "/log-in/",
        "/preview/token/",
    ),
    *("/no-such-page/", "/desk/", "/staff/exports/", "/actions/release-the-strikers/sign"),
]


@pytest.mark.usefixtures("slug")
@pytest.mark.parametrize("path", COUNTED)
def test_a_page_with_a_count_is_fresh_for_a_second(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public, max-age=1, s-maxage=1,")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.usefixtures("slug")
@pytest.mark.parametrize("path", NOT_KEPT)
def test_a_page_about_a_person_or_an_error_is_not_kept(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers
    assert "Content-Encoding" not in answer.headers


def test_an_unchanged_page_is_not_sent_twice(client: FlaskClient, slug: str) -> None:
    first = client.get(f"/actions/{slug}/qr/")
    again = client.get(f"/actions/{slug}/qr/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    other = client.get(f"/actions/{slug}/qr/", headers={"If-None-Match": 'W/"other"'})
    assert other.status_code == 200


def test_a_public_page_is_compressed_for_whoever_can_read_that(client: FlaskClient, slug: str) -> None:
    plain = client.get(f"/actions/{slug}/")
    packed = client.get(f"/actions/{slug}/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Accept-Encoding"


# What Chromium and Firefox send over https.
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("prefix", ["", "/ru", "/kk"])
def test_the_fullest_action_page_and_its_stylesheet_fit_into_the_first_round_trip(
    app: Flask, client: FlaskClient, prefix: str
) -> None:
    with app.app_context():
        demo.fill_if_empty()
    path = f"{prefix}/actions/release-daulet-zharkyn/"
    page, plain = client.get(path, headers=BROWSER), client.get(path)
    style = client.get(page_stylesheet(plain.text), headers=BROWSER)
    script = client.get(plain.text.split('<script src="')[1].split('"', maxsplit=1)[0], headers=BROWSER)
    assert {page.headers["Content-Encoding"], style.headers["Content-Encoding"]} == {"br"}
    assert all(part in plain.text for part in ('id="up-h"', 'id="co-h"', "data-live"))
    assert len(page.data) + len(style.data) <= 14_600
    assert len(page.data) <= 10_000
    assert len(style.data) <= 12_000
    assert len(script.data) <= 6_000


def page_stylesheet(text: str) -> str:
    return text.split('<link rel="stylesheet" href="')[1].split('"', maxsplit=1)[0]
