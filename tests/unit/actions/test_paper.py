"""The code on a paper sheet."""

from uuid import UUID

from campaign_actions.actions.paper import sheet_code

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
