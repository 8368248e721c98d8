"""What people type into a letter is on no disk: not in the database, not in a log of the real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import counting
from tests.fault.test_canary import all_bytes
from tests.support.letters import a_letter
from tests.support.live import LiveSite

MARKS = ("Canaryletter", "Canaryname", "Canarytown", "Väinölä")

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def live(settings: Settings, app: Flask, tmp_path: Path) -> Iterator[LiveSite]:
    """A running site."""
    running = LiveSite(settings, tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.mark.engines("sqlite")
def test_no_word_of_a_letter_is_left_anywhere(live: LiveSite, settings: Settings, database: None) -> None:
    page = a_letter(slug="a-doctor")
    session.remove()
    status, shown = live.get("/actions/a-doctor/")
    assert status == 200
    box = re.search(r'name="to" value="([^"]+)"', shown)
    assert box
    typed = {"to": box[1], "text": "Canaryletter Väinölä", "name": "Canaryname", "town": "Canarytown"}
    for changes in ({"do": "mail"}, {"do": "print"}, {"to": "nobody"}, {"locale": "ru"}, {"locale": "\0"}):
        status, answer = live.post("/actions/a-doctor/letter/", typed | changes)
        assert status == (422 if changes.get("to") else 200)
        assert all(mark in answer for mark in MARKS)
    assert live.post("/actions/a-doctor/sent", typed)[0] == 303
    live.stop()
    database_files = Path(session.get_bind().engine.url.database or "")
    files = [path for path in database_files.parent.glob(f"{database_files.name}*") if path.is_file()]
    assert files
    found = {
        (place, mark)
        for place, content in all_bytes(settings.data, [*files, live.log])
        for mark in MARKS
        if mark.encode() in content or mark.encode("unicode_escape") in content
    }
    assert found == set()
    assert counting.of_cards([page.card]) == {page.card.id: 1}
