"""Publishing an action: what must be there first, and the one step that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Case as Chosen, case, literal, select, update

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions import queries, writing_in
from campaign_actions.actions.models import Action, ActionState, Kind
from campaign_actions.actions.queries import ActionPage
from campaign_actions.cases import upkeep
from campaign_actions.cases.models import Case
from campaign_actions.editors import checks as lists
from campaign_actions.editors.checks import Check
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number


def checks(page: ActionPage) -> list[Check]:
    """What publishing asks for, in the order of the editor, then reminders."""
    card = page.card
    petition = card.kind is Kind.PETITION
    lines = [
        Check("title", bool(card.title), _("Title") if card.title else _("Write the title")),
        Check("ask", bool(card.ask), _("The ask") if card.ask else _("Write the ask")),
    ]
    if card.kind is not Kind.PROTEST:
        lines.append(_one_of(page.targets, "targets", _("Targets"), _("Name whom it is addressed to")))
    if petition:
        lines.append(_one_of(page.letter_html, "letter", _("Text of the letter"), _("Write the letter")))
        lines.append(_one_of(card.goals, "goals", _("Goals"), _("Set a first goal")))
    if card.kind is Kind.LETTER:
        lines += _of_letter(page)
    lines.append(_closing_day(page))
    lines += _unchecked_case(page)
    if petition:
        reminder = _("No delivery plan yet (needed before closing)")
        plan = page.delivery_plan
        lines.append(
            Check("delivery_plan", bool(plan), _("Delivery plan") if plan else reminder, needed=False)
        )
    return lines


def missing(page: ActionPage) -> list[Check]:
    """The needed lines that are not done."""
    return lists.missing(checks(page))


def publish(action_id: UUID, *, by: User | None, locale: str = "en") -> None:
    """Show a draft to everybody; it opens now, or later if it has an opening moment to come.

    Raises NotAllowed when `by` may not, Refused naming what is missing, or when it is no draft any more.
    """
    owner_id = session.scalars(select(Action.owner_id).where(Action.id == action_id)).one()
    if by is not None and not permissions.allows(by, "action.publish", owner_id):
        raise NotAllowed
    now = clock.now()
    opened = session.execute(
        update(Action)
        .where(Action.id == action_id, Action.state == ActionState.DRAFT)
        .values(state=_state_from(now), published_at=now, changed_at=now, version=Action.version + 1)
        .returning(Action.slug)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire_all()
    if opened is None:
        raise Refused(_("This action is published already."))
    # Looked at while the row is ours, so that no save can take away what was found there.
    _refuse_gaps(queries.by_id(action_id, locale))
    audit.record("action.publish", by=by, thing="action", thing_id=action_id, slug=opened.slug)


def _state_from(now: datetime) -> Chosen[ActionState]:
    kind = Action.state.type
    later = (Action.opens_at > now, literal(ActionState.SCHEDULED, kind))
    return case(later, else_=literal(ActionState.OPEN, kind))


def _refuse_gaps(page: ActionPage | None) -> None:
    gaps = missing(page) if page else []
    if gaps:
        raise Refused(_("This is missing: %(things)s.", things="; ".join(gap.words for gap in gaps)))


def _unchecked_case(page: ActionPage) -> list[Check]:
    found = session.get(Case, page.card.case_id) if page.card.case_id else None
    if found is None or (found.checked_on and (clock.today() - found.checked_on).days < upkeep.CHECK_DAYS):
        return []
    words = _("Nobody has checked the case for %(days)s days", days=number(upkeep.CHECK_DAYS))
    return [Check("case", False, words, needed=False)]


def _of_letter(page: ActionPage) -> list[Check]:
    words = writing_in.words_of(page).get(page.card.locale)
    subject = words.subject if words else ""
    reached = [one for one in writing_in.addressees(page.card.id) if one.is_reachable]
    needs_address = _("Give at least one target a postal or email address, in the address book")
    where = [_one_of(reached, "targets", _("Where to write"), needs_address)]
    return [
        *(where if page.targets else []),
        _one_of(subject, "subject", _("Subject"), _("Write the subject")),
        _one_of(page.letter_html, "letter", _("Text of the letter"), _("Write the letter")),
    ]


def _one_of(things: Sequence[object], field: str, done: str, ask: str) -> Check:
    return Check(field, bool(things), done if things else ask)


def _closing_day(page: ActionPage) -> Check:
    closes_at = page.card.closes_at
    if page.card.kind is Kind.LETTER and closes_at is None:
        return Check("closes", False, _("Add the day to write by"))
    if closes_at is None:
        return Check("closes", False, _("Add a closing day"))
    if closes_at <= clock.now():
        return Check("closes", False, _("Move the closing day into the future"))
    return Check("closes", True, _("Closing day"))
