"""Stories of supporters are told with scripts and a mouse, and with neither.

A story that fails prints the pages, the newest letter and the last rows of the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page
from sqlalchemy import create_engine, text

LETTERS, ROWS, LETTERS_OF_A_PAGE = 1, 5, 3000


# What supporters and readers do; desk and staff have their own runs of both kinds.
BOTH_WAYS = frozenset(
    {"test_articles", "test_cases", "test_confirming", "test_events", "test_privacy", "test_search"}
    | {"test_signing", "test_texts", "test_unsubscribing"}
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    told_in = metafunc.module.__name__.rpartition(".")[2]
    if "page" in metafunc.fixturenames and told_in in BOTH_WAYS:
        ways = [True, False]
        metafunc.parametrize("script", ways, ids=["with script", "without script or mouse"], indirect=True)


@pytest.fixture
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browser of `page` runs scripts."""
    return bool(getattr(request, "param", True))


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], script: bool) -> Page:
    """A page of a visitor."""
    return new_context(java_script_enabled=script).new_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    """Add to the report of a failure what a reader would look at next."""
    report = yield
    if report.when == "call" and report.failed:
        found = getattr(item, "funcargs", {})
        report.sections += [*_pages(found), *_letters(found), *_audit(found)]
    return report


def _pages(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for context in found["browser"].contexts if "browser" in found else ():
        for page in context.pages:
            try:
                yield f"page {page.url}", page.locator("body").inner_text(timeout=2000)[:LETTERS_OF_A_PAGE]
            except Error as error:
                yield f"page {page.url}", str(error)


def _letters(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "mailbox" in found:
        for letter in found["mailbox"].letters()[-LETTERS:]:
            yield "newest letter", str(letter)
    if "mail_server" in found:
        for letter in found["mail_server"].letters[-LETTERS:]:
            yield "newest letter", letter.text


def _audit(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "settings" in found:
        engine = create_engine(found["settings"].database_url)
        with engine.connect() as connection:
            rows = connection.execute(
                text(f"SELECT deed, user_name, details FROM audit_entry ORDER BY at DESC LIMIT {ROWS}")
            ).all()
        engine.dispose()
        yield "audit log, newest first", "\n".join(map(str, rows))
