"""What the walks over all pages share: a site with one of everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from campaign_actions.config import Settings
from tests.conftest import Mailbox
from tests.support.world import World


@pytest.fixture
def world(
    make_app: Callable[..., Flask], settings: Settings, mailbox: Mailbox, clock: time_machine.Traveller
) -> World:
    """A site with one of everything, at noon of 22 November 2026."""
    return World(make_app(contact="team@campaign.example"), settings, mailbox)
