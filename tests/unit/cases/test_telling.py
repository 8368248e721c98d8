from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select

from campaign_actions.accounts.models import Role
from campaign_actions.audit import Entry
from campaign_actions.cases import queries, telling, upkeep
from campaign_actions.cases.models import (
    Case,
    CaseFact,
    CaseKind,
    CaseName,
    CaseStatus,
    CaseText,
    EntryKind,
    FactKind,
    TimelineEntry,
)
from campaign_actions.cases.telling import CaseDates, CaseWords, Fact, Told
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import images
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import using_locale
from campaign_actions.pictures import keeping
from campaign_actions.pictures.models import Noun, Picture, PictureText
from campaign_actions.pictures.queries import Owner
from tests.support import photos
from tests.support.content import an_article
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database", "clock")

WORDS = CaseWords(name="Arman Tolegen", summary="Oil worker.", body="He *spoke*.\n\n<b>loud</b>")
DATES = CaseDates(
    kind=CaseKind.PERSON,
    status=CaseStatus.IN_PRISON,
    names=(("kk", "Арман Төлеген"),),
    detained_on=date(2023, 12, 14),
    sentence_ends_on=date(2028, 12, 14),
    family_agreed_on=date(2026, 11, 1),
)
REFUSED = Told(
    kind=EntryKind.PAROLE, happened_on=date(2026, 6, 9), title="Parole refused", source="court minutes"
)
CHARGE = Fact(kind=FactKind.CHARGE, text="“Incitement”", source="judgment")


def a_draft(dates: CaseDates = DATES, words: CaseWords = WORDS) -> UUID:
    with writing():
        return telling.draft(words, dates, by=None).id


def refusal(field: str | None, deed: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(Refused) as refused, writing():
        deed(*args, by=None, **named)
    session.rollback()
    assert refused.value.field == field
    return refused.value.sentence


def deeds() -> list[str]:
    return list(session.scalars(select(Entry.deed).order_by(Entry.at, Entry.id)))


def test_a_case_told_step_by_step_is_shown_once_it_is_published() -> None:
    case_id = a_draft()
    assert queries.page("arman-tolegen") is None
    with writing():
        telling.add_entry(case_id, REFUSED, by=None, seen_version=1)
        telling.add_fact(case_id, CHARGE, by=None, seen_version=2)
        telling.publish(case_id, by=None, seen_version=3)
    page = queries.page("arman-tolegen")
    assert page is not None
    assert (page.case.name, page.case.summary, page.names) == (
        "Arman Tolegen",
        "Oil worker.",
        (("kk", "Арман Төлеген"),),
    )
    assert page.body_html == "<p>He <em>spoke</em>.</p>\n<p>&lt;b&gt;loud&lt;/b&gt;</p>\n"
    assert [(entry.title, entry.source) for entry in page.entries] == [("Parole refused", "court minutes")]
    assert [(fact.kind, fact.source) for fact in page.facts] == [(FactKind.CHARGE, "judgment")]
    assert page.case.bar is not None
    assert page.case.bar.days == 1074
    assert sorted(deeds()) == ["case.draft", "case.entry", "case.fact", "case.publish"]


def test_nothing_is_told_without_a_source() -> None:
    case_id = a_draft()
    for source in ("", "  \n "):
        refusal("source", telling.add_entry, case_id, replace(REFUSED, source=source), seen_version=1)
        refusal("source", telling.add_fact, case_id, replace(CHARGE, source=source), seen_version=1)
    with writing():
        entry = telling.add_entry(case_id, REFUSED, by=None, seen_version=1)
        fact = telling.add_fact(case_id, CHARGE, by=None, seen_version=2)
    refusal("source", telling.change_entry, entry.id, replace(REFUSED, source=""), seen_version=3)
    refusal("source", telling.change_fact, fact.id, replace(CHARGE, source=""), seen_version=3)


@pytest.mark.parametrize(
    "address",
    ["example.org/report", "javascript:alert(1)", "https://", "https://a.org/ b", "https://[", "ftp://a"],
)
def test_a_source_is_a_whole_web_address_or_none(address: str) -> None:
    case_id = a_draft()
    refusal("source_url", telling.add_fact, case_id, replace(CHARGE, source_url=address), seen_version=1)
    with writing():
        good = replace(CHARGE, source_url="https://example.org/report?page=2")
        telling.add_fact(case_id, good, by=None, seen_version=1)


@pytest.mark.parametrize("kind", [CaseKind.PERSON, CaseKind.GROUP])
def test_without_the_agreement_of_the_family_nothing_is_published(kind: CaseKind) -> None:
    case_id = a_draft(replace(DATES, kind=kind, family_agreed_on=None))
    sentence = refusal("family_agreed_on", telling.publish, case_id, seen_version=1)
    assert sentence == "Ask the family first. Write the day on which they agreed to this page."
    assert not session.get_one(Case, case_id).published


def test_a_cause_has_no_family_and_a_published_case_keeps_the_agreement() -> None:
    cause = a_draft(CaseDates(kind=CaseKind.CAUSE, status=CaseStatus.ONGOING))
    with writing():
        telling.publish(cause, by=None, seen_version=1)
    case_id = a_draft()
    with writing():
        telling.publish(case_id, by=None, seen_version=1)
    refusal("family_agreed_on", telling.save, case_id, replace(DATES, family_agreed_on=None), seen_version=2)


def test_a_case_without_a_summary_is_not_published() -> None:
    refusal("summary", telling.publish, a_draft(words=CaseWords(name="Arman")), seen_version=1)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("released_on", {"status": CaseStatus.RELEASED}),
        ("released_on", {"released_on": date(2026, 5, 4)}),
        ("released_on", {"status": CaseStatus.RELEASED, "released_on": date(2023, 12, 13)}),
        ("died_on", {"status": CaseStatus.DIED}),
        ("died_on", {"died_on": date(2026, 5, 4)}),
        ("died_on", {"status": CaseStatus.DIED, "died_on": date(2026, 11, 24)}),
        ("detained_on", {"detained_on": date(2026, 11, 24)}),
        ("sentence_ends_on", {"detained_on": None}),
        ("first_ends_on", {"first_ends_on": date(2028, 12, 14)}),
        ("names", {"names": (("kk", ""),)}),
        ("names", {"names": (("kk", "Арман"), ("kk", "Төлеген"))}),
        ("names", {"names": (("Kazakh", "Арман"),)}),
        ("write_address", {"write_address": "x" * 501}),
    ],
)
def test_states_and_days_that_contradict_each_other_are_refused(field: str, changes: dict[str, Any]) -> None:
    refusal(field, telling.draft, WORDS, replace(DATES, **changes))
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_only_what_can_be_foreseen_may_lie_ahead() -> None:
    case_id = a_draft()
    ahead = replace(REFUSED, happened_on=date(2026, 12, 3), title="Parole hearing")
    refusal("happened_on", telling.add_entry, case_id, replace(ahead, kind=EntryKind.RELEASE), seen_version=1)
    with writing():
        telling.add_entry(case_id, ahead, by=None, seen_version=1)
        telling.publish(case_id, by=None, seen_version=2)
    page = queries.page("arman-tolegen")
    assert page is not None
    assert ([entry.title for entry in page.coming], page.entries) == (["Parole hearing"], ())


def test_nobody_overwrites_what_they_have_not_seen() -> None:
    case_id = a_draft()
    with writing():
        telling.save(case_id, replace(DATES, checked_on=date(2026, 11, 20)), by=None, seen_version=1)
    for deed, typed in (
        (telling.save, DATES),
        (telling.add_entry, REFUSED),
        (telling.add_fact, CHARGE),
    ):
        assert "Somebody else saved" in refusal(None, deed, case_id, typed, seen_version=1)
    refusal(None, telling.put_words, case_id, "ru", WORDS, seen_version=1)
    refusal(None, telling.publish, case_id, seen_version=1)
    assert session.get_one(Case, case_id).version == 2


def test_an_organiser_tells_only_their_own_cases() -> None:
    owner, other, staff = a_user(), a_user(), a_user(Role.STAFF)
    with writing():
        case_id = telling.draft(WORDS, DATES, by=owner).id
    with pytest.raises(NotAllowed), writing():
        telling.add_fact(case_id, CHARGE, by=other, seen_version=1)
    session.rollback()
    with writing():
        telling.add_fact(case_id, CHARGE, by=owner, seen_version=1)
        telling.publish(case_id, by=staff, seen_version=2)
    assert session.get_one(Case, case_id).published


def test_a_translation_is_out_of_date_from_a_change_of_the_original_until_it_is_saved(
    clock: time_machine.Traveller,
) -> None:
    case_id, russian, version = a_draft(), CaseWords(name="Арман Толеген"), 1

    def saved(locale: str, words: CaseWords) -> dict[str, bool]:
        nonlocal version
        clock.shift(60)
        with writing():
            case = telling.put_words(case_id, locale, words, by=None, seen_version=version)
        version = case.version
        return upkeep.written_in(case)

    assert saved("ru", russian) == {"en": False, "ru": False}
    assert saved("en", WORDS) == {"en": False, "ru": False}
    assert saved("en", replace(WORDS, summary="An oil worker, twice sentenced.")) == {"en": False, "ru": True}
    assert saved("kk", russian) == {"en": False, "ru": True, "kk": False}
    assert saved("ru", russian) == {"en": False, "ru": False, "kk": False}


def test_words_of_another_language_stand_beside_the_first() -> None:
    case_id = a_draft()
    russian = CaseWords(name="Арман Толеген", summary="Нефтяник.")
    with writing():
        telling.put_words(case_id, "ru", russian, by=None, seen_version=1)
        telling.publish(case_id, by=None, seen_version=2)
    with using_locale("ru"):
        page = queries.page("arman-tolegen")
        assert page is not None
        assert (page.case.name, page.case.locale) == ("Арман Толеген", "ru")
        assert page.names == (("kk", "Арман Төлеген"), ("en", "Arman Tolegen"))
    with using_locale("kk"):
        page = queries.page("arman-tolegen")
        assert page is not None
        assert (page.case.name, page.case.locale) == ("Arman Tolegen", "en")
    refusal("locale", telling.put_words, case_id, "de", russian, seen_version=3)


def test_a_fact_in_the_language_of_the_page_takes_the_place_of_the_first() -> None:
    case_id = a_draft()
    with writing():
        telling.add_fact(case_id, CHARGE, by=None, seen_version=1)
        telling.add_fact(case_id, replace(CHARGE, locale="ru", text="«Разжигание»"), by=None, seen_version=2)
        telling.publish(case_id, by=None, seen_version=3)
    for locale, text in (("en", "“Incitement”"), ("ru", "«Разжигание»"), ("kk", "“Incitement”")):
        with using_locale(locale):
            page = queries.page("arman-tolegen")
            assert page is not None
            shown = [fact.text for fact in page.facts]
        assert text in shown, locale


def test_two_cases_of_one_name_have_two_addresses_and_a_draft_follows_its_name() -> None:
    first, second = a_draft(), a_draft()
    with writing():
        telling.put_words(second, "en", replace(WORDS, name="Dina"), by=None, seen_version=1)
    assert [session.get_one(Case, one).slug for one in (first, second)] == ["arman-tolegen", "dina"]
    assert session.get_one(Case, a_draft()).slug == "arman-tolegen-2"


def test_what_was_told_can_be_changed_and_taken_away() -> None:
    case_id = a_draft()
    with writing():
        entry = telling.add_entry(case_id, REFUSED, by=None, seen_version=1)
        fact = telling.add_fact(case_id, CHARGE, by=None, seen_version=2)
        telling.change_entry(entry.id, replace(REFUSED, title="Parole denied"), by=None, seen_version=3)
        telling.change_fact(fact.id, replace(CHARGE, text="Changed"), by=None, seen_version=4)
    assert queries.latest(case_id)[0].title == "Parole denied"
    with writing():
        telling.remove_entry(entry.id, by=None, seen_version=5)
        telling.remove_fact(fact.id, by=None, seen_version=6)
    assert queries.latest(case_id) == ()
    assert session.scalar(select(func.count()).select_from(CaseFact)) == 0


def test_an_erased_case_leaves_nothing_but_an_empty_row(tmp_path: Path) -> None:
    case_id, article = a_draft(), an_article()
    with writing():
        telling.add_entry(case_id, REFUSED, by=None, seen_version=1)
        telling.add_fact(case_id, CHARGE, by=None, seen_version=2)
        telling.link_article(case_id, article.id, by=None)
        telling.link_article(case_id, article.id, by=None)
        telling.publish(case_id, by=None, seen_version=3)
        made = images.remake(photos.a_jpeg())
        picture = keeping.add(Owner(Noun.CASE, case_id, "en"), made, tmp_path, by=None)
        session.add(PictureText(picture_id=picture.id, locale="en", alt="At the window"))
    assert queries.of_article(article.id) == {case_id}
    refusal(None, telling.erase, case_id, seen_version=4)
    with writing():
        telling.take_back(case_id, by=None, seen_version=4)
        telling.erase(case_id, by=None, seen_version=5)
    for table in (CaseText, CaseName, CaseFact, TimelineEntry, Picture, PictureText):
        assert session.scalar(select(func.count()).select_from(table)) == 0, table
    case = session.get_one(Case, case_id)
    assert (case.slug, case.detained_on, case.family_agreed_on) == (f"erased-{case_id.hex}", None, None)
    assert queries.of_article(article.id) == set()
    assert "Tolegen" not in str(list(session.scalars(select(Entry.details))))
