"""Cases: who we speak up for, the page of one, its articles, its calendar."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaign_actions.actions import queries as actions
from campaign_actions.articles import queries as articles
from campaign_actions.cases import queries
from campaign_actions.cases.models import CaseStatus
from campaign_actions.cases.queries import CasePage, CaseView
from campaign_actions.infra.i18n import _
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.case_page import case_page
from campaign_actions.web.paging import Pager
from campaign_actions.web.public.archives import by_month
from campaign_actions.web.public.calendars import calendar_of_case

bp = Blueprint("cases", __name__)


@bp.get("/cases/")
@keep(Keep.PAGE)
def index() -> str:
    """All published cases under how things stand, each group only if there is somebody in it."""
    return render_template("public/cases.html", groups=groups_of(queries.listed()))


@bp.get("/cases/<slug>/")
@keep(Keep.COUNT)
def show(slug: str) -> str:
    """The page of a case; one that is not published is not found."""
    return case_page(_published(slug))


@bp.get("/cases/<slug>/news/")
@bp.get("/cases/<slug>/news/page/<int:page>/")
@keep(Keep.COUNT)
def news(slug: str, page: int | None = None) -> BaseResponse | str | tuple[str, int]:
    """The articles of a case, newest first, twenty a page; 301 for an explicit page 1, 404 past the end."""
    case = _published(slug).case
    if page == 1:
        return redirect(url_for("public.cases.news", slug=slug), 301)
    found = articles.page_among(actions.articles_of_case(case.id), 1 if page is None else page)
    pager = Pager(found.number, found.pages, "public.cases.news", {"slug": slug})
    title = _("Articles about %(name)s", name=case.name)
    if pager.is_past_end:
        return render_template("public/past_end.html", pager=pager, heading=title), 404
    groups = by_month(found)
    return render_template(
        "public/case_news.html", case=case, page=found, groups=groups, pager=pager, title=title
    )


@bp.get("/cases/<slug>/events.ics")
@keep(Keep.FEED)
def ics(slug: str) -> Response:
    """The events of a case as one calendar to subscribe to; those that are over stay in it."""
    case = _published(slug).case
    return calendar_of_case(case.id, case.name, f"{slug}.ics")


def groups_of(cases: list[CaseView]) -> list[tuple[str, str, list[CaseView]]]:
    """Cases under the headings of the list: (anchor, heading, cases), none of them empty."""
    held = (CaseStatus.IN_PRISON, CaseStatus.DETAINED, CaseStatus.HOUSE_ARREST)
    wanted = (
        ("prison", _("Held now"), held),
        ("trial", _("On trial"), (CaseStatus.ON_TRIAL,)),
        ("free", _("Free"), (CaseStatus.RELEASED,)),
        ("memory", _("In memory"), (CaseStatus.DIED,)),
        ("ongoing", _("Ongoing"), (CaseStatus.ONGOING,)),
    )
    groups = [
        (anchor, words, [case for case in cases if case.status in statuses])
        for anchor, words, statuses in wanted
    ]
    return [group for group in groups if group[2]]


def _published(slug: str) -> CasePage:
    return queries.page(slug) or abort(404)
