"""What is refused of a case, in words and at its field, before anything of it is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from campaign_actions.cases.models import CaseKind, CaseStatus
from campaign_actions.cases.queries import FORESEEN
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, markup
from campaign_actions.infra.i18n import LANGUAGES, _, number

if TYPE_CHECKING:
    from campaign_actions.cases.telling import CaseDates, CaseWords, Fact, Told

# Nobody alive was held before; typed by mistake it would draw a bar of centuries.
FIRST_YEAR = 1900
LAST_YEARS = 100
MAX_NAME = 120
MAX_SUMMARY = 300
MAX_BODY = 100_000
MAX_TITLE = 160
MAX_TEXT = 2_000
MAX_FACT = 500
MAX_SOURCE = 300
MAX_ADDRESS = 500
# Of a language tag only what we show: language, script, region (RFC 5646, 2.1).
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


@dataclass(frozen=True)
class Checked:
    """Text and source as they are stored; `title` is empty for a fact."""

    title: str
    text: str
    source: str
    source_url: str


def words(typed: CaseWords, locale: str) -> None:
    """Raise Refused, naming the field, unless these words can be kept."""
    language(locale)
    if not markup.collapse(typed.name):
        raise Refused(_("Write the name."), field="name")
    _at_most(typed.name, MAX_NAME, "name")
    _at_most(typed.summary, MAX_SUMMARY, "summary")
    _at_most(typed.body, MAX_BODY, "body")
    _at_most(typed.write_note, MAX_ADDRESS, "write_note")


def dates(typed: CaseDates) -> None:
    """Raise Refused, naming the field, unless status and days agree with each other."""
    for field in ("detained_on", "sentence_ends_on", "first_ends_on", "family_agreed_on"):
        _within(getattr(typed, field), field)
    _past(typed.detained_on, "detained_on")
    _past(typed.family_agreed_on, "family_agreed_on")
    _past(typed.checked_on, "checked_on")
    _end(typed, CaseStatus.RELEASED, typed.released_on, "released_on")
    _end(typed, CaseStatus.DIED, typed.died_on, "died_on")
    for field in ("sentence_ends_on", "first_ends_on"):
        ends = getattr(typed, field)
        if ends is not None and (typed.detained_on is None or ends <= typed.detained_on):
            raise Refused(_("A sentence ends after the day of arrest. Write both days."), field=field)
    if typed.first_ends_on is not None and (
        typed.sentence_ends_on is None or typed.first_ends_on <= typed.sentence_ends_on
    ):
        raise Refused(
            _("The end of the sentence before it was cut lies after the end it has now."),
            field="first_ends_on",
        )
    _at_most(typed.write_address, MAX_ADDRESS, "write_address")
    names(typed)


def names(typed: CaseDates) -> list[tuple[str, str]]:
    """Other spellings as they are stored. Raises Refused for one without a name or a language."""
    found: dict[str, str] = {}
    for lang, name in typed.names:
        if not _TAG.fullmatch(lang) or lang in found:
            raise Refused(_("Choose a language for each spelling, each only once."), field="names")
        if not markup.collapse(name):
            raise Refused(_("Write the name."), field="names")
        _at_most(name, MAX_NAME, "names")
        found[lang] = markup.collapse(name)
    return list(found.items())


def agreement(kind: CaseKind, agreed_on: date | None) -> None:
    """Raise Refused for a person or a group whose family has not agreed; a cause has no family."""
    if kind is not CaseKind.CAUSE and agreed_on is None:
        raise Refused(
            _("Ask the family first. Write the day on which they agreed to this page."),
            field="family_agreed_on",
        )


def entry(typed: Told) -> Checked:
    """An entry as it is stored. Raises Refused, naming the field; without a source in any case."""
    language(typed.locale)
    title = markup.collapse(typed.title)
    if not title:
        raise Refused(_("Write in a few words what happened."), field="title")
    _at_most(title, MAX_TITLE, "title")
    _at_most(typed.text, MAX_TEXT, "text")
    _within(typed.happened_on, "happened_on")
    if typed.kind not in FORESEEN:
        _past(typed.happened_on, "happened_on")
    source, source_url = _source(typed.source, typed.source_url)
    return Checked(title, lines(typed.text), source, source_url)


def fact(typed: Fact) -> Checked:
    """A fact as it is stored. Raises Refused, naming the field; without a source in any case."""
    language(typed.locale)
    text = markup.collapse(typed.text)
    if not text:
        raise Refused(_("Write the fact."), field="text")
    _at_most(text, MAX_FACT, "text")
    source, source_url = _source(typed.source, typed.source_url)
    return Checked("", text, source, source_url)


def language(locale: str) -> None:
    """Raise Refused unless the site speaks this language."""
    if locale not in LANGUAGES:
        raise Refused(_("Choose a language from the list."), field="locale")


def lines(text: str) -> str:
    """Text of several lines as it is stored: with plain line ends, without blank ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _end(typed: CaseDates, status: CaseStatus, on: date | None, field: str) -> None:
    if (typed.status is status) != (on is not None):
        raise Refused(_("Choose the state and write its day: one says what the other does."), field=field)
    _past(on, field)
    if on is not None and typed.detained_on is not None and on < typed.detained_on:
        raise Refused(_("This day lies before the day of arrest."), field=field)


def _within(on: date | None, field: str) -> None:
    if on is not None and not FIRST_YEAR <= on.year <= clock.today().year + LAST_YEARS:
        raise Refused(_("Look at the year: this day is too far away."), field=field)


def _past(on: date | None, field: str) -> None:
    # A day ahead of UTC may have begun where the news comes from.
    if on is not None and on > clock.today() + timedelta(days=1):
        raise Refused(_("This day is still to come. Write the day on which it happened."), field=field)


def _source(words: str, address: str) -> tuple[str, str]:
    source, url = markup.collapse(words), address.strip()
    if not source:
        raise Refused(_("Name the source: who says so."), field="source")
    _at_most(source, MAX_SOURCE, "source")
    if url:
        _at_most(url, MAX_ADDRESS, "source_url")
        _web_address(url)
    return source, url


def _web_address(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    known = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    if not known or re.search(r"[\s<>\"\x00-\x1f]", url):
        raise Refused(_("Write the whole address, like https://example.org/report."), field="source_url")


def _at_most(text: str, most: int, field: str) -> None:
    if "\x00" in text:
        raise Refused(_("This text includes a character we cannot store."), field=field)
    if len(text) > most:
        raise Refused(_("Write at most %(count)s characters here.", count=number(most)), field=field)
