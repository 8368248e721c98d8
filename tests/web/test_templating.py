"""What templates may call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError
from markupsafe import Markup

from campaign_actions.actions import events
from campaign_actions.actions.models import ActionState, Event, EventKind, EventState, Outcome
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.web.templating import (
    event_date,
    event_place,
    event_when,
    is_long,
    joined_name,
    plural,
    sentence,
)
from campaign_actions.web.words import tag_of
from tests.support.factories import an_action


@pytest.fixture
def event(database: None, clock: object) -> events.EventView:
    with writing():
        session.add(
            Event(
                slug="vigil",
                state=EventState.PLANNED,
                kind=EventKind.VIGIL,
                title="Vigil",
                starts_at=datetime(2026, 12, 16, 23, 30, tzinfo=UTC),
                zone="Asia/Almaty",
                place="At the monument",
                city="Zhanaozen",
                country="KZ",
                access="Step-free.",
            )
        )
    found = events.by_slug("vigil")
    assert found
    return found


def test_markup_in_a_gap_stays_and_the_rest_is_escaped() -> None:
    made = sentence("Signed by %(name)s & %(other)s", name=Markup("<b>T</b>"), other="<i>")
    assert made == "Signed by <b>T</b> &amp; &lt;i&gt;"
    assert isinstance(made, Markup)


def test_without_markup_a_sentence_stays_text() -> None:
    made = plural("%(count)s person <x>", "%(count)s people <x>", 2, count="2")
    assert made == "2 people <x>"
    assert not isinstance(made, Markup)


def test_an_undefined_name_is_an_error(app: Flask) -> None:
    with app.app_context(), pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ nothing }}").render()


def test_every_kind_of_template_escapes(app: Flask) -> None:
    with app.app_context():
        assert app.jinja_env.from_string("{{ x }}").render(x="<script>") == "&lt;script&gt;"


def test_an_event_is_told_in_its_own_zone(event: events.EventView) -> None:
    assert event_date(event) == ("17", "Dec")
    assert event_when(event) == "Thursday 17 December 2026, 04:30, Astana time"
    later = replace(event, ends_at=event.starts_at + timedelta(hours=2))
    assert event_when(later) == "Thursday 17 December 2026, 04:30 to 06:30, Astana time"
    days = replace(event, ends_at=event.starts_at + timedelta(days=1))
    assert (
        event_when(days) == "Thursday 17 December 2026, 04:30 to Friday 18 December 2026, 04:30, Astana time"
    )


def test_a_place_that_is_told_later_is_not_told_now(event: events.EventView) -> None:
    assert event_place(event) == "At the monument, Zhanaozen, Kazakhstan. Step-free."
    hidden = event_place(replace(event, place_later=True))
    assert "monument" not in hidden
    assert hidden.startswith("The place is shown here on the day, Zhanaozen")


@pytest.mark.parametrize(
    ("title", "joined"),
    [
        ("Release Arman Tolegen", "Release Arman\N{NO-BREAK SPACE}Tolegen"),
        ("Free Bekzat", "Free Bekzat"),
        ("Release Konstantin Akhmetzhanov", "Release Konstantin Akhmetzhanov"),
        ("", ""),
    ],
)
def test_a_short_name_at_the_end_stays_on_one_line(title: str, joined: str) -> None:
    assert joined_name(title) == joined


def test_a_long_word_makes_a_title_smaller() -> None:
    assert is_long("Release Konstantinopolsky now")
    assert not is_long("Release Arman Tolegen")


@pytest.mark.parametrize(
    ("changes", "words", "look"),
    [
        ({}, "Open", ""),
        ({"closes_at": datetime(2026, 11, 25, 12, tzinfo=UTC)}, "Closes in 3 days", "soon"),
        ({"closes_at": datetime(2026, 11, 23, 12, tzinfo=UTC)}, "Closes tomorrow", "soon"),
        ({"closes_at": datetime(2026, 11, 22, 23, 59, tzinfo=UTC)}, "Closes today at 23:59, UTC", "soon"),
        ({"closes_at": datetime(2026, 11, 22, 11, tzinfo=UTC)}, "Closed", "off"),
        ({"state": ActionState.PAUSED}, "Paused", "off"),
        ({"state": ActionState.WITHDRAWN, "outcome": Outcome.WON}, "Withdrawn", "off"),
        ({"outcome": Outcome.PARTLY_WON}, "Partly won", "free"),
        ({"state": ActionState.DELIVERED}, "Delivered", ""),
    ],
)
def test_the_tag_says_how_an_action_stands(
    database: None, clock: object, changes: dict[str, Any], words: str, look: str
) -> None:
    found = tag_of(replace(an_action().card, **changes))
    assert (found.words, found.look) == (words, look)
