"""Mailings from the command line: seen, paused, let go on, ended; what cannot be done is said in a line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.cli import site
from campaign_actions.cli.mailing import mailing
from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import tools
from campaign_actions.signatures.mailing_models import MailingState
from tests.support import made_mailings as made
from tests.support.factories import a_user, an_action


def test_an_operator_sees_pauses_and_ends_a_mailing(
    app: Flask, settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "current_site", lambda: app)
    page = an_action(slug="release")
    made.who_asked(tools.load(settings), page.card.id, 2)
    update_id = made.started(page.card.id, a_user(Role.STAFF))
    session.remove()

    def call(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(mailing, [*words])
        return done.exit_code, done.output

    assert call("pause", str(update_id)) == (0, "Paused.\n")
    assert call("list")[1].split() == [str(update_id), "paused", "(person)", "0/0", "release", "1"]
    assert call("pause", str(update_id))[0] == 1
    assert call("go-on", str(update_id)) == (0, "It goes on.\n")
    assert call("stop", str(update_id)) == (0, "Ended.\n")
    assert call("list") == (0, "")
    assert "not being mailed" in call("stop", str(page.card.id))[1]
    assert made.mailing(update_id).state is MailingState.STOPPED
