"""Pages of this audience, all in one place."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the pages to `app`."""
