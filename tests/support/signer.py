"""A supporter without script: reads an action, fills its form in, presses the buttons."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.visiting import OURS

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
TYPED = {"name": "Marta Lindqvist", "email": "marta@example.org", "country": "SE", "level": "team"}


class Signer:
    """One person at one action, in one language; keeps no cookie."""

    def __init__(self, app: Flask, slug: str, prefix: str = "") -> None:
        self.client = app.test_client(use_cookies=False)
        self.address = f"{prefix}/actions/{slug}/"

    def fields(self, **changes: str) -> dict[str, str]:
        """What the form holds once it is filled in."""
        page = self.client.get(self.address)
        return {**TYPED, "website": "", **hidden(page), **changes}

    def sign(self, headers: dict[str, str] | None = None, **changes: str) -> TestResponse:
        """Fill the form in and press the button."""
        return self.post("sign", self.fields(**changes), headers)

    def post(self, where: str, data: dict[str, Any], headers: dict[str, str] | None = None) -> TestResponse:
        """Post to an address under the action."""
        return self.client.post(self.address + where, data=data, headers=OURS if headers is None else headers)


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of a page; of several with one name, the last."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page.text)}
