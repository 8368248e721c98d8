"""Every page the site can answer with: read, posted, refused, and failed, with what led to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from campaign_actions.actions import wording
from campaign_actions.actions.models import Action, ActionState, EventState, Kind, Outcome, UpdateState
from campaign_actions.actions.wording import Words
from campaign_actions.articles.models import ArticleState
from campaign_actions.errors import Busy, Gone, NotAllowed, Refused
from campaign_actions.exports.models import Export, ExportState
from campaign_actions.infra import clock, i18n
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.signatures import counting
from campaign_actions.signatures.models import AbuseSignal, CommentState, Stage
from tests.support import addresses, made_cases, made_editors, made_exports, made_review
from tests.support.addresses import Route
from tests.support.filled_forms import fields_of
from tests.support.visiting import OURS, Visitor
from tests.support.world import EXPORTER, OWN, STRANGER, WHO, World

FAILURES: Mapping[str, Exception] = MappingProxyType(
    {
        "refused": Refused("Choose a closing date."),
        "not-allowed": NotAllowed("Only staff may do that."),
        "gone": Gone("The facts were wrong."),
        "busy": Busy(7),
        "accident": RuntimeError("marta@example.org"),
    }
)
SEARCHES = ("/search/?q=Arman", "/search/?q=Armen", "/search/?q=%22%3E%3Cscript%3E", "/search/?q=an&page=2")
BIG = 1024 * 1024 + 1
MANY_TRIES = 6
PREFIXED = ("/ru/", "/kk/")
OWN_PAGES = ("level", "updates", "correct", "comment", "copy", "withdraw", "delete")


@dataclass(frozen=True)
class Seen:
    """One answer: who asked for it, where, and whether it shows the errors of a form."""

    who: str
    path: str
    answer: TestResponse
    failed: bool = False
    method: str = "GET"

    @property
    def is_page(self) -> bool:
        """Whether it is HTML with something in it."""
        return self.answer.mimetype == "text/html" and self.answer.status_code not in (301, 303, 304)

    @property
    def name(self) -> str:
        """For the list of faults."""
        return f"{self.method} {self.path} for {self.who} ({self.answer.status_code})"


def add_failures(app: Flask) -> Flask:
    """Give an application that has answered nothing yet an address for each way to fail."""

    def fail(how: str) -> str:
        raise FAILURES[how]

    app.add_url_rule("/fail/<how>/", "fail", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    return app


def read(world: World, people: Iterable[str] = WHO, *, language: str = "en") -> Iterator[Seen]:
    """Every address that is written for reading, by each of `people`, in one language."""
    for route in addresses.routes(world.app):
        if route.method == "GET":
            for path in addresses.paths(world, route):
                for who in people:
                    yield _got(world, who, i18n.path_prefix(language) + path)


def states(world: World) -> Iterator[Seen]:
    """Actions, articles, events, exports and links in every state that has a page of its own."""
    yield from public_states(world)
    for path in (*_exports(world), *_reviews(world)):
        seen = _got(world, EXPORTER, path)
        yield replace(seen, failed=seen.answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY)
    lists = ("/desk/", "/desk/actions/", "/desk/events/", "/desk/cases/", "/desk/news/")
    for path in (*lists, *_said(world), *made_editors.pages(world), *made_cases.pages(world)):
        yield _got(world, OWN, path)


def public_states(world: World, *, language: str = "en") -> Iterator[Seen]:
    """Actions, articles, events and links in every state, as supporters see them in one language."""
    for path in (*_actions(world), *_articles(world), *_events(world), *_links(world), *SEARCHES):
        yield _got(world, STRANGER, path if path[:4] in PREFIXED else i18n.path_prefix(language) + path)


def posted(world: World, people: Iterable[str] = WHO, *, language: str = "en") -> Iterator[Seen]:
    """The answers to the forms of `people`: filled in well, left empty, and sent by another site."""
    for route in addresses.routes(world.app):
        if route.method != "POST":
            continue
        who = EXPORTER if route.endpoint.startswith("staff.") else OWN
        who = STRANGER if route.endpoint.startswith(("public.", "account.logging_in.knock")) else who
        for path in addresses.paths(world, route) if who in people else ():
            yield from _posts(world, who, route, path, language)


def signing(world: World, *, language: str = "en") -> Iterator[Seen]:
    """Every answer to the form with which people sign, in one language."""
    here = f"{i18n.path_prefix(language)}/actions"
    path = f"{here}/{world.action}/sign"
    visitor = world.visitor(STRANGER)
    form = fields_of(visitor.get(f"{here}/{world.action}/").text, path)
    good = form | {"name": world.said("Marta Lindqvist", 120), "email": "walk@example.org"}
    ways = (
        good,
        form,
        good | {"email": "walk@", "level": "nobody", "country": "XX"},
        good | {"email": "walk@gmial.com"},
        good | {"again": "1"},
        good | {"edit": "1"},
        good | {"stamp": "1.1.1.1.x.2026-11-22.00"},
    )
    for fields in ways:
        answer = visitor.client.post(path, data=fields)
        yield Seen(STRANGER, path, answer, _shows_errors(answer), "POST")
    closed = f"{here}/{world.an_action(ActionState.CLOSED)}/sign"
    yield Seen(STRANGER, closed, visitor.client.post(closed, data=good), False, "POST")


def errors(world: World, *, language: str = "en") -> Iterator[Seen]:
    """Every error page, each for a stranger and for somebody logged in; needs `add_failures`."""
    prefix = i18n.path_prefix(language)
    for who in (STRANGER, OWN):
        client = world.visitor(who).client
        for how in FAILURES:
            yield _got(world, who, f"{prefix}/fail/{how}/")
        for path in (
            *("/no-such-page/", "/actions/no-such/", "/c/no-such", "/my/no-such/", "/news/?" + "x" * 3000),
            *("/desk/no-such/", "/staff/no-such/", "/staff/", "/desk/news/no-such/edit/", "/news/page/900/"),
            f"/news/2026/03/{world.withdrawn}/",
        ):
            yield _got(world, who, prefix + path)
        sign = f"{prefix}/actions/{world.action}/sign"
        yield Seen(who, "a foreign host", client.get("/", headers={"Host": "evil.example"}))
        yield Seen(who, "no such method", client.post(f"{prefix}/actions/", headers=OURS), method="POST")
        for path in (sign, f"{prefix}/log-in/"):
            big = client.post(path, data={"name": "x" * BIG}, headers=OURS)
            yield Seen(who, f"{path} too big", big, method="POST")
            kind = client.post(path, data="{}", content_type="application/json", headers=OURS)
            yield Seen(who, f"{path} of another kind", kind, method="POST")
        yield Seen(
            who, "/log-in/ without token", client.post("/log-in/", data={}, headers=OURS), method="POST"
        )
    yield from _too_many(world)


def _too_many(world: World) -> Iterator[Seen]:
    visitor = Visitor(world.app)
    for _try in range(MANY_TRIES):
        answer = visitor.log_in("nobody@example.org", "not the password")
    yield Seen(STRANGER, "/log-in/ too often", answer, True, "POST")
    path = f"/actions/{world.action}/sign"
    form = fields_of(visitor.get(f"/actions/{world.action}/").text, path)
    form |= {"name": "Marta Lindqvist", "email": "flood@example.org"}
    while (answer := visitor.client.post(path, data=form)).status_code == 200:
        pass
    yield Seen(STRANGER, f"{path} too often", answer, False, "POST")
    answer = visitor.client.post("/my/", data={"email": "flood@example.org"})
    yield Seen(STRANGER, "/my/ too often", answer, False, "POST")


def _got(world: World, who: str, path: str) -> Seen:
    return Seen(who, path, world.visitor(who).client.get(path, buffered=True))


def _posts(world: World, who: str, route: Route, bare: str, language: str) -> Iterator[Seen]:
    path = i18n.path_prefix(language) + bare
    visitor = world.visitor(who)
    token = {"csrf_token": addresses.token(visitor, stranger=who == STRANGER)}
    fields = addresses.body(world, route, bare)
    foreign = visitor.client.post(path, data=fields | token, headers={"Sec-Fetch-Site": "cross-site"})
    yield Seen(who, path, foreign, False, "POST")
    empty = visitor.client.post(path, data=token, headers=OURS, buffered=True)
    # Where nothing is asked for, an empty form is a full one.
    yield Seen(who, path, empty, _shows_errors(empty), "POST")
    full = visitor.client.post(path, data=fields | token, headers=OURS, buffered=True)
    yield Seen(who, path, full, _shows_errors(full), "POST")
    if route.endpoint.startswith("account."):
        world.visitor(who, fresh=True)


def _shows_errors(answer: TestResponse) -> bool:
    return 'id="errors"' in answer.text or 'class="err"' in answer.text


def _actions(world: World) -> Iterator[str]:
    ended = {
        "outcome_on": date(2026, 11, 20),
        "outcome_text": world.said("He is free."),
        "outcome_source": "S",
    }
    made = [
        *(world.an_action(state) for state in ActionState if state is not ActionState.DRAFT),
        *(world.an_action(kind=kind) for kind in Kind),
        *(world.an_action(ActionState.CLOSED, outcome=outcome, **ended) for outcome in Outcome),
        world.an_action(
            ActionState.DELIVERED,
            delivered_on=date(2026, 11, 20),
            delivered_place=world.said("The embassy in London", 200),
            delivered_to=world.said("The second secretary", 200),
        ),
        world.an_action(ActionState.WITHDRAWN, closed_at=clock.now() - timedelta(days=400)),
        world.an_action(goals=()),
        world.an_action(closes_at=None),
        world.an_action(closes_at=clock.now() + timedelta(hours=3)),
        world.an_action(closes_at=clock.now() - timedelta(hours=3)),
        world.an_action(at_risk=True, offers_target=False, offers_everyone=False),
    ]
    followed = world.an_action(ActionState.CLOSED)
    with world.app.app_context(), writing() as connection:
        values = {"successor_id": UUID(world.action_id)}
        connection.execute(update(Action).where(Action.slug == followed).values(values))
    made += [
        *(world.a_letter(state) for state in ActionState if state is not ActionState.DRAFT),
        world.a_letter(closes_at=None),
        world.a_letter(points="", avoid=""),
    ]
    for slug in [*made, followed]:
        yield f"/actions/{slug}/"
        yield f"/actions/{slug}/thanks/"
    yield from ("/", "/actions/", "/actions/kind/letter/in/kk/", "/actions/in/ru/")
    for slug in (world.frozen(), reworded(world)):
        yield f"/ru/actions/{slug}/"
        yield f"/actions/{slug}/versions/"


def reworded(world: World) -> str:
    """Slug of an action whose text has got a second version, and a country table."""
    slug = world.frozen()
    with world.app.app_context(), writing() as connection:
        action = session.query(Action).filter_by(slug=slug).one()
        words = Words(title=world.said("Free the strikers", 60), ask="Now.", letter="Free them.")
        wording.new_version(action, "en", words, by=None)
        for dim, number in (("all", 31), ("c:KZ", 20), ("c:SE", 9), ("c:--", 2)):
            counting.add(connection, action.id, dim, number)
    return slug


def _articles(world: World) -> Iterator[str]:
    made = [
        world.an_article(body="", body_html="", excerpt_only=True),
        world.an_article(dated_on=date(2012, 3, 14)),
        world.an_article(locale="ru"),
        world.an_article(updated_on=date(2026, 11, 1), summary=world.said("He led a strike.", 500)),
    ]
    for slug in made:
        yield f"/news/2012/03/{slug}/"
        yield f"/news/2026/03/{slug}/"
    yield from (
        "/news/",
        "/news/2012/",
        "/news/2012/04/",
        f"/desk/news/{world.an_article(ArticleState.DRAFT)}/",
    )


def _events(world: World) -> Iterator[str]:
    made = [
        *(world.an_event(state) for state in (EventState.CHANGED, EventState.CANCELLED)),
        world.an_event(place_later=True),
        world.an_event(place="", city="", country=""),
        world.an_event(ends_at=clock.now() + timedelta(days=15)),
        world.an_event(ends_at=clock.now() + timedelta(days=14, hours=2)),
        world.an_event(starts_at=clock.now() - timedelta(days=3)),
        world.an_event(starts_at=clock.now() - timedelta(days=3), came=1200, report_html="<p>Loud.</p>"),
        world.an_event(yearly=True, starts_at=clock.now() - timedelta(days=300), last_year=2031),
        world.an_event(online_url="https://meet.example/x", ends_at=clock.now() + timedelta(days=15)),
        world.an_event(locale="ru", city=world.said("Өскемен", 80), country="KZ"),
    ]
    for slug in made:
        yield f"/events/{slug}/"
    yield from ("/events/", "/events/past/2026/", "/events.ics", "/events/map/", "/events/2026/12/")
    yield from (
        "/events/2031/01/",
        "/events/in/gb/",
        "/events/in/fr/",
        "/events/online/",
        "/events/kind/film/",
    )


def _said(world: World) -> Iterator[str]:
    """Updates and comments in every state, as the desk shows them."""
    for state in UpdateState:
        yield f"/desk/actions/{world.action}/updates/{world.an_update(state)}/edit/"
    for state in CommentState:
        world.a_comment(state)
    yield from ("/desk/comments/", "/desk/comments/shown/", "/desk/comments/hidden/")


def _links(world: World) -> Iterator[str]:
    client = world.visitor(STRANGER).client
    done, refused = world.signed(), world.signed()
    client.post(f"/c/{done.confirm}")
    client.post(f"/c/{refused.confirm}/refuse")
    withdrawn = world.managed()
    client.post(f"/my/{withdrawn}/withdraw/")
    for token in (done.confirm, refused.confirm, world.signed().confirm):
        yield from (f"/c/{token}", f"/c/{token}/change/")
    for token in (withdrawn, done.my, world.signed().my):
        yield f"/my/{token}/"
        yield from (f"/my/{token}/{page}/" for page in OWN_PAGES)


def _reviews(world: World) -> Iterator[str]:
    for stage in Stage:
        yield f"/staff/review/decisions/{made_review.a_review(world, stage)}/"
    old = made_review.suspected(world, signed_on=clock.today() - timedelta(days=20))
    with world.app.app_context(), writing() as connection:
        connection.execute(delete(AbuseSignal))
    yield from (f"/staff/review/clusters/{old}/", "/staff/review/", "/staff/review/rules/", "/how-we-count/")
    yield f"/actions/{world.action}/"


def _exports(world: World) -> Iterator[str]:
    preparing, gone, failed = (world.an_export(made=False) for _one in range(3))
    late = world.an_export()
    changes: dict[str, dict[str, Any]] = {
        gone: {"state": ExportState.GONE},
        failed: {"state": ExportState.FAILED, "failure": world.said("The key is missing.", 300)},
        late: {"expires_at": clock.now() - timedelta(hours=1)},
        preparing: {"state": ExportState.PREPARING},
    }
    for export, values in changes.items():
        with world.app.app_context(), writing() as connection:
            connection.execute(update(Export).where(Export.id == UUID(export)).values(values))
        yield f"/staff/exports/{export}/"
    yield f"/staff/exports/{made_exports.waiting(world)}/"
    yield from made_exports.questions(world)
    yield from ("/staff/exports/", "/staff/audit/")
