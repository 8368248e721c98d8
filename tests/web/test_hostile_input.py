"""Whatever is sent to whichever address: a refusal or a page, never a fault of the site."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import count
from time import perf_counter
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from werkzeug.test import TestResponse

from tests.support import addresses
from tests.support.addresses import GAP, Route
from tests.support.filled_forms import fields_of
from tests.support.visiting import OURS, Visitor
from tests.support.world import EXPORTER, OWN, World

NASTY: Mapping[str, bytes] = MappingProxyType(
    {
        "nul": b"a\0b",
        "not utf-8": b"a\xff\xfe\xc3(",
        "half a pair": b"a\xed\xa0\x80b",
        "huge number": b"9" * 400,
        "below zero": b"-1",
        "no number": b"NaN",
        "line ends": b"a\r\nSet-Cookie: b=c\r\n\r\n",
        "formula": b"=cmd|'/c calc'!A1",
        "template": b"{{ 7 * 7 }}%s%(x)s{0.__class__}",
        "sql": b"' OR 1=1; --%_\\",
        "path": b"../../../../etc/passwd",
        "markup": b"<script>alert(1)</script>",
        "other way round": "\u202e\u0627\u200f\u2028\u0085\ufeff\ufdfd".encode(),
        "far letters": "𝒜̷̛́🏴‍☠️".encode(),
        "uuid": b"00000000-0000-0000-0000-000000000000",
        "day": b"99999-99-99",
        "year 10000": b"10000-01-01",
        "far day": b"0001-01-01 00:00",
        "long": b"x" * 100_000,
        "blank": b" \t\n",
    }
)
# What a database may stumble over; the rest is refused before it, whichever it is.
STORED = ("nul", "not utf-8", "half a pair", "huge number", "below zero", "no number", "far letters")
STORED += ("uuid", "day", "year 10000", "far day", "long")
SOME = 5
# Names of what pages read from an address.
ASKED = ("page", "article", "action", "before", "next", "saved", "changed", "state", "q", "p")
BIG = 1024 * 1024 + 1
FILE = b'--x\r\nContent-Disposition: form-data; name="name"; filename="../a\0.exe"\r\n\r\n'
OTHER_BODIES = (
    ("application/json", b'{"name": "x"}'),
    ("application/json", b"[" * 100_000),
    ("text/plain", b"name=x"),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    ("multipart/form-data; boundary=x", FILE + b"MZ\r\n--x--\r\n"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"name=+ADw-script+AD4-"),
    ("application/x-www-form-urlencoded", b"&&==%%%&%zz=%u0041;;"),
    ("", b"name=x"),
    ("\xff", b"name=x"),
)
SHARES = 4
SEED, RANDOM_BODIES, RANDOM_VALUES, SECONDS = 20261127, 28, 10_000, 5.0
FORM = "application/x-www-form-urlencoded"
_numbers = count(1)


def faulty(answers: Iterator[tuple[str, TestResponse]]) -> list[str]:
    """Addresses that were answered with a fault of ours; an accident is raised on the way here."""
    return [f"{name}: {answer.status}" for name, answer in answers if answer.status_code >= 500]


def drawn_text(draw: random.Random) -> bytes:
    """Bytes, letters of any script, pieces of what is known to be nasty, or a number."""
    kind = draw.randrange(4)
    if kind == 0:
        return draw.randbytes(draw.randrange(80))
    if kind == 1:
        points = (draw.choice((0x20, 0x400, 0x600, 0x2000, 0xFE00, 0x1F300)) for _letter in range(40))
        return "".join(chr(point + draw.randrange(256)) for point in points).encode()
    if kind == 2:
        return b"".join(draw.choices(list(NASTY.values()), k=3))[:600]
    return str(draw.randrange(-(10**9), 10**12)).encode()


def on_postgres(world: World) -> bool:
    return world.settings.database_url.startswith("postgresql")


def some(world: World, names: Sequence[str], turn: int, most: int = SOME) -> list[str]:
    """A few of `names`, others at each turn and for each engine, so that together all of them come."""
    first = turn * most + (len(names) // 2 if on_postgres(world) else 0)
    return [names[(first + number) % len(names)] for number in range(most)]


def who_for(route: Route) -> str:
    return EXPORTER if route.endpoint.startswith("staff.") else OWN


def posts(
    world: World, clock: time_machine.Traveller, share: slice = slice(None)
) -> Iterator[tuple[Route, str, Visitor, dict[str, Any]]]:
    """Every address posted to, or a share of them, somebody who may, and a form that would be taken."""
    for route in addresses.routes(world.app)[share]:
        if route.method == "POST":
            visitor = world.visitor(who_for(route))
            path = next(addresses.paths(world, route))
            fields = addresses.body(world, route, path)
            yield route, path, visitor, fields | {"csrf_token": addresses.token(visitor)}
            if route.endpoint.startswith("account."):
                clock.shift(timedelta(minutes=16))  # wrong passwords are forgotten
                world.visitor(who_for(route), fresh=True)


def send(visitor: Visitor, path: str, fields: Mapping[str, Any]) -> TestResponse:
    # As bytes, so that what is sent may be no text at all.
    body = urlencode(fields, doseq=True)
    return visitor.client.post(path, data=body, content_type=FORM, headers=OURS, buffered=True)


def test_hostile_addresses_are_only_not_found(world: World) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for turn, route in enumerate(addresses.routes(world.app)):
            for name in some(world, tuple(NASTY), turn):
                written = "".join(f"%{byte:02x}" for byte in NASTY[name][:300])
                path = GAP.sub(lambda _gap, text=written: text, route.rule)  # type: ignore[misc]  # a default
                if route.gaps:
                    visitor = world.visitor(who_for(route))
                    yield f"{path} {name}", visitor.client.open(path, method=route.method, headers=OURS)

    assert faulty(answers()) == []


def test_hostile_questions_are_answered(world: World) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for turn, route in enumerate(addresses.routes(world.app)):
            if route.method != "GET":
                continue
            path = next(addresses.paths(world, route))
            for name in some(world, (*STORED, "sql"), turn):
                asked = urlencode(dict.fromkeys(ASKED, NASTY[name]))
                visitor = world.visitor(who_for(route))
                answer = visitor.client.get(f"{path}?{asked}", buffered=True)
                yield f"{path} {name}", answer

    assert faulty(answers()) == []


@pytest.mark.parametrize("share", range(SHARES))
def test_hostile_forms_are_refused_or_taken(world: World, clock: time_machine.Traveller, share: int) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for _route, path, visitor, fields in posts(world, clock, slice(share, None, SHARES)):
            clock.shift(timedelta(seconds=61))  # or the site would only say that this is too often
            token = {"csrf_token": fields["csrf_token"]}
            few = on_postgres(world)
            for name in STORED if few else NASTY:
                yield f"{path} all {name}", send(visitor, path, dict.fromkeys(fields, NASTY[name]) | token)
            for turn, field in enumerate(sorted(fields.keys() - token.keys())):
                for name in some(world, STORED, turn, 1) if few else ("nul", "huge number", "blank"):
                    answer = send(visitor, path, fields | {field: NASTY[name]})
                    yield f"{path} {field} {name}", answer
                yield f"{path} {field} twice", send(visitor, path, fields | {field: ["a", "b"]})

    assert faulty(answers()) == []


@pytest.mark.engines("sqlite")
def test_random_forms_are_refused_or_taken_in_time(world: World, clock: time_machine.Traveller) -> None:
    draw, sent, slow = random.Random(SEED), 0, []

    def answers() -> Iterator[tuple[str, TestResponse]]:
        nonlocal sent
        for _route, path, visitor, fields in posts(world, clock):
            clock.shift(timedelta(seconds=61))
            token = {"csrf_token": fields["csrf_token"]}
            for _turn in range(RANDOM_BODIES):
                drawn = {name: drawn_text(draw) for name in fields if draw.random() < 0.8}
                sent += len(drawn)
                begun = perf_counter()
                yield f"{path} {drawn}"[:300], send(visitor, path, fields | drawn | token)
                if perf_counter() - begun > SECONDS:
                    slow.append(f"{path} {drawn}"[:300])

    assert faulty(answers()) == []
    assert slow == []
    assert sent > RANDOM_VALUES


@pytest.mark.engines("sqlite")
def test_a_body_of_another_kind_is_refused(world: World, clock: time_machine.Traveller) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for _route, path, visitor, _fields in posts(world, clock):
            for kind, body in OTHER_BODIES:
                headers = OURS | {"Content-Type": kind} if kind else OURS
                answer = visitor.client.post(path, data=body, headers=headers, buffered=True)
                yield f"{path} {kind} {body[:20]!r}", answer

    assert faulty(answers()) == []


@pytest.mark.engines("sqlite")
def test_a_body_that_is_too_big_is_refused_before_it_is_read(
    world: World, clock: time_machine.Traveller
) -> None:
    wrong = []
    for route, path, visitor, fields in posts(world, clock):
        # Where a file may come, what is too big is larger.
        big = BIG + getattr(world.app.view_functions[route.endpoint], "takes_bytes", 0)
        for kind, body in {
            FORM: urlencode(fields | {"reason": "x" * big}).encode(),
            "multipart/form-data; boundary=x": FILE + b"x" * big,
        }.items():
            started = perf_counter()
            answer = visitor.client.post(path, data=body, content_type=kind, headers=OURS)
            if answer.status_code != 413:
                wrong.append(f"{path} {kind}: {answer.status}, {perf_counter() - started:.1f} s")
    assert wrong == []


@pytest.mark.engines("sqlite")
def test_too_many_fields_are_refused(world: World, clock: time_machine.Traveller) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for _route, path, visitor, fields in posts(world, clock):
            many = {f"field-{number}": "x" for number in range(5_000)}
            yield f"{path} names", send(visitor, path, fields | many)
            rows = {f"goals-{number}-number": "9" for number in range(2_000)}
            yield f"{path} rows", send(visitor, path, fields | rows)
            yield (
                f"{path} parts",
                visitor.client.post(
                    path,
                    data=fields | dict(list(many.items())[:300]),
                    content_type="multipart/form-data",
                    headers=OURS,
                ),
            )

    assert faulty(answers()) == []


@pytest.mark.engines("sqlite")
def test_hostile_headers_are_answered(world: World) -> None:
    odd: list[dict[str, str]] = [
        {"User-Agent": "x" * 60_000},
        {"User-Agent": "\xff\xfe"},
        {"Referer": "http://[broken"},
        {"Origin": "http://[broken"},
        {"X-Forwarded-For": "999.999.999.999, ::ffff:1.2.3.4:5, unknown, \xff"},
        {"Accept-Language": "," * 5_000},
        {"Accept-Encoding": "gzip;q=NaN, \xff;q=-1"},
        {"If-None-Match": '"' * 1_000},
        {"If-Modified-Since": "Thu, 99 Foo 9999 99:99:99 GMT"},
        {"Range": "bytes=9-1,-,x"},
        {"Cookie": "session=" + "x" * 4_000 + "; session=\xff"},
        {"Sec-Fetch-Site": "\xff"},
        {"Content-Length": "-1"},
    ]
    paths = [
        "/",
        f"/actions/{world.action}/",
        f"/actions/{world.action}/qr.png",
        "/log-in/",
        "/desk/",
        "/events.ics",
    ]

    def answers() -> Iterator[tuple[str, TestResponse]]:
        for path in paths:
            for headers in odd:
                yield f"{path} {headers}"[:99], world.app.test_client().get(path, headers=headers)
                yield f"POST {path} {headers}"[:99], world.app.test_client().post(path, headers=headers)

    assert faulty(answers()) == []


@pytest.mark.parametrize("name", ["far letters", "markup", "template", "sql", "formula", "path"])
def test_what_is_kept_comes_back_as_it_was(world: World, name: str) -> None:
    words = " ".join(NASTY[name].decode().split())
    visitor = world.visitor(OWN)
    path = f"/desk/news/{world.an_article()}/edit/"
    form = fields_of(visitor.get(path).text, path)
    answer = visitor.client.post(path, data=form | {"title": words, "summary": words}, headers=OURS)
    assert answer.status_code == 303
    kept = fields_of(visitor.get(answer.location).text, answer.location.split("?")[0])
    assert (kept["title"], kept["summary"]) == (words, words)
