"""Pictures of articles, cases, actions and events on the desk: sent in, described, taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from wtforms import BooleanField, FileField, StringField, TextAreaField

from campaign_actions.actions import drafting, events
from campaign_actions.articles import editing
from campaign_actions.cases import upkeep
from campaign_actions.errors import Refused
from campaign_actions.infra import images, picture_marks
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import LANGUAGES, _, number
from campaign_actions.pictures import keeping, queries
from campaign_actions.pictures.keeping import PictureWords
from campaign_actions.pictures.models import Noun, Picture
from campaign_actions.pictures.queries import Owner, PictureView
from campaign_actions.web import shown_pictures, uploads
from campaign_actions.web.desk import actions, articles, cases, events as event_pages, sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm, TokenForm, label, thing_id
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings

bp = Blueprint("pictures", __name__)

MAX_BYTES = 5_000_000
PLACE = "/<any(actions,cases,events,news):shelf>/<slug>/pictures/"
# What may have pictures, by where it stands in the addresses of the desk.
SHELVES: dict[str, tuple[Noun, Editor, Callable[[str], Any]]] = {
    "actions": (Noun.ACTION, actions.EDITOR, drafting.find),
    "cases": (Noun.CASE, cases.EDITOR, upkeep.find),
    "events": (Noun.EVENT, event_pages.EDITOR, events.find),
    "news": (Noun.ARTICLE, articles.EDITOR, editing.find),
}


class SendForm(TokenForm):
    """A picture to send in."""

    file = FileField(label("The picture"))


class PictureForm(EditForm):
    """What there is to say about a picture; descriptions and captions in each language of the site."""

    decorative = BooleanField(label("It is decorative: whoever does not see it misses nothing"))
    credit = StringField(label("Who made it (optional)"))
    leads = BooleanField(label("Show it above the text"))

    def words(self) -> PictureWords:
        """What was typed, after `validate`."""
        return PictureWords(
            alts={code: self[f"alt_{code}"].data or "" for code in LANGUAGES},
            captions={code: self[f"caption_{code}"].data or "" for code in LANGUAGES},
            credit=self.credit.data or "",
            decorative=self.decorative.data,
            leads=self.leads.data,
        )


for _code in LANGUAGES:
    setattr(PictureForm, f"alt_{_code}", TextAreaField(label("What the picture shows")))
    setattr(PictureForm, f"caption_{_code}", StringField(label("Line beneath the picture (optional)")))


@dataclass(frozen=True)
class Pictured:
    """What the pictures belong to, as their pages name it."""

    thing: Any
    owner: Owner
    shelf: str
    title: str
    editor: str

    @property
    def slug(self) -> str:
        """Its address."""
        return str(self.thing.slug)

    @property
    def used(self) -> list[str]:
        """The names of the pictures that have a place in its text; only texts of articles have such."""
        return picture_marks.names(self.thing.body_html) if self.in_text else []

    @property
    def in_text(self) -> bool:
        """Whether a picture is put into the text; else it stands beneath it."""
        return self.owner.noun is Noun.ARTICLE

    @property
    def is_public(self) -> bool:
        """Whether readers see it now."""
        return shown_pictures.is_public(self.owner.noun, self.owner.id)

    def at(self, endpoint: str, **more: Any) -> str:
        """The address of one of these pages for it."""
        return url_for(f"desk.pictures.{endpoint}", shelf=self.shelf, slug=self.slug, **more)


@bp.route(PLACE, methods=["GET", "POST"])
@uploads.takes_file(2 * MAX_BYTES)
def index(shelf: str, slug: str) -> Answer:
    """The pictures of a thing, and the form that sends one in."""
    pictured = _pictured(shelf, slug)
    form = SendForm()
    if request.method == "POST" and form.validate():
        try:
            made = images.remake(_sent())
            with writing():
                kept = keeping.folder(settings().data)
                picture = keeping.add(pictured.owner, made, kept, by=user())
            located = 1 if made.had_location else None
            return redirect(pictured.at("edit", name=picture.name, new=1, located=located), 303)
        except Refused as refusal:
            form.refuse(Refused(refusal.sentence, field="file"))
    failed = request.method == "POST"
    page = render_template(
        "desk/pictures.html",
        pictured=pictured,
        pictures=queries.of_owner(pictured.owner),
        form=form,
        failed=failed,
        most=number(MAX_BYTES // 1_000_000),
        removed="removed" in request.args,
    )
    return (page, 422) if failed else page


@bp.route(PLACE + "<name>/", methods=["GET", "POST"])
def edit(shelf: str, slug: str, name: str) -> Answer:
    """One picture: what it shows, who made it, how it comes to its place."""
    pictured, picture = _found(shelf, slug, name)
    view = queries.view_of(picture)
    form = PictureForm(data=_filled(view))
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with writing():
                    seen = form.seen_version
                    keeping.describe(pictured.owner, picture, form.words(), by=user(), seen_version=seen)
                return redirect(pictured.at("edit", name=name, saved=1), 303)
            except Refused as refusal:
                status = form.refuse_save(refusal, view.version)
    return _page(pictured, view, form, failed=status != 200), status


@bp.post("/news/<slug>/pictures/<name>/insert")
def insert(slug: str, name: str) -> Answer:
    """Put the picture at the end of the text of an article."""
    pictured, picture = _found("news", slug, name)
    view = queries.view_of(picture)
    if name not in pictured.used:
        try:
            with sheets.versioned(articles.EDITOR, pictured.thing):
                editing.append(pictured.thing, _line(pictured, view), by=user())
        except Refused as refusal:
            form = PictureForm(formdata=None, data=_filled(view))
            form.refuse(Refused(refusal.sentence))
            return _page(pictured, view, form, failed=True), 422
    return redirect(pictured.at("edit", name=name, saved=1), 303)


@bp.route(PLACE + "<name>/remove", methods=["GET", "POST"])
def remove(shelf: str, slug: str, name: str) -> Answer:
    """What removing means, and the button that does it."""
    pictured, picture = _found(shelf, slug, name)
    form = TokenForm()
    if request.method == "POST" and form.validate():
        with writing():
            keeping.remove(pictured.owner, picture, by=user())
        return redirect(pictured.at("index", removed=1), 303)
    failed = request.method == "POST"
    view = queries.view_of(picture)
    shown = name in pictured.used or view.leads or not pictured.in_text
    page = render_template(
        "desk/remove_picture.html", pictured=pictured, picture=view, shown=shown, form=form, failed=failed
    )
    return (page, 422) if failed else page


@bp.get(PLACE + "<any(large,small):size>/<name>.jpg")
def file(shelf: str, slug: str, size: str, name: str) -> Response:
    """The picture itself, also of a thing that nobody else may see."""
    _pictured_by, picture = _found(shelf, slug, name)
    return shown_pictures.file(picture.large if size == "large" else picture.small)


def _pictured(shelf: str, slug: str) -> Pictured:
    noun, editor, find = SHELVES[shelf]
    thing = editor.find(kept) if (kept := thing_id()) else own_or_404(find(slug), user())
    owner = Owner(noun, thing.id, thing.locale)
    return Pictured(thing, owner, shelf, editor.title(thing), editor.address(thing, thing.locale))


def _found(shelf: str, slug: str, name: str) -> tuple[Pictured, Picture]:
    pictured = _pictured(shelf, slug)
    picture = queries.find(pictured.owner, name)
    if picture is None:
        abort(404)
    return pictured, picture


def _sent() -> bytes:
    sent = request.files.get("file")
    content = sent.stream.read(MAX_BYTES + 1) if sent else b""
    if not content:
        raise Refused(_("Choose a picture first."))
    if len(content) > MAX_BYTES:
        most = number(MAX_BYTES // 1_000_000)
        raise Refused(_("This file is larger than %(most)s MB. Make the picture smaller.", most=most))
    return content


def _page(pictured: Pictured, view: PictureView, form: PictureForm, *, failed: bool) -> str:
    spoken = pictured.owner.locale
    return render_template(
        "desk/edit_picture.html",
        pictured=pictured,
        picture=view,
        form=form,
        failed=failed,
        offered=[spoken, *(code for code in settings().languages if code != spoken)],
        line=_line(pictured, view),
        saved="saved" in request.args and not failed,
        is_new="new" in request.args,
        located="located" in request.args,
    )


def _line(pictured: Pictured, view: PictureView) -> str:
    return picture_marks.line(view.name, view.words(pictured.owner.locale)[0])


def _filled(view: PictureView) -> dict[str, Any]:
    texts = {code: view.texts.get(code, ("", "")) for code in LANGUAGES}
    return {
        "seen": view.version,
        "decorative": view.decorative,
        "leads": view.leads,
        "credit": view.credit,
        **{f"alt_{code}": alt for code, (alt, _caption) in texts.items()},
        **{f"caption_{code}": caption for code, (_alt, caption) in texts.items()},
    }
