"""Facts and the timeline of a case on the desk, each with its source; taking a case back, erasing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from campaign_actions.cases import telling, upkeep
from campaign_actions.cases.models import Case, CaseFact, TimelineEntry
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _
from campaign_actions.web.desk import case_words
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.case_form import EntryForm, FactForm, filled_entry, filled_fact
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import EditForm, label
from campaign_actions.web.guard import own_or_404

bp = Blueprint("case_parts", __name__, url_prefix="/cases/<slug>")


class SureForm(EditForm):
    """That somebody means it."""

    sure = BooleanField(label("Yes, delete it all"))


@bp.route("/facts/new/", methods=["GET", "POST"])
def new_fact(slug: str) -> Answer:
    """One more fact, with its source."""
    case = _case(slug)
    form = FactForm(data={"seen": case.version, "locale": case.locale})
    if request.method != "POST":
        return _fact_page(case, None, form)

    def put() -> None:
        telling.add_fact(case.id, form.fact(), by=user(), seen_version=form.seen_version)

    return _put(case, form, put, "facts") or _fact_page(case, None, form)


@bp.route("/facts/<uuid:fact_id>/", methods=["GET", "POST"])
def fact(slug: str, fact_id: UUID) -> Answer:
    """A fact: change it, or take it off the page."""
    case = _case(slug)
    stored = _of(case, session.get(CaseFact, fact_id))
    form = FactForm(data=filled_fact(stored, case.version))
    if request.method != "POST":
        return _fact_page(case, stored, form)

    def put() -> None:
        if request.form.get("do") == "remove":
            telling.remove_fact(fact_id, by=user(), seen_version=form.seen_version)
        else:
            telling.change_fact(fact_id, form.fact(), by=user(), seen_version=form.seen_version)

    return _put(case, form, put, "facts") or _fact_page(case, stored, form)


@bp.route("/timeline/new/", methods=["GET", "POST"])
def new_entry(slug: str) -> Answer:
    """One more line of the timeline, with its source."""
    case = _case(slug)
    form = EntryForm(data={"seen": case.version, "locale": case.locale})
    if request.method != "POST":
        return _entry_page(case, None, form)

    def put() -> None:
        telling.add_entry(case.id, form.entry(), by=user(), seen_version=form.seen_version)

    return _put(case, form, put, "told") or _entry_page(case, None, form)


@bp.route("/timeline/<uuid:entry_id>/", methods=["GET", "POST"])
def entry(slug: str, entry_id: UUID) -> Answer:
    """A line of the timeline: change it, or take it away."""
    case = _case(slug)
    stored = _of(case, session.get(TimelineEntry, entry_id))
    form = EntryForm(
        data=filled_entry(stored, case.version), action_id=stored.action_id, article_id=stored.article_id
    )
    if request.method != "POST":
        return _entry_page(case, stored, form)

    def put() -> None:
        if request.form.get("do") == "remove":
            telling.remove_entry(entry_id, by=user(), seen_version=form.seen_version)
        else:
            telling.change_entry(entry_id, form.entry(), by=user(), seen_version=form.seen_version)

    return _put(case, form, put, "told") or _entry_page(case, stored, form)


@bp.route("/take-back/", methods=["GET", "POST"])
def take_back(slug: str) -> Answer:
    """What taking a case off the site means, and the button that does it."""
    case = _case(slug)
    form = EditForm(data={"seen": case.version})
    if request.method != "POST":
        return _answered(form, "desk/take_back_case.html", case=case)

    def put() -> None:
        telling.take_back(case.id, by=user(), seen_version=form.seen_version)

    return _put(case, form, put) or _answered(form, "desk/take_back_case.html", case=case)


@bp.route("/erase/", methods=["GET", "POST"])
def erase(slug: str) -> Answer:
    """What erasing a case means, asked for once more, and the button that does it."""
    case = _case(slug)
    form = SureForm(data={"seen": case.version})
    if request.method != "POST":
        return _answered(form, "desk/erase_case.html", case=case)

    def put() -> None:
        if not form.sure.data:
            raise Refused(_("Tick the box if you mean it. Nothing was deleted."), field="sure")
        telling.erase(case.id, by=user(), seen_version=form.seen_version)

    if _put(case, form, put):
        return redirect(url_for("desk.cases.index"), 303)
    return _answered(form, "desk/erase_case.html", case=case)


def _put(case: Case, form: EditForm, put: Callable[[], None], anchor: str = "") -> Response | None:
    """Do what was posted and go back to the editor; None when the page is to be shown, with why."""
    if not form.validate():
        return None
    try:
        with writing():
            put()
    except Refused as refusal:
        session.refresh(case)
        g.refused = form.refuse_save(refusal, case.version)
        return None
    return redirect(url_for("desk.cases.edit", slug=case.slug, saved=1, _anchor=anchor or None), 303)


def _fact_page(case: Case, stored: CaseFact | None, form: FactForm) -> Answer:
    return _answered(form, "desk/edit_fact.html", case=case, fact=stored)


def _entry_page(case: Case, stored: TimelineEntry | None, form: EntryForm) -> Answer:
    return _answered(form, "desk/edit_entry.html", case=case, entry=stored)


def _answered(form: EditForm, template: str, *, case: Case, **more: Any) -> Answer:
    failed = request.method == "POST"
    name = case_words.name_of(case)
    page = render_template(template, case=case, name=name, form=form, failed=failed, **more)
    return (page, g.get("refused", 422)) if failed else page


def _case(slug: str) -> Case:
    return own_or_404(upkeep.find(slug), user())


def _of(case: Case, part: Any) -> Any:
    return part if part is not None and part.case_id == case.id else abort(404)
