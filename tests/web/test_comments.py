"""Comments: offered on one's own page, read at the desk, shown as plain text with a public name or none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role, User
from campaign_actions.config import Settings
from campaign_actions.signatures import tools
from campaign_actions.signatures.models import CommentState
from tests.conftest import Mailbox
from tests.support.content import words_of
from tests.support.factories import an_action
from tests.support.filled_forms import send
from tests.support.flow import my_token_in, token_in
from tests.support.signer import Signer
from tests.support.spoken import add_comment
from tests.support.visiting import OURS, Visitor, logged_in, somebody

TEXT = "<b>He</b> taught me to weld: https://example.org\nLet him go home."


@pytest.fixture
def owner(app: Flask, clock: time_machine.Traveller) -> User:
    return somebody(app)


@pytest.fixture
def signer(app: Flask, owner: User) -> Signer:
    with app.app_context():
        return Signer(app, an_action(owner_id=owner.id, title="Release the strikers").card.slug)


@pytest.fixture
def mine(signer: Signer, worker: Callable[[], None], mailbox: Mailbox) -> str:
    """Address of the page of a confirmed signature at level everyone."""
    signer.sign(level="everyone")
    worker()
    letter = mailbox.newest()
    signer.client.post(f"/c/{token_in(letter)}", headers=OURS)
    worker()
    return f"/my/{my_token_in(letter)}/"


def offer(signer: Signer, mine: str, text: str = TEXT) -> int:
    return signer.client.post(f"{mine}comment/", data={"text": text}, headers=OURS).status_code


def decide(desk: Visitor, deed: str, reason: str = "") -> int:
    page = desk.get("/desk/comments/").text
    path = re.search(r'action="(/desk/comments/[0-9a-f-]{36})"', page)
    assert path
    return send(desk, path[1], opened="/desk/comments/", do=deed, reason=reason).status_code


def test_it_is_offered_read_and_then_shown_as_plain_text(
    app: Flask, owner: User, signer: Signer, mine: str
) -> None:
    assert "Add a comment" in signer.client.get(mine).text
    assert "Your public name stands beside it." in signer.client.get(f"{mine}comment/").text
    assert offer(signer, mine) == 303
    assert "Waits until somebody has read it" in signer.client.get(mine).text
    public = f"{signer.address}comments/"
    assert "taught me" not in signer.client.get(public).text
    desk = logged_in(app, owner)
    assert "Read the comments" in desk.get("/desk/").text
    assert "By Marta Lindqvist" in desk.get("/desk/comments/").text
    assert decide(desk, "show") == 303
    for page in (public, signer.address):
        shown = signer.client.get(page).text
        assert "&lt;b&gt;He&lt;/b&gt; taught me to weld: https://example.org<br>Let him go home." in shown
        assert 'href="https://example.org' not in shown
        assert "Marta Lindqvist" in shown
    assert "Shown to everyone" in signer.client.get(mine).text
    signer.client.post(f"{mine}level/", data={"level": "team", "name": ""}, headers=OURS)
    shown = signer.client.get(public).text
    assert "A supporter" in shown
    assert "Marta" not in shown
    assert "Marta" not in desk.get("/desk/comments/shown/").text


def test_a_hidden_one_tells_its_writer_why_and_nobody_else(
    app: Flask, owner: User, signer: Signer, mine: str
) -> None:
    offer(signer, mine)
    desk = logged_in(app, owner)
    page = desk.get("/desk/comments/").text
    path = re.search(r'action="(/desk/comments/[0-9a-f-]{36})"', page)
    assert path
    refused = send(desk, path[1], opened="/desk/comments/", do="hide", reason=" ")
    assert refused.status_code == 422
    assert "Say why it is hidden" in refused.text
    assert 'id="reason-err"' in refused.text
    assert decide(desk, "hide", "Not about this action.") == 303
    assert "Not about this action." in signer.client.get(f"{mine}comment/").text
    assert "Not about this action." not in signer.client.get(f"{signer.address}comments/").text
    assert "Not about this action." in desk.get("/desk/comments/hidden/").text
    assert desk.get("/desk/comments/").text.count("<blockquote") == 0


def test_too_long_a_comment_is_refused_and_kept_on_the_page(signer: Signer, mine: str) -> None:
    answer = signer.client.post(f"{mine}comment/", data={"text": "long " * 120}, headers=OURS)
    assert answer.status_code == 422
    assert "It has 599." in answer.text
    assert "long long long" in answer.text


def test_one_takes_it_back_with_one_press(app: Flask, owner: User, signer: Signer, mine: str) -> None:
    offer(signer, mine)
    decide(logged_in(app, owner), "show")
    gone = signer.client.post(f"{mine}comment/", data={"do": "delete"}, headers=OURS)
    assert gone.status_code == 303
    assert "taught me" not in signer.client.get(signer.address).text


def test_others_comments_are_not_found_and_admins_may_decide(
    app: Flask, settings: Settings, clock: time_machine.Traveller
) -> None:
    owner, other, admin = somebody(app), somebody(app), somebody(app, Role.ADMIN)
    with app.app_context():
        comment_id = add_comment(tools.load(settings), an_action(owner_id=owner.id).card.id, "Let him go.")
    path = f"/desk/comments/{comment_id}"
    stranger = logged_in(app, other)
    assert "Let him go." not in stranger.get("/desk/comments/").text
    assert "Read the comments" not in stranger.get("/desk/").text
    refused = stranger.post(path, {"do": "show", "seen": "1"})
    nowhere = stranger.post(path[:-4] + "0000", {"do": "show", "seen": "1"})
    assert refused.status_code == nowhere.status_code == 404
    assert logged_in(app, admin).post(path, {"do": "show", "seen": "1"}).status_code == 303


def test_words_that_changed_since_they_were_read_are_not_shown(
    app: Flask, owner: User, signer: Signer, mine: str
) -> None:
    offer(signer, mine)
    desk = logged_in(app, owner)
    read = desk.get("/desk/comments/").text
    path = re.search(r'action="(/desk/comments/[0-9a-f-]{36})"', read)
    assert path
    offer(signer, mine, "Buy my shoes.")
    answer = desk.post(path[1], {"do": "show", "seen": "1"})
    assert answer.status_code == 409
    assert "Buy my shoes." in answer.text
    assert "Buy my shoes." not in signer.client.get(signer.address).text


def test_the_list_has_pages_and_names_nobody_who_keeps_quiet(
    app: Flask, settings: Settings, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        action = an_action()
        for _number in range(21):
            add_comment(tools.load(settings), action.card.id, "Let him go.", CommentState.SHOWN)
    reader, here = Visitor(app), f"/actions/{action.card.slug}/comments/"
    assert reader.get(here).text.count("<blockquote>") == 20
    second = reader.get(f"{here}page/2/")
    assert second.text.count("<blockquote>") == 1
    assert "21 comments" in words_of(second.text)
    assert reader.get(f"{here}page/1/").location == here
    assert reader.get(f"{here}page/3/").status_code == 404
    assert words_of(reader.get(f"/actions/{action.card.slug}/").text).count("A supporter,") == 3
