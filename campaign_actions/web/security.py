"""Headers on every answer, and requests refused before any page looks at them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask.json.provider import DefaultJSONProvider

from campaign_actions.config import Settings
from campaign_actions.web import uploads

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A card of ours may stand in a frame of any site; it has no form and runs no script.
FRAMED_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
# The page that offers the card shows it, in a frame of our own.
FRAMING_POLICY = f"{CONTENT_POLICY}; frame-src 'self'"
FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = "max-age=63072000"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_ADDRESS = 2_000
SEARCH = "/search/"
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
POSTING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class HarmlessJson(DefaultJSONProvider):
    """JSON in which nothing can be taken for markup, wherever somebody puts it."""

    def dumps(self, obj: Any, **how: Any) -> str:
        """`obj` as JSON, with the three letters that begin markup written as escapes."""
        text = super().dumps(obj, **how)
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def prepare(app: Flask, settings: Settings) -> None:
    """Set headers on every answer; refuse foreign hosts, endless addresses and bodies of other kinds."""
    app.json = HarmlessJson(app)
    app.config["WTF_CSRF_SSL_STRICT"] = False  # the origin guard does this, with newer headers
    hosts = allowed_hosts(settings)
    headers = dict(HEADERS)
    if settings.secure:
        headers["Strict-Transport-Security"] = TWO_YEARS

    @app.before_request
    def refuse_unreadable() -> None:
        if _host_name(request.host) not in hosts:
            abort(400)
        if request.path != SEARCH:
            refuse_address()
        if request.method in POSTING:
            refuse_body()

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Host names, without port, that this site answers to; any local one when it runs locally."""
    own = _host_name(settings.host)
    hosts = {own, *(_host_name(host) for host in settings.allowed_hosts)}
    return frozenset(hosts | LOCAL_HOSTS if own in LOCAL_HOSTS else hosts)


def refuse_address() -> None:
    """Refuse an address that is endless, or holds what no database can compare.

    Not called for the search: whatever is asked there gets an answer.
    """
    if len(request.full_path) > LONGEST_ADDRESS:
        abort(414)
    if "\0" in request.path or "\N{REPLACEMENT CHARACTER}" in request.path:
        abort(404)
    if b"%00" in request.query_string:
        abort(400)  # PostgreSQL keeps and compares no text with a NUL in it


def refuse_body() -> None:
    """Refuse a body that is too big before it is read, or is no form."""
    limit = uploads.limit() or request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        abort(413)
    if request.mimetype and request.mimetype not in FORM_TYPES:
        abort(415)
    if not request.mimetype and request.content_length:
        abort(415)


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""
