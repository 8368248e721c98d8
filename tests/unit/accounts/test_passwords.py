"""Passwords: strong hashes, the same work for everybody, common ones refused in words."""

import pytest
from argon2 import extract_parameters
from hypothesis import given, settings, strategies as st

from campaign_actions.accounts import passwords
from campaign_actions.accounts.guessable import is_common
from campaign_actions.errors import Refused

COMMON = [
    *("password1234", "P@ssw0rd12345", "Passwort!2026", "qwertyuiop12", "QWERTY123456", "123456789012"),
    *("aaaaaaaaaaaa", "abcabcabcabc", "1qaz2wsx3edc", "iloveyou2026!", "кудаcorrecthorse"[4:] + "123"),
    *("йцукенгшщзхъ", "парольпароль", "Kazakhstan2026", "111111111111", "!!!!!!!!!!!!"),
]
GOOD = ["four words on paper", "Әлия-Қайратқызы-қарға", "tQ9$vv!2pLx#", "correct donkey battery staple"]


def test_a_hash_uses_argon2id_with_19_mib_two_passes_and_one_lane() -> None:
    parameters = extract_parameters(passwords.hashed("four words on paper"))
    assert (parameters.type.name, parameters.memory_cost) == ("ID", 19456)
    assert (parameters.time_cost, parameters.parallelism) == (2, 1)


def test_a_password_matches_its_own_hash_only() -> None:
    stored = passwords.hashed("four words on paper", fast=True)
    assert passwords.matches(stored, "four words on paper", fast=True)
    assert not passwords.matches(stored, "four words on papeR", fast=True)


def test_nobody_has_no_password() -> None:
    assert not passwords.matches(None, "four words on paper", fast=True)
    assert not passwords.matches("no hash at all", "four words on paper", fast=True)


def test_a_hash_of_other_parameters_is_outdated_and_still_matches() -> None:
    cheap = passwords.hashed("four words on paper", fast=True)
    assert passwords.is_outdated(cheap)
    assert not passwords.is_outdated(cheap, fast=True)
    assert passwords.matches(cheap, "four words on paper")


def test_over_1024_characters_nothing_is_hashed() -> None:
    with pytest.raises(Refused, match="1,024"):
        passwords.hashed("x" * 1025)
    stored = passwords.hashed("y" * 1024, fast=True)
    assert passwords.matches(stored, "y" * 1024, fast=True)
    assert not passwords.matches(stored, "y" * 1025, fast=True)


def test_half_of_a_letter_is_no_accident() -> None:
    assert not passwords.matches(passwords.hashed("four words", fast=True), "\ud800", fast=True)


@pytest.mark.parametrize("password", COMMON)
def test_a_common_password_is_refused(password: str) -> None:
    assert is_common(password)
    with pytest.raises(Refused, match="harder to guess"):
        passwords.check_new(password)


@pytest.mark.parametrize("password", GOOD)
def test_a_good_password_is_taken(password: str) -> None:
    passwords.check_new(password)


def test_eleven_characters_are_too_few() -> None:
    with pytest.raises(Refused, match="12 characters"):
        passwords.check_new("tQ9$vv!2pLx")


def test_ones_own_name_and_address_are_refused() -> None:
    with pytest.raises(Refused):
        passwords.check_new("Aigul-Nurlan-1987", about=("Aigul Nurlan", "aigul@example.org"))


def test_drawn_passwords_are_good_and_never_the_same() -> None:
    drawn = {passwords.drawn() for _time in range(200)}
    assert len(drawn) == 200
    for password in drawn:
        passwords.check_new(password)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=1100))
def test_any_text_is_judged_without_an_accident(password: str) -> None:
    is_common(password)
    assert passwords.matches(None, password, fast=True) is False
