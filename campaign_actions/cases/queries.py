"""Reading cases: lists, one whole page, the sentence as a row of months, what happened, what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case as case_of, func, or_, select
from sqlalchemy.orm import aliased

from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.cases import sentence
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
from campaign_actions.cases.sentence import Place, SentenceBar
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import current_locale, day, month_name, sorting_key

LATEST = 4
LOOKS = {Tone.HARM: "bad", Tone.WON: "good", Tone.NEITHER: ""}
HARM = (
    EntryKind.ARREST,
    EntryKind.CHARGE,
    EntryKind.TRIAL,
    EntryKind.SENTENCE,
    EntryKind.TRANSFER,
    EntryKind.DEATH,
)
# What can be known before it happens; the other kinds are told only once they have.
FORESEEN = (EntryKind.TRIAL, EntryKind.APPEAL, EntryKind.PAROLE, EntryKind.ANNIVERSARY, EntryKind.CAMPAIGN)
PLACES: dict[CaseStatus, Place] = {
    CaseStatus.DETAINED: "custody",
    CaseStatus.ON_TRIAL: "custody",
    CaseStatus.HOUSE_ARREST: "home",
}
# Made once: making an alias takes longer than reading the rows.
_RANK = case_of({kind: place for place, kind in enumerate(EntryKind)}, value=TimelineEntry.kind)
_WANTED, _OWN = aliased(CaseText), aliased(CaseText)


@dataclass(frozen=True)
class EntryView:
    """One thing that happened or will; `happened_on` is exact to `precision`. `look` is "bad", "good" or "".

    `source_url` is empty or a web address; `article_id` and `action_id` lead to what tells more.
    """

    kind: EntryKind
    happened_on: date
    precision: Precision
    tone: Tone | None
    title: str
    text: str
    source: str
    source_url: str
    locale: str
    article_id: UUID | None
    action_id: UUID | None
    id: UUID
    changed_at: datetime

    @property
    def look(self) -> str:
        """How the timeline marks it: harm done, something won, or neither."""
        if self.tone is not None:
            return LOOKS[self.tone]
        if self.kind is EntryKind.RELEASE:
            return "good"
        return "bad" if self.kind in HARM else ""

    @property
    def machine_date(self) -> str:
        """As much of the day as is known, for `datetime`: "2026-06-09", "2026-06" or "2026"."""
        cut = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[self.precision]
        return self.happened_on.isoformat()[:cut]

    @property
    def words(self) -> str:
        """As much of the day as is known, as people write it."""
        if self.precision is Precision.YEAR:
            return str(self.happened_on.year)
        if self.precision is Precision.MONTH:
            return month_name(self.happened_on.year, self.happened_on.month)
        return day(self.happened_on)


@dataclass(frozen=True)
class FactView:
    """One fact and who says so; `source_url` is empty or a web address."""

    id: UUID
    kind: FactKind
    locale: str
    text: str
    source: str
    source_url: str


@dataclass(frozen=True)
class CaseView:
    """A published case, its words in one language (`locale`); `original` is the one it was written in.

    `bar` is its sentence in the current language, None without a day of arrest, for a cause, and
    for somebody whose day of release or death is not known. `entries` are the latest four, newest
    first, and `coming` the next things that are known ahead, next first; both are empty in lists.
    """

    id: UUID
    slug: str
    name: str
    status: CaseStatus
    kind: CaseKind
    pronoun: Pronoun
    summary: str
    locale: str
    original: str
    sentence_ends_on: date | None
    changed_at: datetime
    bar: SentenceBar | None
    entries: tuple[EntryView, ...] = field(default=())
    coming: tuple[EntryView, ...] = field(default=())


@dataclass(frozen=True)
class CasePage:
    """Everything the page of a case shows; `entries` are all that happened, newest first.

    `names` are its other spellings as (language tag, name). `body_html` was cleaned when it was
    saved; `write_address` is plain text of several lines.
    """

    case: CaseView
    names: tuple[tuple[str, str], ...]
    body_html: str
    facts: tuple[FactView, ...]
    entries: tuple[EntryView, ...]
    coming: tuple[EntryView, ...]
    write_address: str
    write_note: str
    family_agreed_on: date | None
    checked_on: date | None


def by_id(case_id: UUID) -> CaseView | None:
    """The case if it is published, or None."""
    return by_ids([case_id]).get(case_id)


def is_published(case_id: UUID) -> bool:
    """Whether everybody may see the case."""
    return session.scalar(select(Case.published).where(Case.id == case_id)) or False


def by_ids(case_ids: Collection[UUID]) -> dict[UUID, CaseView]:
    """The published ones of these cases by id, with what happened last and what comes next."""
    if not case_ids:
        return {}
    rows = session.execute(_cases().where(Case.id.in_(case_ids))).all()
    last = _grouped(_first_of_each([case.id for case, _text in rows], happened=True))
    ahead = _grouped(_first_of_each([case.id for case, _text in rows], happened=False))
    return {case.id: _view(case, text, last.get(case.id, ()), ahead.get(case.id, ())) for case, text in rows}


def listed() -> list[CaseView]:
    """All published cases by name, as the current language sorts."""
    views = [_view(case, text) for case, text in session.execute(_cases())]
    return sorted(views, key=lambda case: sorting_key(case.name))


def page(slug: str) -> CasePage | None:
    """The published case with this address, or None; its own language where the current one has no words."""
    row = session.execute(_cases().where(Case.slug == slug)).first()
    return _page(*row) if row else None


def any_page(case_id: UUID) -> CasePage | None:
    """As `page`, whether it is published or not, for those who work on it; None without words of its own."""
    row = session.execute(_told().where(Case.id == case_id)).first()
    return _page(*row) if row else None


def any_entries(case_id: UUID) -> tuple[EntryView, ...]:
    """All of the timeline, newest first, for those who work on it."""
    return _entries(select(TimelineEntry).where(TimelineEntry.case_id == case_id))


def _page(case: Case, text: CaseText) -> CasePage:
    entries = _entries(select(TimelineEntry).where(TimelineEntry.case_id == case.id, _happened(True)))
    coming = _entries(select(TimelineEntry).where(TimelineEntry.case_id == case.id, _happened(False)))
    return CasePage(
        case=_view(case, text, entries[:LATEST], coming[::-1]),
        names=_other_names(case.id, text.name),
        body_html=text.body_html,
        facts=_facts(case),
        entries=entries,
        coming=coming[::-1],
        write_address=case.write_address,
        write_note=text.write_note,
        family_agreed_on=case.family_agreed_on,
        checked_on=case.checked_on,
    )


def names(user: User, *, chosen: UUID | None = None) -> list[tuple[UUID, str]]:
    """Cases to choose from as (id, name in the case's own language), by name.

    Others' drafts are not offered to an organiser, except the one that was `chosen` before.
    """
    statement = select(Case.id, CaseText.name).join(CaseText, _words_of(CaseText, Case.locale))
    if not permissions.allows(user, "case.write"):
        statement = statement.where(or_(Case.published, Case.owner_id == user.id, Case.id == chosen))
    rows = session.execute(statement)
    return sorted(((case_id, name) for case_id, name in rows), key=lambda pair: sorting_key(pair[1]))


def latest(case_id: UUID, limit: int = LATEST) -> tuple[EntryView, ...]:
    """What happened last in a case, newest first."""
    chosen = select(TimelineEntry).where(TimelineEntry.case_id == case_id, _happened(True))
    return _entries(chosen, limit)


def of_article(article_id: UUID) -> set[UUID]:
    """Ids of the cases, published or not, that an article is linked to by itself or by their timelines."""
    by_hand = select(case_article.c.case_id).where(case_article.c.article_id == article_id)
    told = select(TimelineEntry.case_id).where(TimelineEntry.article_id == article_id)
    return set(session.scalars(by_hand.union(told)))


def article_ids(case_id: UUID) -> Select[tuple[UUID]]:
    """The articles of a case, in any state, as a part of other statements: its own and its timeline's."""
    told = select(TimelineEntry.article_id).where(
        TimelineEntry.case_id == case_id, TimelineEntry.article_id.is_not(None)
    )
    both = (
        select(case_article.c.article_id.label("id")).where(case_article.c.case_id == case_id).union(told)
    ).subquery()
    return select(both.c.id)


def _cases() -> Select[Case, CaseText]:
    return _told().where(Case.published)


def _told() -> Select[Case, CaseText]:
    words = func.coalesce(_WANTED.locale, _OWN.locale)
    return (
        select(Case, CaseText)
        .outerjoin(_WANTED, _words_of(_WANTED, current_locale()))
        .join(_OWN, _words_of(_OWN, Case.locale))
        .join(CaseText, _words_of(CaseText, words))
    )


def _words_of(text: type[CaseText], locale: Any) -> ColumnElement[bool]:
    return and_(text.case_id == Case.id, text.locale == locale)


def _view(
    case: Case,
    text: CaseText,
    entries: tuple[EntryView, ...] = (),
    coming: tuple[EntryView, ...] = (),
) -> CaseView:
    return CaseView(
        id=case.id,
        slug=case.slug,
        name=text.name,
        status=case.status,
        kind=case.kind,
        pronoun=case.pronoun,
        summary=text.summary,
        locale=text.locale,
        original=case.locale,
        sentence_ends_on=case.sentence_ends_on,
        changed_at=case.changed_at,
        bar=_bar(case),
        entries=entries,
        coming=coming,
    )


def _bar(case: Case) -> SentenceBar | None:
    # Days that go on being counted for somebody who is free or dead would be untrue.
    ended = {CaseStatus.RELEASED: case.released_on, CaseStatus.DIED: case.died_on}
    if case.status is CaseStatus.ONGOING or (case.status in ended and ended[case.status] is None):
        return None
    return sentence.bar(
        case.detained_on,
        case.sentence_ends_on,
        first_ends_on=case.first_ends_on,
        released_on=case.released_on,
        died_on=case.died_on,
        place=PLACES.get(case.status, "prison"),
        today=clock.today(),
    )


def _happened(happened: bool) -> ColumnElement[bool]:
    """Entries that lie behind us; one that nobody can foresee does, even where it is tomorrow already."""
    today = clock.today()
    if happened:
        return or_(TimelineEntry.happened_on <= today, TimelineEntry.kind.not_in(FORESEEN))
    return and_(TimelineEntry.happened_on > today, TimelineEntry.kind.in_(FORESEEN))


def _entries(chosen: Select[TimelineEntry], limit: int | None = None) -> tuple[EntryView, ...]:
    newest_first = chosen.order_by(*_newest_first()).limit(limit)
    return tuple(entry_view(entry) for entry in session.scalars(newest_first))


def _newest_first() -> tuple[ColumnElement[Any], ...]:
    # Of one day, in the order in which such things follow each other: arrest, charge, trial.
    return TimelineEntry.happened_on.desc(), _RANK.desc(), TimelineEntry.id.desc()


def _next_first() -> tuple[ColumnElement[Any], ...]:
    return TimelineEntry.happened_on.asc(), _RANK.asc(), TimelineEntry.id.asc()


def _first_of_each(case_ids: Sequence[UUID], *, happened: bool) -> Iterable[TimelineEntry]:
    """The latest or the next four entries of each case, in that order."""
    if not case_ids:
        return ()
    order = _newest_first() if happened else _next_first()
    place = func.row_number().over(partition_by=TimelineEntry.case_id, order_by=order).label("place")
    near = (
        select(TimelineEntry.id.label("id"), place)
        .where(TimelineEntry.case_id.in_(case_ids), _happened(happened))
        .subquery()
    )
    chosen = select(TimelineEntry).join(near, near.c.id == TimelineEntry.id).where(near.c.place <= LATEST)
    return session.scalars(chosen.order_by(*order))


def _grouped(entries: Iterable[TimelineEntry]) -> dict[UUID, tuple[EntryView, ...]]:
    found: dict[UUID, tuple[EntryView, ...]] = {}
    for entry in entries:
        found[entry.case_id] = (*found.get(entry.case_id, ()), entry_view(entry))
    return found


def entry_view(entry: TimelineEntry) -> EntryView:
    """A stored entry as pages show it."""
    return EntryView(
        kind=entry.kind,
        happened_on=entry.happened_on,
        precision=entry.precision,
        tone=entry.tone,
        title=entry.title,
        text=entry.text,
        source=entry.source,
        source_url=entry.source_url,
        locale=entry.locale,
        article_id=entry.article_id,
        action_id=entry.action_id,
        id=entry.id,
        changed_at=entry.changed_at,
    )


def _other_names(case_id: UUID, shown: str) -> tuple[tuple[str, str], ...]:
    """Names in other scripts, then in the other languages of the case, each spelling once."""
    scripts = select(CaseName.lang, CaseName.name).where(CaseName.case_id == case_id)
    words = select(CaseText.locale, CaseText.name).where(CaseText.case_id == case_id)
    found: dict[str, str] = {shown: ""}
    for rows in (scripts.order_by(CaseName.lang), words.order_by(CaseText.locale)):
        for lang, name in session.execute(rows):
            found.setdefault(name, lang)
    return tuple((lang, name) for name, lang in found.items() if lang)


def _facts(case: Case) -> tuple[FactView, ...]:
    """Facts in the order of their kinds; of each kind those in the page's language, else all there are."""
    rows = session.scalars(
        select(CaseFact).where(CaseFact.case_id == case.id).order_by(CaseFact.position, CaseFact.id)
    ).all()
    facts = [FactView(row.id, row.kind, row.locale, row.text, row.source, row.source_url) for row in rows]
    here = {fact.kind for fact in facts if fact.locale == current_locale()}
    shown = [fact for fact in facts if fact.kind not in here or fact.locale == current_locale()]
    order = list(FactKind)
    return tuple(sorted(shown, key=lambda fact: order.index(fact.kind)))
