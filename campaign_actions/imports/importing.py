"""Listings to articles: what several pages tell of one article comes together, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from campaign_actions import audit
from campaign_actions.articles import editing
from campaign_actions.articles.models import Article, ArticleState, Category
from campaign_actions.imports.listing import Item, Listing
from campaign_actions.imports.report import Report
from campaign_actions.infra import clock, slugs
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, day

# Old sites cut an excerpt after 55 words: one as long as that may go on even where a sentence ends.
CUT_AT_WORDS = 55
_NO_LIMIT = 1000


@dataclass(frozen=True)
class Found:
    """One article as one page tells it; `where` is "FILE, line 7", `author` empty if the page names none."""

    item: Item
    author: str
    where: str


@dataclass
class _Known:
    """What matching needs of an article that is there."""

    id: UUID
    dated_on: date | None
    withdrawn: bool = False


@dataclass
class _Shelf:
    """All articles by the words of their titles, and every slug that is taken."""

    by_title: dict[str, list[_Known]] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)

    def put(self, key: str, known: _Known) -> None:
        self.by_title.setdefault(key, []).append(known)


class _SeveralFit(Exception):
    """More than one article has this title, and the page gives no date to choose by."""


def in_order(pages: Iterable[tuple[str, Listing]]) -> list[Found]:
    """What the pages (file name and listing) tell, dated articles first.

    So that an article without a date finds the dated one of its title, whatever the order of files.
    """
    found = [
        Found(item, page.author or "", _("%(name)s, line %(line)s", name=name, line=item.line))
        for name, page in pages
        for item in page.items
    ]
    return sorted(found, key=lambda entry: entry.item.published_on is None)


class Import:
    """One run: `take` its articles in batches, each inside a transaction, then `finish`."""

    def __init__(self) -> None:
        self.report = Report()
        self._shelf = _read_shelf()
        self._fates: dict[UUID, str] = {}
        self._hints: list[tuple[UUID, str, date]] = []
        self._categories: dict[str, UUID] = {}

    def take(self, batch: Sequence[Found]) -> None:
        """Make or complete the articles of a batch; those of an earlier batch are known by now."""
        pairs = [(entry, known) for entry in batch if (known := self._place(entry))]
        there = _loaded([known.id for _entry, known in pairs])
        for entry, known in pairs:
            article = there.get(known.id)
            if article is None:
                article = there[known.id] = self._made(entry, known)
                self._fates[known.id] = "new"
            elif self._completed(article, entry):
                known.dated_on = article.dated_on
                self._note(known.id, "merged")
            else:
                self._note(known.id, "unchanged")
            if entry.item.date_hint:
                self._hints.append((known.id, entry.item.title, entry.item.date_hint))
        session.flush()

    def finish(self, files: Sequence[str]) -> Report:
        """The report of all batches; notes the run in the audit log."""
        fates = list(self._fates.values())
        self.report.new = fates.count("new")
        self.report.merged = fates.count("merged")
        self.report.unchanged = fates.count("unchanged")
        self._guess_days()
        audit.record(
            "article.import",
            thing="article",
            files=list(files),
            new=self.report.new,
            merged=self.report.merged,
            skipped=len(self.report.skipped),
        )
        return self.report

    def _place(self, entry: Found) -> _Known | None:
        """The article an entry belongs to, or a place for a new one; None when it is skipped."""
        key = _key(entry.item.title)
        try:
            known = _fitting(self._shelf.by_title.get(key, ()), entry.item.published_on)
        except _SeveralFit:
            reason = _("several articles have this title, and the list gives no date to choose by.")
            self.report.skip(entry.where, reason)
            return None
        if known is None:
            known = _Known(uuid4(), entry.item.published_on)
            self._shelf.put(key, known)
        elif known.withdrawn:
            self.report.skip(entry.where, _("an organiser has withdrawn this article."))
            return None
        elif known.dated_on is None:
            known.dated_on = entry.item.published_on
        return known

    def _made(self, entry: Found, known: _Known) -> Article:
        item = entry.item
        slug = slugs.numbered(slugs.slugify(item.title, fallback=editing.FALLBACK), self._shelf.slugs)
        self._shelf.slugs.add(slug)
        article = Article(
            id=known.id,
            slug=slug,
            title=item.title,
            state=ArticleState.PUBLISHED,
            dated_on=item.published_on,
            author_id=editing.author(entry.author).id if entry.author else None,
            categories=self._shelves(item.categories),
        )
        _tell(article, item)
        session.add(article)
        return article

    def _completed(self, article: Article, entry: Found) -> bool:
        """Add to an article what it lacks; True if it gained something."""
        item = entry.item
        gained = [
            self._gained_day(article, item),
            self._gained_author(article, entry),
            self._gained_categories(article, item),
            _gained_excerpt(article, item),
        ]
        if not any(gained):
            return False
        article.version += 1
        article.changed_at = clock.now()
        return True

    def _gained_day(self, article: Article, item: Item) -> bool:
        if article.dated_on is not None and item.published_on is None:
            return False
        if article.dated_on == item.published_on:
            return False
        article.dated_on = item.published_on
        return True

    def _gained_author(self, article: Article, entry: Found) -> bool:
        if not entry.author:
            return False
        author = editing.author(entry.author)
        if article.author_id is None:
            article.author_id = author.id
            return True
        if article.author_id != author.id:
            self.report.guess(
                _(
                    "“%(title)s” stands under two authors. The first one stays; %(name)s is left out.",
                    title=article.title,
                    name=author.name,
                )
            )
        return False

    def _gained_categories(self, article: Article, item: Item) -> bool:
        there = {category.id for category in article.categories}
        missing = [category for category in self._shelves(item.categories) if category.id not in there]
        article.categories.extend(missing)
        return bool(missing)

    def _shelves(self, titles: Sequence[str]) -> list[Category]:
        found = {}
        for title in titles:
            if title not in self._categories:
                self._categories[title] = editing.category(title).id
            category = session.get_one(Category, self._categories[title])
            found[category.id] = category
        return list(found.values())

    def _note(self, article_id: UUID, fate: str) -> None:
        if self._fates.get(article_id) in (None, "unchanged"):
            self._fates[article_id] = fate

    def _guess_days(self) -> None:
        """Name each article that has stayed without a date though its text begins with one."""
        undated = {
            known.id for group in self._shelf.by_title.values() for known in group if known.dated_on is None
        }
        for article_id, title, hint in self._hints:
            if article_id in undated:
                self.report.guess(
                    _(
                        "“%(title)s” has no date. Its text begins with %(day)s: is that the date?",
                        title=title,
                        day=day(hint),
                    )
                )


def _read_shelf() -> _Shelf:
    shelf = _Shelf()
    rows = session.execute(select(Article.id, Article.slug, Article.title, Article.dated_on, Article.state))
    for article_id, slug, title, dated_on, state in rows:
        known = _Known(article_id, dated_on, state is ArticleState.WITHDRAWN)
        shelf.slugs.add(slug)
        shelf.put(_key(title), known)
        if not editing.fits(slug, title) and slug != _key(title):
            # The title was corrected since: the slug still tells under which one the old site had it.
            shelf.put(slug, known)
    return shelf


def _key(title: str) -> str:
    """The words of a title without case, accents and punctuation."""
    return slugs.slugify(title, _NO_LIMIT) or title.casefold()


def _fitting(candidates: Sequence[_Known], dated_on: date | None) -> _Known | None:
    """The one with this date, else the one without; a title alone fits only if it is the only one."""
    if dated_on is not None:
        same_day = [known for known in candidates if known.dated_on == dated_on]
        undated = [known for known in candidates if known.dated_on is None]
        fitting = same_day[:1] or undated
    else:
        fitting = list(candidates)
    if len(fitting) > 1:
        raise _SeveralFit
    return fitting[0] if fitting else None


def _loaded(ids: Sequence[UUID]) -> dict[UUID, Article]:
    """The articles among these that are there, with their categories and authors."""
    articles = session.scalars(
        select(Article)
        .where(Article.id.in_(ids))
        .options(selectinload(Article.categories), joinedload(Article.author))
    )
    return {article.id: article for article in articles}


def _tell(article: Article, item: Item) -> None:
    """Put the excerpt of a page into an article: as its beginning, or as its text if that is all of it."""
    article.excerpt = item.excerpt
    article.excerpt_only = not _is_whole(item)
    article.body = "" if article.excerpt_only else item.excerpt
    article.body_html = editing.preview_html(article.body)


def _gained_excerpt(article: Article, item: Item) -> bool:
    if not article.excerpt_only or not item.excerpt:
        return False
    # Of two beginnings the longer one stays; letters decide between equals, so that order never does.
    longer = (len(item.excerpt), item.excerpt) > (len(article.excerpt), article.excerpt)
    if not longer and not _is_whole(item):
        return False
    _tell(article, item)
    return True


def _is_whole(item: Item) -> bool:
    return bool(item.excerpt) and not item.excerpt_only and len(item.excerpt.split()) < CUT_AT_WORDS
