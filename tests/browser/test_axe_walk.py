"""Axe on every page, state and error of the walk: the public ones in three languages, the desks in English.

`test_axe` looks at one page of each kind in two looks; here each page has one look, and the four take turns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, cycle

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page, Route

from campaign_actions.config import Settings
from tests.browser.test_axe import SCHEMES, WIDTHS, found_by_axe, found_too_wide
from tests.conftest import Mailbox
from tests.support import walk
from tests.support.browser import Watch
from tests.support.walk import Seen
from tests.support.world import ADMIN, EXPORTER, OWN, STRANGER, World

pytestmark = [pytest.mark.timeout(400), pytest.mark.engines("sqlite")]

LOOKS = [(width, scheme) for scheme in SCHEMES for width in WIDTHS]
HERE = "/walk/"
# What axe judges: parts by tag and look, and whether a page has several of them.
PART = re.compile(r"<(\w+)([^>]*)>")
LOOKS_LIKE = re.compile(r' (?:class|type|role)="[^"]*"')


@pytest.fixture
def world(app: Flask, settings: Settings, mailbox: Mailbox, clock: time_machine.Traveller) -> World:
    """The site of `tests.browser`, which also fails when it is told to."""
    return World(walk.add_failures(app), settings, mailbox)


def different(seen: Iterable[Seen]) -> Iterator[Seen]:
    """The pages that have something which none before them had."""
    known: set[tuple[str, ...]] = set()
    for one in seen:
        if one.is_page:
            parts = Counter((tag, *LOOKS_LIKE.findall(rest)) for tag, rest in PART.findall(one.answer.text))
            has = {(*part, "twice" if number > 1 else "once") for part, number in parts.items()}
            if not has <= known:
                known |= has
                yield one


def faults(page: Page, watch: Watch, seen: Iterable[Seen]) -> list[str]:
    """What axe finds, and pages that are too wide."""
    for message in ("Password forms should have", "postMessage"):
        watch.expect(message)
    found, bodies = [], [b""]

    def answer(route: Route) -> None:
        route.fulfill(body=bodies[-1], content_type="text/html; charset=utf-8")

    page.route(f"**{HERE}", answer)
    for one, (width, scheme) in zip(different(seen), cycle(LOOKS), strict=False):
        bodies.append(one.answer.data)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(HERE)
        found += [f"{one.name} {width} {scheme} {fault}" for fault in found_by_axe(page)]
        found += [f"{one.name} {fault}" for fault in found_too_wide(page)]
    return found


@pytest.mark.parametrize("code", ["ru", "kk"])
def test_pages_of_supporters(world: World, page: Page, watch: Watch, code: str) -> None:
    pages = chain(walk.read(world, [STRANGER], language=code), walk.public_states(world, language=code))
    assert faults(page, watch, pages) == []


@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_answers_to_supporters(world: World, page: Page, watch: Watch, code: str) -> None:
    pages = chain(
        walk.signing(world, language=code),
        walk.posted(world, [STRANGER], language=code),
        walk.errors(world, language=code),
    )
    assert faults(page, watch, pages) == []


def test_pages_of_the_desk(world: World, page: Page, watch: Watch) -> None:
    assert faults(page, watch, chain(walk.read(world, [OWN]), walk.posted(world, [OWN]))) == []


def test_pages_of_staff(world: World, page: Page, watch: Watch) -> None:
    staff = (one for one in walk.read(world, [ADMIN]) if one.path.startswith("/staff/"))
    assert faults(page, watch, chain(staff, walk.posted(world, [EXPORTER]))) == []
