"""The page of an article as its readers see it: for everybody, and as a preview for its team."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, render_template, url_for

from campaign_actions.actions import events, queries as actions
from campaign_actions.actions.queries import ActionCard
from campaign_actions.articles import pictures, queries
from campaign_actions.articles.pictures import PictureView
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases import queries as cases
from campaign_actions.formats import linked_data
from campaign_actions.infra import clock, markup, picture_marks, storage
from campaign_actions.infra.i18n import current_locale, path_prefix
from campaign_actions.signatures import counting
from campaign_actions.web.settings import settings
from campaign_actions.web.templating import article_url

OLD_DAYS = 2 * 365
EVENTS_SHOWN = 3
CASES_SHOWN = 2


def article_page(article: ArticleView, *, at_desk: bool = False) -> str:
    """The page of an article in any state; the caller has decided that this reader may see it.

    `at_desk` fetches its pictures from where its team may see them before everybody may.
    """
    found = {view.name: _shown(view, article, at_desk=at_desk) for view in pictures.of_article(article.id)}
    lead = next((shown for shown in found.values() if shown.view.leads and shown.is_described), None)
    cards = actions.of_articles([article.id]).get(article.id, [])
    ids = [card.id for card in cards]
    older, newer = queries.neighbours(article)
    return render_template(
        "public/article.html",
        article=article,
        lead=lead,
        has_pictures=bool(found),
        body=markup.trusted(picture_marks.shown(article.body_html, lambda name: _figure(found.get(name)))),
        actions=cards,
        counts=counting.of_cards(cards),
        events=events.of_actions(ids)[:EVENTS_SHOWN],
        cases=_cases(article, cards),
        is_old=bool(article.dated_on and (clock.today() - article.dated_on).days > OLD_DAYS),
        related=queries.related(article, without=[other.id for other in (older, newer) if other]),
        older=older,
        data=linked_data.article(
            title=article.title,
            url=settings().site_url + article_url(article),
            language=article.locale,
            publisher=settings().site_name,
            author=article.author_name,
            dated_on=article.dated_on,
            changed_at=article.changed_at,
        ),
        newer=newer,
    )


def picture_file(digest: str) -> Response:
    """The file of a picture as an answer. 404 when it is not there."""
    content = storage.get(pictures.folder(settings().data), digest)
    if content is None:
        abort(404)
    return Response(content, content_type="image/jpeg")


@dataclass(frozen=True)
class _Shown:
    """A picture with its addresses, and its words in the best language there is for this page."""

    view: PictureView
    large: str
    small: str
    alt: str
    caption: str
    locale: str

    @property
    def is_described(self) -> bool:
        """Whether readers may see it."""
        return self.view.decorative or bool(self.alt)


def _shown(view: PictureView, article: ArticleView, *, at_desk: bool) -> _Shown:
    large, small = (_address(view, article, size, at_desk=at_desk) for size in ("large", "small"))
    return _Shown(view, large, small, *view.words(current_locale(), article.locale))


def _address(view: PictureView, article: ArticleView, size: str, *, at_desk: bool) -> str:
    if at_desk:
        return url_for("desk.pictures.file", slug=article.slug, size=size, name=view.name)
    # The same file for every language, so without the prefix that the page may have.
    address = url_for("public.pictures.show", size=size, name=view.name)
    return address.removeprefix(path_prefix(current_locale()))


def _figure(shown: _Shown | None) -> str:
    """A picture between paragraphs; nothing for one that is gone, or not described yet."""
    if shown is None or not shown.is_described:
        return ""
    return render_template("public/parts/picture.html", picture=shown, first=False)


def _cases(article: ArticleView, cards: list[ActionCard]) -> list[cases.CaseView]:
    """The published cases it tells of: those of its actions, then those that lead to it themselves."""
    ids = [card.case_id for card in cards if card.case_id]
    ids += sorted(cases.of_article(article.id) - set(ids))
    found = cases.by_ids(ids)
    return [found[case_id] for case_id in dict.fromkeys(ids) if case_id in found][:CASES_SHOWN]
