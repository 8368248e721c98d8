"""Letters say in which language they are, and quote a title in its own."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from campaign_actions.config import Settings
from tests.conftest import Mailbox
from tests.support.factories import a_supporter, an_action
from tests.support.flow import Flow


@pytest.mark.usefixtures("database")
def test_a_letter_is_in_the_readers_language_and_its_title_in_the_actions(
    app: Flask, settings: Settings, mailbox: Mailbox
) -> None:
    flow = Flow(app, settings)
    page = an_action(title="Түрмеден босатыңдар")
    flow.sign(page, a_supporter(locale="en"))
    flow.work()
    html = mailbox.newest().get_body(("html",))
    assert html is not None
    text = str(html.get_content())
    assert '<html lang="en">' in text
    assert re.search(r'<strong lang="\w+">Түрмеден босатыңдар</strong>', text)
