"""Every address of the site, filled in with things that exist, and what is posted to it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from campaign_actions.actions.models import ActionState, UpdateState
from campaign_actions.articles.models import ArticleState
from campaign_actions.signatures.models import Stage
from tests.support import (
    made_cases,
    made_editors,
    made_exports,
    made_mailings,
    made_paper,
    made_pictures,
    made_review,
    made_users,
)
from tests.support.filled_forms import fields_of
from tests.support.typed import FREE, TYPED
from tests.support.visiting import TOKEN, Visitor
from tests.support.world import ADMIN, EXPORTER, MONTH, OWN, World

GAP = re.compile(r"<(?:\w+(?:\([^>]*\))?:)?(\w+)>")
# Addresses that a test adds.
ON_PURPOSE = frozenset({"fail"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
DEEDS = {
    "open": ActionState.SCHEDULED,
    "pause": ActionState.OPEN,
    "reopen": ActionState.PAUSED,
    "close": ActionState.OPEN,
    "deliver": ActionState.CLOSED,
    "withdraw": ActionState.OPEN,
}
_numbers = count(1)


@dataclass(frozen=True)
class Route:
    """One address pattern with one of its methods."""

    method: str
    rule: str
    endpoint: str

    @property
    def gaps(self) -> tuple[str, ...]:
        """Names of what stands between angle brackets."""
        return tuple(GAP.findall(self.rule))


def routes(app: Flask) -> list[Route]:
    """Every rule with every method it was written for, in a fixed order."""
    found = [
        Route(method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in methods(rule)
        if rule.endpoint not in ON_PURPOSE
    ]
    return sorted(found, key=lambda route: (route.rule, route.method, route.endpoint))


def methods(rule: Rule) -> set[str]:
    """GET and POST; HEAD and OPTIONS follow by themselves."""
    return set(rule.methods or ()) - {"HEAD", "OPTIONS"}


def paths(world: World, route: Route) -> Iterator[str]:
    """Addresses of a route, filled in: for reading once, for posting with something new each time."""
    if route.method not in READING:
        yield from _filled_in(world, route)
        return
    if route.rule not in world.read:
        world.read[route.rule] = list(_filled_in(world, route))
    yield from world.read[route.rule]


def body(world: World, route: Route, path: str) -> dict[str, Any]:
    """What the form for `path` holds when it is filled in well; without the token of a session."""
    typed = {name: value() if callable(value) else value for name, value in TYPED[route.endpoint].items()}
    if route.endpoint in ("desk.paper.count", "desk.paper.lines"):
        typed["code"] = made_paper.code(world)
    if route.endpoint in FREE:
        return typed
    who, page = _page_of_form(world, route, path)
    fields: dict[str, Any] = fields_of(page(world.visitor(who)), path)
    fields.pop("csrf_token", None)
    if route.endpoint == "public.mine.correct":
        typed["email"] = world.email_of(path.split("/")[2])
    if route.endpoint.startswith("staff.bulk.") and "action" in fields:
        fields["action"] = world.action_id
    return fields | typed


def token(visitor: Visitor, *, stranger: bool = False) -> str:
    """The token of the visitor's session."""
    found = TOKEN.search(visitor.get("/log-in/" if stranger else "/account/").text)
    assert found
    return html.unescape(found[1])


def _filled_in(world: World, route: Route) -> Iterator[str]:
    for values in _values(world, route):
        yield GAP.sub(lambda gap, filled=values: str(filled[gap[1]]), route.rule)  # type: ignore[misc]  # a default


def _values(world: World, route: Route) -> Iterator[dict[str, Any]]:
    if not route.gaps:
        yield {}
        return
    for key, make in MAKERS.items():
        if route.endpoint == key or (key.endswith(".") and route.endpoint.startswith(key)):
            yield from make(world, route)
            return
    raise AssertionError(f"nothing is known about {route.rule}: add it to addresses.MAKERS")


def _page_of_form(world: World, route: Route, path: str) -> tuple[str, Callable[[Visitor], str]]:
    """Who can see the form that posts to `path`, and how to get to the page it is on."""
    place, endpoint = path, route.endpoint
    if endpoint == "public.signing.sign":
        place = path.removesuffix("sign")
    elif endpoint == "public.writing_in.put_together":
        place = path.removesuffix("letter/")
    elif endpoint == "public.signing.code":
        return OWN, lambda visitor: _check_email_page(world, route, path, visitor)
    elif endpoint in ("staff.exports.download", "staff.exports.delete", "staff.exports.decide"):
        place = path.rpartition("/")[0] + "/"
    elif endpoint == "staff.wizard.make":
        place = made_exports.check_page(world.action_id)
    elif endpoint == "staff.bulk.count":
        place = "/staff/review/bulk/"
    elif endpoint == "staff.bulk.start":
        return EXPORTER, lambda visitor: _counted_page(world, visitor)
    if endpoint.startswith("desk.updates."):
        return OWN, lambda visitor: visitor.get(place).text
    audience = endpoint.split(".")[0]
    who = {"desk": ADMIN, "staff": EXPORTER}.get(audience, OWN)
    return who, lambda visitor: visitor.get(place).text


def _check_email_page(world: World, route: Route, path: str, visitor: Visitor) -> str:
    sign = path.removesuffix("code") + "sign"
    fields = body(world, Route("POST", route.rule.removesuffix("code") + "sign", "public.signing.sign"), sign)
    return visitor.client.post(sign, data=fields).text


def _counted_page(world: World, visitor: Visitor) -> str:
    path = "/staff/review/bulk/count"
    fields = body(world, Route("POST", path, "staff.bulk.count"), path)
    return visitor.post(path, fields | {"action": world.action_id}, on="/staff/review/bulk/").text


def _public_action(world: World, _route: Route) -> Iterator[dict[str, Any]]:
    yield {"slug": world.action}


def _desk_action(world: World, route: Route) -> Iterator[dict[str, Any]]:
    reads = route.method in READING
    yield {"slug": world.action if reads else world.an_action(ActionState.DRAFT)}


def _translation(world: World, route: Route) -> Iterator[dict[str, Any]]:
    yield {"slug": world.action if route.method in READING else world.an_action(), "locale": "kk"}


def _stage(world: World, _route: Route) -> Iterator[dict[str, Any]]:
    for deed, state in DEEDS.items():
        yield {"slug": world.an_action(state), "deed": deed}


def _desk_article(world: World, route: Route) -> Iterator[dict[str, Any]]:
    if route.endpoint == "desk.articles.index":
        yield {"page": 2}
    elif route.method in READING:
        yield {"slug": world.article}
    elif route.endpoint == "desk.articles.withdraw":
        yield {"slug": world.an_article()}
    else:
        yield {"slug": world.an_article(ArticleState.DRAFT)}


def _old_address(world: World, _route: Route) -> Iterator[dict[str, Any]]:
    when = {"year": MONTH[0], "month": f"{MONTH[1]:02}", "_day": "14"}
    yield {**when, "slug": world.article, "page": 2, "_format": "rss2"}


def _desk_update(world: World, route: Route) -> Iterator[dict[str, Any]]:
    if route.method in READING or route.endpoint == "desk.updates.withdraw":
        yield {"slug": world.action, "update_id": world.an_update()}
    else:
        yield {"slug": world.action, "update_id": world.an_update(UpdateState.DRAFT)}


def _desk_comment(world: World, route: Route) -> Iterator[dict[str, Any]]:
    asked = route.endpoint == "desk.comments.decide"
    yield {"comment_id": world.a_comment()} if asked else {"state": "shown", "page": 2}


def _desk_paper(world: World, route: Route) -> Iterator[dict[str, Any]]:
    if "page" in route.gaps:
        made_paper.two_pages(world)
    yield {"sheet_id": made_paper.a_sheet(world), "state": "checked", "page": 2}


def _decision(world: World, route: Route) -> Iterator[dict[str, Any]]:
    stages = {"approve": Stage.ASKED, "stop": Stage.RUNNING}
    yield {"review_id": made_review.a_review(world, stages.get(route.endpoint.split(".")[-1], Stage.DONE))}


MAKERS: Mapping[str, Callable[[World, Route], Iterator[dict[str, Any]]]] = MappingProxyType(
    {
        "public.actions.index": lambda _world, _route: iter([{"kind": "petition", "spoken": "kk"}]),
        "public.actions.opens_ics": lambda world, _route: iter([{"slug": world.scheduled()}]),
        "public.actions.via": lambda world, _route: iter([{"slug": world.action, "link": "share"}]),
        "public.actions.": _public_action,
        "public.updates.": lambda world, _route: iter([{"slug": world.action, "number": 1, "page": 2}]),
        "public.comments.": lambda world, _route: iter([{"slug": world.action, "page": 2}]),
        "public.held.": lambda world, _route: iter([{"token": world.managed()}]),
        "public.unsubscribing.": lambda world, _route: iter([{"token": world.unsubscribe_token()}]),
        "desk.updates.": _desk_update,
        "desk.mailings.": lambda world, route: made_mailings.for_deed(world, route.endpoint.split(".")[-1]),
        "desk.comments.": _desk_comment,
        "desk.paper.": _desk_paper,
        "desk.case_parts.erase": lambda world, _route: iter([made_cases.a_case(world, published=False)]),
        "desk.case_parts.": lambda world, _route: iter([made_cases.a_case(world)]),
        "desk.case_words.": lambda world, _route: iter([made_cases.a_case(world)]),
        "desk.cases.": lambda world, _route: iter([made_cases.a_case(world)]),
        "public.signing.": _public_action,
        "public.paper.": _public_action,
        "public.writing_in.": lambda world, _route: iter([{"slug": world.a_letter(), "locale": "en"}]),
        "public.embed.": _public_action,
        "api.actions.": _public_action,
        "public.confirming.": lambda world, _route: iter([{"token": world.signed().confirm}]),
        "public.mine.": lambda world, _route: iter([{"token": world.managed()}]),
        "public.archives.category": lambda _world, _route: iter([{"slug": "appeals", "page": 2}]),
        "public.archives.author": lambda _world, _route: iter([{"slug": "t", "page": 2}]),
        "public.archives.tag": lambda _world, _route: iter([{"slug": "zhanaozen", "page": 2}]),
        "public.feeds.tag": lambda _world, _route: iter([{"slug": "zhanaozen"}]),
        "public.feeds.tag_json": lambda _world, _route: iter([{"slug": "zhanaozen"}]),
        "public.old_addresses.": _old_address,
        "public.archives.": lambda _world, _route: iter(
            [{"year": MONTH[0], "month": f"{MONTH[1]:02}", "page": 2}]
        ),
        "public.feeds.category": lambda _world, _route: iter([{"slug": "appeals"}]),
        "public.feeds.author": lambda _world, _route: iter([{"slug": "t"}]),
        "public.feeds.category_json": lambda _world, _route: iter([{"slug": "appeals"}]),
        "public.feeds.author_json": lambda _world, _route: iter([{"slug": "t"}]),
        "public.articles.undated": lambda world, _route: iter([{"slug": world.undated}]),
        "public.articles.show": lambda world, _route: iter(
            [{"year": MONTH[0], "month": f"{MONTH[1]:02}", "slug": world.article}]
        ),
        "public.articles.index": lambda _world, _route: iter([{"page": 2}]),
        "public.feeds.case": lambda world, _route: iter([{"slug": world.case}]),
        "public.feeds.case_json": lambda world, _route: iter([{"slug": world.case}]),
        "public.cases.": lambda world, _route: iter([{"slug": world.case, "page": 2}]),
        "public.events.past": lambda _world, _route: iter([{"year": 2025}]),
        "public.events.month": lambda _world, _route: iter([{"year": 2026, "month": 12}]),
        "public.events.kind": lambda _world, _route: iter([{"kind": "vigil"}]),
        "public.events.kind_ics": lambda _world, _route: iter([{"kind": "vigil"}]),
        "public.events.place": lambda _world, _route: iter([{"place": "gb"}]),
        "public.events.place_ics": lambda _world, _route: iter([{"place": "gb"}]),
        "public.events.": lambda world, _route: iter([{"slug": world.event}]),
        "previews.show": lambda world, _route: iter([{"token": world.preview_token()}]),
        "static_file": lambda world, _route: iter([_stylesheet(world)]),
        "desk.stages.stage": _stage,
        "desk.stages.outcome": lambda world, _route: iter([{"slug": world.an_action()}]),
        "desk.texts.edit": _translation,
        "desk.texts.preview": _translation,
        "desk.texts.change": lambda world, _route: iter([{"slug": world.frozen(), "locale": "en"}]),
        "desk.texts.decide": lambda world, _route: iter([world.a_wish()]),
        "desk.figures.": lambda world, _route: iter([{"slug": world.action, "step": "partners"}]),
        "desk.action_log.": lambda world, _route: iter([{"slug": world.action}]),
        "desk.actions.": _desk_action,
        "desk.previews.article": lambda world, _route: iter([{"slug": world.an_article(ArticleState.DRAFT)}]),
        "desk.previews.": lambda world, _route: iter([{"slug": world.an_action(ActionState.DRAFT)}]),
        "desk.articles.": _desk_article,
        "desk.pictures.insert": lambda world, _route: iter([made_pictures.in_an_article(world)]),
        "desk.pictures.": lambda world, _route: made_pictures.on_each(world),
        "previews.picture": lambda world, _route: iter([made_pictures.behind_a_link(world)]),
        "public.pictures.": lambda world, _route: made_pictures.on_each(world),
        "desk.keeping.": lambda world, _route: iter([made_editors.a_sheet(world)]),
        "desk.versions.": lambda world, _route: made_editors.with_versions(world),
        "desk.events.report": lambda world, _route: iter([{"slug": world.an_old_event()}]),
        "desk.pages.": lambda _world, _route: iter([{"place": "safety", "locale": "kk"}]),
        "desk.targets.": lambda world, _route: iter([{"target_id": world.a_target()}]),
        "desk.events.": lambda world, _route: iter([{"slug": world.an_event()}]),
        "desk.event_copies.": lambda world, _route: iter([{"slug": world.an_event()}]),
        "staff.retention.": lambda world, _route: iter([{"action_id": world.action_id}]),
        "staff.users.take_back": lambda world, _route: iter(
            [{"invitation_id": made_users.an_invitation(world)}]
        ),
        "staff.users.": lambda world, _route: iter(
            [{"user_id": made_users.a_colleague(world), "state": "off"}]
        ),
        "account.by_letter.join": lambda world, _route: iter([{"token": made_users.invitation_token(world)}]),
        "account.by_letter.": lambda world, _route: iter([{"token": made_users.reset_token(world)}]),
        "staff.review.": lambda world, _route: iter([{"label": made_review.suspected(world)}]),
        "staff.decisions.": _decision,
        "staff.requests.do": lambda world, _route: iter([{"action_id": world.action_id, "deed": "delete"}]),
        "staff.exports.decide": lambda world, _route: (
            {"export_id": made_exports.waiting(world), "answer": answer} for answer in ("approve", "decline")
        ),
        "staff.wizard.": lambda _world, _route: iter([{"step": "signatures"}]),
        "staff.exports.": lambda world, _route: iter([{"export_id": world.an_export()}]),
    }
)


def _stylesheet(world: World) -> dict[str, str]:
    found = re.search(r'href="/static/(\w+)/(css/site\.css)"', Visitor(world.app).get("/").text)
    assert found
    return {"tag": found[1], "name": found[2]}
