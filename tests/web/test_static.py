"""Static files: kept for ever under their hash, and never anything outside of their folder."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign_actions.web.static import static_url


@pytest.mark.parametrize(
    "name", ["css/site.css", "css/site+desk.css", "css/errors.css", "js/app.js", "icon.png", "icon-192.png"]
)
def test_a_file_is_kept_for_ever_under_its_hash(app: Flask, client: FlaskClient, name: str) -> None:
    with app.test_request_context():
        address = static_url(name)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_under_an_old_hash_the_new_file_is_given_for_a_minute(client: FlaskClient) -> None:
    answer = client.get("/static/0123456789ab/css/site.css")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert b".sheet" in answer.data


@pytest.mark.parametrize(
    "name",
    [
        "../dev.py",
        "..%2fdev.py",
        "css",
        "css/",
        "nothing.css",
        "css/../../pyproject.toml",
        "css/site+.css",
        "css/site+nothing.css",
        "css/site+site.css",
        "css/site+desk+desk.css",
        "css/desk+site.css",
        "css/site+desk+map+events+steps.css",
        "css/site+../../dev.py+desk.css",
        "x" * 400 + ".css",
    ],
)
def test_nothing_else_can_be_read(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/x/{name}").status_code == 404


def test_a_missing_file_is_an_error_of_ours(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        static_url("css/missing.css")


def test_the_stylesheet_loses_nothing_but_comments_and_spaces(client: FlaskClient) -> None:
    style = client.get("/static/x/css/site.css").text
    assert "/*" not in style
    assert style.startswith("@layer reset,tokens,base,layout,parts,print;")
    assert style.count("{") == style.count("}") > 200


def test_stylesheets_joined_in_one_address_come_in_their_order(client: FlaskClient) -> None:
    both = client.get("/static/x/css/site+desk.css").text
    assert both == client.get("/static/x/css/site.css").text + client.get("/static/x/css/desk.css").text
    assert ".chart" in both
