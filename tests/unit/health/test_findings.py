"""Each thing looked at is fine, worth a look or bad, and says what to do unless it is fine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from campaign_actions.config import Settings
from campaign_actions.health import findings
from campaign_actions.health.findings import Finding
from campaign_actions.health.machine import Room, Size
from campaign_actions.health.marks import Mark
from campaign_actions.health.proofs import Key
from campaign_actions.health.providers import Rate
from campaign_actions.health.queue import Queue
from tests.conftest import NOW

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.engines("sqlite")]

GB = 1024**3


def ago(**time: float) -> Mark:
    return Mark(NOW - timedelta(**time), well=4)


def queue(**time: float) -> Queue:
    return Queue(3, NOW - timedelta(**time), 0)


def key(proof: Mark | None) -> Key:
    return Key("list-1", "0123 4567 89ab cdef", "acid acorn", proof)


CASES: list[tuple[Callable[[], Finding], str]] = [
    (lambda: findings.of_worker(ago(seconds=90), "UTC"), "fine"),
    (lambda: findings.of_worker(ago(minutes=3), "UTC"), "bad"),
    (lambda: findings.of_worker(None, "UTC"), "bad"),
    (lambda: findings.of_queue(Queue(0, None, 0), "UTC"), "fine"),
    (lambda: findings.of_queue(queue(minutes=9), "UTC"), "fine"),
    (lambda: findings.of_queue(queue(minutes=11), "UTC"), "look"),
    (lambda: findings.of_queue(queue(minutes=61), "UTC"), "bad"),
    (lambda: findings.of_letters({}), "fine"),
    (lambda: findings.of_letters({"sent": 1, "refused": 4}), "fine"),
    (lambda: findings.of_letters({"sent": 90, "refused": 10}), "look"),
    (lambda: findings.of_letters({"sent": 70, "refused": 30}), "bad"),
    (lambda: findings.of_providers([Rate("gmail.com", 40, None, 90)]), "fine"),
    (lambda: findings.of_providers([Rate("gmail.com", 40, 85, 90)]), "fine"),
    (lambda: findings.of_providers([Rate("gmail.com", 40, 80, 90), Rate("mail.ru", 30, 90, 80)]), "look"),
    (lambda: findings.of_providers([Rate("gmail.com", 40, 80, 90), Rate("mail.ru", 30, 40, 80)]), "bad"),
    (lambda: findings.of_parked(Queue(0, None, 0)), "fine"),
    (lambda: findings.of_parked(Queue(0, None, 2)), "look"),
    (lambda: findings.of_disk(Room(11 * GB, 100 * GB)), "fine"),
    (lambda: findings.of_disk(Room(9 * GB, 100 * GB)), "look"),
    (lambda: findings.of_disk(Room(4 * GB, 100 * GB)), "bad"),
    (lambda: findings.of_database(Size(GB, 60 * 1024**2)), "fine"),
    (lambda: findings.of_database(Size(GB, 70 * 1024**2)), "look"),
    (lambda: findings.of_tables("0020", "0020"), "fine"),
    (lambda: findings.of_tables("0019", "0020"), "bad"),
    (lambda: findings.of_keys([key(ago(days=80))]), "fine"),
    (lambda: findings.of_keys([key(ago(days=91))]), "look"),
    (lambda: findings.of_keys([key(None)]), "look"),
    (lambda: findings.of_keys([key(Mark(NOW, well=9, ill=1))]), "bad"),
    (lambda: findings.of_keys([]), "bad"),
    (lambda: findings.of_audit(ago(days=2), "UTC"), "fine"),
    (lambda: findings.of_audit(ago(days=4), "UTC"), "look"),
    (lambda: findings.of_audit(None, "UTC"), "look"),
    (lambda: findings.of_audit(Mark(NOW, well=9, ill=1), "UTC"), "bad"),
]


@pytest.mark.parametrize(("look", "state"), CASES)
def test_it_stands_as_it_should(look: Callable[[], Finding], state: str) -> None:
    found = look()
    assert found.state == state
    assert bool(found.cure) == (state != "fine")
    assert found.heading
    assert found.words


@pytest.mark.parametrize(
    ("days", "tried_out", "public"),
    [(1, "fine", "fine"), (3, "look", "look"), (9, "look", "bad"), (None, "look", "bad")],
)
def test_an_old_backup_is_bad_only_where_people_really_sign(
    settings: Settings, days: int | None, tried_out: str, public: str, clock: time_machine.Traveller
) -> None:
    made = None if days is None else ago(days=days)
    assert findings.of_backup(made, settings).state == tried_out
    assert findings.of_backup(made, replace(settings, production=True)).state == public


def test_the_provider_that_fell_most_is_named() -> None:
    found = findings.of_providers([Rate("gmail.com", 40, 80, 90), Rate("mail.ru", 30, 40, 80)])
    assert found.words == "mail.ru: 40% confirm, 80% in the four weeks before."
