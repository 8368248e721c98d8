"""The site of the tests answers visitors, browsers and its worker."""

from collections.abc import Callable

from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.conftest import Mailbox


def test_a_visitor_gets_the_front_page(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200


def test_the_worker_runs_on_an_empty_site(worker: Callable[[], None], mailbox: Mailbox) -> None:
    worker()
    assert mailbox.letters() == []


def test_a_browser_sees_the_front_page_with_script_and_without(any_page: Page) -> None:
    any_page.goto("/")
    assert any_page.locator("h1").count() == 1
