"""What editors keep, for walks: versions of an article, and somebody's text that was not saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from campaign_actions.articles import editing
from campaign_actions.articles.models import ArticleState
from campaign_actions.editors import saved, unsaved
from campaign_actions.editors.models import Sheet
from campaign_actions.infra.database.engine import writing
from tests.support.world import World

ON_TWO_PAGES = 21


def a_sheet(world: World, *, versions: int = 0) -> dict[str, Any]:
    """The gaps in the addresses of an article's editor; everybody has text there that is not saved."""
    slug = world.an_article(ArticleState.DRAFT)
    with world.app.app_context(), writing():
        article = editing.find(slug)
        assert article is not None
        sheet = Sheet("article", article.id)
        for number in range(versions):
            words = {"title": world.said("Oil workers jailed"), "summary": world.said(f"Day {number}", 500)}
            saved.keep(sheet, words, by=world.people["own"])
        for user in world.people.values():
            fields = [("title", world.said("Oil workers freed")), ("locale", "en"), ("zone", "UTC")]
            unsaved.keep(sheet, fields, seen_version=1, by=user)
        return {"kind": sheet.kind, "thing_id": sheet.thing_id, "locale": sheet.locale}


def with_versions(world: World) -> Iterator[dict[str, Any]]:
    """As `a_sheet`, of an article with versions on two pages."""
    yield {**a_sheet(world, versions=ON_TWO_PAGES), "page": 2, "number": 2}


def pages(world: World) -> Iterator[str]:
    """Editors in each state that has words of its own: a draft waits, is shown, an old version is shown."""
    gaps = a_sheet(world, versions=2)
    with world.app.app_context():
        article = editing.by_id(gaps["thing_id"])
        assert article is not None
        edit = f"/desk/news/{article.slug}/edit/"
    yield from (edit, f"{edit}?text=unsaved", f"{edit}?text=1")
    yield f"/desk/news/{world.an_article(ArticleState.SCHEDULED)}/edit/"
