"""Cases on the desk: which there are, writing one with preview, publishing, and when to check it again."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for

from campaign_actions.cases import moving, queries, telling, upkeep
from campaign_actions.cases.models import Case
from campaign_actions.cases.queries import CasePage
from campaign_actions.editors import checks as lists
from campaign_actions.editors.checks import Check
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import DEFAULT_LANGUAGE, using_locale
from campaign_actions.web import shown_pictures
from campaign_actions.web.case_page import case_page
from campaign_actions.web.desk import case_words, sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.case_form import CaseForm, filled
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import SeenField, TokenForm, thing_id
from campaign_actions.web.guard import own_or_404

bp = Blueprint("cases", __name__, url_prefix="/cases")


class CheckForm(TokenForm):
    """That a case is still right; `seen` is the version that was read."""

    seen = SeenField()


@bp.get("/")
def index() -> str:
    """Cases the user works on, those to check first."""
    return _list()


@bp.post("/<uuid:case_id>/checked")
def checked(case_id: UUID) -> Answer:
    """Note that the case was checked today; 409 if somebody saved it in between."""
    own_or_404(session.get(Case, case_id), user())
    form = CheckForm()
    if not form.validate():
        return _list(form), 422
    try:
        with writing():
            telling.check(case_id, by=user(), seen_version=form.seen.data or 0)
    except Refused as refusal:
        form.refuse(refusal)
        return _list(form), 409
    return redirect(url_for("desk.cases.index"), 303)


@bp.route("/new/", methods=["GET", "POST"])
def new() -> Answer:
    """A new case; saving makes a draft, and "Publish" then publishes it."""
    form = _form_for(None)
    if request.method != "POST":
        return _page(None, form)
    if form.validate():
        try:
            with writing():
                case = telling.draft(form.words(), form.dates(None), by=user(), locale=form.locale.data)
                gaps = _do(case, form)
                sheets.made(EDITOR, case)
            return _after(case, form, gaps)
        except Refused as refusal:
            form.refuse(refusal)
    return _page(None, form, failed=True), 422


@bp.route("/<slug>/edit/", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    """The editor. Every button saves; "Publish" and "Preview" then go on from what was saved."""
    case = own_or_404(session.get(Case, thing_id()) if thing_id() else upkeep.find(slug), user())
    form = _form_for(case)
    if request.method != "POST":
        return _page(case, form)
    if not form.validate():
        return _page(case, form, failed=True), 422
    try:
        with sheets.saving(EDITOR, case):
            saved = telling.save(
                case.id, form.dates(case.checked_on), by=user(), seen_version=form.seen_version
            )
            telling.put_words(case.id, case.locale, form.words(), by=user(), seen_version=saved.version)
            gaps = _do(case, form)
    except Refused as refusal:
        status = form.refuse_save(refusal, case.version)
        return _page(case, form, failed=True), status
    return _after(case, form, gaps)


@bp.get("/<slug>/texts/<locale>/preview/")
def preview(slug: str, locale: str) -> str:
    """The page supporters get in this language, with what is saved."""
    case = own_or_404(upkeep.find(slug), user())
    if locale not in case_words.languages():
        abort(404)
    with using_locale(locale):
        return case_page(_any_page(case), shown_pictures.at_desk("cases", case.slug))


def _do(case: Case, form: CaseForm) -> list[Check]:
    """What the pressed button does beside saving, in the same transaction; what is missing for it."""
    address = (form.address.data or "").strip().strip("/")
    if address and address not in (case.slug, form.slug_shown):
        moving.readdress(case, address, by=user())
    if request.form.get("do") != "publish" or case.published:
        return []
    session.flush()
    gaps = lists.missing(telling.checks(case))
    if not gaps:
        telling.publish(case.id, by=user(), seen_version=case.version)
    return gaps


def _after(case: Case, form: CaseForm, gaps: list[Check]) -> Answer:
    """Where the button that was pressed leads, once the case is saved."""
    if gaps:
        for gap in gaps:
            form.refuse(Refused(gap.words, field=gap.field))
        form.seen.data = case.version
        return _page(case, form, failed=True, saved=True), 422
    if request.form.get("do") == "preview":
        return redirect(url_for("desk.cases.preview", slug=case.slug, locale=case.locale), 303)
    return redirect(url_for("desk.cases.edit", slug=case.slug, saved=1), 303)


def _page(case: Case | None, form: CaseForm, *, failed: bool = False, saved: bool = False) -> str:
    return render_template(
        "desk/edit_case.html",
        case=case,
        page=_any_page(case) if case else None,
        told=queries.any_entries(case.id) if case else (),
        articles=case_words.linked_articles(case) if case else (),
        tabs=case_words.tabs(case) if case else (),
        form=form,
        failed=failed,
        checks=telling.checks(case) if case else [],
        around=sheets.around(EDITOR, case),
        saved=saved or ("saved" in request.args and not failed),
    )


def _any_page(case: Case) -> CasePage:
    return queries.any_page(case.id) or abort(404)


def _list(refused: CheckForm | None = None) -> str:
    return render_template(
        "desk/cases.html",
        cases=upkeep.for_desk(user()),
        form=refused or CheckForm(formdata=None),
        failed=refused is not None,
    )


def _form_for(case: Case | None) -> CaseForm:
    form = cast("CaseForm", sheets.form_for(EDITOR, case))
    form.slug_shown = case.slug if case else ""
    return form


def _stored(case: Case | None, _locale: str) -> dict[str, Any]:
    return filled(case) if case else {"locale": DEFAULT_LANGUAGE}


def _address(case: Case | None, _locale: str, **query: Any) -> str:
    if case is None:
        return url_for("desk.cases.new", **query)
    return url_for("desk.cases.edit", slug=case.slug, **query)


EDITOR = sheets.register(
    Editor(
        kind="case",
        find=lambda case_id: own_or_404(session.get(Case, case_id), user()),
        stored=_stored,
        form=lambda _case, _locale, **given: CaseForm(**given),
        address=_address,
        title=case_words.name_of,
        from_nothing=True,
    )
)
