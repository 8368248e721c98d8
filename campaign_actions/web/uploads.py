"""Forms that bring a file: their larger bodies are read only once it is known who sends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import current_app, request

# What stands around the file in the body of a form.
REST_BYTES = 100_000

P = ParamSpec("P")
R = TypeVar("R")


def takes_file(max_bytes: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view take a body with a file of at most `max_bytes`; stands beneath its route."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.takes_bytes = max_bytes + REST_BYTES  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def limit() -> int | None:
    """How many bytes the body of this request may have for its file; None where there is none to take."""
    view = current_app.view_functions.get(request.endpoint or "")
    found: int | None = getattr(view, "takes_bytes", None)
    return found


def megabytes() -> int:
    """How much a form at this address may hold, in whole MB, for the page that says it was more."""
    return max(1, (limit() or 0) // 1_000_000)


def let_in() -> None:
    """From now on this request's body may be as long as its view says; called behind the log-in."""
    found = limit()
    if found is not None:
        request.max_content_length = found
