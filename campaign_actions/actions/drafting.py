"""Making and editing actions, from nothing or from an article; no edit is lost to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

from campaign_actions import audit
from campaign_actions.accounts import permissions
from campaign_actions.accounts.models import User
from campaign_actions.actions import closing, moving, targets, wording
from campaign_actions.actions.goals import GoalView
from campaign_actions.actions.models import Action, ActionState, ActionText, Goal, Kind, Level, action_article
from campaign_actions.actions.wording import Words
from campaign_actions.articles.queries import ArticleView
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock, local_time, slugs
from campaign_actions.infra.database import free_slugs, versions
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _, number

MAX_GOAL = 100_000_000
MAX_GOALS = 8
MAX_PLAN = 500
MAX_MEANING = 200


@dataclass(frozen=True, kw_only=True)
class Typed:
    """All an organiser may set in the editor. `opens` and `closes` are local text or empty.

    They are written like "2026-12-10 23:59", in `zone`.

    `kind` and `words` in the language edited; `goals` in any order; targets as names. `address` is the slug
    wanted, empty for one made from the title.
    """

    kind: Kind
    words: Words
    targets: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    goals: tuple[GoalView, ...] = ()
    opens: str = ""
    closes: str = ""
    zone: str = "UTC"
    at_risk: bool = False
    preset_level: Level = Level.TEAM
    offers_target: bool = True
    offers_everyone: bool = True
    delivery_plan: str = ""
    case_id: UUID | None = None
    successor_id: UUID | None = None
    address: str = ""


def draft(kind: Kind, words: Words, *, zone: str, locale: str = "en", by: User | None) -> Action:
    """A new draft of `by`. Raises Refused, naming the field, without a title or with one too long."""
    tidy = wording.tidied(words)
    if not tidy.title:
        raise Refused(_("Write the title: a verb and a name."), field="title")
    return _make(kind, tidy, zone, locale, by, article_id=None)


def draft_from(article: ArticleView, *, zone: str, by: User | None, kind: Kind = Kind.PETITION) -> Action:
    """A draft filled from an article and linked to it.

    The title is cut to 60 characters at a word; the ask is the summary or the beginning,
    cut to 200. An article may have several actions: the page that offers this names them first.
    """
    words = Words(
        title=cut(article.title, wording.MAX_TITLE),
        ask=cut(article.summary or article.excerpt, wording.MAX_ASK),
    )
    return _make(kind, words, zone, article.locale, by, article_id=article.id)


def save(
    action_id: UUID,
    typed: Typed,
    *,
    by: User | None,
    seen_version: int,
    locale: str | None = None,
    as_new_version: bool = False,
) -> Action:
    """The action with everything in `typed`. Nothing is overwritten that `by` has not seen.

    `seen_version` is the version the editor showed; `as_new_version` lets staff change words
    that somebody has signed. Raises Refused, naming the field where there is one: somebody
    saved in between, frozen words, a value that cannot be kept, a broken promise.
    """
    action = claimed(action_id, seen_version, by=by)
    if action.state is ActionState.WITHDRAWN:
        raise Refused(_("This action was withdrawn and is kept as it was."))
    spoken = locale or action.locale
    tidy = wording.tidied(typed.words)
    before = (action.zone, action.opens_at, action.closes_at, action.at_risk)
    closes_at = _closing(action, typed)
    opens_at = _opening(action, typed, closes_at)
    _readdress(action, typed.address.strip().strip("/"), tidy.title, by=by)
    if action.state is ActionState.DRAFT:
        action.kind = typed.kind
    reworded = _reword(action, spoken, tidy, typed, by=by, as_new_version=as_new_version)
    action.zone, action.opens_at, action.closes_at = typed.zone, opens_at, closes_at
    _set_levels(action, typed)
    action.delivery_plan = _short(typed.delivery_plan, MAX_PLAN, "delivery_plan")
    action.case_id = typed.case_id
    action.successor_id = _successor(action, typed.successor_id)
    _put_goals(action, typed.goals)
    action.changed_at = clock.now()
    session.flush()
    dates = before != (action.zone, action.opens_at, action.closes_at, action.at_risk)
    deeds = {"version": action.version, "reworded": reworded, "dates_or_risk": dates}
    audit.record("action.save", by=by, thing="action", thing_id=action.id, **deeds)
    return action


def find(slug: str) -> Action | None:
    """The action with this address, in any state, as its editor needs it."""
    return session.scalars(select(Action).where(Action.slug == slug)).one_or_none()


def by_id(action_id: UUID | None) -> Action | None:
    """As `find`, by id."""
    return session.get(Action, action_id) if action_id else None


def claimed(action_id: UUID, seen_version: int, *, by: User | None, deed: str = "action.write") -> Action:
    """The action with its version raised, if it still has the version `by` saw.

    Raises NotAllowed when `by` may not do `deed` to it, Overtaken when somebody saved in between.
    """
    action = session.get_one(Action, action_id, populate_existing=True)
    if by is not None and not permissions.allows(by, deed, action.owner_id):
        raise NotAllowed
    words = _(
        "Somebody else saved this action while you were writing. Nothing was overwritten, and your "
        "text is still on this page. Compare the two, then save again to put yours in its place."
    )
    return versions.claimed(Action, action_id, seen_version, otherwise=words)


def link(action_id: UUID, article_id: UUID) -> None:
    """Link an action and an article to each other; twice is once."""
    pair = {"action_id": action_id, "article_id": article_id}
    if session.execute(select(action_article).filter_by(**pair)).first() is None:
        session.execute(insert(action_article).values(**pair))


def cut(text: str, most: int) -> str:
    """`text` on one line in at most `most` characters, cut between words and without a dangling mark."""
    line = " ".join(text.split()).removesuffix("[...]").rstrip()
    if len(line) <= most:
        return line
    short = line[: most + 1].rsplit(" ", 1)[0] if " " in line[: most + 1] else line[:most]
    return short[:most].rstrip(" ,;:-–—(«“")


def _make(
    kind: Kind, words: Words, zone: str, locale: str, by: User | None, *, article_id: UUID | None
) -> Action:
    local_time.known(zone)
    action = Action(
        slug=_free_slug(words.title), kind=kind, locale=locale, zone=zone, owner_id=by.id if by else None
    )
    session.add(action)
    session.flush()
    session.add(ActionText(action_id=action.id, locale=locale, title=words.title, ask=words.ask))
    session.flush()
    wording.edit(action, locale, words)
    if article_id is not None:
        link(action.id, article_id)
    session.flush()
    source = str(article_id) if article_id else ""
    audit.record("action.draft", by=by, thing="action", thing_id=action.id, article=source)
    return action


def _reword(
    action: Action, locale: str, words: Words, typed: Typed, *, by: User | None, as_new_version: bool
) -> bool:
    """Store words and targets, as a new version if they are frozen; True when the words changed."""
    names = [*filter(None, map(targets.tidied, typed.targets))]
    readdressed = names != targets.of_action(action.id)[0] and wording.frozen_on(action) is not None
    reworded = wording.differs(action, locale, words)
    as_next = readdressed or (reworded and wording.current(action, locale).frozen_on is not None)
    if as_next and not as_new_version:
        wording.refuse_frozen(action, locale, words, by=by)
    targets.put(action.id, names, typed.copies)
    if as_next:
        wording.new_version(action, locale, words, by=by)
    else:
        wording.edit(action, locale, words)
    return reworded


def _opening(action: Action, typed: Typed, closes_at: datetime | None) -> datetime | None:
    waits = action.state is ActionState.SCHEDULED
    if not waits and action.state is not ActionState.DRAFT:
        return action.opens_at
    if not typed.opens.strip():
        if waits:
            raise Refused(_("Write when it opens. To open it at once, use “Open now”."), field="opens")
        return None
    opens_at = local_time.read(typed.opens, typed.zone, field="opens")
    if waits and opens_at != action.opens_at and opens_at <= clock.now():
        raise Refused(_("This moment has passed. Choose a later one, or use “Open now”."), field="opens")
    if closes_at is not None and opens_at >= closes_at:
        raise Refused(_("It would close before it opens. Choose an earlier moment."), field="opens")
    return opens_at


def _closing(action: Action, typed: Typed) -> datetime | None:
    local_time.known(typed.zone)
    if not typed.closes.strip():
        if action.state is not ActionState.DRAFT:
            raise Refused(_("Every action has a closing day. Write one."), field="closes")
        return None
    closes_at = local_time.read(typed.closes, typed.zone, field="closes")
    taking = action.state in (ActionState.SCHEDULED, ActionState.OPEN, ActionState.PAUSED)
    if taking and closes_at != action.closes_at and closes_at <= clock.now():
        raise Refused(
            _("This moment has passed. Choose a later one, or close the action now."), field="closes"
        )
    closing.keep_promise(action, closes_at, typed.zone)
    return closes_at


def _set_levels(action: Action, typed: Typed) -> None:
    # "Everyone" is never preset, and at risk nothing but "nobody outside our team" is.
    action.at_risk = typed.at_risk
    action.offers_target, action.offers_everyone = typed.offers_target, typed.offers_everyone
    may_preset = typed.offers_target and not typed.at_risk and typed.preset_level is Level.TARGET
    action.preset_level = Level.TARGET if may_preset else Level.TEAM


def _successor(action: Action, successor_id: UUID | None) -> UUID | None:
    following = successor_id
    seen = {action.id}
    while following is not None:
        if following in seen:
            raise Refused(_("An action cannot lead back to itself. Choose another."), field="successor")
        seen.add(following)
        following = session.scalars(select(Action.successor_id).where(Action.id == following)).one()
    return successor_id


def _put_goals(action: Action, goals: Sequence[GoalView]) -> None:
    if len(goals) > MAX_GOALS:
        raise Refused(_("Set at most %(count)s goals.", count=number(MAX_GOALS)), field="goals")
    numbers = [goal.number for goal in goals]
    for goal in goals:
        if not 1 <= goal.number <= MAX_GOAL:
            raise Refused(_("Write each goal as a whole number, 1 or more."), field="goals")
        if numbers.count(goal.number) > 1:
            raise Refused(_("Two goals have the same number. Change one."), field="goals")
    kept = {goal.number: goal for goal in session.scalars(select(Goal).where(Goal.action_id == action.id))}
    session.execute(delete(Goal).where(Goal.action_id == action.id, Goal.number.not_in(numbers)))
    for goal in goals:
        meaning = _short(goal.meaning, MAX_MEANING, "goals")
        # A goal that stays keeps the day on which it was passed.
        if goal.number in kept:
            kept[goal.number].meaning = meaning
        else:
            session.add(Goal(action_id=action.id, number=goal.number, meaning=meaning))


def _short(text: str, most: int, field: str) -> str:
    line = " ".join(text.split())
    if len(line) > most:
        raise Refused(_("Write at most %(most)s characters here.", most=number(most)), field=field)
    return line


def _readdress(action: Action, address: str, title: str, *, by: User | None) -> None:
    """Give it the address that was typed; a draft that has none of its own follows its title."""
    if address and address != action.slug:
        moving.readdress(action, address, by=by)
        return
    before = slugs.slugify(wording.current(action).title)
    followed = not address or not before or slugs.fits(action.slug, before)
    base = slugs.slugify(title)
    if action.state is ActionState.DRAFT and followed and base and not slugs.fits(action.slug, base):
        action.slug = _free_slug(title)


def _free_slug(title: str) -> str:
    return free_slugs.free(Action.slug, slugs.slugify(title, fallback="action"))
