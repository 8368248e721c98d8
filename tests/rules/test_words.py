"""What a rule says to people is marked for translation, as a whole sentence."""

import ast

from tests.support.source import Source, called, package

MARKS = {"_", "ngettext", "lazy"}


def unmarked_refusals(source: Source) -> list[str]:
    return [
        f"{source.place}:{call.lineno}"
        for call in source.calls()
        if called(call) in ("Refused", "NotAllowed") and call.args and not is_marked(call.args[0])
    ]


def is_marked(sentence: ast.expr) -> bool:
    if isinstance(sentence, ast.Constant | ast.JoinedStr | ast.BinOp):
        return False
    if isinstance(sentence, ast.IfExp):
        return is_marked(sentence.body) and is_marked(sentence.orelse)
    # A name may hold a sentence that was marked before.
    return not isinstance(sentence, ast.Call) or called(sentence) != "format"


def broken_marks(source: Source) -> list[str]:
    """Marked sentences that are put together before they are translated."""
    return [
        f"{source.place}:{call.lineno}"
        for call in source.calls()
        if isinstance(call.func, ast.Name)
        and call.func.id in MARKS
        and any(isinstance(argument, ast.JoinedStr) for argument in call.args)
    ]


def test_every_refusal_is_marked() -> None:
    assert [fault for source in package() for fault in unmarked_refusals(source)] == []


def test_no_marked_sentence_is_put_together_first() -> None:
    assert [fault for source in package() for fault in broken_marks(source)] == []


def test_breaches_are_found() -> None:
    assert unmarked_refusals(Source("a.py", "raise Refused('No.')")) != []
    assert unmarked_refusals(Source("a.py", "raise Refused(_('No.'))")) == []
    assert broken_marks(Source("a.py", "_(f'Closed on {day}.')")) != []
