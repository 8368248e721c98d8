"""Staff take the checked lines of paper sheets as a list of its own, beside that of the signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.actions import paper as codes
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.exports.models import Purpose
from campaign_actions.formats import csv_lines, manifest
from campaign_actions.infra.database.engine import writing
from campaign_actions.signatures import paper, tools
from campaign_actions.signatures.paper import LineTyped, SheetTyped
from tests.support import signed
from tests.support.factories import PASSWORD, a_user, an_action
from tests.support.made_exports import answers, check_page
from tests.support.visiting import Visitor, logged_in


@pytest.fixture
def action(app: Flask, settings: Settings) -> ActionPage:
    """Three online signatures; three lines on two checked sheets; a line that waits; a number only."""
    with app.app_context():
        page, seal = an_action(), tools.load(settings)
        signed.many(seal, page.card.id, 3)
        code = codes.read_code(codes.sheet_code(page.card.id, 1, "en"))
        one, other = a_user(Role.STAFF), a_user(Role.STAFF)
        assert code

        def enter(number: int, *, checked: bool = True, **typed: Any) -> None:
            sheet = SheetTyped(code=code, number=number, **typed)
            with writing() as connection:
                sheet_id = paper.enter(connection, page, sheet, seal, by=one)
                counted = len(sheet.lines) or sheet.count
                if checked:
                    paper.confirm(connection, sheet_id, counted=counted, by=other, seen_version=1)

        enter(2, lines=(LineTyped(1, "=Olga", "Almaty"), LineTyped(4, "Marat", "", True)))
        enter(1, lines=(LineTyped(2, "Әлия", "Ақтау"),))
        enter(3, lines=(LineTyped(1, "Nobody checked"),), checked=False)
        enter(4, count=9)
        return page


def test_the_list_holds_checked_lines_and_no_signature(
    app: Flask, action: ActionPage, worker: Callable[[], None]
) -> None:
    with app.app_context():
        staff = logged_in(app, a_user(Role.STAFF, may_export=True))
    page = staff.get(check_page(action.card.id, purpose=Purpose.PAPER)).text
    assert "3 of 3 checked lines on paper: names and places, no email addresses." in page
    assert "Әлия" not in page
    late = {"purpose": Purpose.PAPER, "from_day": "2026-11-01"}
    refused = staff.get(check_page(action.card.id, "signatures", **late))
    assert refused.status_code == 422
    assert "Lines on paper have no day of signing." in refused.text

    place = take(staff, action, worker)
    file = staff.post(f"{place}download", {"password": PASSWORD}, on=place).data
    header, *rows = csv_lines.read(file.decode().splitlines(keepends=True))
    assert header == ["number", "name", "place", "sheet", "line", "text_version", "text_language"]
    assert rows == [
        ["1", "Әлия", "Ақтау", "1", "2", "1", "en"],
        ["2", "=Olga", "Almaty", "2", "1", "1", "en"],
        ["3", "Marat", "", "2", "4", "1", "en"],
    ]
    told = manifest.read(staff.get(f"{place}manifest.json").data)
    assert (told.purpose, told.rows, told.text_versions) == ("paper", 3, {1: 3})
    assert told.filter["state"] == "checked on paper"

    everyone = take(staff, action, worker, levels=["everyone"])
    assert manifest.read(staff.get(f"{everyone}manifest.json").data).rows == 1


def take(staff: Visitor, page: ActionPage, worker: Callable[[], None], **changed: Any) -> str:
    """The address of a list once the worker has made it."""
    typed = answers(page.card.id, Purpose.PAPER, **changed) | {"password": PASSWORD}
    made = staff.post("/staff/exports/", typed, on="/account/")
    assert made.status_code == 303, made.text
    worker()
    return str(made.location)
