"""Stories of cases: what happens to somebody is shown wherever that person is told of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

from playwright.sync_api import Page, expect

from campaign_actions.cases import telling
from campaign_actions.cases.models import CaseKind, CaseStatus, EntryKind, Tone
from campaign_actions.cases.sentence import whole_months
from campaign_actions.cases.telling import CaseDates, CaseWords, Told
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import writing
from tests.support.content import an_article, link, words_of
from tests.support.filled_forms import fields_of
from tests.support.people import follow, reads
from tests.support.story import Story
from tests.support.visiting import Visitor

ARREST, FIVE, SEVEN = date(2023, 12, 14), date(2028, 12, 14), date(2030, 12, 14)
HELD = CaseDates(
    kind=CaseKind.PERSON,
    status=CaseStatus.IN_PRISON,
    detained_on=ARREST,
    sentence_ends_on=SEVEN,
    family_agreed_on=date(2024, 1, 5),
)
CUT = Told(
    kind=EntryKind.APPEAL,
    tone=Tone.WON,
    happened_on=date(2024, 9, 17),
    title="Sentence cut from 7 years to 5",
    source="appeal judgment",
    source_url="https://example.org/judgment",
)
REFUSED = Told(
    kind=EntryKind.PAROLE,
    tone=Tone.HARM,
    happened_on=date(2026, 6, 9),
    title="Parole refused",
    text="The hearing took eleven minutes.",
    source="court minutes, case 2-114",
)


def a_case() -> UUID:
    words = CaseWords(name="Arman Tolegen", summary="Oil worker, 41.")
    with writing():
        case_id = telling.draft(words, HELD, by=None).id
        telling.publish(case_id, by=None, seen_version=1)
    return case_id


def tell(case_id: UUID, article_id: UUID, action_id: UUID) -> None:
    """What the organiser writes down: the shorter sentence, and both entries, each leading on."""
    with writing():
        telling.save(
            case_id, replace(HELD, sentence_ends_on=FIVE, first_ends_on=SEVEN), by=None, seen_version=2
        )
        telling.add_entry(case_id, replace(CUT, action_id=action_id), by=None, seen_version=3)
        telling.add_entry(case_id, replace(REFUSED, article_id=article_id), by=None, seen_version=4)


def marks(page: Page) -> dict[str, int]:
    """How many marks of each kind the one sentence bar of the page has."""
    expect(page.locator(".days")).to_have_count(1)
    return {kind: page.locator(f".rule .{kind} i").count() for kind in ("served", "left", "cut")}


def lengths() -> dict[str, int]:
    """How many months lie between the dates of the sentence, as cut, today."""
    ends = [whole_months(ARREST, end) for end in (clock.today(), FIVE, SEVEN)]
    return {"served": ends[0], "left": ends[1] - ends[0], "cut": ends[2] - ends[1]}


def test_s68_a_cut_sentence_and_a_refused_parole_show_on_case_action_and_article(
    story: Story, page: Page
) -> None:
    case_id = story.inside(a_case)
    action = story.an_action(title="Release Arman Tolegen", case_id=case_id)
    article = story.inside(lambda: an_article(title="Eleven minutes"))
    story.inside(lambda: link(action.card.id, article.id))
    page.goto("/cases/")
    follow(page, "Arman Tolegen")
    reads(page, "The sentence is 7 years.")
    assert marks(page)["cut"] == 0
    story.inside(lambda: tell(case_id, article.id, action.card.id))
    page.reload()
    for place in ("case", "action", "article"):
        reads(page, "The sentence was 7 years, cut to 5 years.")
        assert marks(page) == lengths(), place
        told = page.locator(".line")
        expect(told.locator(".bad")).to_contain_text(re.compile("Parole refused.*minutes, case 2-114"))
        expect(told.locator(".good")).to_contain_text("Sentence cut from 7 years to 5")
        source = told.get_by_role("link", name="appeal judgment")
        expect(source).to_have_attribute("href", "https://example.org/judgment")
        if place == "case":
            follow(page, "Release Arman Tolegen")
        elif place == "action":
            follow(page, "Eleven minutes")
    follow(page, "Arman Tolegen")
    assert page.url.endswith("/cases/arman-tolegen/")
    follow(page, "Eleven minutes")
    assert page.url.endswith("/news/2014/12/eleven-minutes/")


def the_release(case_id: UUID) -> None:
    """What the organiser writes down in the case: nothing of it follows from the action by itself."""
    free = replace(HELD, status=CaseStatus.RELEASED, released_on=clock.today())
    told = Told(
        kind=EntryKind.RELEASE, happened_on=clock.today(), title="Free", text="At noon.", source="his lawyer"
    )
    with writing():
        telling.save(case_id, free, by=None, seen_version=2)
        telling.add_entry(case_id, told, by=None, seen_version=3)


def test_s67_a_release_shows_on_the_action_the_case_the_article_and_in_the_feed(story: Story) -> None:
    case_id = story.inside(a_case)
    email, owner_id = story.a_user()
    action = story.an_action(
        title="Release Arman Tolegen", slug="release-arman", case_id=case_id, owner_id=owner_id
    )
    article = story.inside(lambda: an_article(title="Eleven minutes"))
    story.inside(lambda: link(action.card.id, article.id))
    supporter = story.supporter(action)
    supporter.sign()
    supporter.client.post(story.link("marta@example.org"))
    assert story.count(action) == 1
    organiser, outcome = Visitor(story.app), "/desk/actions/release-arman/outcome/"
    organiser.log_in(email)
    fields = fields_of(organiser.get(outcome).text, outcome)
    today = story.inside(clock.today)
    typed = {"outcome": "won", "on": f"{today}", "text": "Arman Tolegen is free.", "source": "his lawyer"}
    assert organiser.post(outcome, {**fields, **typed}, on=outcome).status_code == 303
    reader = story.stranger()
    page = reader.get("/cases/arman-tolegen/").text
    assert 'class="card won"' in page
    assert "days free" not in page, "the case says so once the organiser does"
    story.inside(lambda: the_release(case_id))
    days = (today - ARREST).days
    for path in ("/cases/arman-tolegen/", "/actions/release-arman/", "/news/2014/12/eleven-minutes/"):
        page = reader.get(path).text
        assert 'class="days free' in page, path
        assert f"Released after {days:,} days." in words_of(page), path
        assert "Arman Tolegen is free." in page, path
        assert 'name="email"' not in page, path
    assert 'class="tag free">Free' in reader.get("/cases/").text
    assert "Arman Tolegen: Free" in reader.get("/cases/arman-tolegen/feed/").text
    assert story.count(action) == 1
