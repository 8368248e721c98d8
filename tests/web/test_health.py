"""Staff and admins see how the site is; admins are told when something needs them, and see the settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.config import Settings, completed, from_environment
from campaign_actions.health import marks
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.sealing import public_keys
from campaign_actions.web.staff import settings as page
from tests.support.source import PACKAGE
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

HEALTH, SETTINGS = "/staff/health/", "/staff/settings/"


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return logged_in(app, a_known_user(app, Role.ADMIN))


@pytest.fixture
def staff(app: Flask) -> Visitor:
    return logged_in(app, a_known_user(app, Role.STAFF))


def leave(app: Flask, key: str, **numbers: int) -> None:
    with app.app_context(), writing() as connection:
        marks.note(connection, key, **numbers)


def list_key(settings: Settings) -> bytes:
    return public_keys.read(settings.web_keys / "list-1.pub")


def test_the_page_shows_the_worst_first_with_what_to_do(
    app: Flask, settings: Settings, staff: Visitor
) -> None:
    leave(app, marks.WORKER)
    leave(app, marks.of_key(list_key(settings)), well=7, ill=2)
    text = staff.get(HEALTH).text
    first = text.partition('<ul class="rows near">')[2].partition("</li>")[0]
    assert "Keys" in first
    assert "Needs you" in first
    assert "keys check --key FILE" in first
    assert public_keys.fingerprint(list_key(settings)) in text
    assert "2 records did not open on 22 November 2026." in text


def test_an_admin_is_told_at_the_desk_and_at_staff_what_cannot_wait(
    app: Flask, settings: Settings, admin: Visitor, staff: Visitor
) -> None:
    leave(app, marks.WORKER)
    assert "Look after the site" not in admin.get("/desk/").text
    assert "needs you" not in admin.get("/staff/exports/").text
    leave(app, marks.of_key(list_key(settings)), ill=1)
    assert "Something does not work as it should: Keys." in admin.get("/desk/").text
    assert "1 thing about the site needs you." in admin.get("/staff/exports/").text
    assert "Look after the site" not in staff.get("/desk/").text


def test_a_damaged_public_key_is_told_and_breaks_no_page(settings: Settings, admin: Visitor) -> None:
    (settings.web_keys / "list-1.pub").write_text("nothing")
    assert "They cannot be read." in admin.get(HEALTH).text
    assert admin.get("/desk/").status_code == 200


def test_settings_are_for_admins(admin: Visitor, staff: Visitor) -> None:
    assert "CAMPAIGN_SITE_URL" in admin.get(SETTINGS).text
    refused = staff.get(SETTINGS)
    assert refused.status_code == 403
    assert "Settings are for admins." in refused.text


def test_every_setting_has_a_sentence_and_no_other() -> None:
    known = set(re.findall(r"CAMPAIGN_[A-Z_]+[A-Z]", (PACKAGE / "config.py").read_text("utf-8")))
    assert set(page.MEANINGS) == known


def test_secrets_are_not_among_the_settings_shown(tmp_path: Path) -> None:
    chosen = completed(
        Settings(
            data=tmp_path,
            mail_url="smtp://anna:hush@mail.example.org:587?starttls=1&password=hush",
            database_url="postgresql://site:hush@db.example.org/campaign?password=hush",
            secret_keys=("hush" * 8, "hush" * 9),
        )
    )
    shown = {line.variable: line.value for line in page.lines(chosen)}
    assert "hush" not in repr(shown)
    assert shown["CAMPAIGN_MAIL_URL"] == "smtp://mail.example.org:587"
    assert shown["CAMPAIGN_DATABASE_URL"] == "postgresql+psycopg://db.example.org/campaign"
    assert shown["CAMPAIGN_SECRET_KEY"] == "2 keys"


def test_each_setting_tells_where_it_comes_from(tmp_path: Path) -> None:
    chosen = from_environment({"CAMPAIGN_DATA": str(tmp_path), "CAMPAIGN_ZONE": "Asia/Almaty"})
    sources = {line.variable: line.source for line in page.lines(chosen)}
    assert sources["CAMPAIGN_ZONE"] == "Set in the environment."
    assert sources["CAMPAIGN_DATABASE_URL"] == "By default in the data folder."
    assert sources["CAMPAIGN_SITE_NAME"] == "By default."
