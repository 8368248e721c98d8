"""Cases on the desk, and those that have to be checked again."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from campaign_actions.accounts.models import User
from campaign_actions.cases.models import Case
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session
from tests.support.content import a_case, words_of
from tests.support.filled_forms import errors_of
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]
CASES = "/desk/cases/"
TODAY_SAID = "Nobody has checked them for 90 days."


@pytest.fixture
def user(app: Flask) -> User:
    return a_known_user(app, email="aigul@example.org")


@pytest.fixture
def organiser(app: Flask, user: User) -> Visitor:
    return logged_in(app, user)


def own_case(app: Flask, user: User, name: str, days_ago: int | None = 0, **values: bool) -> UUID:
    with app.app_context():
        checked_on = None if days_ago is None else clock.today() - timedelta(days=days_ago)
        return a_case(name=name, owner_id=user.id, checked_on=checked_on, **values)


def checked_on(app: Flask, case_id: UUID) -> date | None:
    with app.app_context():
        return session.get_one(Case, case_id).checked_on


@pytest.mark.parametrize(("days_ago", "due"), [(89, False), (90, True), (None, True)])
def test_a_case_is_asked_for_after_90_days(
    app: Flask, user: User, organiser: Visitor, days_ago: int | None, due: bool
) -> None:
    own_case(app, user, "Arman Tolegen", days_ago)
    assert (TODAY_SAID in organiser.get("/desk/").text) is due
    assert ("To check" in organiser.get(CASES).text) is due


def test_a_draft_is_not_asked_for(app: Flask, user: User, organiser: Visitor) -> None:
    own_case(app, user, "Arman Tolegen", None, published=False)
    assert TODAY_SAID not in organiser.get("/desk/").text
    assert "Draft Nobody has checked it yet." in words_of(organiser.get(CASES).text)


def test_cases_to_check_stand_first_and_those_of_others_nowhere(
    app: Flask, user: User, organiser: Visitor
) -> None:
    own_case(app, user, "Arman Tolegen")
    own_case(app, user, "Zarina Bek", 100)
    own_case(app, a_known_user(app, email="other@example.org"), "Dina Akhmetova")
    page = organiser.get(CASES).text
    assert 0 < page.index("Zarina Bek") < page.index("Arman Tolegen")
    assert "Dina Akhmetova" not in page


def test_one_press_notes_that_it_was_checked(app: Flask, user: User, organiser: Visitor) -> None:
    case_id = own_case(app, user, "Arman Tolegen", 100)
    answer = organiser.post(f"{CASES}{case_id}/checked", {"seen": "1"}, on=CASES)
    assert (answer.status_code, answer.location) == (303, CASES)
    with app.app_context():
        assert checked_on(app, case_id) == clock.today()
    assert TODAY_SAID not in organiser.get("/desk/").text


def test_what_was_saved_in_between_is_read_again_first(app: Flask, user: User, organiser: Visitor) -> None:
    case_id = own_case(app, user, "Arman Tolegen", 100)
    before = checked_on(app, case_id)
    answer = organiser.post(f"{CASES}{case_id}/checked", {"seen": "0"}, on=CASES)
    assert answer.status_code == 409
    assert "Somebody else saved this case" in errors_of(answer.text)[0]
    assert checked_on(app, case_id) == before
