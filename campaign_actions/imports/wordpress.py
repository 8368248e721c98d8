"""Entries of a WordPress export to articles, media addresses and redirects; each entry once for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select

from campaign_actions import audit
from campaign_actions.articles import editing
from campaign_actions.articles.models import Article, ArticleState, Author, Category, Tag
from campaign_actions.articles.moving import ADDRESS
from campaign_actions.errors import Refused
from campaign_actions.imports import posts
from campaign_actions.imports.models import ImportedEntry, ImportedMedia
from campaign_actions.imports.posts import Post
from campaign_actions.imports.wordpress_report import WordPressReport
from campaign_actions.imports.wxr import Entry, Site
from campaign_actions.infra import clock, redirects, slugs
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, day, ngettext, number
from campaign_actions.infra.markup import collapse

BATCH = 500
BATCH_CHARACTERS = 5_000_000
Prepared = tuple[Entry, Post | Refused | None]
_BIN = ("trash", "auto-draft")
_NO_LIMIT = 1000


@dataclass
class _Shelves:
    """Ids of authors, categories and tags by their names, as far as this run has met them."""

    authors: dict[str, UUID] = field(default_factory=dict)
    categories: dict[str, UUID] = field(default_factory=dict)
    tags: dict[str, UUID] = field(default_factory=dict)


def in_batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """At most 500 entries and about 5 MB of text at a time."""
    batch: list[Entry] = []
    characters = 0
    for entry in entries:
        batch.append(entry)
        characters += len(entry.content)
        if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


class WordPressImport:
    """One run over a file of `site`: `prepare` a batch, `take` it in a transaction, in the end `finish`.

    With `writes` false everything is decided and reported alike and nothing is written.
    """

    def __init__(self, site: Site, *, name: str, zone: str, writes: bool) -> None:
        self.report = WordPressReport(controls=site.controls, origin=posts.origin_of(site))
        self._site, self._name, self._zone, self._writes = site, name, zone, writes
        self._origin = posts.origin_of(site)
        self._today = clock.today()
        self._shelves = _Shelves()
        ours = ImportedEntry.origin == self._origin
        entries = session.execute(select(ImportedEntry.identity, ImportedEntry.article_id).where(ours))
        self._known: dict[str, UUID] = dict(entries.all())
        self._media = set(
            session.scalars(select(ImportedMedia.identity).where(ImportedMedia.origin == self._origin))
        )
        self._slugs = set(session.scalars(select(Article.slug)))
        self._beginnings = _beginnings()

    def prepare(self, batch: Sequence[Entry]) -> list[Prepared]:
        """What becomes of the posts and pages that are not known; the slow part, before any transaction."""
        return [(entry, self._read(entry)) for entry in batch]

    def take(self, batch: Sequence[Prepared], connection: Connection) -> None:
        """Take in the entries of a prepared batch that are not known yet."""
        for entry, post in batch:
            self.report.kinds[entry.kind] += 1
            self.report.comments += entry.comments
            if entry.kind == posts.MEDIA:
                self._take_media(entry, connection)
            elif entry.kind not in (posts.POST, posts.PAGE):
                self.report.others[entry.kind] += 1
            elif entry.status in _BIN:
                self.report.binned += 1
            elif post is None or posts.identity_of(entry) in self._known:
                self.report.unchanged += 1
            elif isinstance(post, Refused):
                self.report.skip(_where(self._name, entry), post.sentence)
            else:
                self._take_post(entry, post, connection)
        if self._writes:
            session.flush()

    def finish(self) -> WordPressReport:
        """The report of all batches; a run that writes is noted in the audit log."""
        report = self.report
        if self._writes:
            audit.record(
                "article.import",
                thing="article",
                files=[self._name],
                new=report.published + report.drafts,
                merged=report.merged,
                skipped=len(report.skipped),
            )
        return report

    def _take_media(self, entry: Entry, connection: Connection) -> None:
        identity = posts.identity_of(entry)
        if identity in self._media:
            self.report.media_known += 1
            return
        self._media.add(identity)
        self.report.media_new += 1
        if self._writes:
            row = {
                "origin": self._origin,
                "identity": identity,
                "url": (entry.attachment or entry.guid)[:2000],
                "title": collapse(entry.title)[:300],
                "alt": collapse(entry.alt)[:500],
                "parent": entry.parent if entry.parent.isdigit() and entry.parent != "0" else "",
            }
            connection.execute(insert(ImportedMedia), row)

    def _read(self, entry: Entry) -> Post | Refused | None:
        if entry.kind not in (posts.POST, posts.PAGE) or entry.status in _BIN:
            return None
        if posts.identity_of(entry) in self._known:
            return None
        try:
            return posts.read(entry, self._site, zone=self._zone, today=self._today)
        except Refused as refusal:
            return refusal

    def _take_post(self, entry: Entry, post: Post, connection: Connection) -> None:
        began = self._beginnings.pop((_key(post.title), post.dated_on), None)
        article_id, slug = began or (uuid4(), self._free_slug(post.slug))
        self._known[posts.identity_of(entry)] = article_id
        self._slugs.add(slug)
        self._count(entry, post, completed=began is not None)
        self._lead(post, slug, connection)
        if not self._writes:
            return
        if began:
            self._complete(session.get_one(Article, article_id), post)
        else:
            self._make(article_id, slug, post)
        session.flush()
        row = {"origin": self._origin, "identity": posts.identity_of(entry), "article_id": article_id}
        connection.execute(insert(ImportedEntry), row)

    def _free_slug(self, base: str) -> str:
        # Somebody may have taken it since this run began.
        return editing.free_slug(base) if self._writes else slugs.numbered(base, self._slugs)

    def _count(self, entry: Entry, post: Post, *, completed: bool) -> None:
        report = self.report
        report.shelve(post.author, post.categories, post.tags)
        if completed:
            report.merged += 1
        elif post.state is ArticleState.PUBLISHED:
            report.published += 1
        else:
            report.drafts += 1
            report.pages += entry.kind == posts.PAGE
        where = f"“{post.title}”"
        if post.left_out:
            names = ", ".join(post.left_out)
            report.note(_("%(where)s: left out of the text: %(names)s.", where=where, names=names))
        if post.planned:
            planned = day(post.planned)
            report.note(
                _("%(where)s was planned for %(day)s. It is a draft with that day.", where=where, day=planned)
            )
        if entry.password:
            report.note(_("%(where)s had a password. It is a draft.", where=where))
        over = len(post.tags) - editing.MAX_TAGS
        if over > 0:
            report.note(
                ngettext(
                    "%(where)s: %(count)s tag is left out, an article has at most %(most)s.",
                    "%(where)s: %(count)s tags are left out, an article has at most %(most)s.",
                    over,
                    count=number(over),
                    where=where,
                    most=number(editing.MAX_TAGS),
                )
            )

    def _lead(self, post: Post, slug: str, connection: Connection) -> None:
        for old in post.old_paths:
            new = ADDRESS.format(slug)
            try:
                redirects.check(old, new)
            except Refused:
                continue
            self.report.redirects += 1
            if self._writes:
                redirects.leave(connection, old, new)

    def _make(self, article_id: UUID, slug: str, post: Post) -> None:
        now = clock.now()
        article = Article(
            id=article_id,
            slug=slug,
            title=post.title,
            state=post.state,
            locale=post.locale,
            summary=post.summary,
            dated_on=post.dated_on,
            author_id=self._author_id(post.author),
            created_at=post.made_at or now,
            changed_at=now,
            categories=self._categories(post.categories),
            tags=self._tags(post.tags),
        )
        _write(article, post)
        session.add(article)

    def _complete(self, article: Article, post: Post) -> None:
        """Give an article, of which a listing page told the beginning, its text and what else it lacks."""
        _write(article, post)
        article.summary = article.summary or post.summary
        article.author_id = article.author_id or self._author_id(post.author)
        there = {category.id for category in article.categories}
        article.categories.extend(
            category for category in self._categories(post.categories) if category.id not in there
        )
        article.tags = article.tags or self._tags(post.tags)
        article.version += 1
        article.changed_at = clock.now()

    def _author_id(self, name: str) -> UUID | None:
        if not name:
            return None
        if name not in self._shelves.authors:
            self._shelves.authors[name] = editing.author(name).id
        return session.get_one(Author, self._shelves.authors[name]).id

    def _categories(self, titles: Sequence[str]) -> list[Category]:
        ids = self._shelves.categories
        for title in titles:
            if title not in ids:
                ids[title] = editing.category(title).id
        return [session.get_one(Category, id) for id in dict.fromkeys(ids[title] for title in titles)]

    def _tags(self, titles: Sequence[str]) -> list[Tag]:
        ids = self._shelves.tags
        wanted = titles[: editing.MAX_TAGS]
        for title in wanted:
            if title not in ids:
                ids[title] = editing.tag(title).id
        return [session.get_one(Tag, id) for id in dict.fromkeys(ids[title] for title in wanted)]


def _write(article: Article, post: Post) -> None:
    article.body = post.body
    article.body_html = post.body_html
    article.excerpt = editing.excerpt_of(article.body_html)
    article.excerpt_only = False


def _beginnings() -> dict[tuple[str, date | None], tuple[UUID, str]]:
    """Id and slug of articles whose beginning alone is known, by title and day; none where two are alike."""
    rows = session.execute(
        select(Article.id, Article.slug, Article.title, Article.dated_on).where(
            Article.excerpt_only, Article.state == ArticleState.PUBLISHED
        )
    )
    found: dict[tuple[str, date | None], tuple[UUID, str]] = {}
    twice = set()
    for article_id, slug, title, dated_on in rows:
        key = (_key(title), dated_on)
        if key in found:
            twice.add(key)
        found[key] = (article_id, slug)
    return {key: known for key, known in found.items() if key not in twice and key[1] is not None}


def _key(title: str) -> str:
    return slugs.slugify(title, _NO_LIMIT) or title.casefold()


def _where(name: str, entry: Entry) -> str:
    title = collapse(entry.title)[:80]
    return _("%(name)s, line %(line)s, “%(title)s”", name=name, line=entry.line, title=title)
