"""Telling a case: words, dates, timeline and facts; nothing without a source or the family's agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.cases import checking, moving
from campaign_actions.cases.models import (
    Case,
    CaseFact,
    CaseKind,
    CaseName,
    CaseStatus,
    CaseText,
    EntryKind,
    FactKind,
    Precision,
    Pronoun,
    TimelineEntry,
    Tone,
    case_article,
)
from campaign_actions.editors import unsaved
from campaign_actions.editors.checks import Check
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock, markup, redirects, slugs
from campaign_actions.infra.database import free_slugs, versions
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import DEFAULT_LANGUAGE, _
from campaign_actions.pictures.models import Picture

# What its editors keep of a case goes when it is erased.
EDITORS = ("case", "case words")
DAYS = (
    *("detained_on", "sentence_ends_on", "first_ends_on", "released_on", "died_on"),
    *("family_agreed_on", "checked_on"),
)


@dataclass(frozen=True, kw_only=True)
class CaseWords:
    """What an organiser typed in one language: plain text, `body` as Markdown."""

    name: str
    summary: str = ""
    body: str = ""
    write_note: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseDates:
    """What is the same in every language; `names` are other spellings as (language tag, name)."""

    kind: CaseKind
    status: CaseStatus
    pronoun: Pronoun = Pronoun.THEM
    names: tuple[tuple[str, str], ...] = ()
    detained_on: date | None = None
    sentence_ends_on: date | None = None
    first_ends_on: date | None = None
    released_on: date | None = None
    died_on: date | None = None
    family_agreed_on: date | None = None
    checked_on: date | None = None
    write_address: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A timeline entry as typed; `happened_on` is exact to `precision`, `source_url` may be empty."""

    kind: EntryKind
    happened_on: date
    title: str
    source: str
    precision: Precision = Precision.DAY
    tone: Tone | None = None
    text: str = ""
    source_url: str = ""
    locale: str = DEFAULT_LANGUAGE
    article_id: UUID | None = None
    action_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A fact as typed; `source_url` may be empty."""

    kind: FactKind
    text: str
    source: str
    source_url: str = ""
    locale: str = DEFAULT_LANGUAGE


def draft(words: CaseWords, dates: CaseDates, *, by: User | None, locale: str = DEFAULT_LANGUAGE) -> Case:
    """A new case that nobody sees yet, its words in `locale`. Raises Refused, naming the field."""
    checking.words(words, locale)
    checking.dates(dates)
    case = Case(
        slug=_free_slug(words.name), status=dates.status, locale=locale, owner_id=by.id if by else None
    )
    session.add(case)
    session.flush()
    _write_dates(case, dates)
    _write_words(case.id, locale, words, is_own=locale == case.locale)
    session.flush()
    audit.record("case.draft", by=by, thing="case", thing_id=case.id)
    return case


def save(case_id: UUID, dates: CaseDates, *, by: User | None, seen_version: int) -> Case:
    """The case with new dates, state and names.

    Raises NotAllowed, or Refused when somebody saved in between or, naming the field, when they
    cannot be kept; a published case keeps the family's agreement.
    """
    checking.dates(dates)
    case = _claimed(case_id, seen_version, by=by)
    if case.published:
        checking.agreement(dates.kind, dates.family_agreed_on)
    _write_dates(case, dates)
    _changed(case)
    audit.record("case.save", by=by, thing="case", thing_id=case.id, status=dates.status.value)
    return case


def check(case_id: UUID, *, by: User | None, seen_version: int) -> Case:
    """Note that somebody made sure today that the case is right. Raises NotAllowed, Refused."""
    case = _claimed(case_id, seen_version, by=by)
    case.checked_on = clock.today()
    _changed(case)
    audit.record("case.check", by=by, thing="case", thing_id=case.id)
    return case


def put_words(case_id: UUID, locale: str, words: CaseWords, *, by: User | None, seen_version: int) -> Case:
    """The case with its words in one language, new or in place of the earlier ones. Raises as `save`.

    An address that was never given out and that nobody chose follows the name in the case's own language.
    """
    checking.words(words, locale)
    case = _claimed(case_id, seen_version, by=by)
    if locale == case.locale and not case.given_out:
        _follow_name(case, words.name)
    _write_words(case.id, locale, words, is_own=locale == case.locale)
    _changed(case)
    audit.record("case.words", by=by, thing="case", thing_id=case.id, locale=locale)
    return case


def add_entry(case_id: UUID, told: Told, *, by: User | None, seen_version: int) -> TimelineEntry:
    """A new entry of the timeline. Raises as `save`; an entry needs a source."""
    return _put_entry(None, case_id, told, by=by, seen_version=seen_version)


def change_entry(entry_id: UUID, told: Told, *, by: User | None, seen_version: int) -> TimelineEntry:
    """The entry with what was typed. Raises as `save`; `seen_version` is the case's."""
    entry = session.get_one(TimelineEntry, entry_id, populate_existing=True)
    return _put_entry(entry, entry.case_id, told, by=by, seen_version=seen_version)


def remove_entry(entry_id: UUID, *, by: User | None, seen_version: int) -> None:
    """Take an entry off the timeline. Raises as `save`; `seen_version` is the case's."""
    entry = session.get_one(TimelineEntry, entry_id, populate_existing=True)
    case = _claimed(entry.case_id, seen_version, by=by)
    session.delete(entry)
    _changed(case)
    audit.record("case.entry_off", by=by, thing="case", thing_id=case.id, entry=str(entry_id))


def add_fact(case_id: UUID, fact: Fact, *, by: User | None, seen_version: int) -> CaseFact:
    """A new fact. Raises as `save`; a fact needs a source."""
    return _put_fact(None, case_id, fact, by=by, seen_version=seen_version)


def change_fact(fact_id: UUID, fact: Fact, *, by: User | None, seen_version: int) -> CaseFact:
    """The fact with what was typed. Raises as `save`; `seen_version` is the case's."""
    stored = session.get_one(CaseFact, fact_id, populate_existing=True)
    return _put_fact(stored, stored.case_id, fact, by=by, seen_version=seen_version)


def remove_fact(fact_id: UUID, *, by: User | None, seen_version: int) -> None:
    """Take a fact off the page. Raises as `save`; `seen_version` is the case's."""
    fact = session.get_one(CaseFact, fact_id, populate_existing=True)
    case = _claimed(fact.case_id, seen_version, by=by)
    session.delete(fact)
    _changed(case)
    audit.record("case.fact_off", by=by, thing="case", thing_id=case.id, fact=str(fact_id))


def link_article(case_id: UUID, article_id: UUID, *, by: User | None) -> None:
    """Let an article stand under a case; twice is once. Raises NotAllowed."""
    case = _allowed(case_id, by)
    pair = {"case_id": case.id, "article_id": article_id}
    if session.execute(select(case_article).filter_by(**pair)).first() is None:
        session.execute(case_article.insert().values(**pair))
        audit.record("case.link", by=by, thing="case", thing_id=case.id, article=str(article_id))


def unlink_article(case_id: UUID, article_id: UUID, *, by: User | None) -> None:
    """Take an article away from a case; it stays while the timeline or an action leads to it."""
    case = _allowed(case_id, by)
    session.execute(delete(case_article).filter_by(case_id=case.id, article_id=article_id))
    audit.record("case.unlink", by=by, thing="case", thing_id=case.id, article=str(article_id))


def checks(case: Case) -> list[Check]:
    """What publishing asks for, in the order of the editor, then reminders."""
    words = session.get(CaseText, (case.id, case.locale), populate_existing=True)
    summary = bool(words and words.summary)
    agreed = case.family_agreed_on is not None
    lines = [
        Check("name", bool(words and words.name), _("Name")),
        Check("summary", summary, _("Summary") if summary else _("Write who or what this is about")),
    ]
    if case.kind is not CaseKind.CAUSE:
        said = _("The family agrees") if agreed else _("Ask the family, and write the day they agreed")
        lines.append(Check("family_agreed_on", agreed, said))
    if not session.scalar(select(func.count()).where(TimelineEntry.case_id == case.id)):
        lines.append(Check("told", False, _("Nothing is told of what has happened yet"), needed=False))
    if case.checked_on is None:
        lines.append(Check("checked", False, _("Nobody has checked it yet"), needed=False))
    return lines


def publish(case_id: UUID, *, by: User | None, seen_version: int) -> Case:
    """Show the case to everybody; publishing what is published changes nothing.

    Raises NotAllowed, or Refused when somebody saved in between, without a summary in its own
    language, or without the agreement of the family (a cause has none).
    """
    case = _claimed(case_id, seen_version, by=by, deed="case.publish")
    if case.published:
        return case
    checking.agreement(case.kind, case.family_agreed_on)
    words = session.get_one(CaseText, (case.id, case.locale))
    if not words.summary:
        raise Refused(_("Say in one or two sentences who or what this is about."), field="summary")
    case.published = case.given_out = True
    _changed(case)
    audit.record("case.publish", by=by, thing="case", thing_id=case.id)
    return case


def take_back(case_id: UUID, *, by: User | None, seen_version: int) -> Case:
    """Show the case to nobody any more; everything typed is kept. Raises NotAllowed, Refused."""
    case = _claimed(case_id, seen_version, by=by, deed="case.publish")
    case.published = False
    _changed(case)
    audit.record("case.take_back", by=by, thing="case", thing_id=case.id)
    return case


def erase(case_id: UUID, *, by: User | None, seen_version: int) -> None:
    """Delete every word, name, day and fact of a case that is not published, its address included.

    An empty row stays for the actions that belong to it. Raises NotAllowed, Refused.
    """
    case = _claimed(case_id, seen_version, by=by, deed="case.publish")
    if case.published:
        raise Refused(_("Take the case off the site first."))
    for table in (CaseText, CaseName, CaseFact, TimelineEntry, Picture):
        session.execute(delete(table).where(table.case_id == case.id))
    session.execute(delete(case_article).where(case_article.c.case_id == case.id))
    redirects.forget_ways_to(session.connection(), moving.ADDRESS.format(case.slug))
    for kind in EDITORS:
        unsaved.forget_thing(kind, case.id)
    for column in DAYS:
        setattr(case, column, None)
    case.write_address, case.status, case.slug = "", CaseStatus.ONGOING, f"erased-{case.id.hex}"
    case.given_out = False
    _changed(case)
    audit.record("case.erase", by=by, thing="case", thing_id=case.id)


def _allowed(case_id: UUID, by: User | None, deed: str = "case.write") -> Case:
    case = session.get_one(Case, case_id, populate_existing=True)
    if by is not None and not permissions.allows(by, deed, case.owner_id):
        raise NotAllowed
    return case


def _claimed(case_id: UUID, seen_version: int, *, by: User | None, deed: str = "case.write") -> Case:
    """The case with its version raised, if it still has the version `by` saw."""
    _allowed(case_id, by, deed)
    words = _(
        "Somebody else saved this case while you were writing. Nothing was overwritten, and your "
        "text is still on this page. Compare the two, then save again to put yours in its place."
    )
    return versions.claimed(Case, case_id, seen_version, otherwise=words)


def _put_entry(
    entry: TimelineEntry | None, case_id: UUID, told: Told, *, by: User | None, seen_version: int
) -> TimelineEntry:
    checked = checking.entry(told)
    case = _claimed(case_id, seen_version, by=by)
    if entry is None:
        entry = TimelineEntry(
            case_id=case.id,
            kind=told.kind,
            happened_on=told.happened_on,
            title=checked.title,
            source=checked.source,
        )
        session.add(entry)
    entry.kind, entry.happened_on, entry.precision = told.kind, told.happened_on, told.precision
    entry.tone = told.tone
    entry.title, entry.text, entry.locale = checked.title, checked.text, told.locale
    entry.source, entry.source_url = checked.source, checked.source_url
    entry.article_id, entry.action_id = told.article_id, told.action_id
    entry.changed_at = clock.now()
    _changed(case)
    details = {"entry": str(entry.id), "kind": told.kind.value, "on": told.happened_on.isoformat()}
    audit.record("case.entry", by=by, thing="case", thing_id=case.id, **details)
    return entry


def _put_fact(
    stored: CaseFact | None, case_id: UUID, fact: Fact, *, by: User | None, seen_version: int
) -> CaseFact:
    checked = checking.fact(fact)
    case = _claimed(case_id, seen_version, by=by)
    if stored is None:
        place = session.scalar(select(func.count()).where(CaseFact.case_id == case.id)) or 0
        stored = CaseFact(
            case_id=case.id, kind=fact.kind, text=checked.text, source=checked.source, position=place
        )
        session.add(stored)
    stored.kind, stored.locale, stored.text = fact.kind, fact.locale, checked.text
    stored.source, stored.source_url = checked.source, checked.source_url
    _changed(case)
    details = {"fact": str(stored.id), "kind": fact.kind.value}
    audit.record("case.fact", by=by, thing="case", thing_id=case.id, **details)
    return stored


def _write_dates(case: Case, dates: CaseDates) -> None:
    case.kind, case.status, case.pronoun = dates.kind, dates.status, dates.pronoun
    for column in DAYS:
        setattr(case, column, getattr(dates, column))
    case.write_address = checking.lines(dates.write_address)
    session.execute(delete(CaseName).where(CaseName.case_id == case.id))
    session.add_all(CaseName(case_id=case.id, lang=lang, name=name) for lang, name in checking.names(dates))


def _write_words(case_id: UUID, locale: str, words: CaseWords, *, is_own: bool) -> None:
    body = checking.lines(words.body)
    kept = session.get(CaseText, (case_id, locale))
    if kept is None:
        kept = CaseText(case_id=case_id, locale=locale, name="")
        session.add(kept)
    before = (kept.name, kept.summary, kept.body, kept.write_note)
    kept.name, kept.summary = markup.collapse(words.name), markup.collapse(words.summary)
    kept.body, kept.body_html = body, markup.to_html(body, trusted=True)
    kept.write_note = markup.collapse(words.write_note)
    # A translation that is saved as it was has been looked over; an original that is has not changed.
    if not is_own or before != (kept.name, kept.summary, kept.body, kept.write_note):
        kept.written_at = clock.now()


def _changed(case: Case) -> None:
    case.changed_at = clock.now()
    session.flush()


def _follow_name(case: Case, name: str) -> None:
    before = session.get(CaseText, (case.id, case.locale))
    old, new = slugs.slugify(before.name if before else "", fallback="case"), slugs.slugify(name)
    if slugs.fits(case.slug, old) and not slugs.fits(case.slug, new or "case"):
        case.slug = _free_slug(name)


def _free_slug(name: str) -> str:
    return free_slugs.free(Case.slug, slugs.slugify(name, fallback="case"))
