"""What the team adds to standing pages, language by language, beside the words of the program."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.articles.models import PageText
from campaign_actions.errors import NotAllowed, Overtaken, Refused
from campaign_actions.infra import clock, markup
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import LANGUAGES, _, number

ABOUT = "about"
PLACES = (ABOUT, "contact", "how-we-count", "privacy", "safety", "accessibility")
MAX_BODY = 20_000
OPENING_WORDS = 60
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


@dataclass(frozen=True)
class OwnWords:
    """What the team adds to a page: cleaned HTML, and the language it is in."""

    locale: str
    html: str

    @property
    def opening(self) -> str:
        """The first paragraph as plain text, sixty words at most; empty if there is none."""
        found = _PARAGRAPH.search(self.html)
        return markup.excerpt(markup.to_text(found[1]), OPENING_WORDS) if found else ""


def shown(place: str, locale: str) -> OwnWords | None:
    """What stands on the page for readers of `locale`: in that language, else in the first that has any."""
    rows = select(PageText.locale, PageText.body_html).where(
        PageText.place == place, PageText.body_html != ""
    )
    found = {row.locale: row.body_html for row in session.execute(rows)}
    spoken = next((code for code in (locale, *LANGUAGES) if code in found), None)
    return OwnWords(spoken, found[spoken]) if spoken else None


def words_of(body: str, locale: str) -> OwnWords | None:
    """As `shown`, for Markdown that is not stored."""
    html = _rendered(body)
    return OwnWords(locale, html) if html else None


def written() -> Collection[tuple[str, str]]:
    """Place and language of every text that is not empty."""
    rows = select(PageText.place, PageText.locale).where(PageText.body != "")
    return {(row.place, row.locale) for row in session.execute(rows)}


def find(place: str, locale: str) -> PageText | None:
    """The text of a page in a language, also when it is empty now; None if there never was one."""
    statement = select(PageText).where(PageText.place == place, PageText.locale == locale)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def by_id(text_id: UUID) -> PageText | None:
    """As `find`, by id."""
    return session.get(PageText, text_id)


def add(place: str, locale: str, body: str, *, by: User) -> PageText:
    """The first text of a page in a language.

    Raises Refused, naming the field, for what cannot be kept, and Overtaken if there is one already.
    """
    tidy = _checked(body, by)
    values = {"id": uuid4(), "place": place, "locale": locale, "version": 1, "changed_at": clock.now()}
    statement = insert(PageText).values(**values, body=tidy, body_html=_rendered(tidy))
    statement = statement.on_conflict_do_nothing(index_elements=[PageText.place, PageText.locale])
    made = session.execute(statement.returning(PageText.id)).first()
    if made is None:
        raise _overtaken()
    return _noted(session.get_one(PageText, made.id), by)


def save(text_id: UUID, body: str, *, by: User, seen_version: int) -> PageText:
    """Other words in place of those that `by` saw; empty ones leave the page to the program's words.

    Raises as `add` does.
    """
    tidy = _checked(body, by)
    moved = session.execute(
        update(PageText)
        .where(PageText.id == text_id, PageText.version == seen_version)
        .values(version=PageText.version + 1, body=tidy, body_html=_rendered(tidy), changed_at=clock.now())
        .returning(PageText.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise _overtaken()
    return _noted(session.get_one(PageText, text_id, populate_existing=True), by)


def _noted(text: PageText, by: User) -> PageText:
    audit.record("page.save", by=by, thing="page", thing_id=text.id, place=text.place, language=text.locale)
    return text


def _checked(body: str, by: User) -> str:
    if not permissions.allows(by, "page.write"):
        raise NotAllowed
    tidy = body.replace("\r\n", "\n").strip()
    if len(tidy) > MAX_BODY:
        raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_BODY)), field="body")
    return tidy


def _rendered(body: str) -> str:
    return markup.to_html(body, trusted=True).strip()


def _overtaken() -> Overtaken:
    return Overtaken(
        _(
            "Somebody else saved this page while you were writing. Nothing was overwritten, and what you "
            "typed is still here. Compare the two, then save again."
        )
    )
