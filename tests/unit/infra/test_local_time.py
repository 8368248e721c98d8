"""Local times as typed, in named zones."""

from datetime import UTC, datetime

import pytest
import time_machine

from campaign_actions.errors import Refused
from campaign_actions.infra import local_time


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-12-10 23:59", "Asia/Almaty", datetime(2026, 12, 10, 18, 59, tzinfo=UTC)),
        ("2026-12-16 18:00", "Europe/London", datetime(2026, 12, 16, 18, 0, tzinfo=UTC)),
        ("2026-07-16 18:00", "Europe/London", datetime(2026, 7, 16, 17, 0, tzinfo=UTC)),
        (" 2026-7-6T08.05 ", "Asia/Kolkata", datetime(2026, 7, 6, 2, 35, tzinfo=UTC)),
        ("2026-12-16 18:00", "UTC", datetime(2026, 12, 16, 18, 0, tzinfo=UTC)),
    ],
)
def test_a_local_time_is_read_in_its_zone(text: str, zone: str, moment: datetime) -> None:
    assert local_time.read(text, zone, field="starts") == moment


def test_what_is_written_is_read_back() -> None:
    moment = datetime(2026, 12, 10, 18, 59, tzinfo=UTC)
    text = local_time.written(moment, "Asia/Almaty")
    assert text == "2026-12-10 23:59"
    assert local_time.read(text, "Asia/Almaty", field="closes") == moment
    assert local_time.written(None, "Asia/Almaty") == ""


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2026-13-01 10:00", "2026-02-30 10:00", "10:00", "2026-12-10", "9999-01-01 10:00"],
)
def test_a_text_that_is_no_moment_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        local_time.read(text, "UTC", field="ends")
    assert refusal.value.field == "ends"


@pytest.mark.parametrize("zone", ["", "Mars/Phobos", "../etc/passwd", "/etc/localtime", "CET+1"])
def test_a_zone_that_is_none_is_refused_at_the_zone(zone: str) -> None:
    with pytest.raises(Refused) as refusal:
        local_time.read("2026-12-10 23:59", zone, field="starts")
    assert refusal.value.field == "zone"


def test_an_hour_that_clocks_skip_or_repeat_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="does not exist in London time"):
        local_time.read("2027-03-28 01:30", "Europe/London", field="starts")
    with pytest.raises(Refused, match="comes twice in London time"):
        local_time.read("2026-10-25 01:30", "Europe/London", field="starts")


def test_zones_are_listed_by_city_with_the_offset_of_today() -> None:
    with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC), tick=False):
        zones = dict(local_time.choices())
    assert zones["Europe/London"] == "London (UTC+1)"
    assert zones["Europe/Amsterdam"] == "Amsterdam (UTC+2)"
    assert zones["Asia/Almaty"] == "Astana and Almaty (UTC+5)"
    assert zones["Asia/Kolkata"] == "Kolkata (UTC+5:30)"
    assert "Europe/Kiev" not in zones
    assert "Europe/Kiev" in dict(local_time.choices("Europe/Kiev"))
    assert "Mars/Phobos" not in dict(local_time.choices("Mars/Phobos"))
