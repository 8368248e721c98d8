"""Letters from templates: a subject, a plain text and a minimal HTML part, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from campaign_actions.infra import i18n, markup

FOLDER = Path(__file__).resolve().parents[3] / "templates" / "letters"


@dataclass(frozen=True)
class Rendered:
    """The three parts of a letter; the subject has no line break."""

    subject: str
    text: str
    html: str


def render(name: str, locale: str, **values: Any) -> Rendered:
    """The letter `name` (a folder of templates/letters) with `values`.

    Raises jinja2.UndefinedError when a value is missing.
    """
    with i18n.using_locale(locale):
        parts = [_environment().get_template(f"{name}/{part}").render(**values) for part in _PARTS]
    return Rendered(" ".join(parts[0].split()), parts[1].strip() + "\n", parts[2])


_PARTS = ("subject.txt", "body.txt", "body.html")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["trusted"] = markup.trusted
    made.globals.update(
        _=i18n._, ngettext=i18n.ngettext, number=i18n.number, day=i18n.day, language=i18n.current_locale
    )
    return made
