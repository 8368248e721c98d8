"""What the script of the desk sends, sent without it."""

from __future__ import annotations

import html
import re

from tests.support.filled_forms import fields_of
from tests.support.visiting import OURS, Visitor


def shared(visitor: Visitor, edit: str) -> str:
    """The address under which the shared parts of the editor at `edit` stand."""
    found = re.search(r'data-keep="([^"]+)/keep"', visitor.get(edit).text)
    assert found
    return html.unescape(found[1])


def tell(visitor: Visitor, edit: str, what: str, **typed: str) -> dict[str, str]:
    """Send the form as it is, with some fields typed into, to `what`: "keep" or "here"."""
    path = edit.split("?", maxsplit=1)[0]
    fields = fields_of(visitor.get(edit).text, edit if "copy=" in edit else path) | typed
    answer = visitor.client.post(f"{shared(visitor, edit)}/{what}", data=fields, headers=OURS)
    assert answer.status_code == 200, answer.status
    told: dict[str, str] = answer.get_json()
    return told
