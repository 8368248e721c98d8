"""Articles on the desk: the list, writing with preview, publishing, withdrawing."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from wtforms import SelectField, StringField, TextAreaField

from campaign_actions.accounts.models import Role
from campaign_actions.actions import queries as actions
from campaign_actions.articles import editing, publishing, queries
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.models import Article
from campaign_actions.editors.checks import Check
from campaign_actions.errors import Refused
from campaign_actions.infra import local_time
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import DEFAULT_LANGUAGE, LANGUAGES, _
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm, TokenForm, label, thing_id
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.paging import Pager
from campaign_actions.web.settings import settings

bp = Blueprint("articles", __name__, url_prefix="/news")

# What the buttons that publish do once everything is there.
PUBLISH = {"publish": publishing.publish, "now": publishing.publish_now}
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


class ArticleForm(EditForm):
    """An article as typed."""

    title = StringField(label("Title"))
    summary = TextAreaField(label("Summary"))
    body = TextAreaField(label("Text"))
    dated_on = StringField(label("Date"))
    author = StringField(label("Author"))
    categories = StringField(label("Categories"))
    tags = StringField(label("Tags"))
    locale = SelectField(label("Language"))
    address = StringField(label("Address"))
    shows = StringField(label("Publish at (optional)"))
    zone = SelectField(label("Time zone"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.locale.choices = list(LANGUAGES.items())
        self.zone.choices = local_time.choices(self.zone.data or "")

    def words(self) -> ArticleWords:
        """What was typed, after `validate`. Raises Refused for a day that is none."""
        return ArticleWords(
            title=self.title.data or "",
            summary=self.summary.data or "",
            body=self.body.data or "",
            dated_on=_day(self.dated_on.data or ""),
            locale=self.locale.data,
            author=self.author.data or "",
            categories=tuple((self.categories.data or "").split(",")),
            tags=tuple((self.tags.data or "").split(",")),
            address=self.address.data or "",
            shows=self.shows.data or "",
            zone=self.zone.data,
        )


class WithdrawForm(TokenForm):
    """Why an article is withdrawn; may stay empty."""

    reason = StringField(label("Why is it withdrawn? (optional)"))


@bp.get("/")
@bp.get("/page/<int:page>/")
def index(page: int | None = None) -> Answer:
    """Articles the user works on, last changed first, twenty a page."""
    if page == 1:
        return redirect(url_for("desk.articles.index"), 301)
    page = 1 if page is None else page
    owner_id = user().id if user().role is Role.ORGANISER else None
    found = queries.desk_page(page, owner_id=owner_id)
    pager = Pager(page, found.pages, "desk.articles.index")
    if pager.is_past_end:
        abort(404)
    ids = [article.id for article in found.items]
    return render_template(
        "desk/articles.html", found=found, pager=pager, actions=actions.of_articles(ids), owner_id=owner_id
    )


@bp.route("/new/", methods=["GET", "POST"])
def new() -> Answer:
    """A new article; saving makes a draft, and "Publish" then publishes it."""
    form = _form_for(None)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                article = editing.make(form.words(), by=user())
                gaps = _do(article)
                sheets.made(EDITOR, article)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _after(article, form, gaps)
    failed = request.method == "POST"
    return _answer(_page(None, form, failed=failed), failed=failed)


@bp.route("/<slug>/edit/", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    """The editor. Every button saves; "Publish" and "Preview" then go on from what was saved."""
    article = own_or_404(editing.by_id(thing_id()) or editing.find(slug), user())
    form = _form_for(article)
    if request.method != "POST":
        return _page(article, form)
    if not form.validate():
        return _page(article, form, failed=True), 422
    try:
        with sheets.saving(EDITOR, article):
            editing.save(article.id, form.words(), by=user(), seen_version=form.seen_version)
            gaps = _do(article)
    except Refused as refusal:
        status = form.refuse_save(refusal, article.version)
        return _page(article, form, failed=True), status
    return _after(article, form, gaps)


@bp.route("/<slug>/withdraw/", methods=["GET", "POST"])
def withdraw(slug: str) -> Answer:
    """What withdrawing means, and the button that does it."""
    article = own_or_404(editing.find(slug), user())
    form = WithdrawForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                publishing.withdraw(article, form.reason.data or "", by=user())
            return redirect(url_for("desk.articles.edit", slug=slug, saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template("desk/withdraw_article.html", article=article, form=form, failed=failed)
    return _answer(page, failed=failed)


def _do(article: Article) -> list[Check]:
    """What the pressed button does beside saving, in the same transaction; what is missing for it."""
    deed = request.form.get("do", "save")
    if deed == "draft":
        publishing.take_back(article, by=user())
    if deed not in PUBLISH:
        return []
    gaps = publishing.missing(article)
    if not gaps:
        PUBLISH[deed](article, by=user())
    return gaps


def _after(article: Article, form: ArticleForm, gaps: list[Check]) -> Answer:
    """Where the button that was pressed leads, once the article is saved."""
    if gaps:
        for gap in gaps:
            form.refuse(Refused(gap.words, field=gap.field))
        form.seen.data = article.version
        return _page(article, form, failed=True, saved=True), 422
    if request.form.get("do") == "preview":
        return redirect(url_for("desk.previews.article", slug=article.slug), 303)
    return redirect(url_for("desk.articles.edit", slug=article.slug, saved=1), 303)


def _page(article: Article | None, form: ArticleForm, *, failed: bool = False, saved: bool = False) -> str:
    return render_template(
        "desk/edit_article.html",
        article=article,
        view=queries.by_id(article.id) if article else None,
        actions=actions.any_of_article(article.id) if article else [],
        form=form,
        failed=failed,
        shelves=queries.categories(),
        checks=publishing.checks(article) if article else [],
        elsewhere=_elsewhere(article) if article else {},
        around=sheets.around(EDITOR, article),
        saved=saved or ("saved" in request.args and not failed),
    )


def _elsewhere(article: Article) -> dict[str, str]:
    """Where the descriptions of pictures are written that the check list misses."""
    return {
        f"picture-{view.name}": url_for(
            "desk.pictures.edit",
            shelf="news",
            slug=article.slug,
            name=view.name,
            _anchor=f"alt_{article.locale}",
        )
        for view in publishing.undescribed(article)
    }


def _answer(page: str, *, failed: bool) -> Answer:
    return (page, 422) if failed else page


def _form_for(article: Article | None) -> ArticleForm:
    form = sheets.form_for(EDITOR, article)
    return cast("ArticleForm", form)


def _filled(article: Article | None, _locale: str) -> dict[str, Any]:
    if article is None:
        return {"author": user().name, "locale": DEFAULT_LANGUAGE, "zone": settings().zone}
    return {
        "seen": article.version,
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "dated_on": article.dated_on.isoformat() if article.dated_on else "",
        "author": article.author.name if article.author else "",
        "categories": ", ".join(category.title for category in article.categories),
        "tags": ", ".join(tag.title for tag in article.tags),
        "locale": article.locale,
        "address": article.slug,
        "shows": local_time.written(article.shows_at, article.zone),
        "zone": article.zone if article.shows_at else settings().zone,
    }


def _address(article: Article | None, _locale: str, **query: Any) -> str:
    if article is None:
        return url_for("desk.articles.new", **query)
    return url_for("desk.articles.edit", slug=article.slug, **query)


def _day(text: str) -> date | None:
    line = text.strip()
    if not line:
        return None
    shape = _DAY.fullmatch(line)
    try:
        typed = date(*map(int, shape.groups())) if shape else None
    except ValueError:
        typed = None
    if typed is None:
        raise Refused(_("Write the day like 2026-12-16, or leave it empty."), field="dated_on")
    return typed


EDITOR = sheets.register(
    Editor(
        kind="article",
        find=lambda article_id: own_or_404(editing.by_id(article_id), user()),
        stored=_filled,
        form=lambda _article, _locale, **given: ArticleForm(**given),
        address=_address,
        title=lambda article: article.title,
        from_nothing=True,
    )
)
