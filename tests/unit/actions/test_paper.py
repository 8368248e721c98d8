"""The code on a paper sheet."""

from uuid import UUID

import pytest

from campaign_actions.actions.paper import Code, letters_of, read_code, sheet_code

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_the_code_names_action_version_and_language_and_stays_the_same() -> None:
    code = sheet_code(ONE, 1, "en")
    assert code == sheet_code(ONE, 1, "en")
    letters, version, language = code.split("-")
    assert (len(letters), version, language) == (5, "1", "EN")
    assert len({code, sheet_code(OTHER, 1, "en"), sheet_code(ONE, 2, "en"), sheet_code(ONE, 1, "ru")}) == 4


def test_two_thousand_actions_hardly_ever_share_their_letters() -> None:
    codes = {sheet_code(UUID(int=number), 1, "en") for number in range(2_000)}
    assert len(codes) > 1_990


@pytest.mark.parametrize("locale", ["en", "kk", "pt-br"])
def test_a_code_is_read_as_it_is_typed(locale: str) -> None:
    code = sheet_code(ONE, 12, locale)
    for typed in (code, code.lower(), f" {code} ", code.replace("-", " - "), code.replace("-", "", 1)):
        assert read_code(typed) == Code(letters_of(ONE), 12, locale)


@pytest.mark.parametrize("typed", ["", "K7Q2M", "K7Q2M-0-EN", "K7Q2O-1-EN", "K7Q2M-1-EN-1", "K7Q2M-99999-EN"])
def test_what_is_no_code_is_not_read(typed: str) -> None:
    assert read_code(typed) is None
