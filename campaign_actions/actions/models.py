"""Tables of actions: what we ask people to do, its texts, goals, targets and events."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import Base, Model


class Kind(StrEnum):
    """What people do: sign one letter, write their own, or come along."""

    PETITION = "petition"
    LETTER = "letter"
    PROTEST = "protest"


class ActionState(StrEnum):
    """Where an action stands. An outcome is apart: a closed or open action may have one."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What came of it."""

    WON = "won"
    PARTLY_WON = "partly_won"
    NOT_WON = "not_won"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """Who may see a name."""

    TEAM = "team"
    TARGET = "target"
    EVERYONE = "everyone"


class ChangeState(StrEnum):
    """What became of a wish to change frozen words."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"


class EventKind(StrEnum):
    """What sort of event it is."""

    DEMONSTRATION = "demonstration"
    VIGIL = "vigil"
    PICKET = "picket"
    MEETING = "meeting"
    FILM = "film"
    LETTER_WRITING = "letter_writing"
    ONLINE = "online"
    ANNIVERSARY = "anniversary"


class EventState(StrEnum):
    """Where an event stands; past is told from the clock."""

    DRAFT = "draft"
    PLANNED = "planned"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class UpdateState(StrEnum):
    """Where an update stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


action_article = Table(
    "action_article",
    Base.metadata,
    Column("action_id", ForeignKey("action.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Target(Model, kw_only=True):
    """The person or body asked; `name` as in "the Prosecutor General".

    `address` is the postal address, one line each; `email` is where letters may be sent.
    """

    __tablename__ = "target"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    name: Mapped[str] = mapped_column(String(160), unique=True)
    address: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    version: Mapped[int] = mapped_column(default=1)


class ActionTarget(Model, kw_only=True):
    """One target of one action, in order; `is_copy` for those who get a copy."""

    __tablename__ = "action_target"

    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"), primary_key=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey("target.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    is_copy: Mapped[bool] = mapped_column(default=False)
    target: Mapped[Target] = relationship(init=False, lazy="joined")


class Action(Model, kw_only=True):
    """One thing we ask people to do. Its words are in `ActionText`, its numbers in `counter`.

    `opens_at` and `closes_at` are UTC, shown in `zone`; without `opens_at` it opens when it is
    published. `delete_on` is the earliest deletion day promised to anybody who has signed; None
    until the first signature. `text_version` is the version shown now. `delivered_on`,
    `delivered_place` and `delivered_to` say how it was handed in, as far as that is known.
    """

    __tablename__ = "action"
    __table_args__ = (Index(None, "state", "closes_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[Kind] = mapped_column(default=Kind.PETITION)
    state: Mapped[ActionState] = mapped_column(default=ActionState.DRAFT)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    text_version: Mapped[int] = mapped_column(default=1)
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    opens_at: Mapped[datetime | None] = mapped_column(default=None)
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    at_risk: Mapped[bool] = mapped_column(default=False)
    preset_level: Mapped[Level] = mapped_column(default=Level.TEAM)
    offers_target: Mapped[bool] = mapped_column(default=True)
    offers_everyone: Mapped[bool] = mapped_column(default=True)
    delivery_plan: Mapped[str] = mapped_column(String(500), default="")
    state_reason: Mapped[str] = mapped_column(String(500), default="")
    delivered_on: Mapped[date | None] = mapped_column(default=None)
    delivered_place: Mapped[str] = mapped_column(String(200), default="")
    delivered_to: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[Outcome | None] = mapped_column(default=None)
    outcome_on: Mapped[date | None] = mapped_column(default=None)
    outcome_text: Mapped[str] = mapped_column(Text, default="")
    outcome_source: Mapped[str] = mapped_column(String(300), default="")
    delete_on: Mapped[date | None] = mapped_column(default=None)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"), default=None, index=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("action.id"), default=None)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class ActionText(Model, kw_only=True):
    """The words of an action in one language and version; frozen by the first signature.

    `revision` rises with each edit before freezing, so that a form says which words it showed.
    A translation is `shown` once somebody says that it is ready; `translated_from` is the digest
    (16 hex digits) of the original it was last saved beside, empty for the original itself.
    `subject`, `points` and `avoid` belong to a letter that people write themselves.
    """

    __tablename__ = "action_text"
    __table_args__ = (UniqueConstraint("action_id", "locale", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(120), default="")
    ask: Mapped[str] = mapped_column(String(400), default="")
    letter: Mapped[str] = mapped_column(Text, default="")
    letter_html: Mapped[str] = mapped_column(Text, default="")
    shown: Mapped[bool] = mapped_column(default=True)
    translated_from: Mapped[str] = mapped_column(String(16), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    points: Mapped[str] = mapped_column(Text, default="")
    points_html: Mapped[str] = mapped_column(Text, default="")
    avoid: Mapped[str] = mapped_column(Text, default="")
    avoid_html: Mapped[str] = mapped_column(Text, default="")
    made_on: Mapped[date] = mapped_column(default_factory=clock.today)
    frozen_on: Mapped[date | None] = mapped_column(default=None)


class TextChange(Model, kw_only=True):
    """Words an organiser asks to put in place of frozen ones of `version`, and what staff made of it.

    `reason` is the asker's, `answer` that of whoever decided.
    """

    __tablename__ = "text_change"
    __table_args__ = (Index(None, "action_id", "state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    ask: Mapped[str] = mapped_column(String(400))
    letter: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.ASKED)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    asked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(String(500), default="")

    @property
    def next_version(self) -> int:
        """The version these words would become."""
        return self.version + 1


class Goal(Model, kw_only=True):
    """A number of signatures and what happens there; `passed_on` is set once, by the count."""

    __tablename__ = "goal"
    __table_args__ = (UniqueConstraint("action_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    number: Mapped[int]
    meaning: Mapped[str] = mapped_column(String(200), default="")
    passed_on: Mapped[date | None] = mapped_column(default=None)


class LaunchStep(Model, kw_only=True):
    """One thing to do when an action opens that somebody says is done: a word of `launching.STEPS`."""

    __tablename__ = "launch_step"

    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(20), primary_key=True)
    done_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class Update(Model, kw_only=True):
    """A short dated post on an action. `body_html` is made from `body` and cleaned when saved.

    `number` counts the action's published updates from 1; it is given when an update is first
    published and stays with it, as its address does. `version` rises with each save.
    """

    __tablename__ = "action_update"
    __table_args__ = (UniqueConstraint("action_id", "number"), Index(None, "action_id", "state"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    number: Mapped[int | None] = mapped_column(default=None)
    state: Mapped[UpdateState] = mapped_column(default=UpdateState.DRAFT)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class Event(Model, kw_only=True):
    """A protest event. Moments are UTC, shown in `zone`; `sequence` rises with each change.

    With `place_later` the place, and how to get there, are kept but shown nowhere until they are
    released, by hand or at `place_from`. A `yearly` event comes again on the same local day and
    hour, up to the calendar year `last_year` if there is one. `spot` names a place of the map.
    """

    __tablename__ = "event"
    __table_args__ = (Index(None, "state", "starts_at"), Index(None, "action_id", "starts_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[EventState] = mapped_column(default=EventState.DRAFT)
    kind: Mapped[EventKind]
    locale: Mapped[str] = mapped_column(String(8), default="en")
    title: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    zone: Mapped[str] = mapped_column(String(64))
    yearly: Mapped[bool] = mapped_column(default=False)
    last_year: Mapped[int | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    place_later: Mapped[bool] = mapped_column(default=False)
    place_from: Mapped[datetime | None] = mapped_column(default=None)
    place_checked: Mapped[bool] = mapped_column(default=True)
    spot: Mapped[str] = mapped_column(String(40), default="")
    online_url: Mapped[str] = mapped_column(String(500), default="")
    directions: Mapped[str] = mapped_column(String(500), default="")
    access: Mapped[str] = mapped_column(String(200), default="")
    bring: Mapped[str] = mapped_column(String(300), default="")
    called_by: Mapped[str] = mapped_column(String(160), default="")
    safety: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    came: Mapped[int | None] = mapped_column(default=None)
    report: Mapped[str] = mapped_column(Text, default="")
    report_html: Mapped[str] = mapped_column(Text, default="")
    change_note: Mapped[str] = mapped_column(String(300), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("action.id"), default=None)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
