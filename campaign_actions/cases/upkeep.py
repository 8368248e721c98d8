"""Cases as those who work on them see them, and which to look at again: what was true of a prisoner in
spring may not be in autumn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.cases.models import Case, CaseStatus, CaseText, case_article
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import sorting_key

CHECK_DAYS = 90


@dataclass(frozen=True)
class DeskCase:
    """A case as the desk lists it, its name and summary in its own language (`locale`)."""

    id: UUID
    slug: str
    name: str
    summary: str
    locale: str
    status: CaseStatus
    published: bool
    checked_on: date | None
    version: int

    @property
    def days_unchecked(self) -> int | None:
        """Days since somebody made sure that it is right, never below 0; None if nobody has."""
        return max((clock.today() - self.checked_on).days, 0) if self.checked_on else None

    @property
    def is_due(self) -> bool:
        """Whether the public reads what nobody has checked for 90 days, or ever."""
        days = self.days_unchecked
        return self.published and (days is None or days >= CHECK_DAYS)


def find(slug: str) -> Case | None:
    """The case at that slug, published or not, as its editor needs it."""
    return session.scalars(select(Case).where(Case.slug == slug)).one_or_none()


def written_in(case: Case) -> dict[str, bool]:
    """The languages in which a case has words, each with whether the original has changed since."""
    texts = session.execute(select(CaseText.locale, CaseText.written_at).where(CaseText.case_id == case.id))
    written = {text.locale: text.written_at for text in texts}
    own = written.get(case.locale)
    return {locale: own is not None and at < own for locale, at in written.items()}


def linked_ids(case_id: UUID) -> set[UUID]:
    """The articles that were put under a case by hand."""
    return set(session.scalars(select(case_article.c.article_id).where(case_article.c.case_id == case_id)))


def for_desk(user: User) -> list[DeskCase]:
    """Cases a user works on: an organiser's own, all for staff and admins; due ones first, then by name."""
    statement = (
        select(Case, CaseText)
        .join(CaseText, CaseText.case_id == Case.id)
        .where(CaseText.locale == Case.locale)
    )
    if not permissions.allows(user, "case.write"):
        statement = statement.where(Case.owner_id == user.id)
    found = [_listed(case, text) for case, text in session.execute(statement)]
    return sorted(found, key=lambda case: (not case.is_due, sorting_key(case.name)))


def _listed(case: Case, text: CaseText) -> DeskCase:
    return DeskCase(
        id=case.id,
        slug=case.slug,
        name=text.name,
        summary=text.summary,
        locale=case.locale,
        status=case.status,
        published=case.published,
        checked_on=case.checked_on,
        version=case.version,
    )
