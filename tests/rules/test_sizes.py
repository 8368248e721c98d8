"""Files and functions stay short enough to be read at one sitting."""

from tests.support.source import ROOT, Function, Source, package, route_methods, suite

FILE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 30
DEV_LINES = 250


def too_long(source: Source) -> list[str]:
    faults = []
    if len(source.text.splitlines()) > FILE_LINES:
        faults.append(f"{source.place} has over {FILE_LINES} lines")
    for function in source.functions():
        limit = VIEW_LINES if route_methods(function) else FUNCTION_LINES
        if lines_of(function) > limit:
            faults.append(f"{source.place}:{function.lineno} {function.name} has over {limit} lines")
    return faults


def lines_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_file_or_function_is_too_long() -> None:
    assert [fault for source in package() for fault in too_long(source)] == []


def test_no_test_file_is_too_long() -> None:
    assert [source.place for source in suite() if len(source.text.splitlines()) > FILE_LINES] == []


def test_dev_py_stays_one_short_file() -> None:
    assert len((ROOT / "dev.py").read_text().splitlines()) <= DEV_LINES


def test_a_long_view_is_found_where_a_function_of_its_length_is_not() -> None:
    body = "    pass\n" * VIEW_LINES
    assert too_long(Source("a.py", f"def rule():\n{body}")) == []
    assert too_long(Source("a.py", f"@bp.get('/')\ndef view():\n{body}")) != []
