"""A story that fails prints the pages, the newest letter and the last rows of the audit log."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Error
from sqlalchemy import create_engine, text

LETTERS, ROWS, LETTERS_OF_A_PAGE = 1, 5, 3000


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
