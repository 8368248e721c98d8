"""Posts that another site sends change nothing, and behind the log-in a form needs its session's token."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.support import addresses, rows
from tests.support.addresses import Route
from tests.support.visiting import OURS, Visitor
from tests.support.world import EXPORTER, OWN, STRANGER, World

# The guards answer before a database is asked.
pytestmark = pytest.mark.engines("sqlite")

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8001"},
)
# Shows a text typed before the session ended, with a token that died with it; writes nothing.
CARRIES = "account.logging_in.again"
BEHIND = ("desk.", "staff.", "account.")
LETTER = {"name": "Marta Lindqvist", "email": "marta@example.org", "level": "team"}


def posts(world: World) -> list[Route]:
    return [route for route in addresses.routes(world.app) if route.method == "POST"]


def who_may(route: Route) -> str:
    """Somebody whose post would change something."""
    if route.endpoint == "account.logging_in.knock":
        return STRANGER
    return EXPORTER if route.endpoint.startswith("staff.") else OWN


def ready(
    world: World, route: Route, *, visitor: Visitor | None = None
) -> tuple[Visitor, str, dict[str, Any]]:
    """A visitor, an address and a form that only the headers could spoil."""
    who = who_may(route)
    visitor = visitor or world.visitor(who)
    path = next(addresses.paths(world, route))
    fields = addresses.body(world, route, path)
    fields["csrf_token"] = addresses.token(visitor, stranger=who == STRANGER)
    return visitor, path, fields


def test_a_post_from_another_site_is_refused_and_writes_nothing(world: World) -> None:
    wrong = []
    for route in posts(world):
        visitor, path, fields = ready(world, route)
        before = rows.digests(world.app)
        for headers in FOREIGN:
            status = visitor.client.post(path, data=fields, headers=headers).status_code
            if status != 403:
                wrong.append((path, headers, status))
        if rows.digests(world.app) != before:
            wrong.append((path, {}, 0))
    assert wrong == []


def test_a_post_that_says_nothing_of_its_sender_is_refused_on_desk_and_staff(world: World) -> None:
    wrong = []
    for route in posts(world):
        visitor, path, fields = ready(world, route)
        before = rows.digests(world.app)
        strict = route.endpoint.startswith(("desk.", "staff.")) or route.endpoint == CARRIES
        refused = visitor.client.post(path, data=fields).status_code == 403
        if refused != strict or (strict and rows.digests(world.app) != before):
            wrong.append(path)
        if route.endpoint.startswith("account."):
            world.visitor(who_may(route), fresh=True)
    assert wrong == []


@pytest.mark.parametrize("token", ["none", "made up", "of another session"])
def test_behind_the_log_in_a_form_needs_the_token_of_its_session(world: World, token: str) -> None:
    wrong = []
    for route in posts(world):
        if not route.endpoint.startswith(BEHIND) or route.endpoint == CARRIES:
            continue
        visitor, path, fields = ready(world, route)
        stranger = who_may(route) == STRANGER
        fields["csrf_token"] = {
            "none": "",
            "made up": "IjEi.abc.def",
            "of another session": addresses.token(Visitor(world.app), stranger=True)
            if stranger
            else addresses.token(world.visitor(who_may(route), fresh=True)),
        }[token]
        before = rows.digests(world.app)
        status = visitor.client.post(path, data=fields, headers=OURS).status_code
        if status != 400 or rows.digests(world.app) != before:
            wrong.append((path, status))
    assert wrong == []


def a_stamp(world: World, slug: str | None = None) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', Visitor(world.app).get(_action(world, slug)).text)
    assert found
    return found[1]


def _action(world: World, slug: str | None = None) -> str:
    return f"/actions/{slug or world.action}/"


@pytest.mark.parametrize(
    "stamp", ["", "1.1.1.1.x.2026-11-22.00", "another action's", "changed", "forged", "x" * 5000]
)
def test_signing_needs_a_valid_stamp(world: World, stamp: str) -> None:
    good = a_stamp(world)
    bad = {
        "another action's": a_stamp(world, world.an_action()),
        "changed": good.replace("2027", "2037"),
        "forged": good[:-1] + ("0" if good[-1] != "0" else "1"),
    }.get(stamp, stamp)
    assert bad != good
    before = rows.digests(world.app)
    answer = Visitor(world.app).client.post(f"{_action(world)}sign", data=LETTER | {"stamp": bad})
    assert answer.status_code == 422
    assert "Marta Lindqvist" in answer.text
    assert rows.digests(world.app) == before


def test_a_page_kept_for_a_day_still_posts_from_another_browser(
    world: World, clock: time_machine.Traveller
) -> None:
    stamp = a_stamp(world)
    clock.shift(timedelta(hours=24))
    answer = Visitor(world.app).client.post(f"{_action(world)}sign", data=LETTER | {"stamp": stamp})
    assert answer.status_code == 200
    assert "Check your email" in answer.text


def test_a_browser_that_hides_its_address_can_sign(world: World) -> None:
    answer = Visitor(world.app).client.post(
        f"{_action(world)}sign", data=LETTER | {"stamp": a_stamp(world)}, headers={"Origin": "null"}
    )
    assert answer.status_code == 200


def test_a_signature_sent_by_another_site_keeps_what_was_typed(world: World) -> None:
    answer = Visitor(world.app).client.post(
        f"{_action(world)}sign", data=LETTER | {"stamp": a_stamp(world)}, headers=FOREIGN[0]
    )
    assert answer.status_code == 403
    assert "This did not come from our page" in answer.text
    assert 'value="Marta Lindqvist"' in answer.text
