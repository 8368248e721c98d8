"""Writing a case on the desk: facts and timeline with sources, languages, publishing, erasing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.accounts.models import Role, User
from campaign_actions.cases import telling, upkeep
from campaign_actions.cases.models import Case, CaseFact, CaseName, CaseText, Precision, TimelineEntry
from campaign_actions.editors.models import SavedVersion, UnsavedText
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.redirects import Redirect
from tests.support.content import an_article, words_of
from tests.support.factories import a_user
from tests.support.filled_forms import errors_of, fields_of, resend, send
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = pytest.mark.usefixtures("clock")

NEW = "/desk/cases/new/"
CASE = "/desk/cases/dina-akhmetova"
EDIT = f"{CASE}/edit/"
PUBLIC = "/cases/dina-akhmetova/"
DINA = {
    "name": "Dina Akhmetova",
    "summary": "A teacher of music.",
    "status": "in_prison",
    "detained_on": "2025-01-14",
    "sentence_ends_on": "2028-01-13",
    "names": "kk: Дина Ахметова\nru: Дина Ахметова",
}
FAMILY = {"family_agreed_on": "2026-11-01"}


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app, email="aigul@example.org")


@pytest.fixture
def desk(app: Flask, user: User) -> Visitor:
    return logged_in(app, user)


@pytest.fixture
def draft(desk: Visitor) -> Visitor:
    """The desk, once a draft of the case is there."""
    assert send(desk, NEW, do="save", **DINA).status_code == 303
    return desk


@pytest.fixture
def shown(draft: Visitor) -> Visitor:
    """The desk, once the case is published."""
    assert send(draft, EDIT, do="publish", **FAMILY).status_code == 303
    return draft


def case_id(app: Flask) -> UUID:
    with app.app_context():
        return session.scalars(select(Case.id)).one()


def test_a_case_is_published_once_nothing_is_missing(app: Flask, desk: Visitor) -> None:
    reader = Visitor(app)
    answer = send(desk, NEW, do="publish", name="Dina Akhmetova")
    assert answer.status_code == 422
    assert errors_of(answer.text) == [
        "Write who or what this is about",
        "Ask the family, and write the day they agreed",
    ]
    assert 'href="#summary"' in answer.text
    assert "Draft" in words_of(desk.get(EDIT).text)
    assert reader.get(PUBLIC).status_code == 404
    assert "Dina Akhmetova" in desk.get(f"{CASE}/texts/en/preview/").text
    assert send(desk, EDIT, do="publish", **DINA, **FAMILY).status_code == 303
    page = words_of(reader.get(PUBLIC).text)
    assert "A teacher of music." in page
    assert "Дина Ахметова" in page
    assert "In prison" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Write the name."),
        ({"detained_on": "14.1.2025"}, "Write the day like 2026-12-16."),
        ({"status": "released"}, "Choose the state and write its day"),
        ({"sentence_ends_on": "2024-01-01"}, "A sentence ends after the day of arrest."),
        ({"names": "Дина"}, "Write a line for each: the language, a colon, the name"),
        ({"names": "Kazakh!: Дина"}, "Choose a language for each spelling"),
        ({"summary": "x" * 301}, "Write at most 300 characters here."),
        ({"detained_on": "2099-01-01"}, "This day is still to come."),
    ],
)
def test_bad_input_is_told_in_words_and_kept(draft: Visitor, typed: dict[str, str], sentence: str) -> None:
    answer = send(draft, EDIT, do="save", **typed)
    assert answer.status_code == 422
    assert sentence in errors_of(answer.text)[0]
    kept = fields_of(answer.text, EDIT)
    assert {name: kept[name] for name in typed} == typed
    assert kept["write_address"] == ""
    assert fields_of(draft.get(EDIT).text, EDIT)["summary"] == DINA["summary"]


def test_what_is_saved_comes_back_and_the_day_of_the_check_stays(app: Flask, draft: Visitor) -> None:
    token = fields_of(draft.get("/desk/cases/").text, f"/desk/cases/{case_id(app)}/checked")
    draft.post(f"/desk/cases/{case_id(app)}/checked", data=token)
    send(
        draft,
        EDIT,
        do="save",
        write_address="Prison 7\nAlmaly",
        write_note="Letters are read.",
        pronoun="her",
    )
    kept = fields_of(draft.get(EDIT).text, EDIT)
    assert {name: kept[name] for name in DINA} == DINA
    assert (kept["write_address"], kept["write_note"]) == ("Prison 7\nAlmaly", "Letters are read.")
    with app.app_context():
        assert session.scalars(select(Case.checked_on)).one() is not None


def test_facts_come_change_and_go_and_each_needs_a_source(app: Flask, shown: Visitor) -> None:
    refused = send(shown, f"{CASE}/facts/new/", text="Three years.")
    assert errors_of(refused.text) == ["Name the source: who says so."]
    assert fields_of(refused.text, f"{CASE}/facts/new/")["text"] == "Three years."
    assert send(shown, f"{CASE}/facts/new/", kind="sentence", text="Three years.", source="The judgment")
    with app.app_context():
        fact = f"{CASE}/facts/{session.scalars(select(CaseFact.id)).one()}/"
    assert "Three years." in Visitor(app).get(PUBLIC).text
    assert fact in shown.get(EDIT).text
    assert send(shown, fact, do="save", text="Four years.").status_code == 303
    page = Visitor(app).get(PUBLIC).text
    assert "Four years." in page
    assert "Three years." not in page
    assert send(shown, fact, do="remove").status_code == 303
    assert "Four years." not in Visitor(app).get(PUBLIC).text
    assert shown.get(fact).status_code == 404


@pytest.mark.parametrize(
    ("typed", "on", "precision"),
    [
        ("2025-01-14", date(2025, 1, 14), Precision.DAY),
        ("2025-6", date(2025, 6, 1), Precision.MONTH),
        (" 2024 ", date(2024, 1, 1), Precision.YEAR),
    ],
)
def test_a_day_is_as_exact_as_it_is_known(
    app: Flask, draft: Visitor, typed: str, on: date, precision: Precision
) -> None:
    send(
        draft, f"{CASE}/timeline/new/", kind="trial", happened_on=typed, title="On trial", source="The court"
    )
    with app.app_context():
        entry = session.scalars(select(TimelineEntry)).one()
        assert (entry.happened_on, entry.precision) == (on, precision)
    again = fields_of(draft.get(f"{CASE}/timeline/{entry.id}/").text, f"{CASE}/timeline/{entry.id}/")
    assert again["happened_on"] == on.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision.value]]


@pytest.mark.parametrize("typed", ["", "soon", "2025-13", "2025-02-30", "0000", "99999"])
def test_a_day_that_is_none_is_refused(draft: Visitor, typed: str) -> None:
    new = f"{CASE}/timeline/new/"
    answer = send(draft, new, happened_on=typed, title="Taken", source="Her mother")
    assert errors_of(answer.text) == ["Write the day like 2026-12-16, or as much of it as is known."]
    assert fields_of(answer.text, new)["happened_on"] == typed


def test_a_line_leads_to_an_article_by_its_address_and_to_no_draft_of_others(
    app: Flask, shown: Visitor
) -> None:
    with app.app_context():
        an_article(address="on-her-trial", title="On her trial")
        an_article(address="hidden", title="Hidden", published=False)
    new = f"{CASE}/timeline/new/"
    line = {"happened_on": "2025-01-14", "title": "Taken from her home", "source": "Her mother"}
    for address in ("/news/2026/03/hidden/", "/news/2026/03/nowhere/", "https://[", "/"):
        answer = send(shown, new, **line, article=address)
        assert "There is no article at this address." in errors_of(answer.text)[0]
    whole = "http://localhost/ru/news/2026/03/on-her-trial/?x#y"
    assert send(shown, new, **line, article=whole).status_code == 303
    assert "On her trial" in Visitor(app).get(PUBLIC).text
    assert "On her trial" in shown.get(EDIT).text


def test_articles_are_put_under_a_case_and_taken_away(app: Flask, shown: Visitor) -> None:
    with app.app_context():
        an_article(address="on-her-trial", title="On her trial")
    linked = f"{CASE}/articles/"
    for _time in range(2):
        assert send(shown, linked, article="on-her-trial").status_code == 303
    assert "On her trial" in Visitor(app).get(f"{PUBLIC}news/").text
    page = shown.get(linked).text
    [path] = [line.split('"')[0] for line in page.split('action="') if "/unlink" in line.split('"')[0]]
    assert shown.post(path, data=fields_of(page, path)).status_code == 303
    assert "On her trial" not in Visitor(app).get(f"{PUBLIC}news/").text


def test_words_in_another_language_show_there(app: Flask, shown: Visitor) -> None:
    kazakh = f"{CASE}/texts/kk/"
    assert "not started" in words_of(shown.get(EDIT).text)
    assert send(shown, kazakh, do="save", name="Дина Ахметова", summary="Музыка мұғалімі.").status_code == 303
    assert "Музыка мұғалімі." in Visitor(app).get(f"/kk{PUBLIC}").text
    assert "A teacher of music." in Visitor(app).get(PUBLIC).text
    preview = send(shown, kazakh, do="preview", summary="Мұғалім.")
    assert preview.headers["Location"].endswith(f"{CASE}/texts/kk/preview/")
    assert "Мұғалім." in shown.get(f"{CASE}/texts/kk/preview/").text
    assert shown.get(f"{CASE}/texts/en/").headers["Location"].endswith(EDIT)
    assert shown.get(f"{CASE}/texts/xx/").status_code == 404
    assert shown.get(f"{CASE}/texts/xx/preview/").status_code == 404


def test_a_late_save_overwrites_nothing_and_a_second_press_does(app: Flask, shown: Visitor) -> None:
    opened = shown.get(EDIT).text
    send(shown, EDIT, do="save", summary="The first.")
    late = resend(shown, EDIT, opened, do="save", summary="The second.")
    assert late.status_code == 409
    assert "Somebody else saved this case" in errors_of(late.text)[0]
    assert "The first." in Visitor(app).get(PUBLIC).text
    assert resend(shown, EDIT, late.text, do="save").status_code == 303
    assert "The second." in Visitor(app).get(PUBLIC).text
    fact = f"{CASE}/facts/new/"
    opened = shown.get(fact).text
    send(shown, EDIT, do="save", summary="The third.")
    assert resend(shown, fact, opened, text="A", source="B").status_code == 409
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(CaseFact)) == 0


def test_earlier_words_come_back_from_the_versions(app: Flask, draft: Visitor) -> None:
    send(draft, EDIT, do="save", summary="Other words.")
    page = draft.get(f"{EDIT}?text=1").text
    assert fields_of(page, EDIT)["summary"] == DINA["summary"]
    assert fields_of(page, EDIT)["detained_on"] == DINA["detained_on"]
    assert resend(draft, EDIT, page, do="save").status_code == 303
    version = words_of(draft.get(f"/desk/editors/case/{case_id(app)}/all/versions/2/").text)
    assert "[put in:] Other [end]" in version
    assert "[taken out:] A" in version


def test_the_address_follows_the_name_until_it_is_given_out(app: Flask, draft: Visitor) -> None:
    renamed = send(draft, EDIT, do="save", name="Dina Akhmet")
    edit = "/desk/cases/dina-akhmet/edit/"
    assert renamed.headers["Location"].startswith(edit)
    chosen = send(draft, edit, do="save", address="dina")
    edit = "/desk/cases/dina/edit/"
    assert chosen.headers["Location"].startswith(edit)
    assert send(draft, edit, do="save", name="Dina A.").headers["Location"].startswith(edit)
    with app.app_context():
        assert session.scalars(select(Redirect)).all() == []
    send(draft, edit, do="publish", **FAMILY)
    send(draft, edit, do="save", address="dina-akhmetova", name="Dina Akhmetova")
    assert Visitor(app).get("/cases/dina/").headers["Location"].endswith(PUBLIC)
    taken = send(draft, NEW, do="save", name="Another", address="dina-akhmetova")
    assert errors_of(taken.text) == ["Another case has this address. Choose a different one."]


def test_taken_back_it_is_not_found_and_its_address_still_leads_on(app: Flask, shown: Visitor) -> None:
    assert "Everything typed is kept" in shown.get(f"{CASE}/take-back/").text
    assert send(shown, f"{CASE}/take-back/").status_code == 303
    assert Visitor(app).get(PUBLIC).status_code == 404
    send(shown, EDIT, do="save", name="Dina Akhmet")
    assert shown.get(EDIT).status_code == 200
    send(shown, EDIT, do="save", address="dina")
    send(shown, "/desk/cases/dina/edit/", do="publish")
    assert Visitor(app).get(PUBLIC).headers["Location"].endswith("/cases/dina/")


def test_erasing_is_asked_twice_and_leaves_nothing(app: Flask, shown: Visitor) -> None:
    send(shown, f"{CASE}/facts/new/", text="Three years.", source="The judgment")
    send(shown, f"{CASE}/texts/kk/", do="save", name="Дина")
    send(shown, EDIT, do="save", address="dina")
    erase = "/desk/cases/dina/erase/"
    assert "Take the case off the site first." in shown.get(erase).text
    send(shown, "/desk/cases/dina/take-back/")
    unsure = send(shown, erase)
    assert errors_of(unsure.text) == ["Tick the box if you mean it. Nothing was deleted."]
    assert "Dina Akhmetova" in shown.get("/desk/cases/").text
    assert send(shown, erase, sure="1").status_code == 303
    with app.app_context():
        for table in (CaseText, CaseName, CaseFact, TimelineEntry, Redirect, SavedVersion, UnsavedText):
            assert session.scalars(select(table)).all() == []
        [case] = session.scalars(select(Case))
        assert "dina" not in case.slug
    assert "Dina" not in words_of(shown.get("/desk/cases/").text)


def test_anothers_case_and_parts_of_another_case_are_not_found(app: Flask, shown: Visitor) -> None:
    send(shown, f"{CASE}/facts/new/", text="Three years.", source="The judgment")
    send(shown, NEW, do="save", name="Somebody Else")
    with app.app_context():
        fact_id = session.scalars(select(CaseFact.id)).one()
    assert shown.get(f"/desk/cases/somebody-else/facts/{fact_id}/").status_code == 404
    with app.app_context():
        a_user(Role.ORGANISER, email="other@example.org")
    other = Visitor(app)
    other.log_in("other@example.org")
    for path in (
        EDIT,
        f"{CASE}/texts/en/preview/",
        f"{CASE}/texts/kk/",
        f"{CASE}/erase/",
        f"{CASE}/facts/{fact_id}/",
    ):
        assert other.get(path).status_code == 404


def test_what_is_typed_meanwhile_is_kept(app: Flask, draft: Visitor) -> None:
    keep = f"/desk/editors/case/{case_id(app)}/all/keep"
    typed = fields_of(draft.get(EDIT).text, EDIT) | {"summary": "Half a sen"}
    assert draft.post(keep, data=typed).status_code == 200
    assert fields_of(draft.get(f"{EDIT}?text=unsaved").text, EDIT)["summary"] == "Half a sen"
    with app.app_context():
        found = upkeep.find("dina-akhmetova")
        assert found is not None
        assert [check.done for check in telling.checks(found) if check.needed] == [True, True, False]


@pytest.mark.parametrize("typed", ["0001-01-01", "1899", "2199-12"])
def test_a_day_in_a_year_that_cannot_be_meant_is_refused_at_its_field(draft: Visitor, typed: str) -> None:
    new = f"{CASE}/timeline/new/"
    answer = send(draft, new, kind="trial", happened_on=typed, title="Taken", source="Her mother")
    assert errors_of(answer.text) == ["Look at the year: this day is too far away."]
    assert 'href="#happened_on"' in answer.text


def test_a_line_that_leads_to_anothers_draft_can_still_be_saved(app: Flask, shown: Visitor) -> None:
    with app.app_context():
        hidden = an_article(address="hidden", title="Hidden", published=False).id
    line = {"happened_on": "2025-01-14", "title": "Taken", "source": "Her mother"}
    send(shown, f"{CASE}/timeline/new/", **line)
    with app.app_context(), writing():
        entry = session.scalars(select(TimelineEntry)).one()
        entry.article_id, path = hidden, f"{CASE}/timeline/{entry.id}/"
    assert fields_of(shown.get(path).text, path)["article"] == "hidden"
    assert send(shown, path, do="save", title="Taken from her home").status_code == 303
    assert send(shown, f"{CASE}/timeline/new/", **line, article="hidden").status_code == 422
