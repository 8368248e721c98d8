"""Reading never writes: every address, by everybody, with every table compared before and after."""

from __future__ import annotations

import pytest

from tests.support import addresses, rows
from tests.support.addresses import Route
from tests.support.world import WHO, World

READING = ("GET", "HEAD", "OPTIONS")


def changed_by_reading(world: World, route: Route, *, times: int = 1) -> set[str]:
    """Names of the tables that are not what they were, after everybody has read a route's addresses."""
    paths = list(addresses.paths(world, route))
    before = rows.digests(world.app)
    for path in paths:
        for who in WHO:
            for method in READING * times:
                world.visitor(who).client.open(path, method=method, buffered=True)
    after = rows.digests(world.app)
    return {name for name, digest in before.items() if after[name] != digest}


@pytest.mark.engines("sqlite")
@pytest.mark.timeout(300)
def test_reading_any_address_changes_nothing(world: World) -> None:
    for who in WHO:
        world.visitor(who)
    changed = {
        (route.rule, route.method): tables
        for route in addresses.routes(world.app)
        if (tables := changed_by_reading(world, route))
    }
    assert changed == {}


@pytest.mark.parametrize(
    "rule", ["/c/<token>", "/c/<token>/change/", "/my/<token>/withdraw/", "/my/unsubscribe/<token>"]
)
def test_a_link_opened_fifty_times_changes_nothing_and_still_works(world: World, rule: str) -> None:
    signed = world.signed()
    token = signed.confirm if rule.startswith("/c/") else signed.my
    path = rule.replace("<token>", world.unsubscribe_token() if "unsubscribe" in rule else token)
    client = world.app.test_client()
    before = rows.digests(world.app)
    statuses = {client.open(path, method=method).status_code for method in ("GET", "HEAD") * 50}
    assert statuses == {200}
    assert rows.digests(world.app) == before
    assert client.post(path, data={"level": "target"}).status_code in (200, 303)
    assert rows.digests(world.app) != before


def test_a_change_would_be_seen(world: World) -> None:
    before = rows.digests(world.app)
    world.an_article()
    after = rows.digests(world.app)
    assert {name for name in before if before[name] != after[name]} == {
        *("article", "article_category", "article_tag", "search_entry"),
    }
