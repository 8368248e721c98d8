"""What all editors of the desk share: drafts that keep themselves, versions, and who else is editing.

To join, an editor of one kind of thing

1. registers itself: `EDITOR = sheets.register(Editor(kind="article", ...))`;
2. makes its form by `sheets.form_for(EDITOR, thing)`, which on a GET shows the unsaved text or the older
   version that the address asks for (`?text=unsaved`, `?text=3`), and else what is stored;
3. saves inside `with sheets.saving(EDITOR, thing):`, which is one transaction of `writing()`, keeps the new
   words as a version, forgets the draft, and on a refused late save keeps what was typed for comparing;
   a new thing is made inside `writing()` with `sheets.made(EDITOR, thing)` as its last line;
4. gives its template `around=sheets.around(EDITOR, thing)`, and there uses the macros of
   `desk/parts_editor.html`: `watched(around, failed)` in the form's tag, `notices(around)` as the first thing
   in the form behind a hidden button "Save", `status_line(...)` beside the heading, `versions_link(around)`.

A thing of several languages gives `in_languages=True` and names the language in each of these calls. Who
removes a thing calls `unsaved.forget_thing`. `static/js/desk.js` does the rest; nothing needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from campaign_actions.editors import holding, saved, unsaved
from campaign_actions.editors.holding import Holder
from campaign_actions.editors.models import NEW, WHOLE, SavedVersion, Sheet
from campaign_actions.editors.saved import Before
from campaign_actions.errors import Overtaken, Refused
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _, clock_time, day, ngettext, number
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import EditForm, SeenField, can_be_stored
from campaign_actions.web.settings import settings

UNSAVED = "unsaved"
# What a form posts beside what was typed into it.
NOT_TYPED = frozenset({"csrf_token", "do", "thing", "again"})
# Fields that say what to do, and are no words of the thing.
NOT_WORDS = frozenset({"as_new_version", "note", "reason"})

Stored = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Editor:
    """How the shared parts reach the things of one kind.

    `find` gives a thing that the user may edit, else it answers 404. `stored` gives the words of a thing by
    field of its form, as JSON can hold them, and its version as "seen". `form` makes the form, with what
    there is to choose; it passes `data` or `formdata` on. `address` is that of the editor itself, with
    `text` in its query. With `from_nothing` it also edits what has no row yet: `thing` is None then. With
    `makes` the thing is the one for which the editor makes new things, such as updates of an action: drafts
    are kept for each of those, and there is nothing to lock or compare.
    """

    kind: str
    find: Callable[[UUID], Any]
    stored: Callable[[Any, str], Stored]
    form: Callable[..., EditForm]
    address: Callable[..., str]
    title: Callable[[Any], str]
    in_languages: bool = False
    from_nothing: bool = False
    makes: bool = False


@dataclass(frozen=True)
class Around:
    """What stands around the fields of an editor, for its template.

    `shows` is "" for what is stored, else "unsaved" or "version", which are from `shown_from`. `waits_from`
    says since when an unsaved text waits to be taken up. `overtaken`: this save was refused as too late.
    """

    editor: Editor
    sheet: Sheet
    go_on: str
    shows: str = ""
    shown_from: str = ""
    waits_from: str = ""
    is_behind: bool = False
    overtaken: bool = False
    holder: Holder | None = None

    @property
    def has_row(self) -> bool:
        """Whether the thing is stored at all."""
        return self.sheet.thing_id != NEW and not self.editor.makes

    def at(self, endpoint: str, **more: Any) -> str:
        """The address of one of the shared parts, as "keeping.keep" or "versions.index", for this sheet."""
        return at(self.sheet, endpoint, **more)


_editors: dict[str, Editor] = {}


def register(editor: Editor) -> Editor:
    """Make the editor known to the shared parts."""
    _editors[editor.kind] = editor
    return editor


def of_kind(kind: str) -> Editor | None:
    """The editor registered for this kind of thing."""
    return _editors.get(kind)


def form_for(editor: Editor, thing: Any | None, locale: str = WHOLE) -> EditForm:
    """The form with what was posted; on a GET with what its address asks for, else with what is stored."""
    asked = request.args.get("text", "") if request.method != "POST" else ""
    sheet = sheet_of(editor, thing, locale)
    stored = editor.stored(thing, locale)
    if asked == UNSAVED and (text := unsaved.find(sheet, user())):
        return editor.form(thing, locale, formdata=MultiDict([(name, value) for name, value in text.fields]))
    if version := _version(sheet, asked):
        return editor.form(thing, locale, formdata=None, data=version.words | {"seen": stored.get("seen")})
    return editor.form(thing, locale, data=stored)


def around(editor: Editor, thing: Any | None, locale: str = WHOLE) -> Around:
    """What the template shows around the fields."""
    sheet = sheet_of(editor, thing, locale)
    asked = request.args.get("text", "") if request.method != "POST" else ""
    waits = unsaved.find(sheet, user())
    version = _version(sheet, asked)
    waits_from = when(waits.kept_at) if waits else ""
    has_row = thing is not None and not editor.makes
    shows = UNSAVED if waits and asked == UNSAVED else "version" if version else ""
    return Around(
        editor,
        sheet,
        editor.address(thing, locale, text=UNSAVED),
        shows=shows,
        shown_from=version_moment(version) if version else waits_from,
        waits_from="" if shows == UNSAVED else waits_from,
        is_behind=bool(waits and thing and has_row and waits.seen_version != thing.version),
        overtaken=g.get("overtaken", False),
        holder=holding.other(sheet, user()) if has_row else None,
    )


@contextmanager
def saving(editor: Editor, thing: Any, locale: str = WHOLE) -> Iterator[None]:
    """One transaction in which the words of `thing` are saved, and then kept as a version.

    Raises what the rules inside raise, and Overtaken when somebody has taken the editor over. After
    Overtaken what was typed is kept as the user's unsaved text, so that it can be compared.
    """
    sheet = sheet_of(editor, thing, locale)
    try:
        with versioned(editor, thing, locale):
            holding.refuse_taken_over(sheet, user())
            yield
            unsaved.throw_away(sheet, user())
            holding.claim(sheet, by=user())
    except Overtaken:
        g.overtaken = True
        keep_typed(sheet)
        raise


@contextmanager
def versioned(editor: Editor, thing: Any, locale: str = WHOLE) -> Iterator[None]:
    """One transaction in which words of `thing` change by another way than its editor, kept as a version."""
    words = _words(editor, thing, locale)
    before = Before(words, getattr(thing, "changed_at", clock.now())) if words else None
    with writing():
        yield
        _keep(editor, thing, locale, before)


def made(editor: Editor, thing: Any, locale: str = WHOLE) -> None:
    """Keep the words of a thing just made as its first version; what was typed waits no longer."""
    _keep(editor, thing, locale, None)
    unsaved.throw_away(Sheet(editor.kind, locale=locale), user())
    holding.claim(sheet_of(editor, thing, locale), by=user())


def keep_typed(sheet: Sheet) -> datetime | None:
    """Keep what this request posted as the user's unsaved text; None when it cannot be kept."""
    try:
        with writing():
            return keep_posted(sheet)
    except Refused:
        return None


def keep_posted(sheet: Sheet) -> datetime:
    """As `keep_typed`, inside `writing()`. Raises Refused for what is too much to keep."""
    posted = request.form.items(multi=True)
    fields = [
        (name, value) for name, value in posted if name not in NOT_TYPED and can_be_stored(name + value)
    ]
    return unsaved.keep(
        sheet, fields, seen_version=SeenField.read(request.form.get("seen", "")) or 0, by=user()
    )


def sheet_of(editor: Editor, thing: Any | None, locale: str = WHOLE) -> Sheet:
    """The key under which drafts and versions of a thing are kept."""
    return Sheet(editor.kind, NEW if thing is None else thing.id, locale)


def at(sheet: Sheet, endpoint: str, **more: Any) -> str:
    """The address of one of the shared parts for `sheet`."""
    return url_for(f"desk.{endpoint}", kind=sheet.kind, thing_id=sheet.thing_id, locale=sheet.locale, **more)


def when(moment: datetime) -> str:
    """The hour of a moment of today, "14:02"; of another day that day too, as `day_and_hour` says it."""
    zone = ZoneInfo(settings().zone)
    if moment.astimezone(zone).date() == clock.now().astimezone(zone).date():
        return clock_time(moment, zone.key)
    return day_and_hour(moment)


def day_and_hour(moment: datetime) -> str:
    """A moment as the site's clocks show it: "22 November 2026, 14:02"."""
    zone = ZoneInfo(settings().zone)
    return _("%(day)s, %(hour)s", day=day(moment.astimezone(zone)), hour=clock_time(moment, zone.key))


def version_moment(version: SavedVersion) -> str:
    """When a version was saved."""
    return day_and_hour(version.saved_at)


def holder_words(holder: Holder | None) -> str:
    """Who else is editing, in a sentence; empty for nobody."""
    if holder is None:
        return ""
    if holder.took_over:
        return _(
            "%(name)s has taken over and is editing now. Your text is still on this page, and nothing of it "
            "is lost.",
            name=holder.name,
        )
    return ngettext(
        "%(name)s is editing (%(count)s minute).",
        "%(name)s is editing (%(count)s minutes).",
        holder.minutes,
        name=holder.name,
        count=number(holder.minutes),
    )


def _keep(editor: Editor, thing: Any, locale: str, before: Before | None) -> None:
    session.flush()
    session.refresh(thing)
    saved.keep(sheet_of(editor, thing, locale), _words(editor, thing, locale), by=user(), before=before)


def _words(editor: Editor, thing: Any, locale: str) -> Stored:
    return {name: value for name, value in editor.stored(thing, locale).items() if name != "seen"}


def _version(sheet: Sheet, asked: str) -> Any:
    number = SeenField.read(asked)
    return saved.find(sheet, number) if number else None
