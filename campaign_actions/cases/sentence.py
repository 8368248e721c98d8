"""The sentence bar: days served, and the months of a sentence as counted marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from campaign_actions.infra.i18n import _, day, ngettext, number, short_month

Mark = tuple[str, ...]
RunKind = Literal["served", "left", "cut"]
Place = Literal["prison", "custody", "home"]

MONTHS_BEFORE_YEARS = 360
"""A bar of more months than this has one mark a year."""
_NARROWEST = 6
_GAP = "\0"


@dataclass(frozen=True)
class Run:
    """Marks of one kind, in order of time. A mark is the lines of its label, mostly none."""

    kind: RunKind
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class SentenceBar:
    """What the bar shows, in the current language.

    `runs` holds no empty run; `years` says that a mark is a year, not a month; `free` that the
    bar has stopped with a release, `ended` that it has stopped at all. The caption reads `before`,
    `lead` (the days, shown large), `after`, `length` (of the sentence, perhaps empty) and `scale`
    ("One bar is one month."); `until` is the day counted to.
    """

    days: int
    until: date
    runs: tuple[Run, ...]
    free: bool
    ended: bool
    years: bool
    before: str
    lead: str
    after: str
    length: str
    scale: str

    @property
    def tight(self) -> bool:
        """True when the first two labels would touch on a phone: the bar is then 288 pixels or more wide.

        A label takes a fifth of that; the first grows to the right, the next to the left.
        """
        marks = [mark for run in self.runs for mark in run.marks]
        named = [place for place, mark in enumerate(marks) if mark]
        return len(named) > 1 and named[0] == 0 and (named[1] + 1) * 5 < len(marks) * 2

    @property
    def caption(self) -> str:
        """The whole caption as plain text."""
        parts = (self.before + self.lead + self.after, self.length, self.scale)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class _Dates:
    start: date
    until: date
    ends: date | None
    first_ends: date | None
    free: bool = False
    died: bool = False

    @property
    def years(self) -> bool:
        latest = max(moment for moment in (self.until, self.ends, self.first_ends) if moment)
        return whole_months(self.start, latest) > MONTHS_BEFORE_YEARS


def bar(
    detained_on: date | None,
    sentence_ends_on: date | None = None,
    *,
    first_ends_on: date | None = None,
    released_on: date | None = None,
    died_on: date | None = None,
    place: Place = "prison",
    today: date,
) -> SentenceBar | None:
    """The bar of a sentence, or None if nobody has been detained by `today`.

    `first_ends_on` is when the sentence would have ended before it was cut. The marks together
    are as many as there are whole months (or years) from the detention to the latest of the
    dates; a release or a death ends the bar. `place` is where the days are spent, for the words.
    Dates that contradict each other make a shorter bar, no error.
    """
    if detained_on is None or detained_on > today:
        return None
    held = _Dates(detained_on, today, sentence_ends_on, first_ends_on)
    dates = _stopped(held, released_on, died_on) or held
    days = (dates.until - detained_on).days
    before, after = _around(dates, place)
    stop = "." if after.startswith(".") else ""
    return SentenceBar(
        days=days,
        until=dates.until,
        runs=_runs(dates),
        free=dates.free,
        ended=dates.free or dates.died,
        years=dates.years,
        before=before,
        # The days stand on a line of their own, on which a full stop after them belongs too.
        lead=ngettext("%(count)s day", "%(count)s days", days, count=number(days)) + stop,
        after=after.removeprefix(stop),
        length=_length(dates, sentence_ends_on, first_ends_on),
        scale=_("One bar is one year.") if dates.years else _("One bar is one month."),
    )


def whole_months(start: date, end: date) -> int:
    """How many times a month fits between two days; 0 if `end` is not later.

    A day that a month lacks counts as its last: 31 January to 28 February is one month.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    last_day_of_month = (end + timedelta(days=1)).day == 1
    if end.day < start.day and not last_day_of_month:
        months -= 1
    return max(0, months)


def _stopped(held: _Dates, released_on: date | None, died_on: date | None) -> _Dates | None:
    """The dates of a bar that ends with a release or a death; None while neither has come."""
    if released_on is not None and held.start <= released_on <= held.until:
        return _Dates(held.start, released_on, None, None, free=True)
    if died_on is not None and held.start <= died_on <= held.until:
        return _Dates(held.start, died_on, None, None, died=True)
    return None


def _around(dates: _Dates, place: Place) -> tuple[str, str]:
    # The days stand large inside the sentence, in Kazakh at its end: so it is split, not glued.
    until = day(dates.until)
    if dates.free:
        sentence = _("Released after %(days)s.", days=_GAP)
    elif dates.died:
        sentence = _("Died in custody after %(days)s.", days=_GAP)
    elif place == "home":
        sentence = _("%(days)s under house arrest, counted to %(day)s.", days=_GAP, day=until)
    elif place == "custody":
        sentence = _("%(days)s in detention, counted to %(day)s.", days=_GAP, day=until)
    else:
        sentence = _("%(days)s in prison, counted to %(day)s.", days=_GAP, day=until)
    before, _gap, after = sentence.partition(_GAP)
    return before, after


def _length(dates: _Dates, ends: date | None, first_ends: date | None) -> str:
    start = dates.start
    if ends is None or ends <= start:
        return ""
    if first_ends is None or first_ends <= ends:
        if dates.free or dates.died:
            return _("The sentence was %(length)s.", length=_duration(start, ends))
        return _("The sentence is %(length)s.", length=_duration(start, ends))
    return _(
        "The sentence was %(first)s, cut to %(length)s.",
        first=_duration(start, first_ends),
        length=_duration(start, ends),
    )


def _duration(start: date, end: date) -> str:
    # A sentence of five years from the 14th may be written as ending on the 13th.
    months = whole_months(start, end + timedelta(days=1))
    if months and months % 12 == 0:
        return ngettext("%(count)s year", "%(count)s years", months // 12, count=number(months // 12))
    return ngettext("%(count)s month", "%(count)s months", months, count=number(months))


def _runs(dates: _Dates) -> tuple[Run, ...]:
    unit_months = 12 if dates.years else 1
    stop = _("Released") if dates.free else _("Died") if dates.died else _("Today")
    ends: Sequence[tuple[RunKind, date | None, str]] = (
        ("served", dates.until, stop),
        ("left", dates.ends, _duration(dates.start, dates.ends) if dates.ends else ""),
        ("cut", dates.first_ends, _duration(dates.start, dates.first_ends) if dates.first_ends else ""),
    )
    labels: dict[int, Mark] = {0: _label(_("Arrested"), dates.start)}
    lengths: list[tuple[RunKind, int]] = []
    total = 0
    for kind, end, word in ends:
        if end is None:
            continue
        more = max(0, whole_months(dates.start, end) // unit_months - total)
        if more:
            total += more
            lengths.append((kind, more))
            labels[total - 1] = _label(word, end)
    return _labelled(lengths, _spaced(labels, total))


def _labelled(lengths: Sequence[tuple[RunKind, int]], labels: dict[int, Mark]) -> tuple[Run, ...]:
    runs, start = [], 0
    for kind, length in lengths:
        runs.append(Run(kind, tuple(labels.get(place, ()) for place in range(start, start + length))))
        start += length
    return tuple(runs)


def _spaced(labels: dict[int, Mark], total: int) -> dict[int, Mark]:
    """Without labels that stand nearer to the next one than a sixth of the width.

    The first label starts where its mark starts, the others end where theirs ends.
    """
    kept: dict[int, Mark] = {}
    next_edge: int | None = None
    for place in sorted(labels, reverse=True):
        edge = place + 1 if place else 0
        if next_edge is None or (next_edge - edge) * _NARROWEST >= total:
            kept[place] = labels[place]
            next_edge = edge
    return kept


def _label(word: str, moment: date) -> Mark:
    return (word, short_month(moment.year, moment.month))
