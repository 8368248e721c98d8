"""Letters people write themselves: the mail link, what stands under the text, what publishing asks for."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from campaign_actions.actions import publishing, writing_in
from campaign_actions.actions.models import ActionState
from tests.support.letters import TEXT, a_letter, a_target, in_another_language

NOTE = "[Cut here.]"
LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=900)


def body_of(address: str) -> str:
    return parse_qs(urlsplit(address).query, keep_blank_values=True).get("body", [""])[0]


def encoded_body(address: str) -> str:
    return address.split("&body=", 1)[1]


def test_the_link_names_everybody_the_subject_and_the_text() -> None:
    link = writing_in.mail_link(["a+b@x.example", "c@y.example"], "Free & safe?", "One\nTwo", note=NOTE)
    assert link == writing_in.MailLink(
        "mailto:a+b@x.example,c@y.example?subject=Free%20%26%20safe%3F&body=One%0D%0ATwo", cut=False
    )


def test_a_long_text_ends_at_a_word_and_says_that_it_was_cut() -> None:
    link = writing_in.mail_link(["a@x.example"], "S", "Сөз " * 300, note=NOTE)
    head, _gap, note = body_of(link.address).partition("\r\n\r\n")
    assert link.cut
    assert note == NOTE
    assert head.endswith("Сөз")
    assert 1_700 < len(encoded_body(link.address)) <= writing_in.MOST_ENCODED


def test_one_word_without_end_is_cut_inside() -> None:
    link = writing_in.mail_link(["a@x.example"], "S", "я" * 5_000, note=NOTE)
    assert body_of(link.address).startswith("яяя")
    assert len(encoded_body(link.address)) <= writing_in.MOST_ENCODED


@given(text=LETTERS)
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_text_fits_and_an_uncut_one_comes_back_as_it_was(text: str) -> None:
    link = writing_in.mail_link(["a@x.example"], "S", text, note=NOTE)
    assert len(encoded_body(link.address)) <= writing_in.MOST_ENCODED
    assert link.address.isascii()
    if not link.cut:
        assert unquote(encoded_body(link.address)) == "\r\n".join(text.splitlines())


@pytest.mark.parametrize(
    ("name", "town", "under"),
    [("", "", ""), ("Marta", "", "\n\nMarta"), ("", "Uppsala", "\n\nUppsala"), ("M", "U", "\n\nM\nU")],
)
def test_name_and_town_stand_under_the_letter(name: str, town: str, under: str) -> None:
    assert writing_in.signed_text("Dear Sir\n\n", name, town) == f"Dear Sir{under}"


@pytest.mark.engines("sqlite")
def test_the_words_come_in_every_language_that_has_a_letter(database: None) -> None:
    page = a_letter()
    in_another_language(page, "ru", letter="Уважаемый господин,\n\n**прошу** вас.", subject="Врач")
    in_another_language(page, "kk", letter="")
    words = writing_in.words_of(page)
    assert sorted(words) == ["en", "ru"]
    assert words["en"].text == TEXT
    assert (words["ru"].subject, words["ru"].text) == ("Врач", "Уважаемый господин,\n\nпрошу вас.")
    assert "<li>Ask for one thing.</li>" in words["en"].points_html


@pytest.mark.engines("sqlite")
def test_publishing_asks_for_subject_text_an_address_and_a_day(database: None) -> None:
    nowhere = a_target(address="", email="")
    draft = a_letter(to=(nowhere,), state=ActionState.DRAFT, subject="", letter="", closes_at=None)
    assert [check.field for check in publishing.missing(draft)] == ["targets", "subject", "letter", "closes"]
    by_post, by_mail = a_target(email=""), a_target(address="")
    for reached in (by_post, by_mail):
        assert publishing.missing(a_letter(to=(nowhere, reached), state=ActionState.DRAFT)) == []
