"""What stands above every answer: no cookie for strangers, the strict policy, how long it may be kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from campaign_actions.config import Settings
from tests.conftest import Mailbox
from tests.support import addresses, walk
from tests.support.walk import Seen
from tests.support.world import ADMIN, OWN, STRANGER, World

# Every page is read on both engines by test_roles; what stands above its answer does not depend on one.
pytestmark = pytest.mark.engines("sqlite")

POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
}
ALIKE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What other sites may show: the card in a frame, which has neither form nor script, and a picture.
FRAMED = re.compile(r"/embed/actions/[^/]+/$")
SHOWN_ELSEWHERE = re.compile(rf"{FRAMED.pattern}|/actions/[^/]+/share\.png$|/static/")
FRAMING = re.compile(r"/actions/[^/]+/embed/$")
CARD = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "*",
    "style-src": "'self'",
    "img-src": "'self'",
}
# Where somebody's own matters stand; whatever is there is never kept.
PRIVATE = re.compile(
    r"/(c|my|preview|search|log-in|log-out|account|desk|staff)(/|$)|/actions/[^/]+/(thanks/|sign|code|sent|letter/)$"
)
COUNTED = re.compile(
    r"/actions/[^/]+/(updates|comments)/(?!feed/)|"
    r"/$|/actions/((?!feed/)[^/]+/(via/(share|embed)/|count\.json)?)?$|/news/(?!feed)|/category/[^/]+/(page|$)|"
    r"/author/[^/]+/(page|$)|/tag/[^/]+/(page|$)|/events/([^/]+/)?$|/embed/actions/"
    r"|/cases/[^/]+/(news/.*)?$|/actions/(kind/[^/]+/)?(in/[^/]+/)?$|/actions/[^/]+/letter/[a-z]+/$"
)
FEEDS = re.compile(r"\.ics$|/feed/$|/feed\.json$|/robots\.txt$|/security\.txt$|/sitemap\.xml$")
LETTING_OUT = {"set-cookie", "server", "x-powered-by", "via"}


@pytest.fixture
def failing_world(
    make_app: Callable[..., Flask], settings: Settings, mailbox: Mailbox, clock: time_machine.Traveller
) -> World:
    """A site with one of everything, and an address for each way to fail."""
    return World(walk.add_failures(make_app(contact="team@campaign.example")), settings, mailbox)


def is_public(path: str) -> bool:
    return not PRIVATE.match(path)


def public_addresses(world: World) -> Iterator[str]:
    """Every public page; old addresses only lead on."""
    for route in addresses.routes(world.app):
        if route.method == "GET" and not route.endpoint.startswith("public.old_addresses."):
            yield from (path for path in addresses.paths(world, route) if is_public(path))


def header_faults(answer: TestResponse, path: str) -> list[str]:
    """What is wrong with the headers that every answer has."""
    good = answer.status_code in (200, 304)
    alike = dict(ALIKE)
    if good and SHOWN_ELSEWHERE.match(path):
        alike["Cross-Origin-Resource-Policy"] = "cross-origin"
    faults = [name for name, value in alike.items() if answer.headers.get(name) != value]
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers.get("Content-Security-Policy", "").split(";")
    )
    if policy != _policy_of(path, good):
        faults.append(f"policy {policy}")
    if "()" not in answer.headers.get("Permissions-Policy", ""):
        faults.append("Permissions-Policy")
    if not answer.headers.get("Cache-Control"):
        faults.append("Cache-Control")
    if (
        answer.headers.get("Content-Type", "").startswith("text/")
        and "charset=utf-8" not in answer.headers["Content-Type"]
    ):
        faults.append("charset")
    return faults


def _policy_of(path: str, good: bool) -> dict[str, str]:
    if good and FRAMED.match(path):
        return CARD
    return {**POLICY, "frame-src": "'self'"} if good and FRAMING.match(path) else POLICY


def cookie_faults(answer: TestResponse) -> list[str]:
    """What only answers behind the log-in may have."""
    faults = [name for name, _value in answer.headers if name.lower() in LETTING_OUT]
    return faults + ["Vary"] * ("cookie" in answer.headers.get("Vary", "").lower())


def everything(world: World) -> Iterator[Seen]:
    yield from walk.read(world, [STRANGER, OWN, ADMIN])
    yield from walk.states(world)
    yield from walk.posted(world)
    yield from walk.signing(world)
    yield from walk.errors(world)


def test_every_answer_is_strict_and_what_is_private_posted_or_refused_is_never_kept(
    failing_world: World,
) -> None:
    wrong: dict[str, list[str]] = {}
    statuses = set()
    for one in everything(failing_world):
        faults = header_faults(one.answer, one.path)
        status = one.answer.status_code
        statuses.add(status)
        if one.method == "POST" or status not in (200, 301) or not is_public(one.path):
            kept = one.answer.headers.get("Cache-Control") != "private, no-store"
            faults += ["kept"] * kept + ["ETag"] * ("ETag" in one.answer.headers)
        if faults:
            wrong[one.name] = faults
    assert wrong == {}
    assert statuses >= {200, 301, 303, 400, 403, 404, 405, 410, 413, 414, 415, 422, 429, 500, 503}


def test_error_pages_tell_nothing_of_the_machine_and_set_no_cookie(failing_world: World) -> None:
    wrong = []
    for one in walk.errors(failing_world):
        told = re.search(
            r"Traceback|werkzeug|flask|python|/campaign_actions/|marta@|sqlite|postgres",
            one.answer.text,
            re.IGNORECASE,
        )
        sent_on = one.who == STRANGER and one.answer.status_code == 303
        if told or (one.answer.status_code < 400 and not sent_on):
            wrong.append((one.name, told and told[0]))
        if is_public(one.path) and one.path.startswith("/") and cookie_faults(one.answer):
            wrong.append((one.name, "cookie"))
    assert not wrong, "\n".join(map(str, wrong))


def test_a_stranger_and_a_user_get_the_same_bytes_of_every_public_address(world: World) -> None:
    wrong = []
    for path in public_addresses(world):
        answers = [world.visitor(who).client.get(path, buffered=True) for who in (STRANGER, OWN, ADMIN)]
        if len({(answer.status_code, answer.data, str(answer.headers)) for answer in answers}) != 1:
            wrong.append(path)
        wrong += [f"{path}: {fault}" for answer in answers for fault in cookie_faults(answer)]
    assert not wrong, "\n".join(map(str, wrong))


def test_public_posts_set_no_cookie_for_anybody(world: World) -> None:
    wrong = []
    for route in addresses.routes(world.app):
        if route.method != "POST" or not route.endpoint.startswith("public."):
            continue
        for who in (STRANGER, OWN):
            path = next(addresses.paths(world, route))
            answer = world.visitor(who).client.post(path, data=addresses.body(world, route, path))
            wrong += [f"{path}: {fault}" for fault in cookie_faults(answer)]
    assert not wrong, "\n".join(map(str, wrong))


def test_a_public_page_is_kept_for_as_long_as_its_kind_allows(world: World) -> None:
    wrong = []
    for path in public_addresses(world):
        answer = world.visitor(STRANGER).client.get(path, buffered=True)
        said = answer.headers["Cache-Control"]
        if answer.status_code != 200 or said != _may_be_kept(path):
            wrong.append(f"{path}: {answer.status_code}, {said}")
    assert not wrong, "\n".join(map(str, wrong))


def _may_be_kept(path: str) -> str:
    # A picture that is changed gets another name.
    if path.startswith(("/static/", "/pictures/")):
        return "public, max-age=31536000, immutable"
    if FEEDS.search(path):
        return "public, max-age=300"
    seconds = ("1", "1", "1") if COUNTED.match(path) else ("5", "20", "20")
    age, shared, stale = seconds
    return f"public, max-age={age}, s-maxage={shared}, stale-while-revalidate={stale}, stale-if-error=86400"


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    wrong = []
    for path in public_addresses(world):
        client = world.visitor(STRANGER).client
        first = client.get(path, buffered=True)
        tag = first.headers.get("ETag", "")
        again = client.get(path, headers={"If-None-Match": tag}, buffered=True)
        other = client.get(path, headers={"If-None-Match": 'W/"another"'}, buffered=True)
        if not tag or (again.status_code, again.data, other.status_code) != (304, b"", 200):
            wrong.append(f"{path}: {tag!r}, {again.status_code}, {other.status_code}")
        if again.headers.get("Cache-Control") != first.headers["Cache-Control"]:
            wrong.append(f"{path}: {again.headers.get('Cache-Control')}")
    assert not wrong, "\n".join(map(str, wrong))


def test_head_says_what_get_says_without_the_body(world: World) -> None:
    wrong = []
    for route in addresses.routes(world.app):
        if route.method != "GET":
            continue
        for path in addresses.paths(world, route):
            client = world.visitor(OWN).client
            got, head = client.get(path, buffered=True), client.head(path, buffered=True)
            if (got.status_code, _settled(got)) != (head.status_code, _settled(head)) or head.data:
                wrong.append(path)
    assert not wrong, "\n".join(map(str, wrong))


def _settled(answer: TestResponse) -> dict[str, str]:
    """Headers without those that hold a new token each time: a page behind the log-in differs in length."""
    return {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Date")}
