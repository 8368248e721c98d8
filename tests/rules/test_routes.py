"""Every address of the site stands in a list: none vanishes, and none appears unseen."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.addresses import routes

LIST = Path(__file__).with_name("routes.txt")


@pytest.mark.engines("sqlite")
def test_the_addresses_are_those_of_the_list(app: Flask) -> None:
    listed = [tuple(line.split()) for line in LIST.read_text("utf-8").splitlines() if line]
    found = [(route.method, route.rule, route.endpoint) for route in routes(app)]
    vanished, unlisted = sorted(set(listed) - set(found)), sorted(set(found) - set(listed))
    assert vanished == [], "an address that was given out must go on or lead on"
    assert unlisted == [], f"new addresses stand in {LIST.name}"
    assert listed == found, "the list is kept in order, each line once"
