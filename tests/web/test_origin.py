"""Posts of other sites change nothing."""

import pytest
from flask import Flask

from tests.support.factories import an_action
from tests.support.signer import Signer

OURSELVES = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://[broken"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    "path", ["/my/", "/log-in/", "/log-out", "/c/token", "/c/token/refuse", "/desk/news/new/"]
)
def test_a_post_of_another_site_is_refused(app: Flask, path: str, headers: dict[str, str]) -> None:
    answer = app.test_client().post(path, headers=headers)
    assert answer.status_code == 403
    assert "This did not come from our page" in answer.text


@pytest.mark.parametrize("headers", [*OURSELVES, {}, {"Origin": "null"}])
def test_our_own_post_is_taken_and_one_that_says_nothing_too(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post("/my/", data={"email": "marta@example.org"}, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
@pytest.mark.parametrize("path", ["/desk/news/new/", "/staff/exports/"])
def test_desk_and_staff_refuse_a_post_that_says_nothing(
    app: Flask, path: str, headers: dict[str, str]
) -> None:
    assert app.test_client().post(path, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_signature_is_not_saved_and_what_was_typed_is_kept(
    app: Flask, headers: dict[str, str]
) -> None:
    with app.app_context():
        slug = an_action().card.slug
    answer = Signer(app, slug).sign(headers=headers, name="Әлия Қайратқызы")
    assert answer.status_code == 403
    assert "This did not come from our page" in answer.text
    assert 'value="Әлия Қайратқызы"' in answer.text
