"""Stories of actions that are not open: drafts, closed, paused and withdrawn ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import ActionState
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from tests.support.content import words_of
from tests.support.filled_forms import send
from tests.support.story import Story
from tests.support.visiting import Visitor

pytestmark = pytest.mark.usefixtures("clock")

EMAIL = "marta@example.org"


def test_s18_a_draft_is_for_its_own_team_and_for_whoever_has_the_link(
    story: Story, clock: time_machine.Traveller
) -> None:
    email, owner = story.a_user()
    team, stranger = Visitor(story.app), story.stranger()
    team.log_in(email)
    draft = story.an_action(state=ActionState.DRAFT, published_at=None, owner_id=owner)
    address = f"/actions/{draft.card.slug}/"
    assert stranger.get(address).status_code == 404
    assert story.at_the_desk().get(f"/desk{address}preview/").status_code == 404
    link_page = team.get(f"/desk{address}preview-link/").text
    link = link_page.split('id="address" value="')[1].split('"')[0].removeprefix(story.settings.site_url)
    for reader, path in ((team, f"/desk{address}preview/"), (stranger, link)):
        page = reader.get(path).text
        assert "Draft. Only your team sees this." in page
        assert "Signing opens when this is published" in page
        assert ">Sign the letter</button>" not in page
    signer = story.supporter(draft)
    assert signer.post("sign", {"name": "Marta", "email": EMAIL, "level": "team"}).status_code == 404
    assert story.rows(Signature) == 0
    clock.shift(timedelta(days=7, seconds=1))
    assert stranger.get(link).status_code == 404


def test_s19_a_closed_action_has_no_form_and_takes_no_post(story: Story) -> None:
    action = story.an_action(delivery_plan="We hand it in on 16 December.")
    supporter = story.supporter(action)
    supporter.sign()
    supporter.client.post(story.link(EMAIL))
    story.work()
    late = supporter.fields(email="late@example.org")
    close(story, action.card.slug)
    page = supporter.client.get(supporter.address)
    words = words_of(page.text)
    assert "Closed on 22 November 2026 with 1 signature. We hand it in on 16 December." in words
    assert "If you signed before it closed, you have 7 days to confirm." in words
    refused = supporter.post("sign", late)
    assert (refused.status_code, words_of(refused.text)) == (422, words)
    assert 'id="sign-form"' not in page.text
    assert story.states(action) == [State.CONFIRMED]


def test_s20_who_signed_before_the_close_has_seven_days_to_confirm(
    story: Story, clock: time_machine.Traveller
) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    links = {}
    for name in ("early", "late"):
        supporter.sign(email=f"{name}@example.org")
        links[name] = story.link(f"{name}@example.org")
    close(story, action.card.slug)
    clock.shift(timedelta(days=7))
    assert "Confirm my signature" in supporter.client.get(links["early"]).text
    thanked = supporter.client.post(links["early"], follow_redirects=True)
    assert "Your signature is confirmed" in thanked.text
    assert story.count(action) == 1
    clock.shift(timedelta(days=1))
    refused = supporter.client.post(links["late"])
    assert refused.status_code == 410
    assert "This petition closed on 22 November 2026" in words_of(refused.text)
    assert story.count(action) == 1
    assert story.states(action) == [State.CONFIRMED]


def test_s20_of_a_withdrawn_action_nobody_is_counted_any_more(story: Story) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    supporter.sign()
    link = story.link(EMAIL)
    reason = "The family asked us to stop."
    done = send(story.at_the_desk(Role.STAFF), f"/desk/actions/{action.card.slug}/withdraw/", reason=reason)
    assert done.status_code == 303
    for answer in (supporter.client.get(link), supporter.client.post(link)):
        assert answer.status_code == 410
    assert reason in supporter.client.get(supporter.address).text
    assert story.states(action) == [State.WAITING]


def test_s21_while_signing_is_paused_those_who_wait_can_still_confirm(story: Story) -> None:
    action = story.an_action()
    supporter = story.supporter(action)
    supporter.sign()
    link = story.link(EMAIL)
    typed = supporter.fields(email="late@example.org", name="Jonas Berg")
    reason = "We check some signatures until Monday."
    done = send(story.at_the_desk(Role.STAFF), f"/desk/actions/{action.card.slug}/pause/", reason=reason)
    assert done.status_code == 303
    page = supporter.client.get(supporter.address).text
    assert reason in page
    assert 'id="sign-form"' not in page
    refused = supporter.post("sign", typed)
    assert refused.status_code == 422
    assert reason in refused.text
    for kept in ("Jonas Berg", "late@example.org"):
        assert kept in refused.text
    assert supporter.client.post(link).status_code == 303
    assert story.count(action) == 1
    assert story.states(action) == [State.CONFIRMED]


def close(story: Story, slug: str) -> None:
    """Staff close an action."""
    assert send(story.at_the_desk(Role.STAFF), f"/desk/actions/{slug}/close/").status_code == 303
