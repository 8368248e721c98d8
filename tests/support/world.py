"""A site with one of everything, seen by everybody who may come: for walks over all its addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select, update

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import events, rewording, wording
from campaign_actions.actions.models import (
    Action,
    ActionState,
    Event,
    EventState,
    Level,
    UpdateState,
    action_article,
)
from campaign_actions.actions.queries import ActionPage
from campaign_actions.actions.wording import Words
from campaign_actions.articles.models import Article, ArticleState, Author, Category, Tag
from campaign_actions.cases.models import (
    Case,
    CaseFact,
    CaseName,
    CaseStatus,
    CaseText,
    EntryKind,
    FactKind,
    TimelineEntry,
    case_article,
)
from campaign_actions.config import Settings
from campaign_actions.exports import requesting
from campaign_actions.exports.models import Purpose
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra import clock, tokens
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import unsubscribing
from campaign_actions.signatures.models import CommentState
from campaign_actions.web.desk.previews import PURPOSE as PREVIEW
from tests.conftest import Mailbox
from tests.support import made_exports
from tests.support.content import event_in_words
from tests.support.factories import a_supporter, a_user, an_action
from tests.support.flow import Flow, my_token_in, token_in
from tests.support.letters import a_letter, a_target
from tests.support.signed import a_row, many, store
from tests.support.spoken import add_comment, add_update
from tests.support.visiting import Visitor, logged_in

STRANGER, OWN, OTHER, STAFF, EXPORTER, ADMIN = "stranger", "own", "other", "staff", "exporter", "admin"
# A stranger; the organiser whose things they are, and another one; staff without and with the export right.
WHO = (STRANGER, OWN, OTHER, STAFF, EXPORTER, ADMIN)

MONTH = (2026, 3)
IN_THE_MONTH = 21
AT_ONCE = 12
ON_TWO_PAGES = 21

_numbers = count(1)


@dataclass
class Signed:
    """A signature that waits: the tokens in its letter, and the address it was made with."""

    confirm: str
    my: str
    email: str


@dataclass
class World:
    """Real objects, all of them the organiser's `own`. Methods that make something make it new.

    `read` keeps the addresses that were filled in for reading, by rule. With `words` every title,
    name and sentence in it is those words, cut to what its column holds.
    """

    app: Flask
    settings: Settings
    mailbox: Mailbox
    words: str = ""
    people: dict[str, User] = field(default_factory=dict)
    action: str = ""
    action_id: str = ""
    article: str = ""
    undated: str = ""
    withdrawn: str = ""
    event: str = ""
    case: str = "arman-tolegen"
    read: dict[str, list[str]] = field(default_factory=dict)
    _waiting: list[Signed] = field(default_factory=list)
    _managed: dict[str, str] = field(default_factory=dict)
    _visitors: dict[str, Visitor] = field(default_factory=dict)
    _author: Any = None
    _category: Any = None
    _tag: Any = None

    def __post_init__(self) -> None:
        self._flow = Flow(self.app, self.settings)
        with self._inside():
            self._make_people()
            self._make_articles()
            self._make_action()
            self._make_events()

    @contextmanager
    def _inside(self) -> Iterator[None]:
        with self.app.app_context():
            yield

    def said(self, usual: str, most: int = 120) -> str:
        """`usual`, or the words everything is called by."""
        return self.words[:most] or usual

    def visitor(self, who: str, *, fresh: bool = False) -> Visitor:
        """Somebody at a browser, logged in unless a stranger; `fresh` logs in once more."""
        if fresh or who not in self._visitors:
            user = self.people.get(who)
            if user:
                self._give_password_back(user)
            self._visitors[who] = logged_in(self.app, user) if user else Visitor(self.app)
        return self._visitors[who]

    def _give_password_back(self, user: User) -> None:
        same = update(User).where(User.id == user.id).values(password_hash=user.password_hash)
        with self._inside(), writing() as connection:
            connection.execute(same)

    def signed(self) -> Signed:
        """The tokens of a signature that nobody has used yet."""
        if not self._waiting:
            with self._inside():
                self._sign()
        return self._waiting.pop()

    def managed(self) -> str:
        """The `/my/` token of a confirmed signature that nobody has used yet."""
        one = self.signed()
        with self._inside():
            self._flow.confirm(one.confirm)
        self._managed[one.my] = one.email
        return one.my

    def email_of(self, my_token: str) -> str:
        """The address behind a token that `managed` gave."""
        return self._managed[my_token]

    def an_action(self, state: ActionState = ActionState.OPEN, **values: Any) -> str:
        """Slug of an action."""
        with self._inside():
            if state is ActionState.SCHEDULED:
                values.setdefault("opens_at", clock.now() + timedelta(days=7))
            closed_at = clock.now() if state in (ActionState.CLOSED, ActionState.DELIVERED) else None
            values.setdefault("closed_at", closed_at)
            return self._action(state=state, **values).card.slug

    def scheduled(self) -> str:
        """Slug of an action that opens in a week."""
        return self.an_action(ActionState.SCHEDULED)

    def frozen(self) -> str:
        """Slug of an action that somebody has signed."""
        slug = self.an_action()
        with self._inside():
            self._frozen(slug)
        return slug

    def a_wish(self) -> dict[str, str]:
        """Slug and id of a change of frozen words that waits for staff."""
        slug = self.frozen()
        with self._inside(), writing():
            action = session.query(Action).filter_by(slug=slug).one()
            words = Words(title=self.said("Free the strikers", 60), letter=self.said("Free them."))
            reason = self.said("The prosecutor has changed.", 500)
            wish = rewording.ask(action.id, "en", words, reason, by=None, seen_version=action.version)
            return {"slug": slug, "change_id": str(wish.id)}

    def _frozen(self, slug: str) -> None:
        with writing() as connection:
            action = session.query(Action).filter_by(slug=slug).one()
            assert wording.freeze(connection, action.id, "en", 1, 1)

    def an_article(self, state: ArticleState = ArticleState.PUBLISHED, **values: Any) -> str:
        """Slug of an article."""
        with self._inside():
            return self._article(state=state, **values)

    def an_event(self, state: EventState = EventState.PLANNED, **values: Any) -> str:
        """Slug of an event in a fortnight."""
        with self._inside():
            return self._event(state=state, **values)

    def an_old_event(self) -> str:
        """Slug of an event of last week."""
        return self.an_event(starts_at=clock.now() - timedelta(days=7))

    def a_letter(self, state: ActionState = ActionState.OPEN, **values: Any) -> str:
        """Slug of an action of kind letter."""
        with self._inside():
            target = a_target(name=f"{self.said('the Director of the prison', 150)} {next(_numbers)}")
            named: dict[str, Any] = {
                "title": self.said("Ask for a doctor"),
                "subject": self.said("A doctor", 200),
            }
            if state is ActionState.SCHEDULED:
                named["opens_at"] = clock.now() + timedelta(days=7)
            return a_letter(
                to=(target,), state=state, owner_id=self.people[OWN].id, **named | values
            ).card.slug

    def a_target(self) -> str:
        """Id of somebody in the address book whom no action names."""
        with self._inside():
            return str(a_target(name=f"{self.said('the Ombudsman', 150)} {next(_numbers)}"))

    def a_case(self, **values: Any) -> UUID:
        """Id of a published case with a name in another script, a fact and a timeline entry."""
        values.setdefault("slug", f"case-{next(_numbers)}")
        values.setdefault("owner_id", self.people[OWN].id)
        values.setdefault("write_address", self.said("", 500))
        values["given_out"] = values.setdefault("published", True)
        with self._inside(), writing():
            case = Case(
                status=CaseStatus.IN_PRISON,
                detained_on=date(2024, 1, 9),
                sentence_ends_on=date(2029, 1, 8),
                checked_on=date(2026, 11, 1),
                family_agreed_on=date(2026, 11, 1),
                **values,
            )
            session.add(case)
            session.flush()
            session.add_all(self._told(case.id))
            return case.id

    def _told(self, case_id: UUID) -> list[Any]:
        name, source = self.said("Arman Tolegen"), self.said("His lawyer", 300)
        said, day = self.said("Led a strike.", 300), date(2024, 1, 9)
        title = self.said("Detained at home", 160)
        return [
            CaseText(case_id=case_id, locale="en", name=name, summary=said),
            CaseName(case_id=case_id, lang="kk", name=self.said("Арман Төлеген")),
            CaseFact(case_id=case_id, kind=FactKind.CHARGE, text=said, source=source),
            TimelineEntry(
                case_id=case_id, kind=EntryKind.ARREST, happened_on=day, title=title, source=source
            ),
        ]

    def an_export(self, *, made: bool = True) -> str:
        """Id of an export that the exporter asked for, `made` by the worker."""
        with self._inside():
            asked = self._ask()
            if made:
                self._flow.work()
            return asked

    def an_update(self, state: UpdateState = UpdateState.PUBLISHED, **words: str) -> str:
        """Id of an update on the action."""
        with self._inside():
            return str(add_update(UUID(self.action_id), state, **words))

    def a_comment(self, state: CommentState = CommentState.WAITING) -> str:
        """Id of a comment on the action, by somebody whose name is not public."""
        with self._inside():
            text = self.said("Let them go home.", 500)
            return str(add_comment(self._flow.tools, UUID(self.action_id), text, state))

    def unsubscribe_token(self) -> str:
        """Token of the link with which somebody who asked for news stops it."""
        with self._inside():
            row = a_row(self._flow.tools, UUID(self.action_id), wants_updates=True)
            store([row])
            return unsubscribing.write(row["action_id"], row["email_digest"], self._flow.tools.pepper)

    def preview_token(self) -> str:
        """Token of the preview link of a draft."""
        slug = self.an_action(ActionState.DRAFT)
        with self._inside():
            action = session.query(Action).filter_by(slug=slug).one()
            return tokens.sign(PREVIEW, str(action.id), self.settings.secret_keys)

    def _make_people(self) -> None:
        made = {
            OWN: a_user(name=self.said("Aigul Sadykova")),
            OTHER: a_user(name="Boris Iskakov"),
            STAFF: a_user(Role.STAFF),
            EXPORTER: a_user(Role.STAFF, may_export=True),
            ADMIN: a_user(Role.ADMIN, may_export=True),
        }
        for who, user in made.items():
            session.refresh(user)
            session.expunge(user)
            self.people[who] = user

    def _make_articles(self) -> None:
        with writing():
            author = Author(slug="t", name=self.said("T"))
            category = Category(slug="appeals", title=self.said("Appeals"))
            tag = Tag(slug="zhanaozen", title=self.said("Zhanaozen"))
            session.add_all([author, category, tag])
            session.flush()
            self._author, self._category, self._tag = author.id, category.id, tag.id
        for _number in range(IN_THE_MONTH):
            self.article = self._article()
        self.undated = self._article(dated_on=None)
        self.withdrawn = self._article(
            state=ArticleState.WITHDRAWN, withdrawn_reason=self.said("The family asked us to.", 500)
        )

    def _article(self, **values: Any) -> str:
        values.setdefault("slug", f"an-appeal-for-arman-{next(_numbers)}")
        values.setdefault("title", self.said("An appeal for Arman Tolegen", 300))
        values.setdefault("state", ArticleState.PUBLISHED)
        values.setdefault("dated_on", date(*MONTH, 14))
        values.setdefault("body", "He led a strike.")
        values.setdefault("body_html", f"<p>{values['body']}</p>")
        with writing():
            category = session.get_one(Category, self._category)
            article = Article(
                owner_id=self.people[OWN].id,
                author_id=self._author,
                excerpt=self.said("He led a strike.", 2000),
                categories=[category],
                tags=[session.get_one(Tag, self._tag)],
                **values,
            )
            session.add(article)
        return str(article.slug)

    def _make_action(self) -> None:
        case_id = self.a_case(slug=self.case)
        page = self._action(case_id=case_id)
        self.action, self.action_id = page.card.slug, str(page.card.id)
        with writing() as connection:
            article = session.query(Article).filter_by(slug=self.article).one()
            connection.execute(action_article.insert(), {"action_id": page.card.id, "article_id": article.id})
            every = [{"case_id": case_id, "article_id": one} for one in session.scalars(select(Article.id))]
            connection.execute(case_article.insert(), every)
        many(self._flow.tools, page.card.id, 27)
        public = self.said("Marta Lindqvist", 200)
        many(self._flow.tools, page.card.id, 6, level=Level.EVERYONE, public_name=public)
        for _number in range(ON_TWO_PAGES):
            add_update(page.card.id, title=self.said("The hearing is moved"))
            add_comment(
                self._flow.tools, page.card.id, self.said("Let them go.", 500), CommentState.SHOWN, public
            )

    def _action(self, **values: Any) -> ActionPage:
        values.setdefault("title", self.said("Free Arman Tolegen"))
        values.setdefault("ask", self.said("Ask the prosecutor to set him free.", 400))
        values.setdefault("state_reason", self.said("", 500))
        values.setdefault("delivery_plan", self.said("", 500))
        if values.get("state") is ActionState.DRAFT:
            values.setdefault("published_at", None)
        return an_action(**{"owner_id": self.people[OWN].id} | values)

    def _make_events(self) -> None:
        action_id = session.query(Action).filter_by(slug=self.action).one().id
        self.event = self._event(action_id=action_id)
        self._event(title="The vigil of last year", starts_at=clock.now() - timedelta(days=365))

    def _event(self, **values: Any) -> str:
        event = event_in_words(self.said, f"vigil-{next(_numbers)}") | values
        with writing():
            session.add(Event(owner_id=self.people[OWN].id, **event))
        assert events.find(event["slug"]) is not None
        return str(event["slug"])

    def _sign(self) -> None:
        page = self._action(title="Letters for the walk")
        emails = [f"walker{next(_numbers)}@example.org" for _one in range(AT_ONCE)]
        for email in emails:
            self._flow.sign(page, a_supporter(email=email, name=self.said("Marta Lindqvist")))
        self._flow.work()
        for email in emails:
            letter = self.mailbox.newest(to=email)
            self._waiting.append(Signed(token_in(letter), my_token_in(letter), email))

    def _ask(self) -> str:
        action = session.query(Action).filter_by(slug=self.action).one()
        wish = Wish(
            action_id=action.id,
            purpose=Purpose.DELIVER,
            reason=self.said("We hand the list in at the embassy.", 500),
            recipient=self.said("The embassy in London", 200),
            chosen=made_exports.chosen(),
        )
        with writing() as connection:
            return str(requesting.ask(connection, wish, by=self.people[EXPORTER]).id)
