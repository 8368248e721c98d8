"""A site with one of everything, served to the browser."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from campaign_actions.config import Settings
from tests.conftest import Mailbox
from tests.support.world import World


@pytest.fixture
def world(app: Flask, settings: Settings, mailbox: Mailbox, clock: time_machine.Traveller) -> World:
    """The site that the pages of a test belong to, at noon of 22 November 2026."""
    return World(app, settings, mailbox)
