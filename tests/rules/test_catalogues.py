"""Every marked sentence has its Russian and Kazakh words: none missing, none empty, all gaps kept."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from campaign_actions.infra import i18n
from tests.support.catalogues import FOLDER, extract

GAP = re.compile(r"%\(\w+\)s|%%")
TAG = re.compile(r"</?\w+[^>]*>")
CURE = "run python3 dev.py words, and translate what stands empty in campaign_actions/translations"


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The marked sentences of code and templates, read anew."""
    place = tmp_path_factory.mktemp("words") / "messages.pot"
    extract(place)
    return read(place)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name if path.suffix == ".po" else None)


def path_of(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / "messages.po"


CODES = [code for code in i18n.LANGUAGES if code != i18n.DEFAULT_LANGUAGE]


@pytest.mark.parametrize("code", CODES)
def test_every_marked_sentence_is_in_the_catalogue_and_nothing_else(code: str, marked: Catalog) -> None:
    wanted = {message.id for message in marked if message.id}
    found = {message.id for message in read(path_of(code)) if message.id}
    assert wanted - found == set(), CURE
    assert found - wanted == set(), CURE


@pytest.mark.parametrize("code", CODES)
def test_no_sentence_is_left_empty_or_unsure(code: str) -> None:
    catalogue = read(path_of(code))
    wrong = [message.id for message in catalogue if message.id and (not is_full(message, catalogue))]
    assert wrong == [], CURE


@pytest.mark.parametrize("code", CODES)
def test_translations_keep_the_gaps_and_marks_of_the_sentence(code: str) -> None:
    wrong = [(message.id, form) for message in read(path_of(code)) for form in broken_forms(message)]
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_what_is_read_at_run_time_was_made_from_the_catalogue(code: str) -> None:
    made = BytesIO()
    write_mo(made, read(path_of(code)))
    assert path_of(code).with_suffix(".mo").read_bytes() == made.getvalue(), "run python3 dev.py words"


def test_breaches_are_found() -> None:
    assert list(broken_forms(Message("Closed on %(day)s", "Закрыто"))) == ["Закрыто"]
    assert list(broken_forms(Message("Closed on %(day)s", "Закрыто %(day)s"))) == []
    catalogue = Catalog(locale="ru")
    assert not is_full(Message(("%(count)s day", "%(count)s days"), ("день", "дня", "")), catalogue)
    assert not is_full(Message("Yes", "Да", flags=["fuzzy"]), catalogue)


def is_full(message: Message, catalogue: Catalog) -> bool:
    forms = forms_of(message)
    wanted = catalogue.num_plurals if message.pluralizable else 1
    return not message.fuzzy and len(forms) == wanted and all(form.strip() for form in forms)


def broken_forms(message: Message) -> list[str]:
    """Forms that lose or invent a gap; a form for exactly one may leave its number out."""
    if not message.id:
        return []
    source = message.id[-1] if message.pluralizable else message.id
    return [form for form in forms_of(message) if form and marks(form) != marks(source)]


def marks(text: str) -> list[str]:
    return sorted(GAP.findall(text) + TAG.findall(text))


def forms_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (str(message.string),)
