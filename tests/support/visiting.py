"""A person at a browser without script: keeps cookies, fills forms in with the token they carry."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign_actions.accounts.models import Role, User
from campaign_actions.infra.database.engine import session
from tests.support.factories import PASSWORD, a_user

OURS = {"Sec-Fetch-Site": "same-origin"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """Reads pages and posts forms."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str) -> TestResponse:
        """Read a page."""
        return self.client.get(path)

    def post(self, path: str, data: dict[str, Any] | None = None, *, on: str = "/account/") -> TestResponse:
        """Post a form of the page `on`, with its token."""
        token = TOKEN.search(self.get(on).text)
        fields = {"csrf_token": html.unescape(token[1]) if token else "", **(data or {})}
        return self.client.post(path, data=fields, headers=OURS, buffered=True)

    def log_in(self, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Post the log-in form."""
        return self.post("/log-in/", {"email": email, "password": password, **fields}, on="/log-in/")

    @property
    def cookie(self) -> str | None:
        """The session cookie, if there is one."""
        kept = self.client.get_cookie("session") or self.client.get_cookie("__Host-session")
        return kept.value if kept else None


def a_known_user(app: Flask, role: Role = Role.ORGANISER, **values: str) -> User:
    """Somebody who can log in, for tests that stay outside of the site: nothing of them is loaded later."""
    with app.app_context():
        found = a_user(role, **values)
        session.refresh(found)
        session.expunge(found)
        return found


def logged_in(app: Flask, user: User) -> Visitor:
    """A visitor who has just logged in as `user`."""
    with app.app_context():
        email = user.email
    visitor = Visitor(app)
    answer = visitor.log_in(email)
    assert answer.status_code == 303, answer.text
    return visitor


def somebody(app: Flask, role: Role = Role.ORGANISER, **values: Any) -> User:
    """Somebody who can log in, to be used outside of the site's context too."""
    with app.app_context():
        user = a_user(role, **values)
        session.refresh(user)
        session.expunge(user)
    return user
