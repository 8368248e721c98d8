"""No committed file names somebody's own machine or a host that packages come from."""

import re

from tests.support.source import ROOT, committed

OWN_PATHS = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")
PACKAGE_HOSTS = re.compile(
    r"pypi\.(?:org|python)|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|--index-url\s+\S+:"
)


def test_no_file_names_a_machine_or_a_package_host() -> None:
    faults = []
    for path in committed():
        text = path.read_text("utf-8", errors="ignore")
        found = [*OWN_PATHS.findall(text), *PACKAGE_HOSTS.findall(text)]
        if found:
            faults.append((path.relative_to(ROOT).as_posix(), found))
    assert faults == []


def test_breaches_are_found() -> None:
    assert OWN_PATHS.search(f"see /home{'/'}anna/site")
    assert PACKAGE_HOSTS.search(f"from https://{'pypi'}.org")
    assert not OWN_PATHS.search(f"https://campaign.example{'/'}work/2026")
