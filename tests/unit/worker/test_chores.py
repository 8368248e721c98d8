"""A long purge lets everybody else write in between."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection, event, func, select

from campaign_actions.actions.models import ActionState
from campaign_actions.articles import editing
from campaign_actions.config import Settings
from campaign_actions.infra import facts, images, storage
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.pictures import keeping
from campaign_actions.pictures.models import Noun
from campaign_actions.pictures.queries import Owner
from campaign_actions.signatures import retention
from campaign_actions.signatures.models import Signature
from campaign_actions.worker import chores, loop
from tests.support import photos
from tests.support.content import an_article
from tests.support.factories import an_action
from tests.support.signed import a_row, store

BATCHES = 6


def test_the_files_of_a_removed_picture_go_and_those_of_others_stay(app: Flask, settings: Settings) -> None:
    folder = keeping.folder(settings.data)
    with app.app_context():
        article = editing.by_id(an_article().id)
        assert article
        owner = Owner(Noun.ARTICLE, article.id, article.locale)
        with writing():
            made = [images.remake(photos.a_jpeg(size=(900, 600), seed=seed)) for seed in (0, 60)]
            gone, kept = (keeping.add(owner, one, folder, by=None) for one in made)
        wanted = {kept.large, kept.small}
        with writing():
            keeping.remove(owner, gone, by=None)
        assert chores.sweep_pictures(settings) == 0
        long_ago = time.time() - storage.STRAY_SECONDS - 1
        for path in storage.files(folder):
            os.utime(path, (long_ago, long_ago))
        assert chores.sweep_pictures(settings) == 2
        assert {path.stem for path in storage.files(folder)} == wanted


def signatures(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(Signature)).scalar_one()


# Only SQLite has one writer a machine; on PostgreSQL nobody waits for a purge of other rows.
@pytest.mark.engines("sqlite")
def test_a_purge_gives_the_right_to_write_away_between_its_batches(
    app: Flask, settings: Settings, database: None, clock: time_machine.Traveller
) -> None:
    office = loop.open_office(settings)
    action_id = an_action(state=ActionState.WITHDRAWN).card.id
    store([a_row(office.tools, action_id) for _row in range(BATCHES * retention.BATCH)])
    begun, over = threading.Event(), threading.Event()
    purging: list[int] = []
    committed: list[float] = []
    pauses: list[float] = []

    def note_begin(connection: Connection) -> None:
        if threading.get_ident() in purging and connection.get_execution_options().get("writing"):
            begun.set()
            pauses.extend(time.perf_counter() - moment for moment in committed)
            committed.clear()

    def note_commit(connection: Connection) -> None:
        # Between the batches alone: the chores before and after them follow at once.
        if threading.get_ident() in purging and 0 < signatures(connection) < BATCHES * retention.BATCH:
            committed[:] = [time.perf_counter()]

    def purge() -> None:
        purging.append(threading.get_ident())
        try:
            with app.app_context():
                chores.run_all(office)
        finally:
            over.set()
            begun.set()

    def sign_meanwhile() -> list[int]:
        """How many rows there were each time somebody asked to write in the middle of a batch."""
        left = []
        while begun.wait(20) and not over.is_set():
            begun.clear()
            with app.app_context(), writing() as connection:
                facts.put(connection, "somebody", "wrote")
                left.append(signatures(connection))
        return left

    event.listen(db.engine, "begin", note_begin)
    event.listen(db.engine, "commit", note_commit)
    with ThreadPoolExecutor(2) as pool:
        writer = pool.submit(sign_meanwhile)
        pool.submit(purge).result()
        left = set(writer.result())
    between = {number * retention.BATCH for number in range(1, BATCHES)}
    assert len(left & between) > len(between) // 2
    assert len(pauses) == len(between)
    assert min(pauses) >= chores.PAUSE_SECONDS
