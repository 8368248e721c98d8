"""The file holds exactly the chosen rows of one moment, or it does not exist."""

import csv
import json
import os
import stat
import threading
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, update

from campaign_actions.accounts.models import User
from campaign_actions.actions.models import Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.config import Settings
from campaign_actions.exports import files, written
from campaign_actions.exports.collecting import Made
from campaign_actions.exports.models import Export, Format, Purpose
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.exports.written import Miscounted, Sheet
from campaign_actions.formats import csv_lines, manifest
from campaign_actions.infra import storage
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.opening import exports, keys
from campaign_actions.opening.exports import Order
from campaign_actions.opening.records import CannotOpen, Opener
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools
from tests.support import made_exports, signed

pytestmark = pytest.mark.usefixtures("database")

DELIVERED = (Level.EVERYONE, Level.TARGET)


@pytest.fixture
def folder(settings: Settings) -> Path:
    return files.folder(settings)


def an_order(page: ActionPage, purpose: Purpose = Purpose.DELIVER, **chosen: Any) -> Order:
    levels = chosen.pop("levels", CEILINGS[purpose].levels)
    rows = chosen.pop("rows_expected", 1)
    columns = chosen.pop("columns", CEILINGS[purpose].columns)
    wishes = Chosen(levels=levels, columns=columns, **chosen)
    return Order(uuid4(), page.card.id, page.card.slug, purpose, wishes, columns, rows)


def rows_of(folder: Path, made: Made) -> list[dict[str, str]]:
    with (folder / made.file_name).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv_lines.read(file)
    return [dict(zip(header, row, strict=True)) for row in rows]


def make(wanted: Order, opener: Opener, folder: Path) -> Made:
    return exports.make(db.engine, wanted, opener, folder)


def test_the_file_holds_exactly_the_chosen(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    rows = [signed.a_row(tools, action.card.id, f"In {number}") for number in range(3)]
    rows += [signed.a_row(tools, action.card.id, "Out", state=int(s)) for s in State if s != State.CONFIRMED]
    rows += [signed.a_row(tools, action.card.id, "Out", level=Level.TEAM)]
    rows += [signed.a_row(tools, action.card.id, "Out", signed_on=signed.DAY + timedelta(days=1))]
    rows += [signed.a_row(tools, action.card.id, "Out", signed_on=signed.DAY - timedelta(days=1))]
    signed.store(rows)
    made = make(an_order(action, from_day=signed.DAY, to_day=signed.DAY), opener, folder)
    found = rows_of(folder, made)
    assert sorted(row["name"] for row in found) == ["In 0", "In 1", "In 2"]
    assert [row["number"] for row in found] == ["1", "2", "3"]
    assert set(found[0]) == {"number", "name", "country", "day", "text_version", "text_language"}
    assert b"@" not in (folder / made.file_name).read_bytes()


def test_a_legal_list_has_every_column(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    signed.store([signed.a_row(tools, action.card.id, level=Level.TEAM, country=None)])
    (row,) = rows_of(folder, make(an_order(action, Purpose.LEGAL), opener, folder))
    assert row == {
        "number": "1", "name": "Marta Lindqvist", "email": "marta@example.org", "country": "",
        "language": "en", "level": "team", "day": "2026-11-20", "confirmed_on": "2026-11-20",
        "text_version": "1", "text_language": "en", "consent_version": "1",
    }  # fmt: skip


def test_the_manifest_tells_what_is_in_and_what_is_not(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    signed.many(tools, action.card.id, 30)
    signed.many(tools, action.card.id, 3, text_version=2)
    signed.many(tools, action.card.id, 4, state=int(State.HELD))
    made = make(an_order(action), opener, folder)
    path = folder / files.manifest_name(made.file_name)
    assert path.read_bytes() == made.manifest
    assert manifest.verify(made.manifest, folder / made.file_name) == []
    told = json.loads(made.manifest)
    assert told["rows"] == made.rows == len(rows_of(folder, made)) == 22
    assert told["counts_by_state"] == {"confirmed": 33, "held": 4}
    assert told["counts_by_level"] == {"everyone": 11, "target": 11, "team": 11}
    assert told["text_versions"] == {"1": 20, "2": 2}
    assert (told["action"], told["purpose"]) == ("release-the-strikers", "deliver")


def test_names_come_back_as_typed_and_run_in_no_spreadsheet(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    names = ["=1+1", "+7 O'Brien", "@SUM(A1)", "-x", "Әлия Қайратқызы", "李雷", 'a "b", c', "\t=1", "''=x"]
    signed.store([signed.a_row(tools, action.card.id, name) for name in names])
    made = make(an_order(action, format=Format.CSV_FOR_EXCEL), opener, folder)
    assert sorted(row["name"] for row in rows_of(folder, made)) == sorted(names)
    raw = (folder / made.file_name).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    cells = [row[1] for row in csv.reader(raw.decode("utf-8-sig").splitlines()[1:])]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t"]


@pytest.mark.parametrize("kind", list(Format))
def test_every_format_holds_the_rows_that_its_manifest_says(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path, kind: Format
) -> None:
    signed.store([signed.a_row(tools, action.card.id, "=1+1"), signed.a_row(tools, action.card.id, "Әлия")])
    made = make(an_order(action, format=kind), opener, folder)
    assert manifest.verify(made.manifest, folder / made.file_name) == []
    assert json.loads(made.manifest)["rows"] == 2
    assert len(list(folder.iterdir())) == 2


def test_choices_narrow_the_list(action: ActionPage, tools: Tools, opener: Opener, folder: Path) -> None:
    narrow = {"country": "KZ", "locale": "kk", "text_version": 2, "wants_updates": True}
    others = ({"country": "SE"}, {"locale": "ru"}, {"text_version": 1}, {"wants_updates": False})
    rows = [signed.a_row(tools, action.card.id, "Out", **(narrow | changed)) for changed in others]
    signed.store([*rows, signed.a_row(tools, action.card.id, "In", **narrow)])
    wishes = {"language" if name == "locale" else name: value for name, value in narrow.items()}
    made = make(an_order(action, **wishes), opener, folder)
    assert [row["name"] for row in rows_of(folder, made)] == ["In"]
    assert json.loads(made.manifest)["filter"]["country"] == "KZ"


def test_withheld_rows_say_nothing_of_anybody(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    signed.store([signed.a_row(tools, action.card.id, "Hidden", level=Level.TEAM, country="SE")])
    (row,) = rows_of(folder, make(an_order(action, withheld=True), opener, folder))
    assert (row["name"], row["country"]) == ("(name withheld)", "")


def test_an_order_above_its_ceiling_is_not_carried_out(action: ActionPage, maker: User) -> None:
    export = Export(
        action_id=action.card.id,
        asked_by=maker.id,
        purpose=Purpose.DELIVER,
        reason="x",
        recipient="x",
        filters=made_exports.chosen().to_json(),
        columns=["name", "email"],
    )
    with pytest.raises(ValueError, match="ceiling"):
        exports.order(export, "release", "Release")


def test_progress_is_told_while_a_long_list_is_made(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "TELL_SECONDS", -1.0)
    signed.many(tools, action.card.id, 2 * exports.ROWS_AT_A_TIME + 1, level=Level.TARGET)
    told: list[int] = []
    exports.make(db.engine, an_order(action), opener, folder, told.append)
    assert told == [exports.ROWS_AT_A_TIME, 2 * exports.ROWS_AT_A_TIME]


def test_pages_of_rows_join_without_a_gap_or_a_double(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    count = 2 * exports.ROWS_AT_A_TIME + 100
    signed.many(tools, action.card.id, count, level=Level.TARGET)
    found = rows_of(folder, make(an_order(action), opener, folder))
    assert sorted(row["name"] for row in found) == sorted(f"Person {number}" for number in range(count))
    assert [row["day"] for row in found] == sorted(row["day"] for row in found)


def test_files_are_for_their_owner_only(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    signed.many(tools, action.card.id, 3)
    make(an_order(action), opener, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


class Meddler(Opener):
    """Opens records; while it opens the first, other people sign, withdraw and are found out."""

    def __init__(self, settings: Settings, meddle: Callable[[], None]) -> None:
        super().__init__(keys.of_purpose(settings.worker_keys, "list"))
        self.meddle: Callable[[], None] | None = meddle

    def open(self, kind: str, scope: UUID, digest: bytes, record: bytes) -> bytes:
        if self.meddle is not None:
            thread = threading.Thread(target=self.meddle)
            self.meddle = None
            thread.start()
            thread.join()
        return super().open(kind, scope, digest, record)


@pytest.mark.parametrize("copied", [False, True])
def test_changes_meanwhile_are_of_another_moment(
    app: Flask, action: ActionPage, tools: Tools, settings: Settings, folder: Path, copied: bool
) -> None:
    count = exports.ROWS_AT_A_TIME + 500
    signed.many(tools, action.card.id, count, level=Level.TARGET)
    meddler = Meddler(settings, lambda: _meddle(app, action, tools))
    wanted = an_order(action, rows_expected=exports.COPY_FROM_ROWS + 1 if copied else count)
    made = make(wanted, meddler, folder)
    assert meddler.meddle is None
    assert made.rows == len(rows_of(folder, made)) == count
    assert json.loads(made.manifest)["counts_by_state"] == {"confirmed": count}
    assert len(list(folder.iterdir())) == 2


def test_a_file_with_another_number_of_rows_never_gets_its_name(action: ActionPage, folder: Path) -> None:
    sheet = Sheet(Format.CSV, ("number", "name"), action.card.slug, action.card.title, "", 2)
    with pytest.raises(Miscounted), storage.writing_whole(folder / "list.csv") as file:
        written.write(file, sheet, iter([[1, "Marta"]]), beside=folder)
    assert list(folder.iterdir()) == []


def _meddle(app: Flask, action: ActionPage, tools: Tools) -> None:
    with app.app_context():
        signed.many(tools, action.card.id, 50, level=Level.TARGET)
        with writing() as connection:
            late = Signature.signed_on > signed.DAY - timedelta(days=3)
            connection.execute(update(Signature).where(late).values(state=int(State.INVALID)))
            connection.execute(delete(Signature).where(Signature.signed_on == signed.DAY))


def test_a_record_that_does_not_open_leaves_no_file(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    row, other = (signed.a_row(tools, action.card.id, level=Level.TARGET) for _row in range(2))
    signed.store([row, other | {"sealed": row["sealed"]}])
    with pytest.raises(CannotOpen):
        make(an_order(action), opener, folder)
    assert list(folder.iterdir()) == []


def test_memory_does_not_grow_with_the_list(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path
) -> None:
    def peak(count: int) -> int:
        with writing() as connection:
            connection.execute(delete(Signature))
        signed.many(tools, action.card.id, count, level=Level.TARGET)
        tracemalloc.start()
        assert make(an_order(action), opener, folder).rows == count
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    pages = 2 * exports.ROWS_AT_A_TIME
    peak(100)
    assert peak(pages + 2_100) < peak(pages + 100) + 500_000


@pytest.mark.parametrize("point", ["export.rows", "export.renamed"])
def test_killed_midway_no_export_is_ready_and_the_next_try_makes_it(
    action: ActionPage, tools: Tools, opener: Opener, folder: Path, point: str
) -> None:
    signed.many(tools, action.card.id, 30)
    child = os.fork()
    if child == 0:
        os.environ["CAMPAIGN_CRASH_AT"] = point
        db.engine.dispose(close=False)
        try:
            make(an_order(action), opener, folder)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    whole = {path.name for path in folder.iterdir() if not path.name.endswith(storage.PART)}
    assert len(whole) == (0 if point == "export.rows" else 2)
    old = (folder.stat().st_mtime) - files.STRAY_SECONDS - 60
    for path in folder.iterdir():
        os.utime(path, (old, old))
    files.sweep(folder, set())
    assert list(folder.iterdir()) == []
