"""One module knows how the database library is bound to the web framework, and nothing prints."""

import ast

from tests.support.source import Source, called, package

DATABASE = "campaign_actions/infra/database/"


def prints(source: Source) -> list[str]:
    return [
        f"{source.place}:{call.lineno}"
        for call in source.calls()
        if isinstance(call.func, ast.Name) and called(call) == "print"
    ]


def test_only_the_database_module_imports_flask_sqlalchemy() -> None:
    found = [s.place for s in package() if "flask_sqlalchemy" in s.imported()]
    assert [place for place in found if not place.startswith(DATABASE)] == []


def test_the_time_comes_from_the_clock() -> None:
    faults = [
        f"{source.place}:{call.lineno}"
        for source in package()
        for call in source.calls()
        if called(call) in ("now", "utcnow", "today")
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in ("datetime", "date")
        and source.place != "campaign_actions/infra/clock.py"
    ]
    assert faults == []


def test_the_package_never_prints() -> None:
    assert [fault for source in package() for fault in prints(source)] == []
    assert prints(Source("a.py", "print(1)")) == ["a.py:1"]


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        source.place
        for source in package()
        if source.text.strip() and not (ast.get_docstring(source.tree) or "").strip()
    ]
    assert silent == []
