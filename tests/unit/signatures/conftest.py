"""A site whose people sign, confirm and change their minds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from campaign_actions.config import Settings
from tests.support.flow import Flow


@pytest.fixture
def flow(app: Flask, settings: Settings, database: None, clock: time_machine.Traveller) -> Iterator[Flow]:
    """A site at noon whose invariants hold when the test ends."""
    made = Flow(app, settings)
    yield made
    made.work()
    assert made.breaches() == []
