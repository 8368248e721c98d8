"""What pages, letters and exports read about actions: cards for lists, one whole page, links to articles."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.goals import GoalView
from campaign_actions.actions.models import (
    Action,
    ActionState,
    ActionTarget,
    ActionText,
    Goal,
    Kind,
    Level,
    Outcome,
    Target,
    action_article,
)
from campaign_actions.cases import queries as cases
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, current_locale

SOON_DAYS = 7
RISK_DAYS = 30
KEPT_MONTHS = 6
# What strangers never see in a list; a withdrawn action keeps only its own page.
UNLISTED = (ActionState.DRAFT, ActionState.WITHDRAWN)
# Made once: making an alias takes longer than reading the rows.
_WANTED, _OWN, _SUCCESSOR = aliased(ActionText), aliased(ActionText), aliased(Action)


@dataclass(frozen=True)
class ActionCard:
    """An action as lists show it, in one language; moments are UTC, to be shown in `zone`.

    `state` is what the clock says: one that opens later is open from its moment on, whether or not
    the worker has come by. `locale` is the language of title and ask, `original` that of everything
    else that an organiser wrote: goals, plan, reasons, outcome.
    """

    id: UUID
    slug: str
    kind: Kind
    state: ActionState
    title: str
    ask: str
    locale: str
    original: str
    zone: str
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    at_risk: bool
    goals: tuple[GoalView, ...]
    outcome: Outcome | None
    outcome_on: date | None
    outcome_text: str
    outcome_source: str
    case_id: UUID | None
    owner_id: UUID | None
    successor_slug: str | None
    text_version: int
    delivery_plan: str
    delivered_on: date | None
    delivered_place: str
    delivered_to: str
    version: int
    changed_at: datetime
    published_at: datetime | None

    @property
    def is_open(self) -> bool:
        """True while it takes signatures: open, not past its closing moment, no successor, not ended."""
        if self.state is not ActionState.OPEN or self.successor_slug is not None or self.is_ended:
            return False
        return self.closes_at is None or clock.now() < self.closes_at

    @property
    def is_ended(self) -> bool:
        """True once something came of it that leaves nothing to ask for."""
        return self.outcome in (Outcome.WON, Outcome.PARTLY_WON)

    @property
    def days_left(self) -> int | None:
        """Calendar days to the closing day in the action's zone, 0 on the day itself; None if open-ended."""
        if self.closes_at is None:
            return None
        zone = ZoneInfo(self.zone)
        return (self.closes_at.astimezone(zone).date() - clock.now().astimezone(zone).date()).days

    @property
    def closes_soon(self) -> bool:
        """True for an open action in its last seven days."""
        left = self.days_left
        return self.is_open and left is not None and left <= SOON_DAYS


@dataclass(frozen=True)
class ActionPage:
    """Everything the page of an action shows, in one language.

    `delete_on` is the day on which a signature made now will be deleted. `frozen_on` is
    the day of the first signature under this text. `target_words` names those asked in
    one phrase; `letter_html` was cleaned when it was saved.
    """

    card: ActionCard
    letter_html: str
    text_version: int
    text_revision: int
    text_made_on: date
    frozen_on: date | None
    versions: int
    targets: tuple[str, ...]
    copies: tuple[str, ...]
    target_words: str
    preset_level: Level
    offers_target: bool
    offers_everyone: bool
    delivery_plan: str
    state_reason: str
    delete_on: date


def by_slug(slug: str, locale: str = "en") -> ActionPage | None:
    """The action with this address in any state, or None; the caller decides who may see a draft.

    Falls back to the action's own language where `locale` has no text.
    """
    return _page(Action.slug == slug, locale)


def by_id(action_id: UUID, locale: str = "en", *, unshown: bool = False) -> ActionPage | None:
    """As `by_slug`, by id; with `unshown` in a translation that nobody sees yet too."""
    return _page(Action.id == action_id, locale, unshown=unshown)


def as_signed(page: ActionPage, version: int, locale: str) -> ActionPage:
    """`page` with the words of one version and language, as somebody signed them."""
    which = (ActionText.action_id == page.card.id, ActionText.version == version, ActionText.locale == locale)
    text = session.scalars(select(ActionText).where(*which)).one_or_none()
    if text is None:
        return page
    card = replace(page.card, title=text.title, ask=text.ask, locale=text.locale)
    return replace(page, card=card, letter_html=text.letter_html, text_version=version)


def listed(*, kind: Kind | None = None, spoken: str | None = None) -> list[ActionCard]:
    """Published actions that are not withdrawn, newest first, in the current language.

    Only of one `kind`, and only those that can be read in the language `spoken`, if given.
    """
    statement = _cards().where(Action.state.not_in(UNLISTED))
    if kind is not None:
        statement = statement.where(Action.kind == kind)
    if spoken is not None:
        shown = _words_of(ActionText, spoken)
        statement = statement.where(select(ActionText.id).where(shown).exists())
    return _read(statement.order_by(Action.published_at.desc(), Action.slug))


def by_ids(action_ids: Iterable[UUID]) -> dict[UUID, ActionCard]:
    """Cards of any state by id; unknown ids are left out."""
    ids = list(action_ids)
    if not ids:
        return {}
    return {card.id: card for card in _read(_cards().where(Action.id.in_(ids)))}


def of_articles(article_ids: Iterable[UUID]) -> dict[UUID, list[ActionCard]]:
    """Published actions of each article, open ones first; articles without any are left out."""
    pairs = _pairs(action_article.c.article_id.in_(list(article_ids)))
    cards = by_ids(action_id for _article, action_id in pairs)
    found: dict[UUID, list[ActionCard]] = {}
    for article_id, action_id in pairs:
        if cards[action_id].state not in UNLISTED:
            found.setdefault(article_id, []).append(cards[action_id])
    for group in found.values():
        group.sort(key=lambda card: (not card.is_open, card.slug))
    return found


def any_of_article(article_id: UUID) -> list[ActionCard]:
    """All actions made from an article, drafts included, for the people who work on them."""
    pairs = _pairs(action_article.c.article_id == article_id)
    return list(by_ids(action_id for _article, action_id in pairs).values())


def articles_of(action_id: UUID) -> list[UUID]:
    """Ids of the articles linked to an action."""
    return [article_id for article_id, _action in _pairs(action_article.c.action_id == action_id)]


def of_case(case_id: UUID) -> list[ActionCard]:
    """Published actions of a case, newest first."""
    statement = _cards().where(Action.case_id == case_id, Action.state.not_in(UNLISTED))
    return _read(statement.order_by(Action.published_at.desc(), Action.slug))


def articles_of_case(case_id: UUID) -> Select[tuple[UUID]]:
    """The articles of a case, in any state, as a part of other statements.

    Those of its published actions, of its timeline, and those linked to it by hand.
    """
    acted = (
        select(action_article.c.article_id)
        .join(Action, Action.id == action_article.c.action_id)
        .where(Action.case_id == case_id, Action.state.not_in(UNLISTED))
    )
    both = cases.article_ids(case_id).union(acted).subquery()
    return select(both.c.id)


def for_desk(user: User) -> list[ActionCard]:
    """Actions a user works on, last changed first: an organiser's own; all for staff and admins."""
    statement = _cards().order_by(Action.changed_at.desc(), Action.slug)
    if user.role is Role.ORGANISER:
        statement = statement.where(Action.owner_id == user.id)
    return _read(statement)


def deletion_day(closes_at: datetime, zone: str, *, at_risk: bool) -> date:
    """The day a signature is deleted: 30 days after the closing day when at risk, else 6 months.

    The closing day is the calendar day in `zone`; a day that the sixth month lacks becomes its last.
    """
    closing = closes_at.astimezone(ZoneInfo(zone)).date()
    if at_risk:
        return closing + timedelta(days=RISK_DAYS)
    year, month = divmod(closing.year * 12 + closing.month - 1 + KEPT_MONTHS, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(closing.day, last))


def in_words(names: Sequence[str]) -> str:
    """Names as one phrase: "A", "A and B", "A, B and C"; empty for none."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def _cards(locale: str | None = None, *, unshown: bool = False) -> Select[Action, UUID, str]:
    return (
        select(Action, func.coalesce(_WANTED.id, _OWN.id).label("text_id"), _SUCCESSOR.slug)
        .outerjoin(_WANTED, _words_of(_WANTED, (locale or current_locale()), unshown=unshown))
        .outerjoin(_OWN, _words_of(_OWN, Action.locale))
        .outerjoin(_SUCCESSOR, _SUCCESSOR.id == Action.successor_id)
    )


def _words_of(text: type[ActionText], locale: Any, *, unshown: bool = False) -> ColumnElement[bool]:
    here = and_(text.action_id == Action.id, text.version == Action.text_version, text.locale == locale)
    return here if unshown else and_(here, text.shown.is_(True))


def _read(statement: Select[Action, UUID, str]) -> list[ActionCard]:
    return [card for card, _action, _text in _rows(statement)]


def _rows(statement: Select[Action, UUID, str]) -> list[tuple[ActionCard, Action, ActionText]]:
    rows = session.execute(statement).all()
    texts = _texts([text_id for _action, text_id, _slug in rows])
    goals = _goals([action.id for action, _text, _slug in rows])
    return [
        (_card(action, texts[text_id], goals.get(action.id, ()), slug), action, texts[text_id])
        for action, text_id, slug in rows
    ]


def _texts(ids: list[UUID]) -> dict[UUID, ActionText]:
    if not ids:
        return {}
    return {text.id: text for text in session.scalars(select(ActionText).where(ActionText.id.in_(ids)))}


def _goals(ids: list[UUID]) -> dict[UUID, tuple[GoalView, ...]]:
    if not ids:
        return {}
    found: dict[UUID, tuple[GoalView, ...]] = {}
    columns = (Goal.action_id, Goal.number, Goal.meaning, Goal.passed_on)
    statement = select(*columns).where(Goal.action_id.in_(ids)).order_by(Goal.number)
    for action_id, number, meaning, passed_on in session.execute(statement):
        found[action_id] = (*found.get(action_id, ()), GoalView(number, meaning, passed_on))
    return found


def _card(action: Action, text: ActionText, goals: tuple[GoalView, ...], successor: str | None) -> ActionCard:
    return ActionCard(
        id=action.id,
        slug=action.slug,
        kind=action.kind,
        state=_state_now(action),
        title=text.title,
        ask=text.ask,
        locale=text.locale,
        original=action.locale,
        zone=action.zone,
        opens_at=action.opens_at,
        closes_at=action.closes_at,
        closed_at=action.closed_at,
        at_risk=action.at_risk,
        goals=goals,
        outcome=action.outcome,
        outcome_on=action.outcome_on,
        outcome_text=action.outcome_text,
        outcome_source=action.outcome_source,
        case_id=action.case_id,
        owner_id=action.owner_id,
        successor_slug=successor,
        text_version=action.text_version,
        delivery_plan=action.delivery_plan,
        delivered_on=action.delivered_on,
        delivered_place=action.delivered_place,
        delivered_to=action.delivered_to,
        version=action.version,
        changed_at=action.changed_at,
        published_at=action.published_at,
    )


def _state_now(action: Action) -> ActionState:
    due = action.opens_at is not None and action.opens_at <= clock.now()
    return ActionState.OPEN if action.state is ActionState.SCHEDULED and due else action.state


def _page(which: ColumnElement[bool], locale: str, *, unshown: bool = False) -> ActionPage | None:
    rows = _rows(_cards(locale, unshown=unshown).where(which))
    if not rows:
        return None
    card, action, text = rows[0]
    targets, copies = _targets(action.id)
    return ActionPage(
        card=card,
        letter_html=text.letter_html,
        text_version=text.version,
        text_revision=text.revision,
        text_made_on=text.made_on,
        frozen_on=text.frozen_on,
        versions=action.text_version,
        targets=targets,
        copies=copies,
        target_words=in_words(targets),
        preset_level=action.preset_level,
        offers_target=action.offers_target,
        offers_everyone=action.offers_everyone,
        delivery_plan=action.delivery_plan,
        state_reason=action.state_reason,
        delete_on=_delete_on(action),
    )


def _delete_on(action: Action) -> date:
    closing = action.closed_at or action.closes_at or clock.now()
    return deletion_day(closing, action.zone, at_risk=action.at_risk)


def _targets(action_id: UUID) -> tuple[tuple[str, ...], tuple[str, ...]]:
    statement = (
        select(Target.name, ActionTarget.is_copy)
        .join(ActionTarget, ActionTarget.target_id == Target.id)
        .where(ActionTarget.action_id == action_id)
        .order_by(ActionTarget.position, Target.name)
    )
    rows = session.execute(statement).all()
    return tuple(name for name, copy in rows if not copy), tuple(name for name, copy in rows if copy)


def _pairs(which: ColumnElement[bool]) -> list[tuple[UUID, UUID]]:
    columns = (action_article.c.article_id, action_article.c.action_id)
    rows = session.execute(select(*columns).where(which).order_by(*columns))
    return [(article_id, action_id) for article_id, action_id in rows]
