"""Posts of the desk's script and of the notices in editors: keep a draft, say who edits, take over."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, jsonify, redirect
from werkzeug.wrappers import Response

from campaign_actions.editors import holding, unsaved
from campaign_actions.editors.models import NEW, WHOLE, Sheet
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import LANGUAGES, _
from campaign_actions.web import sessions
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor

bp = Blueprint("keeping", __name__, url_prefix="/editors/<kind>/<uuid:thing_id>/<locale>")


@bp.post("/keep")
def keep(kind: str, thing_id: UUID, locale: str) -> tuple[Response, int]:
    """Keep what was typed as the user's draft, and note that they are sheets."""
    editor, sheet, thing = reached(kind, thing_id, locale)
    try:
        with writing():
            kept_at = sheets.keep_posted(sheet)
            if thing is not None and not editor.makes:
                holding.claim(sheet, by=user())
    except Refused as refusal:
        return _told(sheet, refusal.sentence), 422
    return _told(sheet, _("Draft kept at %(hour)s", hour=sheets.when(kept_at))), 200


@bp.post("/here")
def here(kind: str, thing_id: UUID, locale: str) -> Response:
    """Note that the user has the editor open, unless somebody else has. No click, so the session runs on."""
    sessions.by_itself()
    _editor, sheet, thing = reached(kind, thing_id, locale)
    if thing is not None:
        with writing():
            holding.claim(sheet, by=user())
    return _told(sheet, "")


@bp.post("/take-over")
def take_over(kind: str, thing_id: UUID, locale: str) -> Response:
    """Edit in place of whoever is editing; what was typed so far is kept and shown again."""
    editor, sheet, thing = reached(kind, thing_id, locale)
    with writing():
        if thing is not None:
            holding.take_over(sheet, by=user())
    kept = sheets.keep_typed(sheet) is not None
    return redirect(editor.address(thing, locale, text=sheets.UNSAVED if kept else None), 303)


@bp.post("/throw-away")
def throw_away(kind: str, thing_id: UUID, locale: str) -> Response:
    """Forget the draft, and show what is stored."""
    editor, sheet, thing = reached(kind, thing_id, locale)
    with writing():
        unsaved.throw_away(sheet, user())
    return redirect(editor.address(thing, locale), 303)


def reached(kind: str, thing_id: UUID, locale: str) -> tuple[Editor, Sheet, object | None]:
    """The editor, what it shows, and the thing, None for a new one; 404 if the user may not edit it."""
    editor = sheets.of_kind(kind) or abort(404)
    if locale not in (LANGUAGES if editor.in_languages else (WHOLE,)):
        abort(404)
    if thing_id == NEW and not editor.from_nothing:
        abort(404)
    thing = None if thing_id == NEW else editor.find(thing_id)
    return editor, Sheet(kind, thing_id, locale), thing


def _told(sheet: Sheet, status: str) -> Response:
    holder = holding.other(sheet, user())
    return jsonify(status=status, other=sheets.holder_words(holder), who=holder.name if holder else "")
