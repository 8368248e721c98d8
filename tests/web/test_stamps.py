"""The stamp of the form: the same for everybody, good for seven days, bound to what was shown."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from campaign_actions.signatures.signing import Shown
from campaign_actions.web import stamps
from tests.conftest import NOW

ACTION, OTHER = UUID(int=1), UUID(int=2)
KEYS = ("new-key", "old-key")
SHOWN = Shown(2, 5, 1, "0123456789abcdef", date(2027, 1, 9), "kk")


def made(at: datetime = NOW) -> str:
    return stamps.make(ACTION, SHOWN, KEYS, now=at)


def test_a_stamp_gives_back_what_the_form_showed() -> None:
    assert stamps.read(made(), ACTION, KEYS, now=NOW) == SHOWN


def test_for_ten_minutes_every_form_has_the_same_stamp() -> None:
    assert made() == made(NOW + timedelta(minutes=9, seconds=59))
    assert made() != made(NOW + timedelta(minutes=10))


@pytest.mark.parametrize(("days", "good"), [(1, True), (6.9, True), (7.1, False), (400, False)])
def test_a_stamp_is_good_for_seven_days(days: float, good: bool) -> None:
    found = stamps.read(made(), ACTION, KEYS, now=NOW + timedelta(days=days))
    assert found == (SHOWN if good else None)


def test_a_stamp_under_an_older_key_still_counts() -> None:
    old = stamps.make(ACTION, SHOWN, ("old-key",), now=NOW)
    assert stamps.read(old, ACTION, KEYS, now=NOW) == SHOWN
    assert stamps.read(old, ACTION, ("new-key",), now=NOW) is None


@pytest.mark.parametrize(
    "stamp", ["", ".", "x", "1.2.3.4.5.6.7", made()[:-1], "9" + made(), made() + "é", "\ud800"]
)
def test_a_changed_stamp_is_no_stamp(stamp: str) -> None:
    assert stamps.read(stamp, ACTION, KEYS, now=NOW) is None


def test_the_stamp_of_another_action_is_no_stamp() -> None:
    assert stamps.read(made(), OTHER, KEYS, now=NOW) is None
