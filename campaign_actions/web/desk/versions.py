"""Saved versions of what is edited on the desk: the list, and the difference of two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, RadioField, SelectField

from campaign_actions.editors import comparing, saved, unsaved
from campaign_actions.editors.comparing import Change, Piece
from campaign_actions.editors.models import NEW, SavedVersion, Sheet
from campaign_actions.infra.i18n import _
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.keeping import reached
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm
from campaign_actions.web.paging import Pager

bp = Blueprint("versions", __name__, url_prefix="/editors/<kind>/<uuid:thing_id>/<locale>")


@dataclass(frozen=True)
class Row:
    """One field in which two versions differ."""

    label: str
    pieces: list[Piece]


@bp.get("/versions/")
@bp.get("/versions/page/<int:page>/")
def index(kind: str, thing_id: UUID, locale: str, page: int | None = None) -> Answer:
    """All saved versions, newest first, twenty a page."""
    editor, sheet, thing = _reached(kind, thing_id, locale)
    if page == 1:
        return redirect(sheets.at(sheet, "versions.index"), 301)
    found = saved.listed(sheet, page or 1)
    gaps = {"kind": kind, "thing_id": thing_id, "locale": locale}
    pager = Pager(page or 1, found.pages, "desk.versions.index", gaps)
    if pager.is_past_end:
        abort(404)
    newest = found.total if not page else 0
    return render_template(
        "desk/versions.html", **_page(editor, sheet, thing), found=found, pager=pager, newest=newest
    )


@bp.get("/versions/<int:number>/")
def show(kind: str, thing_id: UUID, locale: str, number: int) -> Answer:
    """What one save changed, and what has changed since; from here the old words can be brought back."""
    editor, sheet, thing = _reached(kind, thing_id, locale)
    version = saved.find(sheet, number) or abort(404)
    earlier = saved.find(sheet, number - 1)
    then = _shown(editor, thing, locale, version)
    return render_template(
        "desk/version.html",
        **_page(editor, sheet, thing),
        version=version,
        earlier=earlier,
        made=list(_rows(_shown(editor, thing, locale, earlier), then)) if earlier else [],
        first=[] if earlier else list(_rows({}, then)),
        since=list(_rows(then, _stored(editor, thing, locale))),
        restore=editor.address(thing, locale, text=number),
    )


@bp.get("/unsaved/")
def typed(kind: str, thing_id: UUID, locale: str) -> Answer:
    """The difference between what is stored and the text that the user has not saved."""
    editor, sheet, thing = _reached(kind, thing_id, locale)
    text = unsaved.find(sheet, user()) or abort(404)
    form = editor.form(thing, locale, formdata=MultiDict([(name, value) for name, value in text.fields]))
    rows = list(_rows(_stored(editor, thing, locale), _values(form)))
    kept = sheets.when(text.kept_at)
    return render_template("desk/unsaved.html", **_page(editor, sheet, thing), rows=rows, kept=kept)


def _reached(kind: str, thing_id: UUID, locale: str) -> tuple[Editor, Sheet, Any]:
    editor, sheet, thing = reached(kind, thing_id, locale)
    return (editor, sheet, thing) if thing_id != NEW and not editor.makes else abort(404)


def _page(editor: Editor, sheet: Sheet, thing: Any) -> dict[str, Any]:
    return {
        "title": editor.title(thing),
        "sheet": sheet,
        "editor": editor.address(thing, sheet.locale),
        "around": sheets.around(editor, thing, sheet.locale),
    }


def _shown(editor: Editor, thing: Any, locale: str, version: SavedVersion) -> dict[str, tuple[str, str]]:
    return _values(editor.form(thing, locale, formdata=None, data=version.words))


def _stored(editor: Editor, thing: Any, locale: str) -> dict[str, tuple[str, str]]:
    return _values(editor.form(thing, locale, formdata=None, data=editor.stored(thing, locale)))


def _rows(old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]) -> Iterator[Row]:
    for name, (label, after) in new.items():
        before = old.get(name, ("", ""))[1]
        pieces = comparing.difference(before, after)
        if any(piece.change is not Change.SAME for piece in pieces):
            yield Row(label, pieces)


def _values(form: EditForm) -> dict[str, tuple[str, str]]:
    """Label and value of each field, as a reader would say them."""
    hidden = ("HiddenField", "CSRFTokenField", "SeenField")
    return {
        field.name: (str(field.label.text), _said(field))
        for field in form
        if field.type not in hidden and field.name not in sheets.NOT_WORDS
    }


def _said(field: Field) -> str:
    if isinstance(field, FieldList):
        lines = (
            " · ".join(filter(None, map(_said, entry.form))) for entry in field if any(entry.data.values())
        )
        return "\n".join(lines)
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    if isinstance(field, SelectField | RadioField):
        chosen = [str(words) for _value, words, is_chosen, _attributes in field.iter_choices() if is_chosen]
        return ", ".join(chosen)
    return str(field.data or "").replace("\r\n", "\n")
