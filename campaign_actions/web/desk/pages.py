"""Standing pages on the desk: what the team adds to them, language by language, with preview."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from wtforms import TextAreaField

from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import Role
from campaign_actions.articles import standing
from campaign_actions.articles.models import PageText
from campaign_actions.editors import unsaved
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import using_locale
from campaign_actions.web import guard
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm, label
from campaign_actions.web.settings import settings
from campaign_actions.web.standing_pages import PLACES, standing_page

bp = Blueprint("pages", __name__, url_prefix="/pages")


class PageForm(EditForm):
    """What the team adds to a page."""

    body = TextAreaField(label("Text"))


@bp.get("/")
def index() -> str:
    """All standing pages, and in which languages the team has added something."""
    return render_template(
        "desk/pages.html",
        places=PLACES,
        written=standing.written(),
        may_write=permissions.allows(user(), "page.write"),
    )


@bp.route("/<place>/texts/<locale>/", methods=["GET", "POST"])
def edit(place: str, locale: str) -> Answer:
    """The team's words on a page. "Preview" keeps them as a draft and shows the page with them."""
    text = _reached(place, locale)
    editor = EDITORS[place]
    form = cast("PageForm", sheets.form_for(editor, text, locale))
    if request.method != "POST":
        return _page(place, locale, form)
    if request.form.get("do") == "preview" and sheets.keep_typed(sheets.sheet_of(editor, text, locale)):
        return redirect(url_for("desk.pages.preview", place=place, locale=locale), 303)
    status = 422
    if form.validate():
        try:
            _save(place, locale, form, text)
            return redirect(url_for("desk.pages.edit", place=place, locale=locale, saved=1), 303)
        except Refused as refusal:
            stored = standing.find(place, locale)
            status = form.refuse_save(refusal, stored.version if stored else 0)
    return _page(place, locale, form, failed=True), status


@bp.get("/<place>/texts/<locale>/preview/")
def preview(place: str, locale: str) -> str:
    """The page supporters will get, with the words the user has not saved, else with those that are."""
    text = _reached(place, locale)
    typed = unsaved.find(sheets.sheet_of(EDITORS[place], text, locale), user())
    body = dict(typed.fields).get("body", "") if typed else text.body if text else ""
    with using_locale(locale):
        return standing_page(place, standing.words_of(body, locale))


def _save(place: str, locale: str, form: PageForm, text: PageText | None) -> None:
    editor, body = EDITORS[place], form.body.data or ""
    if text is None:
        with writing():
            made = standing.add(place, locale, body, by=user())
            sheets.made(editor, made, locale)
    else:
        with sheets.saving(editor, text, locale):
            standing.save(text.id, body, by=user(), seen_version=form.seen_version)


def _reached(place: str, locale: str) -> PageText | None:
    if place not in PLACES or locale not in settings().languages:
        abort(404)
    guard.must_be(Role.STAFF, Role.ADMIN)
    return standing.find(place, locale)


def _page(place: str, locale: str, form: PageForm, *, failed: bool = False) -> str:
    text = standing.find(place, locale)
    return render_template(
        "desk/edit_page.html",
        place=place,
        page=PLACES[place],
        language=locale,
        text=text,
        written=standing.written(),
        form=form,
        failed=failed,
        saved="saved" in request.args and not failed,
        around=sheets.around(EDITORS[place], text, locale),
    )


def _stored(text: PageText | None, _locale: str) -> dict[str, Any]:
    return {"seen": text.version, "body": text.body} if text else {"seen": 0}


def _address(_text: PageText | None, locale: str, *, place: str, **query: Any) -> str:
    return url_for("desk.pages.edit", place=place, locale=locale, **query)


def _find(place: str, text_id: Any) -> PageText:
    guard.must_be(Role.STAFF, Role.ADMIN)
    text = standing.by_id(text_id)
    return text if text and text.place == place else abort(404)


EDITORS = {
    place: sheets.register(
        Editor(
            kind=f"page-{place}",
            find=partial(_find, place),
            stored=_stored,
            form=lambda _text, _locale, **given: PageForm(**given),
            address=partial(_address, place=place),
            title=lambda text: str(PLACES[text.place].name),
            in_languages=True,
            from_nothing=True,
        )
    )
    for place in PLACES
}
