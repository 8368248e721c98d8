"""Every page of the site passes the page checker, whatever it shows, and its links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urldefrag, urlsplit
from xml.etree.ElementTree import Element

import pytest
import time_machine
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from campaign_actions.accounts.models import Role
from campaign_actions.config import Settings
from tests.conftest import Mailbox
from tests.support import walk
from tests.support.factories import a_user
from tests.support.pages import Page, faults_of, parse
from tests.support.visiting import Visitor, logged_in
from tests.support.walk import Seen
from tests.support.world import EXPORTER, OWN, STRANGER, WHO, World

# Every page is read on both engines by test_roles; what it shows does not depend on one.
pytestmark = pytest.mark.engines("sqlite")

LONG = "Освободите" + "заключённых" * 12 + " " + "of Zhanaozen at once " * 10
HOSTILE = (
    "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> {{ 7 * 7 }} %s %(name)s & &amp; "
    "\N{RIGHT-TO-LEFT OVERRIDE}dlrow\N{POP DIRECTIONAL FORMATTING} e\N{COMBINING ACUTE ACCENT}"
    "\N{COMBINING ACUTE ACCENT} \N{EARTH GLOBE EUROPE-AFRICA} ]]> --> <!-- </title></textarea></option>"
)


@pytest.fixture
def world_of(
    make_app: Callable[..., Flask], settings: Settings, mailbox: Mailbox, clock: time_machine.Traveller
) -> Callable[[str], World]:
    """A site in which everything is called by the same words."""

    def make(words: str) -> World:
        app = walk.add_failures(make_app(contact="team@campaign.example"))
        return World(app, settings, mailbox, words)

    return make


def faults(world: World, seen: Iterable[Seen]) -> list[tuple[str, str]]:
    """What the checker finds, each fault once with the first page that has it."""
    found: dict[str, str] = {}
    for one in seen:
        if not one.is_page:
            continue
        address = world.settings.site_url + (one.path if one.path.startswith("/") else "/")
        site = world.settings.site_name
        plain = one.answer.status_code in (500, 503) and "/static/-/" in one.answer.text
        for fault in faults_of(one.answer.text, site=site, address=address, failed=one.failed, plain=plain):
            found.setdefault(fault, one.name)
    return sorted((name, fault) for fault, name in found.items())


@pytest.mark.parametrize("who", WHO)
def test_pages_are_good_for_everybody(world: World, who: str) -> None:
    assert faults(world, walk.read(world, [who])) == []


@pytest.mark.parametrize("code", ["ru", "kk"])
def test_pages_are_good_in_every_language(world: World, code: str) -> None:
    pages = list(walk.read(world, [STRANGER, OWN, EXPORTER], language=code))
    assert faults(world, pages) == []
    spoken = {one.path: re.search(r'<html lang="(\w+)"', one.answer.text) for one in pages if one.is_page}
    assert len(spoken) > 80
    # A translation's preview is the page its supporters get, in their language.
    other = {path: found for path, found in spoken.items() if not re.search("/texts/../preview/$", path)}
    assert [path for path, found in other.items() if found is None or found[1] != code] == []


@pytest.mark.parametrize("words", ["", LONG, HOSTILE], ids=["usual", "long", "hostile"])
def test_pages_are_good_in_every_state(world_of: Callable[[str], World], words: str) -> None:
    world = world_of(words)
    assert faults(world, walk.states(world)) == []


@pytest.mark.parametrize("words", [LONG, HOSTILE], ids=["long", "hostile"])
def test_pages_are_good_whatever_things_are_called(world_of: Callable[[str], World], words: str) -> None:
    world = world_of(words)
    assert faults(world, walk.read(world, ["stranger", "own", "exporter"])) == []


def test_answers_to_posts_are_good(world: World) -> None:
    assert faults(world, walk.posted(world)) == []


@pytest.mark.parametrize("words", ["", HOSTILE], ids=["usual", "hostile"])
def test_answers_to_signing_are_good(world_of: Callable[[str], World], words: str) -> None:
    world = world_of(words)
    assert faults(world, walk.signing(world)) == []


def test_error_pages_are_good(world_of: Callable[[str], World]) -> None:
    world = world_of("")
    assert faults(world, walk.errors(world)) == []


EMPTY = [
    *("/", "/news/", "/actions/", "/events/", "/feeds/", "/how-we-count/", "/news/2026/", "/events.ics"),
    *("/desk/", "/desk/actions/", "/desk/events/", "/desk/news/", "/desk/actions/new/", "/desk/events/new/"),
    *("/staff/exports/", "/staff/exports/new/", "/staff/audit/", "/account/"),
]


def test_pages_of_an_empty_site_are_good(app: Flask, settings: Settings) -> None:
    with app.app_context():
        visitor = logged_in(app, a_user(Role.ADMIN, may_export=True))
    wrong = {}
    for path in EMPTY:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html":
            address = settings.site_url + path
            wrong[path] = faults_of(answer.text, site=settings.site_name, address=address)
    assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.timeout(300)
def test_every_link_leads_somewhere(world: World) -> None:
    for who in (OWN, "exporter", "stranger"):
        pages: dict[str, Page | None] = {}
        links: dict[str, str] = {}
        for one in [*walk.read(world, [who])]:
            if one.is_page:
                page = parse(one.answer.text, world.settings.site_url + one.path)
                pages[one.path] = page
                links |= {
                    whole: one.path
                    for _name, whole, part in page.links()
                    if part.get("method") is None and not _is_of_a_draft(one, part)
                }
                posts = [whole for _name, whole, part in page.links() if part.get("method") == "post"]
                assert [place for place in posts if not _is_posted_to(world.app, place)] == [], one.path
        assert _broken(world, world.visitor(who), pages, links) == {}


def _is_of_a_draft(one: Seen, link: Element) -> bool:
    """Whether a link of a preview says where the page will be once it is published."""
    return "preview" in one.path and link.get("rel") == "canonical"


def _broken(
    world: World, visitor: Visitor, pages: dict[str, Page | None], links: dict[str, str]
) -> dict[str, str]:
    """Links, each with the page it stands on, that lead to nothing or to a part that is not there."""
    broken = {}
    for whole, on in links.items():
        bare, mark = urldefrag(whole)
        if not bare.startswith(world.settings.site_url):
            continue
        # A page in another language is the same page; test_language reads those.
        path = re.sub("^/(ru|kk)(?=/)", "", bare.removeprefix(world.settings.site_url)) or "/"
        if path not in pages:
            answer = visitor.client.get(path, buffered=True)
            if answer.status_code >= 400:
                broken[whole] = f"{on}: {answer.status}"
            is_page = answer.mimetype == "text/html" and answer.status_code == 200
            pages[path] = parse(answer.text) if is_page else None
        page = pages[path]
        if mark and page is not None and mark not in page.ids:
            broken[whole] = f"{on}: no such part"
    return broken


def _is_posted_to(app: Flask, place: str) -> bool:
    try:
        app.url_map.bind("localhost").match(urlsplit(place).path, method="POST")
    except (NotFound, MethodNotAllowed):
        return False
    return True


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<p>Two<div>", "syntax"),
        ("<h1>One</h1><h1>Two</h1>", "2 h1"),
        ("<h1>One</h1><h3>Three</h3>", "h3 follows h1"),
        ('<h1 id="a">One</h1><p id="a">', "the id 'a'"),
        ('<h1>One</h1><input id="a" name="a">', "has no label"),
        ('<h1>One</h1><label for="b">B</label>', "which is no field"),
        ('<h1 aria-describedby="b">One</h1>', "aria-describedby names 'b'"),
        ('<h1>One</h1><form method="post"></form>', "does not name its action"),
        ('<h1 style="color: red">One</h1>', "an inline style"),
        ('<h1 onclick="go()">One</h1>', "an inline onclick"),
        ("<h1>One</h1><script>go()</script>", "a script without"),
        ('<h1>One</h1><script type="text/plain">go()</script>', "a script without"),
        ('<h1>One</h1><iframe src="/a/" title="A"></iframe>', "a frame without a sandbox"),
        ('<h1>One</h1><iframe src="/a/" sandbox=""></iframe>', "a frame without a sandbox"),
        ('<h1>One</h1><img src="/a.png">', "without alt"),
        ('<h1>One</h1><img alt="" src="https://evil.example/a.png">', "loads https"),
        ('<h1>One</h1><a href="https://evil.example/">Out</a>', "without noopener"),
        ('<h1>One</h1><a href="https://t.me/" rel="noopener">Out</a>', "without noreferrer"),
        ('<h1>One</h1><a href="javascript:go()">Go</a>', "of the kind javascript"),
        ('<h1>One</h1><a href="#nowhere">Go</a>', "which is not there"),
        ("<h1>One</h1><table><tr><td></table>", "without a caption"),
    ],
)
def test_the_checker_finds_what_is_wrong(page: str, fault: str) -> None:
    assert any(fault in found for found in faults_of(_whole(page), site="Site"))


def test_the_checker_passes_a_good_page() -> None:
    good = _whole('<h1>One</h1><h2>Two</h2><label for="a">A</label><input id="a" name="a">')
    assert faults_of(good, site="Site") == []
    assert faults_of(good.replace("<title>", "<title>Error: "), site="Site", failed=True) == []
    assert faults_of(good, site="Site", failed=True) != []
    assert faults_of(good.replace("Thing – Site", "Thing"), site="Site") != []


def _whole(main: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><title>Thing – Site</title></head><body>'
        f'<a href="#main">Skip</a><main id="main">{main}</main></body></html>'
    )
