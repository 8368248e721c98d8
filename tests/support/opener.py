"""The stand-alone opener of `docs/`, loaded as a module, as somebody without the site would have it."""

from __future__ import annotations

import importlib.util
from functools import cache
from types import ModuleType

from tests.support.source import ROOT

OPENER = ROOT / "docs" / "opener.py"


@cache
def the_opener() -> ModuleType:
    """The module `docs/opener.py`."""
    spec = importlib.util.spec_from_file_location("opener", OPENER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
