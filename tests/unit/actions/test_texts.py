"""Words in several languages: drafts, what is shown, out of date or frozen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.actions import queries, rewording, texts, wording
from campaign_actions.actions.models import Action, ChangeState
from campaign_actions.actions.texts import TextState
from campaign_actions.actions.wording import Words
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user, an_action

pytestmark = pytest.mark.usefixtures("database")
LANGUAGES = ("en", "ru", "kk")
RUSSIAN = Words(title="Свободу бастующим", ask="Попросите прокурора.", letter="Уважаемый прокурор!")
OTHER = Words(title="Free the strikers", ask="Now.", letter="Other *words*.")


def action_of(action_id: UUID) -> Action:
    session.rollback()
    return session.get_one(Action, action_id)


def translate(action_id: UUID, words: Words = RUSSIAN, *, locale: str = "ru", show: bool = True) -> None:
    seen = action_of(action_id).version
    with writing():
        texts.save(action_id, locale, words, show=show, by=None, seen_version=seen)


def freeze(action_id: UUID, locale: str = "en", revision: int = 1, version: int = 1) -> bool:
    with writing() as connection:
        return wording.freeze(connection, action_id, locale, version, revision)


def edit_original(action_id: UUID, words: Words = OTHER) -> None:
    action = action_of(action_id)
    with writing():
        wording.edit(session.get_one(Action, action.id), "en", words)


def state_of(action_id: UUID, locale: str = "ru") -> tuple[TextState, bool]:
    tabs = texts.tabs(action_of(action_id), LANGUAGES)
    return next((tab.state, tab.shown) for tab in tabs if tab.locale == locale)


def title_in(action_id: UUID, locale: str) -> str:
    session.rollback()
    page = queries.by_id(action_id, locale)
    assert page is not None
    return page.card.title


def test_a_draft_translation_is_read_by_nobody_until_it_is_shown() -> None:
    action_id = an_action().card.id
    assert state_of(action_id) == (TextState.NOT_STARTED, False)
    translate(action_id, Words(title=RUSSIAN.title), show=False)
    assert state_of(action_id) == (TextState.UP_TO_DATE, False)
    assert title_in(action_id, "ru") == "Release the strikers"
    translate(action_id)
    assert state_of(action_id) == (TextState.UP_TO_DATE, True)
    assert title_in(action_id, "ru") == RUSSIAN.title
    assert title_in(action_id, "kk") == title_in(action_id, "en") == "Release the strikers"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(title="", ask="а", letter="б"), "title"),
        (Words(title="а", ask="", letter="б"), "ask"),
        (Words(title="а", ask="б", letter=" \n"), "letter"),
        (Words(title="а" * 61, ask="б", letter="в"), "title"),
    ],
)
def test_a_translation_is_shown_only_when_it_has_all_that_the_original_has(words: Words, field: str) -> None:
    action_id = an_action().card.id
    with pytest.raises(Refused) as refusal:
        translate(action_id, words)
    assert refusal.value.field == field
    assert state_of(action_id) == (TextState.NOT_STARTED, False)


def test_a_change_of_the_original_takes_translations_off_until_they_are_saved_again() -> None:
    action_id = an_action().card.id
    translate(action_id)
    edit_original(action_id)
    assert state_of(action_id) == (TextState.OUT_OF_DATE, False)
    assert title_in(action_id, "ru") == "Free the strikers"
    translate(action_id)
    assert state_of(action_id) == (TextState.UP_TO_DATE, True)
    assert title_in(action_id, "ru") == RUSSIAN.title


def test_nothing_is_overwritten_that_the_translator_has_not_seen() -> None:
    action_id = an_action().card.id
    seen = action_of(action_id).version
    translate(action_id)
    with pytest.raises(Refused, match="Somebody else saved"), writing():
        texts.save(action_id, "ru", OTHER, show=True, by=None, seen_version=seen)
    assert title_in(action_id, "ru") == RUSSIAN.title


def test_another_organiser_may_not_translate() -> None:
    action_id = an_action(owner_id=a_user().id).card.id
    seen, stranger = action_of(action_id).version, a_user()
    with pytest.raises(NotAllowed), writing():
        texts.save(action_id, "ru", RUSSIAN, show=True, by=stranger, seen_version=seen)


@pytest.mark.parametrize("signed_in", ["en", "ru"])
def test_the_first_signature_freezes_every_shown_language(signed_in: str) -> None:
    action_id = an_action().card.id
    translate(action_id)
    translate(action_id, locale="kk", show=False)
    revision = 2 if signed_in == "ru" else 1
    assert freeze(action_id, signed_in, revision)
    with pytest.raises(Refused, match="so they are frozen"):
        translate(action_id, OTHER)
    with pytest.raises(Refused, match="so they are frozen"):
        edit_original(action_id)
    # A draft that nobody could read is still a draft.
    translate(action_id, OTHER, locale="kk", show=False)


def test_a_translation_shown_later_belongs_to_the_frozen_version_and_freezes_when_it_is_signed() -> None:
    action_id = an_action().card.id
    assert freeze(action_id)
    assert not freeze(action_id, "ru", 1)
    translate(action_id)
    translate(action_id, OTHER)
    page = queries.by_id(action_id, "ru")
    assert page is not None
    assert (page.text_version, page.frozen_on) == (1, None)
    assert freeze(action_id, "ru", page.text_revision)
    with pytest.raises(Refused, match="so they are frozen"):
        translate(action_id)


def test_words_that_were_taken_off_cannot_be_signed() -> None:
    action_id = an_action().card.id
    translate(action_id)
    translate(action_id, show=False)
    assert not freeze(action_id, "ru", 2)
    assert texts.tabs(action_of(action_id), LANGUAGES)[0].frozen_on is None


@pytest.mark.engines("postgres")
def test_first_signatures_in_two_languages_at_once_both_stand(app: Flask) -> None:
    def sign(action_id: UUID, locale: str, revision: int) -> bool:
        with app.app_context():
            return freeze(action_id, locale, revision)

    with ThreadPoolExecutor(2) as pool:
        for _round in range(8):
            action_id = an_action().card.id
            translate(action_id)
            both = [pool.submit(sign, action_id, "en", 1), pool.submit(sign, action_id, "ru", 2)]
            assert [one.result() for one in both] == [True, True]


def ask(action_id: UUID, words: Words = OTHER, *, locale: str = "en") -> UUID:
    seen = action_of(action_id).version
    with writing():
        change = rewording.ask(action_id, locale, words, "A name is wrong.", by=None, seen_version=seen)
        return change.id


def approve(change_id: UUID, role: Role = Role.STAFF) -> None:
    user = a_user(role)
    change = rewording.find(change_id)
    assert change is not None
    seen = action_of(change.action_id).version
    with writing():
        rewording.approve(change_id, by=user, seen_version=seen)


def test_an_approved_change_of_the_original_is_version_2_in_all_languages_with_translations_held_back() -> (
    None
):
    action_id = an_action().card.id
    translate(action_id)
    freeze(action_id)
    approve(ask(action_id))
    page = queries.by_id(action_id, "ru")
    assert page is not None
    assert (page.text_version, page.card.title, page.card.locale) == (2, "Free the strikers", "en")
    assert state_of(action_id) == (TextState.OUT_OF_DATE, False)
    shown = [(text.version, text.locale) for text in wording.versions(action_id, "ru")]
    assert shown == [(2, "en"), (1, "ru")]
    translate(action_id)
    assert title_in(action_id, "ru") == RUSSIAN.title


def test_an_approved_change_of_a_translation_leaves_the_original_as_it_was() -> None:
    action_id = an_action().card.id
    translate(action_id)
    freeze(action_id)
    approve(ask(action_id, Words(title="Свободу!", ask="Сейчас.", letter="Письмо."), locale="ru"))
    assert title_in(action_id, "ru") == "Свободу!"
    assert title_in(action_id, "en") == "Release the strikers"
    assert state_of(action_id) == (TextState.UP_TO_DATE, True)
    assert queries.by_id(action_id, "kk").text_version == 2  # type: ignore[union-attr]  # it is there


def test_a_wish_is_decided_once_by_staff_and_for_the_version_it_was_asked_of() -> None:
    action_id = an_action().card.id
    with pytest.raises(Refused, match="Nobody has signed"):
        ask(action_id)
    freeze(action_id)
    first = ask(action_id)
    with pytest.raises(Refused, match="waits for staff already"):
        ask(action_id)
    with pytest.raises(NotAllowed):
        approve(first, Role.ORGANISER)
    with pytest.raises(Refused, match="Say why"), writing():
        rewording.decline(first, " ", by=None)
    with writing():
        rewording.decline(first, "The name is right.", by=None)
    with pytest.raises(Refused, match="decided already"):
        approve(first)
    stale, fresh = ask(action_id), ask_in_russian(action_id)
    approve(stale)
    with pytest.raises(Refused, match="has become version 2"):
        approve(fresh)
    session.rollback()
    found = {change.id: change.state for change in rewording.of_action(action_id)}
    assert found == {
        first: ChangeState.DECLINED,
        stale: ChangeState.APPROVED,
        fresh: ChangeState.ASKED,
    }


def ask_in_russian(action_id: UUID) -> UUID:
    translate(action_id)
    freeze(action_id, "ru", 2)
    return ask(action_id, Words(title="Свободу!", ask="Сейчас.", letter="Письмо."), locale="ru")


def test_the_words_somebody_signed_are_found_again_after_a_new_version() -> None:
    action_id = an_action().card.id
    freeze(action_id)
    approve(ask(action_id))
    page = queries.by_id(action_id)
    assert page is not None
    signed = queries.as_signed(page, 1, "en")
    assert (signed.card.title, signed.text_version) == ("Release the strikers", 1)
    assert queries.as_signed(page, 9, "ru") == page
