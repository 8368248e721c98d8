"""Search: what is published, by its words in any spelling. Questions are neither kept nor logged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaign_actions.actions import events, queries as actions
from campaign_actions.articles import queries as articles
from campaign_actions.cases import queries as cases
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, current_locale, ngettext, number
from campaign_actions.infra.search import finding, spelling, suggesting
from campaign_actions.infra.search.finding import Found
from campaign_actions.infra.search.models import Kind
from campaign_actions.infra.search.spelling import Asked
from campaign_actions.signatures import counting
from campaign_actions.web.paging import Pager

bp = Blueprint("search", __name__)

LATEST_SHOWN = 5
HERE = "public.search.show"
_PAGE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True)
class Section:
    """Results of one kind: a heading, and rows as lists of that kind show them."""

    kind: Kind
    heading: str
    rows: list[Any]


@bp.get("/search/")
def show() -> Response | str | tuple[str, int]:
    """Results for `q`, 20 of each kind a page; the latest things without a question. Never kept."""
    asked = spelling.asked(request.args.get("q", ""))
    wanted = request.args.get("page", "")
    if wanted == "1":
        return redirect(url_for(HERE, q=asked.typed), 301)
    page = int(wanted) if _PAGE.fullmatch(wanted) else 1
    today = clock.today()
    connection = session.connection()
    if not asked.typed:
        return _page(asked, finding.latest(connection, today=today, limit=LATEST_SHOWN), latest=True)
    found = finding.find(connection, asked, locale=current_locale(), today=today, page=page)
    most = max((group.total for group in found.values()), default=0)
    pager = Pager(page, max(1, -(-most // finding.PAGE_SIZE)), HERE, {"q": asked.typed})
    if pager.is_past_end:
        return render_template("public/past_end.html", pager=pager, heading=asked.typed), 404
    suggested = "" if found else suggesting.did_you_mean(connection, asked)
    return _page(asked, found, pager=pager, suggested=suggested)


def _page(
    asked: Asked, found: Found, *, pager: Pager | None = None, suggested: str = "", latest: bool = False
) -> str:
    sections = [
        Section(kind, _latest_heading(kind) if latest else _heading(kind, group.total), rows)
        for kind, group in found.items()
        if (rows := _rows(kind, group.ids))
    ]
    shown = [card for section in sections if section.kind is Kind.ACTION for card in section.rows]
    return render_template(
        "public/search.html",
        asked=asked,
        sections=sections,
        total=sum(group.total for group in found.values()),
        pager=pager,
        suggested=suggested,
        counts=counting.of_cards(shown),
        most_letters=spelling.MAX_TYPED,
        most_words=spelling.MAX_WORDS,
    )


def _rows(kind: Kind, ids: Sequence[UUID]) -> list[Any]:
    """What lists show of these things, in their order; what was hidden a moment ago is left out."""
    there = READERS[kind](ids)
    return [there[thing_id] for thing_id in ids if thing_id in there]


def _articles(ids: Sequence[UUID]) -> dict[UUID, articles.ArticleView]:
    return {article.id: article for article in articles.by_ids(ids)}


def _heading(kind: Kind, total: int) -> str:
    count = number(total)
    if kind is Kind.ACTION:
        return ngettext("%(count)s action", "%(count)s actions", total, count=count)
    if kind is Kind.CASE:
        return ngettext("%(count)s case", "%(count)s cases", total, count=count)
    if kind is Kind.ARTICLE:
        return ngettext("%(count)s article", "%(count)s articles", total, count=count)
    return ngettext("%(count)s event", "%(count)s events", total, count=count)


def _latest_heading(kind: Kind) -> str:
    words = {
        Kind.ACTION: _("Latest actions"),
        Kind.CASE: _("Cases"),
        Kind.ARTICLE: _("Latest articles"),
        Kind.EVENT: _("Next events"),
    }
    return words[kind]


READERS: Mapping[Kind, Callable[[Sequence[UUID]], Mapping[UUID, Any]]] = {
    Kind.ACTION: actions.by_ids,
    Kind.CASE: cases.by_ids,
    Kind.ARTICLE: _articles,
    Kind.EVENT: events.by_ids,
}
