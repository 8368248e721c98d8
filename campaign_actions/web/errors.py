"""Every way a request can fail, as a page in plain words; nothing of the request is logged."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from campaign_actions.actions import queries as actions
from campaign_actions.errors import Busy, Gone, NotAllowed, Refused
from campaign_actions.infra import i18n
from campaign_actions.infra.database import locks
from campaign_actions.web import carrying, uploads
from campaign_actions.web.carrying import Carried
from campaign_actions.web.old_addresses import moved
from campaign_actions.web.origin import STRICT_AUDIENCES, Foreign

log = logging.getLogger(__name__)

# No letters or digits that are read aloud or written alike.
CODE_LETTERS = "ABCDEFGHKMNPQRSTUVWXYZ23456789"
OPEN_SHOWN = 5
OWN_PAGES = frozenset({400, 405, 410, 413, 414, 415, 422, 429})


def prepare(app: Flask) -> None:
    """Answer refusals, HTTP errors and accidents."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(Gone, _gone)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(Foreign, _foreign)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _accident)


def page(status: int, template: str, **values: object) -> Response:
    """An error page from `templates/errors/`, not to be kept."""
    response = make_response(render_template(f"errors/{template}.html", **values), status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _refused(refusal: Refused) -> Response:
    return page(422, "refused", sentence=refusal.sentence)


def _not_allowed(refusal: NotAllowed) -> Response:
    return page(403, "not_allowed", sentence=refusal.sentence)


def _gone(gone: Gone) -> Response:
    return page(410, "410", reason=gone.reason)


def _foreign(_error: Foreign) -> Response:
    return page(403, "foreign")


def _busy(busy: Busy) -> Response:
    log.warning("busy", extra={"route": _route()})
    response = _static_page("503", 503)
    response.headers["Retry-After"] = str(busy.retry_after_seconds)
    return response


def _database(error: OperationalError | PoolTimeout) -> Response:
    """Reading can find the database busy or gone too, before any rule is asked."""
    if isinstance(error, PoolTimeout) or locks.is_busy(error):
        return _busy(Busy())
    return _accident(error)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    code = error.code or 500
    if isinstance(error, CSRFError):
        response = _stale_token()
    elif code == 403:
        response = page(403, "not_allowed", sentence="")
    elif code == 503:
        response = _static_page("503", 503)
    elif code >= 500:
        response = _static_page("500", code, _report(error))
    elif code in OWN_PAGES:
        more: dict[int, dict[str, object]] = {410: {"reason": ""}, 413: {"most": uploads.megabytes()}}
        response = page(code, str(code), **more.get(code, {}))
    elif code < 400:
        return make_response(error.get_response(request.environ))
    else:
        response = page(code, "other", words=HTTPStatus(code).phrase)
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _stale_token() -> Response:
    """Who has logged in again since the form was opened gets it back as it was typed, not sent."""
    behind = not STRICT_AUDIENCES.isdisjoint(request.blueprints)
    if not (behind and current_user.is_authenticated and carrying.typed()):
        return page(400, "token")
    response = make_response(carrying.page(Carried(request.path, carrying.typed())), 400)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _not_found(_error: HTTPException) -> Response:
    """Where an old address leads now, else the page with a search and what is open."""
    try:
        leads_to = moved()
        open_actions = [card for card in actions.listed() if card.is_open][:OPEN_SHOWN]
    except (OperationalError, PoolTimeout):
        # A page that is not there needs no database to say so.
        leads_to, open_actions = None, []
    if leads_to:
        # A form that was open when its action moved arrives there with all that was typed.
        return make_response(redirect(leads_to, 301 if request.method in ("GET", "HEAD") else 308))
    return page(404, "404", open_actions=open_actions)


def _accident(error: Exception) -> Response:
    if current_app.testing or current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    return _static_page("500", 500, _report(error))


def _report(error: Exception) -> str:
    """Log an accident by route and place, and give the code that leads to the line."""
    code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(4))
    log.error("accident", exc_info=error, extra={"code": code, "route": _route()})
    return code


def _route() -> str:
    """The address pattern: the address itself may hold a token."""
    return str(request.url_rule) if request.url_rule else "none"


def _static_page(name: str, status: int, code: str = "") -> Response:
    """A page in the request's language that needs neither template, database nor catalogue."""
    code_of_language = i18n.current_locale()
    ending = "html" if code_of_language == i18n.DEFAULT_LANGUAGE else f"{code_of_language}.html"
    text = Path(current_app.root_path, "templates", "errors", "plain", f"{name}.{ending}").read_text("utf-8")
    response = Response(text.replace("{code}", code), status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return response
