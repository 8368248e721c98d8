"""Which tests run, on which engine, and what is left out on request: said, never silent."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.support import postgres
from tests.support.databases import ENGINES, RUN_FOLDER

LEAVE_OUT = ("browser", "postgres")
LEFT_OUT = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    for name in LEAVE_OUT:
        parser.addoption(f"--no-{name}", action="store_true", help=f"leave out tests that need {name}")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = dict.fromkeys(LEAVE_OUT, 0)
    if _is_first(config):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="campaign-run-")
        os.environ[postgres.OWNER] = str(os.getpid())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" not in metafunc.fixturenames:
        return
    chosen = metafunc.definition.get_closest_marker("engines")
    usual = ENGINES[:1] if "browser" in metafunc.fixturenames else ENGINES
    names = chosen.args if chosen else usual
    marks = {"postgres": (pytest.mark.postgres,)}
    params = [pytest.param(name, marks=marks.get(name, ())) for name in names]
    metafunc.parametrize("engine_name", params, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if "new_postgres_database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgres)
    for name in LEAVE_OUT:
        if config.getoption(f"--no-{name}"):
            left_out = [item for item in items if item.get_closest_marker(name)]
            config.stash[LEFT_OUT][name] = len(left_out)
            items[:] = [item for item in items if not item.get_closest_marker(name)]
            config.hook.pytest_deselected(items=left_out)


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    # Every process collects all tests, so any one of them knows the number.
    node.config.stash[LEFT_OUT].update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_first(config):
        return
    folder = Path(os.environ.pop(RUN_FOLDER))
    postgres.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)
    wanted = [name for name in LEAVE_OUT if config.getoption(f"--no-{name}")]
    if wanted:
        counted = (f"{config.stash[LEFT_OUT][name]} {name} tests" for name in wanted)
        print(f"Left out on request: {', '.join(counted)}.")


def _is_first(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")
