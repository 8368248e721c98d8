"""A form of a page as a browser would send it: every field as it stands, then what somebody changes."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import tinyhtml5
from werkzeug.test import TestResponse

from tests.support.visiting import OURS, Visitor

HTML = "{http://www.w3.org/1999/xhtml}"


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that posts to `action`, as the page shows them."""
    for form in tinyhtml5.parse(page).iter(f"{HTML}form"):
        if form.get("action") == action:
            return dict(_values(form))
    raise AssertionError(f"no form posts to {action}")


def send(visitor: Visitor, path: str, *, opened: str | None = None, **changes: Any) -> TestResponse:
    """Open the page `opened` (or `path`), change some fields of the form for `path`, and press its button.

    A dash in a field's name is written as two underscores: `goals__0__number`.
    """
    page = visitor.get(opened or path)
    assert page.status_code == 200, page.status
    return resend(visitor, path, page.text, **changes)


def resend(visitor: Visitor, path: str, page: str, **changes: Any) -> TestResponse:
    """Change some fields of the form for `path` on a page one has already, and press its button."""
    fields: dict[str, Any] = fields_of(page, path)
    for name, value in changes.items():
        fields[name.replace("__", "-")] = value
    return visitor.client.post(
        path, data={name: value for name, value in fields.items() if value is not None}, headers=OURS
    )


def errors_of(page: str) -> list[str]:
    """The sentences of the error summary."""
    found = [part for part in tinyhtml5.parse(page).iter(f"{HTML}div") if part.get("id") == "errors"]
    return ["".join(item.itertext()).strip() for part in found for item in part.iter(f"{HTML}li")]


def _values(form: Element) -> list[tuple[str, str]]:
    values = []
    for element in form.iter():
        name = element.get("name")
        kind = str(element.tag).removeprefix(HTML)
        if not name or kind == "button":
            continue
        if kind == "input" and element.get("type") in ("radio", "checkbox"):
            if element.get("checked") is not None:
                values.append((name, element.get("value", "on")))
        elif kind == "input":
            values.append((name, element.get("value", "")))
        elif kind == "textarea":
            values.append((name, (element.text or "").removeprefix("\n")))
        elif kind == "select":
            values.append((name, _chosen(element)))
    return values


def _chosen(select: Element) -> str:
    options = list(select.iter(f"{HTML}option"))
    chosen = [option for option in options if option.get("selected") is not None] or options[:1]
    return chosen[0].get("value", "") if chosen else ""
