"""Sending pictures in and describing them, as an organiser does at the desk."""

from __future__ import annotations

import io
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.support.filled_forms import fields_of
from tests.support.visiting import OURS, Visitor


def posted(client: FlaskClient, path: str, fields: dict[str, Any], content: bytes, name: str) -> TestResponse:
    """Post a form with a file."""
    # Encoded here: the client of the tests would leave a file open.
    boundary, body = encode_multipart({**fields, "file": FileStorage(io.BytesIO(content), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(path, data=body, content_type=kind, headers=OURS, buffered=True)


def send(desk: Visitor, place: str, content: bytes | None, *, name: str = "IMG_0001.jpg") -> TestResponse:
    """Send a picture in on the page `place`, such as "/desk/news/the-strike/pictures/"."""
    fields: dict[str, Any] = fields_of(desk.get(place).text, place)
    if content is None:
        return desk.client.post(place, data=fields, headers=OURS)
    return posted(desk.client, place, fields, content, name)


def sent(desk: Visitor, place: str, content: bytes) -> str:
    """The name of a picture that was just sent in."""
    answer = send(desk, place, content)
    assert answer.status_code == 303, answer.text
    found = re.search(r"/pictures/([a-z2-7]{16})/", answer.location)
    assert found
    return found[1]


def describe(desk: Visitor, place: str, name: str, **typed: str) -> TestResponse:
    """Fill in and post the form of a picture."""
    form = f"{place}{name}/"
    fields = {key: value for key, value in fields_of(desk.get(form).text, form).items() if value is not None}
    return desk.client.post(form, data=fields | typed, headers=OURS)
