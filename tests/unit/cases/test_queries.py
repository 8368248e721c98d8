from datetime import date
from typing import Any
from uuid import UUID

import pytest

from campaign_actions.accounts.models import Role
from campaign_actions.cases import queries
from campaign_actions.cases.models import CaseStatus, EntryKind, Precision, Tone
from campaign_actions.infra.i18n import using_locale
from tests.support.content import a_case, an_entry
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database", "clock")


def happened(case_id: UUID, day: date, precision: Precision = Precision.DAY, **values: Any) -> None:
    an_entry(case_id, day, precision=precision, title=f"{day:%B}", **values)


def test_a_case_has_its_sentence_and_the_latest_four_entries() -> None:
    case_id = a_case()
    for month in range(1, 7):
        happened(case_id, date(2026, month, 1))
    case = queries.by_id(case_id)
    assert case is not None
    assert case.bar is not None
    assert case.bar.days == 1074
    assert [entry.title for entry in case.entries] == ["June", "May", "April", "March"]


def test_a_case_that_is_not_published_is_not_read() -> None:
    assert queries.by_id(a_case(published=False)) is None


def test_without_a_day_of_arrest_there_is_no_bar() -> None:
    case = queries.by_id(a_case(detained_on=None))
    assert case is not None
    assert case.bar is None


@pytest.mark.parametrize(
    ("precision", "machine", "words"),
    [
        (Precision.DAY, "2026-06-09", "9 June 2026"),
        (Precision.MONTH, "2026-06", "June 2026"),
        (Precision.YEAR, "2026", "2026"),
    ],
)
def test_a_day_is_told_as_exactly_as_it_is_known(precision: Precision, machine: str, words: str) -> None:
    case_id = a_case()
    happened(case_id, date(2026, 6, 9), precision)
    entry = queries.latest(case_id)[0]
    assert (entry.machine_date, entry.words) == (machine, words)


@pytest.mark.parametrize(
    ("kind", "look"), [(EntryKind.ARREST, "bad"), (EntryKind.RELEASE, "good"), (EntryKind.CAMPAIGN, "")]
)
def test_harm_and_freedom_are_marked(kind: EntryKind, look: str) -> None:
    case_id = a_case()
    happened(case_id, date(2026, 6, 9), kind=kind)
    assert queries.latest(case_id)[0].look == look


def test_what_a_kind_cannot_say_the_organiser_says() -> None:
    case_id = a_case()
    told = ((EntryKind.PAROLE, Tone.HARM), (EntryKind.APPEAL, Tone.WON), (EntryKind.TRIAL, Tone.NEITHER))
    for month, (kind, tone) in enumerate(told, start=1):
        happened(case_id, date(2026, month, 1), kind=kind, tone=tone)
    assert [entry.look for entry in queries.latest(case_id)] == ["", "good", "bad"]


def test_things_of_one_day_stand_in_the_order_in_which_they_follow() -> None:
    case_id = a_case()
    for kind in (EntryKind.SENTENCE, EntryKind.ARREST, EntryKind.CHARGE):
        an_entry(case_id, date(2026, 6, 9), kind=kind)
    kinds = [entry.kind for entry in queries.latest(case_id)]
    assert kinds == [EntryKind.SENTENCE, EntryKind.CHARGE, EntryKind.ARREST]


def test_what_lies_ahead_is_not_told_as_past() -> None:
    case_id = a_case()
    an_entry(case_id, date(2026, 12, 20), kind=EntryKind.TRIAL, title="Second day")
    an_entry(case_id, date(2026, 12, 3), kind=EntryKind.TRIAL, title="First day")
    an_entry(case_id, date(2026, 11, 23), kind=EntryKind.RELEASE, title="Free, where it is tomorrow already")
    case = queries.by_id(case_id)
    assert case is not None
    assert [entry.title for entry in case.coming] == ["First day", "Second day"]
    assert [entry.title for entry in case.entries] == ["Free, where it is tomorrow already"]


def test_each_of_several_cases_has_its_own_entries() -> None:
    first, second = a_case(), a_case()
    for month in range(1, 7):
        happened(first, date(2026, month, 1))
    happened(second, date(2025, 1, 1))
    found = queries.by_ids([first, second])
    assert [len(found[one].entries) for one in (first, second)] == [4, 1]
    assert queries.by_ids([]) == {}


@pytest.mark.parametrize("status", [CaseStatus.RELEASED, CaseStatus.DIED, CaseStatus.ONGOING])
def test_days_are_not_counted_on_where_they_would_be_untrue(status: CaseStatus) -> None:
    case = queries.by_id(a_case(status=status))
    assert case is not None
    assert case.bar is None


def test_cases_are_listed_by_name_as_the_language_sorts() -> None:
    for name in ("Ярослав", "Әлия", "Азат"):
        a_case(name=name)
    a_case(name="Draft", published=False)
    with using_locale("kk"):
        assert [case.name for case in queries.listed()] == ["Азат", "Әлия", "Ярослав"]


@pytest.mark.parametrize(
    ("role", "offered"),
    [(Role.ORGANISER, ["Mine", "Public"]), (Role.STAFF, ["Mine", "Public", "Theirs"])],
)
def test_an_organiser_chooses_from_published_cases_and_own_drafts(role: Role, offered: list[str]) -> None:
    user, other = a_user(role), a_user()
    a_case(name="Public")
    a_case(name="Mine", published=False, owner_id=user.id)
    theirs = a_case(name="Theirs", published=False, owner_id=other.id)
    assert [name for _id, name in queries.names(user)] == offered
    assert theirs in dict(queries.names(user, chosen=theirs))
