"""An action, its keys, and somebody who may make lists."""

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.opening import keys
from campaign_actions.opening.records import Opener
from campaign_actions.signatures.tools import Tools, load
from tests.support.factories import a_user, an_action


@pytest.fixture
def tools(settings: Settings) -> Tools:
    return load(settings)


@pytest.fixture
def opener(settings: Settings) -> Opener:
    return Opener(keys.of_purpose(settings.worker_keys, "list"))


@pytest.fixture
def action(app: Flask, database: None) -> ActionPage:
    return an_action(slug="release-the-strikers")


@pytest.fixture
def maker(database: None) -> User:
    return a_user(Role.STAFF, may_export=True)
