"""A case in its other languages, and the articles that stand under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, abort, redirect, render_template, request, url_for

from campaign_actions.actions import queries as actions
from campaign_actions.articles import editing, queries as articles
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases import telling, upkeep
from campaign_actions.cases.models import Case, CaseText
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.case_form import LinkForm, WordsForm, article_at, filled_words
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings

bp = Blueprint("case_words", __name__, url_prefix="/cases")


@dataclass(frozen=True)
class Tab:
    """A language of the site, whether the case has words in it, and whether the original changed since."""

    locale: str
    is_own: bool
    written: bool
    out_of_date: bool


@bp.route("/<slug>/texts/<locale>/", methods=["GET", "POST"])
def edit(slug: str, locale: str) -> Answer:
    """The words of a case in another language, beside its own."""
    case = own_or_404(upkeep.find(slug), user())
    if locale not in languages():
        abort(404)
    if locale == case.locale:
        return redirect(url_for("desk.cases.edit", slug=slug), 303)
    form = cast("WordsForm", sheets.form_for(EDITOR, case, locale))
    if request.method != "POST":
        return _page(case, locale, form)
    status = 422
    if form.validate():
        try:
            with sheets.saving(EDITOR, case, locale):
                telling.put_words(case.id, locale, form.words(), by=user(), seen_version=form.seen_version)
            return _saved(case, locale)
        except Refused as refusal:
            status = form.refuse_save(refusal, case.version)
    return _page(case, locale, form, failed=True), status


@bp.route("/<slug>/articles/", methods=["GET", "POST"])
def linked(slug: str) -> Answer:
    """The articles that stand under a case, and one more by its address."""
    case = own_or_404(upkeep.find(slug), user())
    form = LinkForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                article = article_at(form.article.data or "")
                telling.link_article(case.id, article.id, by=user())
            return redirect(url_for("desk.case_words.linked", slug=slug), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    return (_articles(case, form, failed=failed), 422) if failed else _articles(case, form)


@bp.post("/<slug>/articles/<uuid:article_id>/unlink")
def unlink(slug: str, article_id: Any) -> Answer:
    """Take an article away from a case; one that the timeline names stays."""
    case = own_or_404(upkeep.find(slug), user())
    with writing():
        telling.unlink_article(case.id, article_id, by=user())
    return redirect(url_for("desk.case_words.linked", slug=slug), 303)


def languages() -> Sequence[str]:
    """The languages of the site."""
    return settings().languages


def tabs(case: Case) -> list[Tab]:
    """The languages of the site, the case's own first."""
    written = upkeep.written_in(case)
    others = [code for code in languages() if code != case.locale]
    return [
        Tab(code, code == case.locale, code in written, written.get(code, False))
        for code in (case.locale, *others)
    ]


def name_of(case: Case) -> str:
    """The name in the case's own language."""
    text = session.get(CaseText, (case.id, case.locale))
    return text.name if text else ""


def linked_articles(case: Case) -> list[ArticleView]:
    """The published articles under a case, newest first: its own, those of its timeline and actions."""
    return list(articles.page_among(actions.articles_of_case(case.id), 1).items)


def _saved(case: Case, locale: str) -> Answer:
    if request.form.get("do") == "preview":
        return redirect(url_for("desk.cases.preview", slug=case.slug, locale=locale), 303)
    return redirect(url_for("desk.case_words.edit", slug=case.slug, locale=locale, saved=1), 303)


def _page(case: Case, locale: str, form: WordsForm, *, failed: bool = False) -> str:
    return render_template(
        "desk/edit_case_words.html",
        case=case,
        name=name_of(case),
        own=filled_words(case, case.locale),
        language=locale,
        tabs=tabs(case),
        form=form,
        failed=failed,
        saved="saved" in request.args and not failed,
        around=sheets.around(EDITOR, case, locale),
    )


def _articles(case: Case, form: LinkForm, *, failed: bool = False) -> str:
    return render_template(
        "desk/case_articles.html",
        case=case,
        name=name_of(case),
        articles=editing.listed(upkeep.linked_ids(case.id)),
        form=form,
        failed=failed,
    )


def _address(case: Case, locale: str, **query: Any) -> str:
    return url_for("desk.case_words.edit", slug=case.slug, locale=locale, **query)


EDITOR = sheets.register(
    Editor(
        kind="case words",
        find=lambda case_id: own_or_404(session.get(Case, case_id), user()),
        stored=filled_words,
        form=lambda _case, _locale, **given: WordsForm(**given),
        address=_address,
        title=name_of,
        in_languages=True,
    )
)
