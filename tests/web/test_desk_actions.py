"""Making, editing and publishing an action on the desk, button by button."""

from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import queries, wording
from campaign_actions.actions.models import ActionState
from campaign_actions.actions.queries import ActionPage
from campaign_actions.articles import editing, publishing
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import an_action
from tests.support.filled_forms import errors_of, resend, send
from tests.support.visiting import Visitor, a_known_user, logged_in

TITLE = "Authorities in Kazakhstan must release the oil workers of Zhanaozen at once"


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def organiser(app: Flask) -> Visitor:
    return somebody(app, email="aigul@example.org")


@pytest.fixture
def staff(app: Flask) -> Visitor:
    return somebody(app, Role.STAFF)


def somebody(app: Flask, role: Role = Role.ORGANISER, **values: str) -> Visitor:
    return logged_in(app, a_known_user(app, role, **values))


def an_article(app: Flask, title: str = TITLE) -> str:
    with app.app_context(), writing():
        words = ArticleWords(title=title, summary="Workers were jailed for a strike.", body="They struck.")
        article = editing.make(words, by=None)
        publishing.publish(article, by=None)
        return article.slug


def a_draft(visitor: Visitor, title: str = "Release Arman Tolegen") -> str:
    answer = send(visitor, "/desk/actions/new/", title=title)
    assert answer.status_code == 303
    return answer.location


def fill(visitor: Visitor, edit: str, **changes: object) -> str:
    fields = {
        "ask": "He led a strike and was jailed for it. Ask the prosecutor to free him.",
        "letter": "Dear Prosecutor General,\n\nfree him.",
        "targets__0__name": "the Prosecutor General",
        "goals__0__number": "1,000",
        "goals__0__meaning": "We hand it in at the embassy.",
        "closes": "2026-12-10 23:59",
        "zone": "Asia/Almaty",
    }
    answer = send(visitor, edit, **(fields | changes))
    assert answer.status_code == 303, errors_of(answer.text)
    return answer.location


def page_at(app: Flask, edit: str) -> ActionPage:
    with app.app_context():
        page = queries.by_slug(edit.split("/")[3])
        assert page is not None
        return page


def test_an_action_made_from_an_article_is_filled_from_it_and_linked_both_ways(
    app: Flask, organiser: Visitor
) -> None:
    slug = an_article(app)
    page = organiser.get(f"/desk/actions/new/?article={slug}")
    assert "already has an action" not in page.text
    answer = resend(organiser, f"/desk/actions/new/?article={slug}", page.text)
    card = page_at(app, answer.location).card
    assert card.title == "Authorities in Kazakhstan must release the oil workers of"
    assert card.ask == "Workers were jailed for a strike."
    assert card.state is ActionState.DRAFT
    with app.app_context():
        article = editing.find(slug)
        assert article is not None
        assert queries.articles_of(card.id) == [article.id]
        assert [made.id for made in queries.any_of_article(article.id)] == [card.id]
    assert TITLE in organiser.get(answer.location).text


def test_a_second_action_of_an_article_is_named_first_and_let_go_on(app: Flask, organiser: Visitor) -> None:
    slug = an_article(app)
    address = f"/desk/actions/new/?article={slug}"
    send(organiser, address)
    page = organiser.get(address).text
    assert "This article already has an action:" in page
    assert resend(organiser, address, page).status_code == 303


def test_publishing_says_what_is_missing_and_links_to_the_fields(app: Flask, organiser: Visitor) -> None:
    edit = a_draft(organiser)
    page = send(organiser, edit, do="publish")
    assert page.status_code == 422
    assert "<title>Error: " in page.text
    for field in ("ask", "targets", "letter", "goals", "closes"):
        assert f'href="#{field}"' in page.text
        assert f'id="{field}"' in page.text
    assert page_at(app, edit).card.state is ActionState.DRAFT


def test_each_button_saves_what_was_typed(organiser: Visitor) -> None:
    edit = a_draft(organiser)
    answer = send(organiser, edit, ask="Ask for him.", do="add-goal", goals__0__number="1,000")
    assert answer.location.endswith("#goals")
    page = organiser.get(answer.location).text
    assert 'value="1,000"' in page
    assert 'name="goals-1-number"' in page
    assert "Ask for him." in page


def test_a_complete_draft_is_published_and_found_by_everybody(organiser: Visitor, app: Flask) -> None:
    edit = fill(organiser, a_draft(organiser))
    slug = edit.split("/")[3]
    stranger = Visitor(app)
    assert stranger.get(f"/actions/{slug}/").status_code == 404
    assert send(organiser, f"/desk/actions/{slug}/edit/", do="publish").status_code == 303
    action = page_at(app, edit).card
    assert action.state is ActionState.OPEN
    assert action.closes_at is not None
    assert action.closes_at.isoformat() == "2026-12-10T18:59:00+00:00"
    assert "Release Arman" in stranger.get(f"/actions/{slug}/").text


def test_the_preview_is_the_public_page_with_a_form_nobody_can_send(organiser: Visitor) -> None:
    edit = fill(organiser, a_draft(organiser))
    page = organiser.get(edit.replace("/edit/", "/preview/").split("?")[0])
    assert page.status_code == 200
    assert "Draft. Only your team sees this." in page.text
    assert "Signing opens when this is published" in page.text


def test_a_preview_link_works_seven_days_without_log_in(
    organiser: Visitor, app: Flask, clock: time_machine.Traveller
) -> None:
    edit = fill(organiser, a_draft(organiser))
    slug = edit.split("/")[3]
    page = organiser.get(f"/desk/actions/{slug}/preview-link/").text
    link = page.split('id="address" value="')[1].split('"')[0].removeprefix("http://127.0.0.1:8000")
    stranger = Visitor(app)
    answer = stranger.get(link)
    assert answer.status_code == 200
    assert "Draft. Only your team sees this." in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert 'content="noindex"' in answer.text
    assert stranger.get(link[:-3] + "AA/").status_code == 404
    clock.shift(8 * 24 * 3600)
    assert stranger.get(link).status_code == 404


def test_a_second_save_on_an_old_version_overwrites_nothing(app: Flask, organiser: Visitor) -> None:
    edit = a_draft(organiser).split("?")[0]
    old_page = organiser.get(edit).text
    send(organiser, edit, ask="The first words.")
    refused = resend(organiser, edit, old_page, ask="The second words.")
    assert refused.status_code == 409
    assert "Somebody else saved this action" in errors_of(refused.text)[0]
    assert "The second words." in refused.text
    assert page_at(app, edit).card.ask == "The first words."
    assert resend(organiser, edit, refused.text).status_code == 303
    assert page_at(app, edit).card.ask == "The second words."


def test_a_page_from_before_a_new_title_saves_no_other_draft_at_its_old_address(
    app: Flask, organiser: Visitor
) -> None:
    edit = a_draft(organiser).split("?")[0]
    old_page = organiser.get(edit).text
    send(organiser, edit, title="Free Arman Tolegen")
    assert a_draft(organiser).split("?")[0] == edit
    assert resend(organiser, edit, old_page, ask="Meant for the first.").status_code == 409
    assert page_at(app, edit).card.ask == ""


def test_refusals_keep_what_was_typed(organiser: Visitor) -> None:
    edit = a_draft(organiser)
    page = send(organiser, edit, closes="tomorrow", ask="Ask for him.", targets__0__name="the Court")
    assert page.status_code == 422
    assert errors_of(page.text) == ["Write the day and the hour like 2026-12-10 23:59."]
    for typed in ("tomorrow", "Ask for him.", "the Court"):
        assert typed in page.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "x" * 61, "Write at most 60 characters here. This has 61."),
        ("ask", "x" * 201, "Write at most 200 characters here. This has 201."),
        ("goals__0__number", "many", "Write each goal as a whole number, 1 or more."),
        ("goals__0__meaning", "We hand it in.", "Write each goal as a whole number, 1 or more."),
        ("goals__0__number", "0", "Write each goal as a whole number, 1 or more."),
        ("goals__0__meaning", "a\0b", "This includes a character we cannot store. Type it again."),
        ("targets__0__name", "x" * 161, "Write at most 160 characters a line."),
        ("closes", "2027-03-28 01:30", "does not exist in London time"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_in_words(
    organiser: Visitor, field: str, value: str, words: str
) -> None:
    edit = a_draft(organiser)
    page = send(organiser, edit, zone="Europe/London", **{field: value})
    assert page.status_code == 422
    assert any(words in sentence for sentence in errors_of(page.text)), errors_of(page.text)


def test_others_actions_are_not_there_for_an_organiser_but_for_staff(
    app: Flask, organiser: Visitor, staff: Visitor
) -> None:
    slug = a_draft(somebody(app)).split("/")[3]
    paths = ("edit/", "preview/", "preview-link/", "pause/", "close/", "withdraw/", "outcome/")
    for path in paths:
        assert organiser.get(f"/desk/actions/{slug}/{path}").status_code == 404
        assert organiser.post(f"/desk/actions/{slug}/{path}", {}).status_code in (404, 405)
    assert staff.get(f"/desk/actions/{slug}/edit/").status_code == 200
    assert slug not in organiser.get("/desk/actions/").text
    assert slug in staff.get("/desk/actions/").text


def test_extra_form_fields_change_nothing(app: Flask, organiser: Visitor) -> None:
    edit = a_draft(organiser)
    before = page_at(app, edit).card
    send(organiser, edit, state="open", owner_id=str(before.id), count="900", published_at="2026-01-01")
    after = page_at(app, edit).card
    assert (after.state, after.owner_id) == (ActionState.DRAFT, before.owner_id)
    assert after.published_at is None


def test_an_organiser_cannot_change_signed_words_and_is_told_so(app: Flask, organiser: Visitor) -> None:
    edit = a_signed_action(app, of="aigul@example.org")
    assert "ask staff: they can make version 2" in organiser.get(edit).text
    refused = send(organiser, edit, letter="Other words.")
    assert refused.status_code == 422
    assert "frozen" in errors_of(refused.text)[0]
    assert send(organiser, edit, targets__0__name="the President").status_code == 422
    assert send(organiser, edit, delivery_plan="We hand it in on 16 December.").status_code == 303
    assert page_at(app, edit).delivery_plan == "We hand it in on 16 December."


def test_staff_make_a_new_version_of_signed_words_by_ticking_a_box(app: Flask, staff: Visitor) -> None:
    edit = a_signed_action(app)
    assert "tick the box" in errors_of(send(staff, edit, letter="Other words.").text)[0]
    assert send(staff, edit, letter="Other words.", as_new_version="y").status_code == 303
    later = page_at(app, edit)
    assert (later.text_version, later.frozen_on) == (2, None)
    assert "Other words." in later.letter_html


def test_a_signed_action_does_not_close_later_than_promised(app: Flask, organiser: Visitor) -> None:
    edit = a_signed_action(app, of="aigul@example.org")
    refused = send(organiser, edit, closes="2027-07-01 12:00")
    assert "14 June 2027 at the latest" in errors_of(refused.text)[0]
    assert send(organiser, edit, closes="2026-12-20 12:00").status_code == 303


def a_signed_action(app: Flask, *, of: str | None = None) -> str:
    values: dict[str, Any] = {"delete_on": date(2027, 6, 22)}
    with app.app_context():
        if of:
            values["owner_id"] = session.query(User).filter_by(email=of).one().id
        page = an_action(**values)
        with writing() as connection:
            assert wording.freeze(connection, page.card.id, "en", page.text_version, page.text_revision)
    return f"/desk/actions/{page.card.slug}/edit/"
