"""Feeds for readers: news, a category, author or tag, actions, one case; as Atom and as JSON Feed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from flask import Blueprint, Response, abort, request, url_for

from campaign_actions.actions import queries as actions
from campaign_actions.actions.queries import ActionCard
from campaign_actions.articles import queries
from campaign_actions.articles.queries import ArticleView, Filters
from campaign_actions.cases import queries as cases
from campaign_actions.cases.queries import CasePage, EntryView
from campaign_actions.formats import atom, json_feed
from campaign_actions.infra.i18n import _, current_locale
from campaign_actions.web.caching import Keep, keep
from campaign_actions.web.settings import settings
from campaign_actions.web.templating import article_url

bp = Blueprint("feeds", __name__)

ENTRIES = 20
# A feed needs a moment even when nothing is published yet (RFC 4287, 4.2.15).
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def in_both_forms(
    page: str, name: str, on: Blueprint = bp
) -> Callable[[Callable[..., atom.Feed]], Callable[..., atom.Feed]]:
    """Give a feed two addresses under the page at `page`: `feed/` for Atom, `feed.json` for JSON Feed.

    Their endpoints are `name` and `name_json` of the blueprint `on`.
    """

    def add(make: Callable[..., atom.Feed]) -> Callable[..., atom.Feed]:
        def as_atom(**values: str) -> Response:
            return Response(atom.to_bytes(make(**values)), content_type=atom.MEDIA_TYPE)

        def as_json(**values: str) -> Response:
            address = settings().site_url + request.script_root + request.path
            return Response(
                json_feed.to_bytes(make(**values), address=address), content_type=json_feed.MEDIA_TYPE
            )

        as_atom.__doc__ = as_json.__doc__ = make.__doc__
        on.add_url_rule(f"{page}feed/", name, keep(Keep.FEED)(as_atom))
        on.add_url_rule(f"{page}feed.json", f"{name}_json", keep(Keep.FEED)(as_json))
        return make

    return add


@in_both_forms("/news/", "news")
def news() -> atom.Feed:
    """All news."""
    return _articles(Filters(), _("News"), url_for("public.feeds.news"), url_for("public.articles.index"))


@in_both_forms("/category/<slug>/", "category")
def category(slug: str) -> atom.Feed:
    """The articles of a category."""
    shelf = queries.category_named(slug) or abort(404)
    here, page = url_for("public.feeds.category", slug=slug), url_for("public.archives.category", slug=slug)
    return _articles(Filters(category=slug), shelf.title, here, page)


@in_both_forms("/author/<slug>/", "author")
def author(slug: str) -> atom.Feed:
    """All posts by an author."""
    shelf = queries.author_named(slug) or abort(404)
    here, page = url_for("public.feeds.author", slug=slug), url_for("public.archives.author", slug=slug)
    return _articles(Filters(author=slug), _("All posts by %(name)s", name=shelf.title), here, page)


@in_both_forms("/tag/<slug>/", "tag")
def tag(slug: str) -> atom.Feed:
    """The articles with a tag."""
    shelf = queries.tag_named(slug) or abort(404)
    here, page = url_for("public.feeds.tag", slug=slug), url_for("public.archives.tag", slug=slug)
    return _articles(Filters(tag=slug), _("Tag: %(title)s", title=shelf.title), here, page)


@in_both_forms("/actions/", "actions")
def all_actions() -> atom.Feed:
    """Actions, newest first; one that ended comes again with what came of it."""
    listed = sorted(actions.listed(), key=_told_at, reverse=True)[:ENTRIES]
    here, page = url_for("public.feeds.actions"), url_for("public.actions.index")
    return feed_of(_("Actions"), here, page, [_action(card) for card in listed])


@in_both_forms("/cases/<slug>/", "case")
def case(slug: str) -> atom.Feed:
    """What happened in a case and the articles about it, newest first."""
    page = cases.page(slug) or abort(404)
    told = queries.newest_among(actions.articles_of_case(page.case.id), ENTRIES)
    entries = [_happened(entry, page) for entry in page.entries[:ENTRIES]] + [_entry(found) for found in told]
    entries.sort(key=lambda entry: entry.published or entry.updated, reverse=True)
    here, address = url_for("public.feeds.case", slug=slug), url_for("public.cases.show", slug=slug)
    return feed_of(page.case.name, here, address, entries[:ENTRIES])


def _articles(filters: Filters, title: str, here: str, page: str) -> atom.Feed:
    return feed_of(title, here, page, [_entry(found) for found in queries.newest_with_text(ENTRIES, filters)])


def feed_of(title: str, here: str, page: str, entries: Sequence[atom.Entry]) -> atom.Feed:
    """The feed at the path `here` that tells `entries` of the page at `page`; paths of this site."""
    base = settings().site_url
    return atom.Feed(
        id=base + here,
        title=f"{title} – {settings().site_name}",
        feed_url=base + here,
        page_url=base + page,
        author=settings().site_name,
        updated=max((entry.updated for entry in entries), default=BEGINNING),
        language=current_locale(),
        entries=entries,
    )


def _told_at(card: ActionCard) -> datetime:
    if card.is_ended and card.outcome_on:
        return max(_moment(card.outcome_on), card.published_at or BEGINNING)
    return card.published_at or BEGINNING


def _action(card: ActionCard) -> atom.Entry:
    return atom.Entry(
        id=f"urn:uuid:{card.id}",
        title=card.title,
        url=settings().site_url + url_for("public.actions.show", slug=card.slug),
        updated=_told_at(card),
        published=card.published_at,
        summary=card.outcome_text if card.is_ended and card.outcome_text else card.ask,
        language=card.locale,
    )


def _happened(entry: EntryView, page: CasePage) -> atom.Entry:
    source = _("Source: %(source)s", source=entry.source)
    return atom.Entry(
        id=f"urn:uuid:{entry.id}",
        title=f"{page.case.name}: {entry.title}",
        url=settings().site_url + url_for("public.cases.show", slug=page.case.slug) + "#told",
        updated=entry.changed_at,
        published=_moment(entry.happened_on),
        summary=" ".join(filter(None, (f"{entry.words}.", entry.text, source))),
        language=entry.locale,
    )


def _entry(article: ArticleView) -> atom.Entry:
    return atom.Entry(
        id=f"urn:uuid:{article.id}",
        title=article.title,
        url=settings().site_url + article_url(article),
        updated=article.changed_at,
        published=_moment(article.dated_on) if article.dated_on else None,
        author=article.author_name,
        summary=article.teaser,
        html=article.body_html,
        categories=[title for _slug, title in (*article.categories, *article.tags)],
        language=article.locale,
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
