"""Only the edges begin and end transactions, and reading a page never writes."""

import ast
import copy

from tests.support.source import Function, Source, called, calls_in, package, route_methods

EDGES = (
    "campaign_actions/web/",
    "campaign_actions/worker/",
    "campaign_actions/cli/",
    "campaign_actions/startup.py",
)
DATABASE = "campaign_actions/infra/database/"
ENDINGS = {"commit", "rollback"}
READING = {"GET", "HEAD", "OPTIONS"}

POSTED = ("request.method == 'POST'", ".validate_on_submit()", ".is_submitted()")
NOT_POSTED = ("request.method == 'GET'", "request.method != 'POST'")

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
        if route_methods(function) & READING and writes(read_part(function), functions, frozenset())
    ]


def writes(part: ast.AST, others: dict[str, Function], seen: frozenset[str]) -> bool:
    """True if `part`, or a function of its file that it calls, enters `writing()`."""
    names = {called(call) for call in calls_in(part)}
    if "writing" in names:
        return True
    unseen = (names & set(others)) - seen
    return any(writes(others[name], others, seen | {name}) for name in unseen)


def read_part(function: Function) -> ast.AST:
    """What of a view can run when it is only asked for: without what only a post can reach."""
    body: list[ast.stmt] = []
    for statement in function.body:
        body.append(statement)
        if isinstance(statement, ast.If) and not_posted(statement.test) and ends(statement.body):
            break
    return _WithoutPost().visit(ast.Module(copy.deepcopy(body), []))


def not_posted(test: ast.expr) -> bool:
    """True if `test` holds whenever nothing was posted."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return only_posted(test.operand)
    return ast.unparse(test) in NOT_POSTED


def only_posted(test: ast.expr) -> bool:
    """True if `test` can hold only when something was posted."""
    if isinstance(test, ast.BoolOp):
        parts = [only_posted(part) for part in test.values]
        return any(parts) if isinstance(test.op, ast.And) else all(parts)
    return ast.unparse(test).endswith(POSTED) and not isinstance(test, ast.UnaryOp)


def ends(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise)


class _WithoutPost(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if only_posted(node.test):
            node.body = [ast.Pass()]
        return self.generic_visit(node)


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


def test_a_view_of_both_methods_may_write_where_it_was_posted() -> None:
    opening = "@bp.route('/', methods=['GET', 'POST'])\ndef edit():\n"
    tests = {"request.method == 'POST' and ok()": True, "form.validate_on_submit()": True, "ok()": False}
    for test, fine in tests.items():
        view = f"{opening}    if {test}:\n        with writing():\n            pass\n"
        assert (reading_views_that_write(Source("campaign_actions/web/a.py", view)) == []) is fine


def test_a_view_that_ends_early_when_nothing_was_posted_may_write_after_it() -> None:
    opening = "@bp.route('/', methods=['GET', 'POST'])\ndef edit():\n"
    tests = {"not form.validate_on_submit()": True, "not form.ok()": False, "not posted() and late()": False}
    for test, fine in tests.items():
        view = f"{opening}    if {test}:\n        return ''\n    with writing():\n        pass\n"
        assert (reading_views_that_write(Source("campaign_actions/web/a.py", view)) == []) is fine
