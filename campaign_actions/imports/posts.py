"""An entry of a WordPress export as the article it becomes: words, day, state, shelves, old addresses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from campaign_actions.articles import editing
from campaign_actions.articles.models import ArticleState
from campaign_actions.errors import Refused
from campaign_actions.imports.wxr import Entry, Site
from campaign_actions.infra import html_tokens, markdown_from_html, slugs
from campaign_actions.infra.i18n import LANGUAGES, _, number
from campaign_actions.infra.markup import collapse

POST, PAGE, MEDIA = "post", "page", "attachment"
PAGES = "Pages"
MAX_HTML = 2_000_000
NO_CATEGORY = "uncategorized"

_NUMBER = re.compile(r"[1-9][0-9]{0,11}")
_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})")
_YEARS = range(1970, 2101)
_BLOCKS = "<!-- wp:"
_EMBED = re.compile(r"\[/?embed(?: [^\]\[]{0,200})?\]")
_OPEN_CAPTION, _END_CAPTION = (
    re.compile(r"\[(?:wp_)?caption\b[^\]\[]{0,1000}\]"),
    re.compile(r"\[/(?:wp_)?caption\]"),
)
_FIRST_WORDS = 8


@dataclass(frozen=True, kw_only=True)
class Post:
    """What becomes of an entry. `old_paths` are paths and "?p=ID" that led to it when it was public.

    `left_out` names elements that were left out of its text. `planned` is a day that is still to come.
    """

    title: str
    slug: str
    state: ArticleState
    locale: str
    dated_on: date | None
    made_at: datetime | None
    author: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    summary: str
    body: str
    body_html: str
    old_paths: tuple[str, ...]
    left_out: tuple[str, ...]
    planned: date | None


def origin_of(site: Site) -> str:
    """The address of the old site without its scheme: "example.org/blog"."""
    parts = urlsplit(site.address or site.link)
    return f"{parts.netloc}{parts.path}".rstrip("/").lower()[:200]


def identity_of(entry: Entry) -> str:
    """What an entry is known by in its site: its number, else what stands for its address there."""
    if _NUMBER.fullmatch(entry.number):
        return entry.number
    known = entry.guid or entry.link or f"{entry.title} {entry.date}"
    return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:40]


def read(entry: Entry, site: Site, *, zone: str, today: date) -> Post:
    """The article in an entry of kind post or page; `zone` is for moments that are known only in UTC.

    Raises Refused, in a sentence, for a text that is too long.
    """
    written = _body(entry)
    day = _day(entry, zone)
    public = entry.status == "publish" and not entry.password
    title = _plain(entry.title, editing.MAX_TITLE) or _first_words(written.markdown) or _("Without a title")
    planned = day if day and day > today else None
    shown = public and entry.kind == POST and not planned and bool(written.markdown.strip())
    return Post(
        title=title,
        slug=_slug(entry, title),
        state=ArticleState.PUBLISHED if shown else ArticleState.DRAFT,
        locale=_locale(site),
        dated_on=day,
        made_at=_utc(entry.date_gmt),
        author=_author(entry, site),
        categories=_categories(entry, site),
        tags=_tags(entry),
        summary=_plain(entry.excerpt, editing.MAX_SUMMARY),
        body=written.markdown,
        body_html=editing.preview_html(written.markdown),
        old_paths=tuple(_old_paths(entry, site)) if public else (),
        left_out=written.left_out,
        planned=planned,
    )


def _body(entry: Entry) -> markdown_from_html.Written:
    html = entry.content.replace("\r\n", "\n").replace("\r", "\n")
    if len(html) > MAX_HTML:
        raise Refused(_too_long())
    written = markdown_from_html.convert(_with_captions(_EMBED.sub("\n\n", html)), breaks=_BLOCKS not in html)
    if len(written.markdown) > editing.MAX_BODY:
        raise Refused(_too_long())
    return written


def _too_long() -> str:
    most = number(editing.MAX_BODY)
    return _(
        "its text is longer than %(most)s characters. Make two articles of it at the old site.", most=most
    )


def _with_captions(html: str) -> str:
    """The text with captions as figures, which they were made to be; other shortcodes stay as they are."""
    pieces, place = [], 0
    while opening := _OPEN_CAPTION.search(html, place):
        closing = _END_CAPTION.search(html, opening.end())
        if closing is None:
            break
        inside = html[opening.end() : closing.start()]
        pieces += [html[place : opening.start()], "<figure>", inside, "</figure>"]
        place = closing.end()
    return "".join([*pieces, html[place:]])


def _plain(html: str, most: int) -> str:
    """Text that may hold tags and entities, on one line, cut at a word."""
    texts = (token.text for token in html_tokens.read(html[: 20 * most]))
    text = collapse(
        " ".join(filter(None, texts)) if "<" in html else html_tokens.unescaped(html[: 20 * most])
    )
    return text if len(text) <= most else text[: most - 2].rsplit(" ", 1)[0] + " …"


def _first_words(markdown: str) -> str:
    words = editing.excerpt_of(editing.preview_html(markdown[:2000])).split()
    return " ".join(words[:_FIRST_WORDS]).rstrip(" …") + (" …" if len(words) > _FIRST_WORDS else "")


def _slug(entry: Entry, title: str) -> str:
    """The slug of the old site where it can be one here, so that addresses stay; else one of the title."""
    old = unquote(entry.name)
    return slugs.slugify(old) or slugs.slugify(title, fallback=editing.FALLBACK)


def _day(entry: Entry, zone: str) -> date | None:
    """The day that stood on the entry, in the old site's own zone."""
    local = _MOMENT.match(entry.date)
    if local and (day := _date(local)):
        return day
    moment = _utc(entry.date_gmt) or _from_mail_date(entry.pub_date)
    return moment.astimezone(ZoneInfo(zone)).date() if moment else None


def _date(found: re.Match[str]) -> date | None:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        # "0000-00-00 00:00:00" is how WordPress writes that there is none.
        return None
    return day if day.year in _YEARS else None


def _utc(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:19]) if _MOMENT.match(text) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.year in _YEARS else None


def _from_mail_date(text: str) -> datetime | None:
    """The moment of a `pubDate`; of an entry without any WordPress writes "-0001" for the year."""
    try:
        found = parsedate_to_datetime(text[:100])
    except ValueError:
        return None
    return found if found.tzinfo and found.year in _YEARS and " -0" not in text[:16] else None


def _locale(site: Site) -> str:
    code = site.language[:2].lower()
    return code if code in LANGUAGES else "en"


def _author(entry: Entry, site: Site) -> str:
    """The name that stood on the entry; never an e-mail address."""
    named = _plain(site.authors.get(entry.creator) or entry.creator, editing.MAX_NAME)
    return "" if "@" in named else named


def _categories(entry: Entry, site: Site) -> tuple[str, ...]:
    """Titles of the entry's categories and of those above them, as the old archives had it."""
    found: dict[str, None] = {}
    for term in entry.terms:
        if term.domain not in ("category", "") or term.slug == NO_CATEGORY:
            continue
        for title in (term.name, *_above(term.slug, site)):
            if shown := _plain(title, editing.MAX_NAME):
                found[shown] = None
    found.pop(NO_CATEGORY.capitalize(), None)
    return (PAGES, *found) if entry.kind == PAGE else tuple(found)


def _above(slug: str, site: Site) -> Iterator[str]:
    seen = {slug}
    slug = site.categories.get(slug, ("", ""))[1]
    while slug in site.categories and slug not in seen:
        seen.add(slug)
        title, above = site.categories[slug]
        yield title
        slug = above


def _tags(entry: Entry) -> tuple[str, ...]:
    named = (
        _plain(term.name, editing.MAX_NAME) for term in entry.terms if term.domain in ("post_tag", "tag")
    )
    return tuple(dict.fromkeys(filter(None, named)))


def _old_paths(entry: Entry, site: Site) -> Iterator[str]:
    """The permalink's path if it was on the old site, and "?p=" with the number."""
    if _NUMBER.fullmatch(entry.number):
        yield f"?p={entry.number}"
    link, home = urlsplit(entry.link), urlsplit(site.address or site.link)
    if link.netloc.lower() != home.netloc.lower() or link.query:
        return
    # A browser asks in escapes, and the site reads them before it looks.
    path = unquote(link.path).rstrip("/") + "/"
    if path != "/" and path.isprintable():
        yield path
