"""Who may open and post what: one table of every route, method and role, asked of the real site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from campaign_actions.accounts.models import LoginSession, User
from campaign_actions.actions.models import Action, Event, Update
from campaign_actions.articles.models import Article
from campaign_actions.exports.models import Export
from campaign_actions.infra.database.engine import db
from campaign_actions.signatures.models import Comment, OwnCopy, Signature
from tests.support import addresses, rows
from tests.support.addresses import Route
from tests.support.visiting import OURS
from tests.support.world import ADMIN, EXPORTER, OTHER, OWN, STAFF, STRANGER, WHO, World

TABLE = Path(__file__).with_name("roles.txt")
ELSE = {"PUT", "PATCH", "DELETE", "POST", "GET"}
# An id of a row, the label of a cluster, or the name of a picture.
UUID_LIKE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/clusters/)[A-Z2-9]{6}|(?<=/pictures/)[a-z2-7]{16}"
)
# What a visitor may add to any form in vain.
EXTRA = {
    "role": "admin",
    "may_export": "1",
    "active": "0",
    "state": "withdrawn",
    "count": "1000000",
    "id": str(uuid4()),
    "version": "99",
    "text_version": "99",
    "published_at": "2020-01-01",
    "is_admin": "1",
    "source": "paper",
    "hold": "",
    "proved_on": "2020-01-01",
}


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    method: str
    rule: str
    expected: dict[str, str]


def table() -> list[Line]:
    lines = []
    for text in TABLE.read_text("utf-8").splitlines():
        if text and not text.startswith("#"):
            method, rule, *expected = text.split()
            lines.append(Line(method, rule, dict(zip(WHO, expected, strict=True))))
    return lines


def lines_with_routes(app: Flask) -> Iterator[tuple[Line, Route]]:
    known = {(route.method, route.rule): route for route in addresses.routes(app)}
    for line in table():
        yield line, known[line.method, line.rule]


def said(answer: TestResponse) -> str:
    """The status, or "log-in" for a stranger who is sent there."""
    place = answer.location or ""
    if answer.status_code == 307 and place.startswith("/log-in/again?next="):
        return "log-in"
    if answer.status_code == 303 and (place == "/log-in/" or place.startswith("/log-in/?next=")):
        return "log-in"
    if answer.status_code in (301, 303):
        assert place.startswith("/"), place
        assert not place.startswith("//"), place
    return str(answer.status_code)


def ask(world: World, who: str, route: Route, path: str, **more: Any) -> TestResponse:
    """Open or post to `path`, with everything the form needs and the visitor's own token."""
    visitor = world.visitor(who)
    if route.method == "GET":
        answer = visitor.client.get(path, buffered=True)
    else:
        fields = addresses.body(world, route, path) | more
        fields["csrf_token"] = addresses.token(visitor, stranger=who == STRANGER)
        answer = visitor.client.post(path, data=fields, headers=OURS, buffered=True)
    return answer


@pytest.mark.engines("sqlite")
def test_every_route_is_in_the_table_once(app: Flask) -> None:
    listed = [(line.method, line.rule) for line in table()]
    assert sorted(listed) == sorted((route.method, route.rule) for route in addresses.routes(app))


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_what_the_table_says(world: World, who: str) -> None:
    assert unlike_the_table(world, who) == []


@pytest.mark.engines("postgres")
def test_who_reaches_most_gets_it_from_the_other_engine_too(world: World) -> None:
    assert unlike_the_table(world, ADMIN) == []


def unlike_the_table(world: World, who: str) -> list[str]:
    """Addresses that answer `who` otherwise than the table says."""
    wrong = []
    for line, route in lines_with_routes(world.app):
        for path in addresses.paths(world, route):
            got = said(ask(world, who, route, path))
            if got != line.expected[who]:
                wrong.append(f"{line.method} {path}: {got}, not {line.expected[who]}")
            if route.endpoint.startswith("account."):
                world.visitor(who, fresh=True)
    return wrong


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("who", WHO)
def test_who_may_not_post_changes_nothing(world: World, who: str) -> None:
    wrong = []
    for line, route in lines_with_routes(world.app):
        if line.method == "GET" or line.expected[who] not in ("log-in", "403", "404", "405"):
            continue
        for path in addresses.paths(world, route):
            fields = addresses.body(world, route, path)
            fields["csrf_token"] = addresses.token(world.visitor(who), stranger=who == STRANGER)
            before = rows.digests(world.app)
            world.visitor(who).client.post(path, data=fields, headers=OURS)
            if rows.digests(world.app) != before:
                wrong.append(path)
    assert wrong == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("who", [STRANGER, OWN, ADMIN])
def test_head_is_answered_as_get_and_other_methods_are_not(world: World, who: str) -> None:
    wrong = []
    written: dict[str, set[str]] = {}
    for route in addresses.routes(world.app):
        written.setdefault(route.rule, set()).add(route.method)
    for line, route in lines_with_routes(world.app):
        path = next(addresses.paths(world, route))
        client = world.visitor(who).client
        if line.method == "GET" and said(client.head(path)) != line.expected[who]:
            wrong.append(f"HEAD {path}")
        if client.options(path).status_code not in (200, 303, 403):
            wrong.append(f"OPTIONS {path}")
        for method in sorted(ELSE - written[line.rule]):
            answer = client.open(path, method=method, headers=OURS)
            if answer.status_code != 405 or not answer.headers.get("Allow"):
                wrong.append(f"{method} {path}: {answer.status}")
    assert wrong == []


@pytest.mark.parametrize("path", ["/staff/", "/staff/exports/", "/staff/exports/new/", "/staff/audit/"])
def test_an_organiser_on_staff_pages_hears_who_may_help(world: World, path: str) -> None:
    answer = world.visitor(OWN).get(path)
    assert answer.status_code == 403
    assert "You cannot open this page" in answer.text
    assert "for staff and admins. Ask one of them" in answer.text


def test_staff_without_the_right_hear_who_can_give_it(world: World) -> None:
    answer = world.visitor(STAFF).get("/staff/exports/new/")
    assert answer.status_code == 403
    assert "Ask an admin to give it the export right" in answer.text


def test_anothers_thing_is_answered_as_one_that_is_not_there(world: World) -> None:
    visitor = world.visitor(OTHER)
    for route in addresses.routes(world.app):
        if route.method == "GET" and route.rule.startswith("/desk/") and "slug" in route.gaps:
            for path in addresses.paths(world, route):
                there = visitor.get(path)
                parts = path.split("/")
                elsewhere = "/".join([*parts[:3], "no-such-thing", *parts[4:]])
                nowhere = visitor.get(elsewhere)
                assert there.status_code == nowhere.status_code == 404, path
                # The links to the other languages repeat the address that was asked for.
                assert there.text.replace(path, elsewhere) == nowhere.text, path


@pytest.mark.engines("sqlite")
def test_extra_fields_change_nothing(world: World) -> None:
    wrong = []
    extra = EXTRA | {"owner_id": str(world.people[OTHER].id), "user_id": str(world.people[ADMIN].id)}
    for line, route in lines_with_routes(world.app):
        who = EXPORTER if line.rule.startswith("/staff/") else OWN
        if line.method == "GET" or route.endpoint.startswith("account.logging_in"):
            continue
        for path, twin in zip(addresses.paths(world, route), addresses.paths(world, route), strict=True):
            own = set(addresses.body(world, route, path))
            more = {name: value for name, value in extra.items() if name not in own}
            plain, added = _effect(world, who, route, path), _effect(world, who, route, twin, **more)
            if plain != added:
                wrong.append((path, plain, added))
    assert wrong == []


def _effect(world: World, who: str, route: Route, path: str, **more: Any) -> tuple[object, ...]:
    """The status, and by how many the rows of each kind have become more or fewer."""
    ask(world, who, route, path)  # wears out what only the first time does, such as a note of a network
    path = next(way for way in addresses.paths(world, route) if _alike(way, path))
    before = _figures(world.app)
    answer = ask(world, who, route, path, **more)
    after = _figures(world.app)
    changed = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
    return said(answer), sorted((str(key), step) for key, step in changed.items() if step)


def _alike(path: str, other: str) -> bool:
    return UUID_LIKE.sub("", path).split("/")[4:] == UUID_LIKE.sub("", other).split("/")[4:]


def _figures(app: Flask) -> dict[tuple[object, ...], int]:
    kinds = (
        (Action, (Action.state, Action.owner_id, Action.version, Action.text_version, Action.outcome)),
        (Article, (Article.state, Article.owner_id, Article.version)),
        (Event, (Event.state, Event.owner_id, Event.version)),
        (Signature, (Signature.state, Signature.level, Signature.source, Signature.text_version)),
        (Update, (Update.state, Update.version, Update.written_by)),
        (Comment, (Comment.state, Comment.reason, Comment.version)),
        (OwnCopy, (OwnCopy.kept_off,)),
        (Export, (Export.state, Export.asked_by, Export.rows_expected)),
        (User, (func.substr(User.email, 1, 7), User.role, User.may_export, User.active)),
        (LoginSession, (LoginSession.user_id,)),
    )
    with app.app_context(), db.engine.connect() as connection:
        return {
            (model.__tablename__, *row[:-1]): row[-1]
            for model, columns in kinds
            for row in connection.execute(select(*columns, func.count()).group_by(*columns))
        }
