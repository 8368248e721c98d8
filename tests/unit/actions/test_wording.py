"""Words are edited until somebody signs; then they stay, and a change is a new version."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.actions import queries, wording
from campaign_actions.actions.models import Action
from campaign_actions.actions.wording import Words
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user, an_action

pytestmark = pytest.mark.usefixtures("database")
NEW = Words(title="Free the strikers", ask="Now.", letter="Other *words*.")


def freeze(action_id: UUID, revision: int = 1, version: int = 1) -> bool:
    with writing() as connection:
        return wording.freeze(connection, action_id, "en", version, revision)


def edit(action_id: UUID, words: Words = NEW) -> bool:
    with writing():
        return wording.edit(session.get_one(Action, action_id), "en", words)


def now(action_id: UUID) -> queries.ActionPage:
    session.rollback()
    page = queries.by_id(action_id)
    assert page is not None
    return page


def test_an_edit_before_the_first_signature_raises_the_revision() -> None:
    action_id = an_action().card.id
    assert edit(action_id)
    page = now(action_id)
    assert (page.text_version, page.text_revision) == (1, 2)
    assert page.letter_html.strip() == "<p>Other <em>words</em>.</p>"
    assert not edit(action_id)
    assert now(action_id).text_revision == 2


def test_the_first_signature_freezes_the_words_it_was_shown() -> None:
    action_id = an_action().card.id
    assert now(action_id).frozen_on is None
    assert freeze(action_id)
    assert now(action_id).frozen_on is not None
    assert freeze(action_id)


def test_words_edited_since_the_form_was_shown_are_not_frozen() -> None:
    action_id = an_action().card.id
    edit(action_id)
    assert not freeze(action_id, revision=1)
    assert now(action_id).frozen_on is None
    assert freeze(action_id, revision=2)
    assert not freeze(action_id, revision=1)
    assert not freeze(action_id, revision=2, version=7)


def test_frozen_words_refuse_an_edit_and_name_the_day() -> None:
    action_id = an_action().card.id
    freeze(action_id)
    with pytest.raises(Refused, match="so they are frozen") as refusal:
        edit(action_id)
    assert refusal.value.field == "title"
    assert now(action_id).card.title == "Release the strikers"


def test_of_an_edit_and_a_first_signature_at_once_one_is_told_no(app: Flask) -> None:
    def sign(action_id: UUID) -> bool:
        with app.app_context():
            return freeze(action_id)

    def rewrite(action_id: UUID) -> bool:
        with app.app_context():
            try:
                return edit(action_id)
            except Refused:
                return False

    with ThreadPoolExecutor(2) as pool:
        for _round in range(8):
            action_id = an_action().card.id
            signed, rewritten = pool.submit(sign, action_id), pool.submit(rewrite, action_id)
            assert {signed.result(), rewritten.result()} == {True, False}
            page = now(action_id)
            assert (page.frozen_on is not None) == (page.text_revision == 1)


def test_staff_make_a_new_version_and_the_old_one_stays() -> None:
    action_id = an_action().card.id
    freeze(action_id)
    staff = a_user(Role.STAFF)
    with writing():
        wording.new_version(session.get_one(Action, action_id), "en", NEW, by=staff)
    page = now(action_id)
    assert (page.text_version, page.text_revision, page.frozen_on) == (2, 1, None)
    assert page.card.title == "Free the strikers"
    old = wording.versions(action_id, "en")[-1]
    assert (old.version, old.title) == (1, "Release the strikers")
    assert old.frozen_on is not None


def test_an_organiser_who_wants_a_new_version_is_sent_to_staff() -> None:
    action_id = an_action().card.id
    freeze(action_id)
    organiser = a_user()
    with pytest.raises(Refused, match="Ask staff to make version 2"), writing():
        wording.new_version(session.get_one(Action, action_id), "en", NEW, by=organiser)
    assert now(action_id).text_version == 1
