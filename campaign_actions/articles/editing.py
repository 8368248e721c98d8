"""Writing and correcting articles: Markdown in, cleaned HTML kept, no edit lost to another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.articles import moving, publishing
from campaign_actions.articles.models import Article, ArticleState, Author, Category, Tag
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, local_time, markup, slugs
from campaign_actions.infra.database import free_slugs, versions
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import LANGUAGES, _, number

MAX_TITLE = 300
MAX_SUMMARY = 500
MAX_NAME = 120
MAX_BODY = 400_000
MAX_TAGS = 20
FALLBACK = "article"
_HEADINGS = re.compile(r"<h([2-6])>.*?</h\1>", re.DOTALL)
_POINTS = re.compile(r"\n- ")


@dataclass(frozen=True, kw_only=True)
class ArticleWords:
    """What an organiser typed: plain text, `body` as Markdown, categories and tags by their titles.

    `address` is the slug wanted, empty for none in particular. `shows` says when publishing shows it, like
    "2026-12-10 09:00" in `zone`, empty for at once.
    """

    title: str
    summary: str = ""
    body: str = ""
    dated_on: date | None = None
    locale: str = "en"
    author: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    address: str = ""
    shows: str = ""
    zone: str = "UTC"


def make(words: ArticleWords, *, by: User | None) -> Article:
    """A new draft. Raises Refused, naming the field, when the words cannot be kept."""
    tidy = _checked(words)
    article = Article(slug="", title=tidy.title, owner_id=by.id if by else None, version=1)
    # First its shelves, then its address, as in `save`: two that wait for each other would never end.
    _write(article, tidy)
    article.slug = moving.free(tidy.address) if tidy.address else free_slug(tidy.title)
    article.zone, article.shows_at = tidy.zone, publishing.moment(tidy.shows, tidy.zone)
    session.add(article)
    session.flush()
    audit.record("article.make", by=by, thing="article", thing_id=article.id)
    return article


def save(article_id: UUID, words: ArticleWords, *, by: User | None, seen_version: int) -> Article:
    """The article with the new words. Nothing is overwritten that `by` has not seen.

    `seen_version` is the version the editor showed. Raises Refused when somebody saved in
    between, when the article is gone, or, naming the field, when the words cannot be kept.
    """
    tidy = _checked(words)
    article = _claimed(article_id, seen_version)
    changed = article.title != tidy.title or article.body != tidy.body
    followed = fits(article.slug, article.title)
    publishing.reschedule(article, tidy.shows, tidy.zone)
    if article.state is ArticleState.SCHEDULED or article.dated_on != tidy.dated_on:
        publishing.refuse_to_come(article, tidy.dated_on)
    _write(article, tidy)
    if changed and article.state is ArticleState.PUBLISHED:
        article.updated_on = clock.today()
    article.changed_at = clock.now()
    if tidy.address and tidy.address != article.slug:
        moving.readdress(article, tidy.address, by=by)
    elif (followed or not tidy.address) and article.state is ArticleState.DRAFT:
        _follow_title(article)
    session.flush()
    audit.record("article.save", by=by, thing="article", thing_id=article.id, version=article.version)
    return article


def append(article: Article, line: str, *, by: User | None) -> None:
    """Put a line of Markdown, a paragraph of its own, at the end of the text. Raises Refused for too much."""
    session.refresh(article, with_for_update=True)
    body = f"{article.body}\n\n{line}".strip("\n")
    _at_most(body, MAX_BODY, "body")
    article.body, article.body_html = body, preview_html(body)
    article.version += 1
    article.changed_at = clock.now()
    if article.state is ArticleState.PUBLISHED:
        article.updated_on = clock.today()
    session.flush()
    audit.record("article.save", by=by, thing="article", thing_id=article.id, version=article.version)


def find(slug: str) -> Article | None:
    """The article at that slug, in any state, as its editor needs it."""
    return session.scalars(select(Article).where(Article.slug == slug)).one_or_none()


def by_id(article_id: UUID | None) -> Article | None:
    """As `find`, by id."""
    return session.get(Article, article_id) if article_id else None


def listed(ids: Collection[UUID]) -> list[Article]:
    """These articles in any state, by title, as the desk names them."""
    return list(
        session.scalars(select(Article).where(Article.id.in_(ids)).order_by(Article.title, Article.id))
    )


def preview_html(body: str) -> str:
    """The cleaned HTML that saving `body`, Markdown, would keep."""
    return markup.to_html(body, trusted=True, pictures=True)


def category(title: str) -> Category:
    """The category of that title, made when missing; titles that differ only in case are one."""
    shown = markup.collapse(title)[:MAX_NAME]
    slug = _name_slug(shown)
    statement = insert(Category).values(id=uuid4(), slug=slug, title=shown)
    session.execute(statement.on_conflict_do_nothing(index_elements=[Category.slug]))
    return session.scalars(select(Category).where(Category.slug == slug)).one()


def author(name: str) -> Author:
    """The author of that name, made when missing."""
    shown = markup.collapse(name)[:MAX_NAME]
    slug = _name_slug(shown)
    statement = insert(Author).values(id=uuid4(), slug=slug, name=shown)
    session.execute(statement.on_conflict_do_nothing(index_elements=[Author.slug]))
    return session.scalars(select(Author).where(Author.slug == slug)).one()


def tag(title: str) -> Tag:
    """The tag of that title, made when missing; titles that differ only in case are one."""
    shown = markup.collapse(title)[:MAX_NAME]
    slug = _name_slug(shown)
    statement = insert(Tag).values(id=uuid4(), slug=slug, title=shown)
    session.execute(statement.on_conflict_do_nothing(index_elements=[Tag.slug]))
    return session.scalars(select(Tag).where(Tag.slug == slug)).one()


def free_slug(title: str) -> str:
    """A slug for `title` that no article has, with a number behind it when needed."""
    return free_slugs.free(Article.slug, slugs.slugify(title, fallback=FALLBACK))


def fits(slug: str, title: str) -> bool:
    """Whether `slug` was made from `title`, a number behind it aside."""
    return slugs.fits(slug, slugs.slugify(title, fallback=FALLBACK))


def categories_of(titles: Iterable[str]) -> list[Category]:
    """The categories of these titles, each once, made when missing; empty titles are left out."""
    found = {kept.id: kept for kept in (category(title) for title in titles if title.strip())}
    return sorted(found.values(), key=lambda kept: kept.title)


def tags_of(titles: Iterable[str]) -> list[Tag]:
    """The tags of these titles, as `categories_of`."""
    found = {kept.id: kept for kept in (tag(title) for title in titles if title.strip())}
    return sorted(found.values(), key=lambda kept: kept.title)


def excerpt_of(html: str) -> str:
    """The first 55 words of cleaned HTML without its headings, as plain text ending in "…" when cut."""
    text = markup.to_text(_HEADINGS.sub("", html))
    return markup.excerpt(_POINTS.sub(" ", text))


def _write(article: Article, words: ArticleWords) -> None:
    article.title = words.title
    article.summary = words.summary
    article.dated_on = words.dated_on
    article.locale = words.locale
    article.body = words.body
    article.body_html = preview_html(words.body)
    # An imported beginning stays what the reader sees until somebody writes the text.
    if words.body or not article.excerpt_only:
        article.excerpt = excerpt_of(article.body_html)
        article.excerpt_only = False
    named = author(words.author) if words.author else None
    article.author_id = named.id if named else None
    article.author = named
    article.categories = categories_of(words.categories)
    article.tags = tags_of(words.tags)


def _follow_title(article: Article) -> None:
    if not fits(article.slug, article.title):
        article.slug = free_slug(article.title)


def _claimed(article_id: UUID, seen_version: int) -> Article:
    """The article with its version raised, if it still has the version seen."""
    words = _(
        "Somebody else saved this article while you were writing. "
        "Your text is still on this page: open the article in another tab, compare, and save again."
    )
    return versions.claimed(Article, article_id, seen_version, otherwise=words)


def _checked(words: ArticleWords) -> ArticleWords:
    title = markup.collapse(words.title)
    summary = markup.collapse(words.summary)
    body = words.body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not title:
        raise Refused(_("Give the article a title."), field="title")
    _at_most(title, MAX_TITLE, "title")
    _at_most(summary, MAX_SUMMARY, "summary")
    _at_most(body, MAX_BODY, "body")
    _at_most(words.author, MAX_NAME, "author")
    for named in words.categories:
        _at_most(named, MAX_NAME, "categories")
    for named in words.tags:
        _at_most(named, MAX_NAME, "tags")
    tags = tuple(filter(None, map(markup.collapse, words.tags)))
    if len(tags) > MAX_TAGS:
        raise Refused(_("Give an article at most %(count)s tags.", count=number(MAX_TAGS)), field="tags")
    if words.locale not in LANGUAGES:
        raise Refused(_("Choose a language from the list."), field="locale")
    return ArticleWords(
        title=title,
        summary=summary,
        body=body,
        dated_on=words.dated_on,
        locale=words.locale,
        author=markup.collapse(words.author),
        categories=tuple(filter(None, map(markup.collapse, words.categories))),
        tags=tags,
        address=words.address.strip().strip("/"),
        shows=words.shows.strip(),
        zone=local_time.known(words.zone).key,
    )


def _at_most(text: str, most: int, field: str) -> None:
    if "\x00" in text:
        raise Refused(_("This text includes a character we cannot store."), field=field)
    if len(text) > most:
        raise Refused(_("Write at most %(count)s characters here.", count=number(most)), field=field)


def _name_slug(name: str) -> str:
    # Names in letters we cannot write so must not become one name.
    digest = hashlib.sha256(name.casefold().encode()).hexdigest()[:12]
    return slugs.slugify(name, fallback=f"other-{digest}")
