"""A list is made once, fetched with a trace each time, and gone after 24 hours."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign_actions.accounts.models import Role, User
from campaign_actions.actions.queries import ActionPage
from campaign_actions.audit import Entry
from campaign_actions.config import Settings
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.exports import collecting, expiring, files, requesting
from campaign_actions.exports.models import Export, ExportState, Purpose
from campaign_actions.formats import manifest
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.opening import keys
from campaign_actions.signatures.tools import Tools
from campaign_actions.worker import exports, loop
from tests.support import made_exports, signed
from tests.support.factories import a_user

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def asked(action: ActionPage, tools: Tools, maker: User) -> Export:
    signed.many(tools, action.card.id, 30)
    wish = requesting.Wish(
        action_id=action.card.id,
        purpose=Purpose.DELIVER,
        reason="Delivery agreed with the family",
        recipient="Embassy in London",
        chosen=made_exports.chosen(),
    )
    with writing() as connection:
        return requesting.ask(connection, wish, maker)


def deeds() -> list[str]:
    return list(session.scalars(select(Entry.deed).order_by(Entry.at)))


def test_the_worker_makes_it(app: Flask, settings: Settings, asked: Export) -> None:
    loop.run_once(app, settings)
    session.refresh(asked)
    assert (asked.state, asked.rows) == (ExportState.READY, 20)
    path = files.folder(settings) / asked.file_name
    written = collecting.manifest_bytes(asked)
    assert written is not None
    assert manifest.verify(written, path) == []
    assert written == (files.folder(settings) / files.manifest_name(asked.file_name)).read_bytes()
    assert deeds() == ["export.ask", "export.made"]


def test_a_job_that_comes_twice_makes_one_file(app: Flask, settings: Settings, asked: Export) -> None:
    office = loop.open_office(settings)
    exports.make(asked.id, office)
    before = set(files.folder(settings).iterdir())
    exports.make(asked.id, office)
    assert set(files.folder(settings).iterdir()) == before
    assert deeds().count("export.made") == 1


def test_the_slower_of_two_workers_is_told(asked: Export) -> None:
    made = collecting.Made(file_name="first.csv", rows=20, sha256="00", manifest=b"{}")
    other = collecting.Made(file_name="second.csv", rows=20, sha256="11", manifest=b"{}")
    with writing() as connection:
        assert collecting.finish(connection, asked.id, made)
        assert not collecting.finish(connection, asked.id, other)
        assert not collecting.fail(connection, asked.id, "too late")
    session.refresh(asked)
    assert (asked.file_name, asked.state) == ("first.csv", ExportState.READY)


def test_with_another_key_it_fails_in_words_and_leaves_no_file(
    app: Flask, settings: Settings, asked: Export
) -> None:
    for key in settings.worker_keys.glob("list-*.key"):
        key.unlink()
    keys.make_pair(settings, "list")
    loop.run_once(app, settings)
    session.refresh(asked)
    assert asked.state is ExportState.FAILED
    assert "list key" in asked.failure
    assert list(files.folder(settings).iterdir()) == []


def test_each_download_is_written_down(app: Flask, settings: Settings, asked: Export, maker: User) -> None:
    loop.run_once(app, settings)
    for _time in range(2):
        with writing() as connection:
            collecting.collect(connection, asked, maker)
    session.refresh(asked)
    assert asked.downloads == 2
    entries = session.scalars(select(Entry).where(Entry.deed == "export.download")).all()
    assert [(entry.user_id, entry.details["rows"]) for entry in entries] == [(maker.id, 20)] * 2


def test_nobody_downloads_without_the_right_or_too_early(asked: Export, maker: User) -> None:
    with writing() as connection:
        with pytest.raises(Refused, match="no longer available"):
            collecting.collect(connection, asked, maker)
        with pytest.raises(NotAllowed):
            collecting.collect(connection, asked, a_user_without())
    assert asked.downloads == 0


def a_user_without() -> User:
    return User(role=Role.STAFF, email="x@example.org", name="X", password_hash="")


def test_after_24_hours_file_and_manifest_are_gone(
    app: Flask, settings: Settings, clock: time_machine.Traveller, asked: Export, maker: User
) -> None:
    loop.run_once(app, settings)
    session.refresh(asked)
    assert asked.ready_at is not None
    made_at = asked.ready_at.timestamp()
    clock.shift(timedelta(hours=23, minutes=59))
    assert collecting.is_there(asked)
    clock.shift(timedelta(minutes=1))
    assert not collecting.is_there(asked)
    for path in files.folder(settings).iterdir():
        os.utime(path, (made_at, made_at))
    exports.expire(settings)
    session.refresh(asked)
    assert asked.state is ExportState.GONE
    assert list(files.folder(settings).iterdir()) == []
    assert deeds()[-1] == "export.gone"


def test_a_file_in_the_making_and_a_ready_one_are_spared(
    app: Flask, settings: Settings, asked: Export
) -> None:
    loop.run_once(app, settings)
    session.refresh(asked)
    folder = files.folder(settings)
    (folder / "another.csv.part").write_text("growing")
    old = (folder / asked.file_name).stat().st_mtime - 4 * files.STRAY_SECONDS
    os.utime(folder / asked.file_name, (old, old))
    exports.expire(settings)
    assert {path.name for path in folder.iterdir()} == {
        asked.file_name, files.manifest_name(asked.file_name), "another.csv.part",
    }  # fmt: skip


def test_an_export_nobody_makes_fails_after_three_hours(
    clock: time_machine.Traveller, action: ActionPage, tools: Tools, maker: User, asked: Export
) -> None:
    with writing():
        asked.asked_at = asked.asked_at.replace(year=2026, month=11, day=22, hour=9, minute=0)
    with writing() as connection:
        assert expiring.expire(connection) == 1
    session.refresh(asked)
    assert asked.state is ExportState.FAILED


def test_thrown_away_it_is_gone_at_once(app: Flask, settings: Settings, asked: Export, maker: User) -> None:
    loop.run_once(app, settings)
    session.refresh(asked)
    with writing():
        name = collecting.throw_away(asked, maker)
    files.remove(files.folder(settings), name)
    assert asked.state is ExportState.GONE
    assert list(files.folder(settings).iterdir()) == []
    with writing(), pytest.raises(Refused):
        collecting.throw_away(asked, maker)


def test_a_users_name_is_kept_in_the_log_when_the_user_goes(asked: Export, maker: User) -> None:
    entry = session.scalars(select(Entry).where(Entry.deed == "export.ask")).one()
    assert entry.user_name == maker.name
    assert a_user().id != maker.id


def test_of_many_downloads_at_once_three_are_given(
    app: Flask, settings: Settings, asked: Export, maker: User
) -> None:
    loop.run_once(app, settings)
    export_id, maker_id = asked.id, maker.id

    def fetch() -> bool:
        with app.app_context():
            try:
                with writing() as connection:
                    export = session.get_one(Export, export_id)
                    collecting.collect(connection, export, by=session.get_one(User, maker_id))
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        given = [one.result() for one in [threads.submit(fetch) for _time in range(8)]]
    assert given.count(True) == collecting.MOST_DOWNLOADS
    session.rollback()
    assert deeds().count("export.download") == collecting.MOST_DOWNLOADS
    session.refresh(asked)
    assert not collecting.is_there(asked)
    with writing() as connection:
        assert expiring.expire(connection) == 1


def test_a_list_that_nobody_agrees_to_ends_after_seven_days(
    clock: time_machine.Traveller, action: ActionPage, tools: Tools, maker: User
) -> None:
    signed.many(tools, action.card.id, 3)
    wish = requesting.Wish(
        action_id=action.card.id,
        purpose=Purpose.MOVE,
        reason="We move to another program.",
        recipient="Ourselves",
        chosen=made_exports.chosen(Purpose.MOVE),
    )
    with writing() as connection:
        export = requesting.ask(connection, wish, maker)
    assert export.state is ExportState.WAITING
    clock.shift(timedelta(days=6, hours=23))
    with writing() as connection:
        assert expiring.expire(connection) == 0
    clock.shift(timedelta(hours=1))
    with writing() as connection:
        assert expiring.expire(connection) == 1
