from datetime import date
from uuid import UUID

import pytest

from campaign_actions.cases import queries
from campaign_actions.cases.models import EntryKind, Precision, TimelineEntry
from campaign_actions.infra.database.engine import session, writing
from tests.support.content import a_case

pytestmark = pytest.mark.usefixtures("database", "clock")


def happened(case_id: UUID, day: date, precision: Precision = Precision.DAY, **values: object) -> None:
    with writing():
        session.add(
            TimelineEntry(
                case_id=case_id,
                kind=EntryKind(str(values.get("kind", EntryKind.CAMPAIGN))),
                happened_on=day,
                precision=precision,
                title=f"{day:%B}",
                source="family",
            )
        )


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
