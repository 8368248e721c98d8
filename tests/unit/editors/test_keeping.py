"""Unsaved texts, saved versions and soft locks, as their tables hold them."""

from uuid import uuid4

import pytest
import time_machine

from campaign_actions.editors import holding, saved, unsaved
from campaign_actions.editors.models import Sheet
from campaign_actions.editors.saved import Before
from campaign_actions.errors import Overtaken, Refused
from campaign_actions.infra import clock as hours
from campaign_actions.infra.database.engine import writing
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database", "clock")


def a_sheet() -> Sheet:
    return Sheet("article", uuid4())


def test_only_the_newest_text_of_each_person_is_kept_and_for_thirty_days(
    clock: time_machine.Traveller,
) -> None:
    sheet, own, other = a_sheet(), a_user(), a_user()
    with writing():
        for text in ("one", "two"):
            unsaved.keep(sheet, [("title", text), ("title", "more")], seen_version=3, by=own)
    kept = unsaved.find(sheet, own)
    assert kept is not None
    assert kept.fields == [["title", "two"], ["title", "more"]]
    assert unsaved.find(sheet, other) is None
    clock.shift(unsaved.KEPT - hours.now().resolution)
    with writing() as connection:
        unsaved.forget_old(connection)
    assert unsaved.find(sheet, own) is not None
    clock.shift(hours.now().resolution)
    with writing() as connection:
        unsaved.forget_old(connection)
    assert unsaved.find(sheet, own) is None


@pytest.mark.parametrize("fields", [[("a", "x" * unsaved.MAX_LETTERS)], [("a", "x")] * 201])
def test_too_much_is_not_kept(fields: list[tuple[str, str]]) -> None:
    user = a_user()
    with pytest.raises(Refused), writing():
        unsaved.keep(a_sheet(), fields, seen_version=1, by=user)


def test_everything_goes_with_the_thing() -> None:
    sheet, user = a_sheet(), a_user()
    with writing():
        unsaved.keep(sheet, [("title", "x")], seen_version=1, by=user)
        saved.keep(sheet, {"title": "x"}, by=user)
        holding.claim(sheet, by=user)
        unsaved.forget_thing(sheet.kind, sheet.thing_id)
    assert unsaved.find(sheet, user) is None
    assert saved.listed(sheet, 1).total == 0
    assert holding.other(sheet, a_user()) is None


def test_each_save_that_changes_something_is_a_version_and_the_first_keeps_what_stood_there() -> None:
    sheet, user = a_sheet(), a_user()
    before = Before({"title": "old"}, hours.now())
    for title in ("new", "new", "newer"):
        with writing():
            saved.keep(sheet, {"title": title}, by=user, before=before)
    found = saved.listed(sheet, 1)
    assert [(one.number, one.words["title"]) for one in found.items] == [(3, "newer"), (2, "new"), (1, "old")]
    assert found.items[2].user_name == ""
    assert saved.find(Sheet(sheet.kind, sheet.thing_id, "kk"), 1) is None


def test_of_two_who_open_an_editor_one_has_it_until_two_minutes_of_silence(
    clock: time_machine.Traveller,
) -> None:
    sheet, first, second = a_sheet(), a_user(), a_user()
    with writing():
        assert holding.claim(sheet, by=first)
        assert not holding.claim(sheet, by=second)
    clock.shift(90)
    with writing():
        assert holding.claim(sheet, by=first)
    told = holding.other(sheet, second)
    assert told is not None
    assert (told.name, told.minutes, told.took_over) == (first.name, 1, False)
    clock.shift(holding.SILENCE)
    assert holding.other(sheet, second) is None
    with writing():
        assert holding.claim(sheet, by=second)


def test_who_was_taken_over_is_told_and_does_not_save(clock: time_machine.Traveller) -> None:
    sheet, first, second = a_sheet(), a_user(), a_user()
    with writing():
        holding.claim(sheet, by=first)
        holding.take_over(sheet, by=second)
    clock.shift(60)
    with writing():
        holding.claim(sheet, by=second)
        assert not holding.claim(sheet, by=first)
    told = holding.other(sheet, first)
    assert told is not None
    assert told.took_over
    with pytest.raises(Overtaken, match="has taken over"):
        holding.refuse_taken_over(sheet, first)
    holding.refuse_taken_over(sheet, second)
    clock.shift(holding.SILENCE)
    holding.refuse_taken_over(sheet, first)
