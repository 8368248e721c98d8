"""Pictures of an article on the desk: sent in, described, put into the text, taken out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from wtforms import BooleanField, FileField, StringField, TextAreaField

from campaign_actions.articles import editing, pictures
from campaign_actions.articles.models import Article, Picture
from campaign_actions.articles.pictures import PictureView, PictureWords
from campaign_actions.errors import Refused
from campaign_actions.infra import images, picture_marks
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import LANGUAGES, _, number
from campaign_actions.infra.images import Made
from campaign_actions.web import article_page, uploads
from campaign_actions.web.desk import articles, sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import EditForm, TokenForm, label, thing_id
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings

bp = Blueprint("pictures", __name__, url_prefix="/news/<slug>/pictures")

MAX_BYTES = 5_000_000


class SendForm(TokenForm):
    """A picture to send in."""

    file = FileField(label("The picture"))


class PictureForm(EditForm):
    """What there is to say about a picture; descriptions and captions in each language of the site."""

    decorative = BooleanField(label("It is decorative: whoever does not see it misses nothing"))
    credit = StringField(label("Who made it (optional)"))
    leads = BooleanField(label("Show it above the text of the article"))

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


@bp.route("/", methods=["GET", "POST"])
@uploads.takes_file(2 * MAX_BYTES)
def index(slug: str) -> Answer:
    """The pictures of an article, and the form that sends one in."""
    article = _article(slug)
    form = SendForm()
    if request.method == "POST" and form.validate():
        try:
            made = images.remake(_sent())
            with writing():
                picture = pictures.add(article, made, pictures.folder(settings().data), by=user())
            return redirect(_address(article, picture.name, made), 303)
        except Refused as refusal:
            form.refuse(Refused(refusal.sentence, field="file"))
    failed = request.method == "POST"
    page = render_template(
        "desk/pictures.html",
        article=article,
        pictures=pictures.of_article(article.id),
        used=picture_marks.names(article.body_html),
        form=form,
        failed=failed,
        most=number(MAX_BYTES // 1_000_000),
        removed="removed" in request.args,
    )
    return (page, 422) if failed else page


@bp.route("/<name>/", methods=["GET", "POST"])
def edit(slug: str, name: str) -> Answer:
    """One picture: what it shows, who made it, how it comes into the text."""
    article, picture = _found(slug, name)
    view = pictures.view_of(picture)
    form = PictureForm(data=_filled(view))
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with writing():
                    pictures.describe(picture, form.words(), by=user(), seen_version=form.seen_version)
                return redirect(
                    url_for("desk.pictures.edit", slug=article.slug, name=view.name, saved=1), 303
                )
            except Refused as refusal:
                status = form.refuse_save(refusal, view.version)
    return _page(article, view, form, failed=status != 200), status


@bp.post("/<name>/insert")
def insert(slug: str, name: str) -> Answer:
    """Put the picture at the end of the text."""
    article, picture = _found(slug, name)
    view = pictures.view_of(picture)
    if name not in picture_marks.names(article.body_html):
        try:
            with sheets.versioned(articles.EDITOR, article):
                editing.append(article, _line(article, view), by=user())
        except Refused as refusal:
            form = PictureForm(formdata=None, data=_filled(view))
            form.refuse(Refused(refusal.sentence))
            return _page(article, view, form, failed=True), 422
    return redirect(url_for("desk.pictures.edit", slug=article.slug, name=name, saved=1), 303)


@bp.route("/<name>/remove", methods=["GET", "POST"])
def remove(slug: str, name: str) -> Answer:
    """What removing means, and the button that does it."""
    article, picture = _found(slug, name)
    form = TokenForm()
    if request.method == "POST" and form.validate():
        with writing():
            pictures.remove(picture, by=user())
        return redirect(url_for("desk.pictures.index", slug=article.slug, removed=1), 303)
    failed = request.method == "POST"
    page = render_template(
        "desk/remove_picture.html",
        article=article,
        picture=pictures.view_of(picture),
        used=name in picture_marks.names(article.body_html),
        form=form,
        failed=failed,
    )
    return (page, 422) if failed else page


@bp.get("/<any(large,small):size>/<name>.jpg")
def file(slug: str, size: str, name: str) -> Response:
    """The picture itself, also of an article that nobody else may see."""
    _article_of, picture = _found(slug, name)
    return article_page.picture_file(picture.large if size == "large" else picture.small)


def _article(slug: str) -> Article:
    return own_or_404(editing.by_id(thing_id()) or editing.find(slug), user())


def _found(slug: str, name: str) -> tuple[Article, Picture]:
    article = _article(slug)
    picture = pictures.find(article, name)
    if picture is None:
        abort(404)
    return article, picture


def _sent() -> bytes:
    sent = request.files.get("file")
    content = sent.stream.read(MAX_BYTES + 1) if sent else b""
    if not content:
        raise Refused(_("Choose a picture first."))
    if len(content) > MAX_BYTES:
        most = number(MAX_BYTES // 1_000_000)
        raise Refused(_("This file is larger than %(most)s MB. Make the picture smaller.", most=most))
    return content


def _address(article: Article, name: str, made: Made) -> str:
    located = 1 if made.had_location else None
    return url_for("desk.pictures.edit", slug=article.slug, name=name, new=1, located=located)


def _page(article: Article, view: PictureView, form: PictureForm, *, failed: bool) -> str:
    offered = [article.locale, *(code for code in settings().languages if code != article.locale)]
    return render_template(
        "desk/edit_picture.html",
        article=article,
        picture=view,
        form=form,
        failed=failed,
        offered=offered,
        line=_line(article, view),
        used=view.name in picture_marks.names(article.body_html),
        saved="saved" in request.args and not failed,
        is_new="new" in request.args,
        located="located" in request.args,
    )


def _line(article: Article, view: PictureView) -> str:
    return picture_marks.line(view.name, view.words(article.locale)[0])


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
