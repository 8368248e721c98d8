"""What all editors of the desk share: drafts that keep themselves, versions, locks, and a lost session."""

import re

import pytest
import time_machine
from flask import Flask

from campaign_actions.accounts.models import Role
from tests.support.editing import shared, tell
from tests.support.factories import PASSWORD
from tests.support.filled_forms import errors_of, fields_of, resend, send
from tests.support.visiting import OURS, Visitor, a_known_user, logged_in

pytestmark = pytest.mark.usefixtures("clock")
NEW = "/desk/news/new/"
NIL = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def aigul(app: Flask) -> Visitor:
    return logged_in(app, a_known_user(app, Role.STAFF, name="Aigul"))


@pytest.fixture
def marat(app: Flask) -> Visitor:
    return logged_in(app, a_known_user(app, Role.STAFF, name="Marat"))


def an_article(visitor: Visitor, **typed: str) -> str:
    answer = send(visitor, NEW, **({"title": "Oil workers jailed", "body": "They struck."} | typed))
    assert answer.status_code == 303, errors_of(answer.text)
    return answer.location.split("?")[0]


def test_a_draft_is_kept_offered_and_taken_up_and_changes_nothing(aigul: Visitor, marat: Visitor) -> None:
    edit = an_article(aigul)
    assert tell(aigul, edit, "keep", body="They struck for wages.")["status"] == "Draft kept at 12:00"
    page = aigul.get(edit).text
    assert "You have text that was not saved, from 12:00." in page
    assert fields_of(page, edit)["body"] == "They struck."
    assert "You have text that was not saved" not in marat.get(edit).text
    shown = aigul.get(f"{edit}?text=unsaved").text
    assert "This is your text from 12:00. It is not saved yet." in shown
    assert resend(aigul, edit, shown).status_code == 303
    page = aigul.get(edit).text
    assert fields_of(page, edit)["body"] == "They struck for wages."
    assert "You have text that was not saved" not in page


def test_a_draft_of_a_new_article_is_kept_before_there_is_a_row(aigul: Visitor) -> None:
    assert shared(aigul, NEW).endswith(f"/article/{NIL}/all")
    tell(aigul, NEW, "keep", title="A letter from prison", body="He writes.")
    assert "You have text that was not saved" in aigul.get(NEW).text
    shown = aigul.get(f"{NEW}?text=unsaved").text
    assert resend(aigul, NEW, shown).location.startswith("/desk/news/a-letter-from-prison/edit/")
    assert "You have text that was not saved" not in aigul.get(NEW).text


def test_a_draft_is_thrown_away_by_a_button(aigul: Visitor) -> None:
    edit = an_article(aigul)
    tell(aigul, edit, "keep", body="Nonsense.")
    away = f"{shared(aigul, edit)}/throw-away"
    answer = aigul.client.post(away, data=fields_of(aigul.get(edit).text, edit), headers=OURS)
    assert answer.location == edit
    assert "You have text that was not saved" not in aigul.get(edit).text


@pytest.mark.parametrize(
    "place",
    [
        *(f"article/{NIL}/kk", f"nothing/{NIL}/all", "article/7d9f4a1e-0000-4000-8000-000000000000/all"),
        *(f"action/{NIL}/en", f"update/{NIL}/all", f"new-update/{NIL}/all"),
    ],
)
@pytest.mark.parametrize("what", ["keep", "throw-away"])
def test_nothing_is_kept_for_what_has_no_such_editor(aigul: Visitor, place: str, what: str) -> None:
    answer = aigul.post(f"/desk/editors/{place}/{what}", {"title": "x"})
    assert answer.status_code == 404


def test_a_late_save_is_refused_and_the_difference_is_a_link_away(aigul: Visitor, marat: Visitor) -> None:
    edit = an_article(aigul)
    old_page = marat.get(edit).text
    send(aigul, edit, body="They struck for bread.")
    refused = resend(marat, edit, old_page, body="They struck for wages.")
    assert refused.status_code == 409
    difference = marat.get(f"{shared(marat, edit)}/unsaved/")
    assert f'href="{shared(marat, edit)}/unsaved/"' in refused.text
    assert re.search(r"<del>.*?bread.*?</del><ins>.*?wages", difference.text, re.DOTALL)
    assert fields_of(marat.get(edit).text, edit)["body"] == "They struck for bread."


def test_two_in_one_editor_hear_of_each_other_and_one_takes_over(aigul: Visitor, marat: Visitor) -> None:
    edit = an_article(aigul)
    assert tell(aigul, edit, "here")["other"] == ""
    assert tell(marat, edit, "here")["other"] == "Aigul is editing (0 minutes)."
    page = marat.get(edit).text
    assert "Aigul is editing (0 minutes)." in page
    typed = fields_of(page, edit) | {"summary": "Marat's words."}
    taken = marat.client.post(f"{shared(marat, edit)}/take-over", data=typed, headers=OURS)
    assert fields_of(marat.get(taken.location).text, edit)["summary"] == "Marat's words."
    assert "Marat has taken over" in tell(aigul, edit, "here")["other"]
    refused = send(aigul, edit, summary="Aigul's words.")
    assert refused.status_code == 409
    assert "Marat has taken over and is editing this now." in errors_of(refused.text)[0]
    assert send(marat, edit, summary="Marat's words.").status_code == 303
    assert fields_of(aigul.get(edit).text, edit)["summary"] == "Marat's words."
    assert "You have text that was not saved" in aigul.get(edit).text


def test_each_save_is_a_version_to_compare_and_bring_back(aigul: Visitor, marat: Visitor) -> None:
    edit = an_article(aigul, body="Seven years.")
    send(marat, edit, body="Five years.")
    listed = aigul.get(f"{shared(aigul, edit)}/versions/").text
    assert listed.index("saved by Marat") < listed.index("saved by Aigul")
    second = aigul.get(f"{shared(aigul, edit)}/versions/2/").text
    assert re.search(r"<del>.*?Seven.*?</del><ins>.*?Five.*?</ins>", second, re.DOTALL)
    assert "Nothing: these are the words as they stand." in second
    old = aigul.get(f"{edit}?text=1").text
    assert "These are the words of 22 November 2026, 12:00." in old
    assert fields_of(old, edit)["body"] == "Seven years."
    assert fields_of(aigul.get(edit).text, edit)["body"] == "Five years."
    assert resend(aigul, edit, old).status_code == 303
    assert fields_of(aigul.get(edit).text, edit)["body"] == "Seven years."
    assert aigul.get(f"{shared(aigul, edit)}/versions/3/").status_code == 200


def test_an_old_version_does_not_overwrite_what_was_saved_meanwhile(aigul: Visitor, marat: Visitor) -> None:
    edit = an_article(aigul, body="Seven years.")
    send(aigul, edit, body="Five years.")
    old = aigul.get(f"{edit}?text=1").text
    send(marat, edit, body="Parole.")
    assert resend(aigul, edit, old).status_code == 409
    assert fields_of(marat.get(edit).text, edit)["body"] == "Parole."


def test_a_form_sent_after_the_session_ended_comes_back_after_the_log_in(
    app: Flask, clock: time_machine.Traveller
) -> None:
    user = a_known_user(app)
    visitor = logged_in(app, user)
    edit = an_article(visitor)
    page = visitor.get(edit).text
    clock.shift(31 * 60)
    sent = resend(visitor, edit, page, body="Line one.\nLine two.", do="publish")
    assert sent.status_code == 307
    fields = fields_of(page, edit) | {"body": "Line one.\nLine two.", "do": "publish"}
    log_in = visitor.client.post(sent.location, data=fields, headers=OURS)
    assert "What you typed is kept" in log_in.text
    wrong = resend(visitor, "/log-in/", log_in.text, email=user.email, password="not this one")
    inside = resend(visitor, "/log-in/", wrong.text, email=user.email, password=PASSWORD)
    assert inside.status_code == 200
    assert PASSWORD not in inside.text
    back = resend(visitor, edit, inside.text)
    assert back.status_code == 422
    assert "You were logged out before this was sent" in errors_of(back.text)[0]
    assert fields_of(back.text, edit)["body"] == "Line one.\nLine two."
    assert fields_of(visitor.get(edit).text, edit)["body"] == "They struck."
    assert resend(visitor, edit, back.text, do="publish").status_code == 303
    assert fields_of(visitor.get(edit).text, edit)["body"] == "Line one.\nLine two."


def test_a_form_opened_before_another_log_in_comes_back_too(app: Flask) -> None:
    user = a_known_user(app)
    visitor = logged_in(app, user)
    edit = an_article(visitor)
    page = visitor.get(edit).text
    visitor.post("/log-out")
    visitor.log_in(user.email)
    kept = resend(visitor, edit, page, summary="Typed before.")
    assert kept.status_code == 400
    assert resend(visitor, edit, kept.text).status_code == 422
    assert fields_of(visitor.get(edit).text, edit)["summary"] == ""


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_nobody_else_puts_a_text_into_the_log_in(app: Flask, site: str) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    answer = Visitor(app).client.post(
        "/log-in/again?next=/desk/news/new/", data={"title": "x"}, headers=headers
    )
    assert answer.status_code == 403


def test_an_open_page_does_not_lengthen_the_session(app: Flask, clock: time_machine.Traveller) -> None:
    visitor = logged_in(app, a_known_user(app))
    edit = an_article(visitor)
    here, fields = f"{shared(visitor, edit)}/here", fields_of(visitor.get(edit).text, edit)
    for _minute in range(29):
        clock.shift(60)
        assert visitor.client.post(here, data=fields, headers=OURS).status_code == 200
    clock.shift(60)
    assert visitor.client.post(here, data=fields, headers=OURS).status_code == 307
