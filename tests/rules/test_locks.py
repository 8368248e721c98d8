"""What is installed is pinned and hashed, the same everywhere, and no list names an address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.source import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
NAMES = {"check", "passkeys", "run", "test", "uv"}
ADDRESS = re.compile(r"://|@ |^-|--(?:extra-)?index|--find-links|--trusted", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# Packages that a site installs. More needs a reason in the commit that raises the number.
RUN_PACKAGES = 43
# What the extra "passkeys" adds to them.
PASSKEY_PACKAGES = 6


def entries(path: Path) -> list[str]:
    """One string a package: its pin, its marker and its hashes."""
    return path.read_text().replace("\\\n", " ").splitlines()


def pins(path: Path) -> dict[str, Version]:
    found: dict[str, Version] = {}
    for entry in entries(path):
        requirement = Requirement(HASH.sub("", entry).strip())
        (exactly,) = requirement.specifier
        assert exactly.operator == "=="
        name = canonicalize_name(requirement.name)
        assert name not in found, f"{name} stands twice in {path.name}"
        found[name] = Version(exactly.version)
    return found


def everything() -> dict[str, Version]:
    return {name: version for path in FILES for name, version in pins(path).items()}


def floors() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    extras = project["project"]["optional-dependencies"]
    listed = (line for group in (*groups.values(), *extras.values()) for line in group)
    return [*project["project"]["dependencies"], *listed]


def test_the_lists_are_there() -> None:
    assert {path.stem for path in FILES} >= NAMES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_list_names_no_address_and_hashes_every_package(path: Path) -> None:
    assert ADDRESS.findall(path.read_text()) == []
    assert [entry.split()[0] for entry in entries(path) if not HASH.search(entry)] == []
    assert pins(path)


def test_a_package_has_one_version_in_all_lists() -> None:
    all_pins = everything()
    assert [p.stem for p in FILES if any(all_pins[name] != v for name, v in pins(p).items())] == []


def test_every_floor_of_the_project_is_met() -> None:
    installed = everything()
    wanted = [Requirement(line) for line in floors()]
    missing = [
        str(need)
        for need in wanted
        if canonicalize_name(need.name) not in installed
        or installed[canonicalize_name(need.name)] not in need.specifier
    ]
    assert missing == []


def test_a_site_installs_no_more_packages_than_were_agreed() -> None:
    run, passkeys = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("run", "passkeys"))
    assert len(run) <= RUN_PACKAGES
    assert run.items() <= passkeys.items()
    assert len(passkeys) - len(run) <= PASSKEY_PACKAGES
