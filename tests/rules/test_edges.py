"""Only the edges begin and end transactions, and reading a page never writes."""

import ast

from tests.support.source import Function, Source, called, calls_in, package, route_methods

EDGES = ("campaign_actions/web/", "campaign_actions/worker/", "campaign_actions/cli/")
DATABASE = "campaign_actions/infra/database/"
ENDINGS = {"commit", "rollback"}
READING = {"GET", "HEAD", "OPTIONS"}

# A view that may write although it is asked for by GET, and why; "file:function".
WRITES_ON_GET: dict[str, str] = {}


def transactions_outside_edges(source: Source) -> list[str]:
    if source.place.startswith((*EDGES, DATABASE)):
        return []
    return [f"{source.place}:{call.lineno}" for call in source.calls() if called(call) == "writing"]


def endings_outside_the_database(source: Source) -> list[str]:
    if source.place.startswith(DATABASE):
        return []
    return [
        f"{source.place}:{call.lineno} {call.func.attr}"
        for call in source.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in ENDINGS
    ]


def reading_views_that_write(source: Source) -> list[str]:
    functions = {function.name: function for function in source.functions()}
    return [
        f"{source.place}:{function.name}"
        for function in functions.values()
        if route_methods(function) & READING and writes(function, functions, frozenset())
    ]


def writes(function: Function, others: dict[str, Function], seen: frozenset[str]) -> bool:
    """True if `function`, or one of its file that it calls, enters `writing()`."""
    names = {called(call) for call in calls_in(function)}
    if "writing" in names:
        return True
    unseen = (names & set(others)) - seen - {function.name}
    return any(writes(others[name], others, seen | {function.name}) for name in unseen)


def test_only_edges_enter_a_transaction() -> None:
    assert [fault for source in package() for fault in transactions_outside_edges(source)] == []


def test_only_the_database_module_commits() -> None:
    assert [fault for source in package() for fault in endings_outside_the_database(source)] == []


def test_a_page_that_is_only_read_writes_nothing() -> None:
    found = {fault for source in package() for fault in reading_views_that_write(source)}
    assert found == set(WRITES_ON_GET)


def test_breaches_are_found() -> None:
    rule = Source("campaign_actions/actions/closing.py", "with writing() as connection:\n    pass")
    assert transactions_outside_edges(rule) != []
    assert endings_outside_the_database(Source("campaign_actions/web/a.py", "session.commit()")) != []
    view = "@bp.get('/')\ndef show():\n    note()\n\ndef note():\n    with writing():\n        pass\n"
    assert reading_views_that_write(Source("campaign_actions/web/a.py", view)) != []
    assert reading_views_that_write(Source("campaign_actions/web/a.py", view.replace(".get", ".post"))) == []
