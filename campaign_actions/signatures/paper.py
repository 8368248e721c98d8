"""Paper sheets: entered by one person of the team, checked by another, counted beside the signatures."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from campaign_actions import audit
from campaign_actions.accounts.models import User
from campaign_actions.actions import wording
from campaign_actions.actions.models import ActionState, Level
from campaign_actions.actions.paper import Code, sheet_code
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, crash, digests, markup
from campaign_actions.infra.i18n import _, number
from campaign_actions.signatures import counting, identity, unverified
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.names import can_be_shown, check_name
from campaign_actions.signatures.paper_models import (
    MAX_PLACE,
    MAX_REASON,
    PaperLine,
    PaperSheet,
    SheetState,
)
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools

MAX_LINES = 100
MAX_NUMBER = 99_999
# An action that nobody could print a sheet of.
_NEVER_PRINTED = (ActionState.DRAFT, ActionState.SCHEDULED)


@dataclass(frozen=True, repr=False)
class LineTyped:
    """A filled line as somebody types it off the sheet; `show` when "yes" stands beside the name."""

    line: int
    name: str
    place: str = ""
    show: bool = False


@dataclass(frozen=True, kw_only=True)
class SheetTyped:
    """A sheet as it is entered: the number on it, where it was collected, its lines or how many."""

    code: Code
    number: int
    place: str = ""
    count: int = 0
    lines: tuple[LineTyped, ...] = ()


def checked_line(line: LineTyped) -> LineTyped:
    """The line as it is kept. Raises Refused for the field "name" or "place"."""
    if not line.name.strip():
        raise Refused(_("Enter the name as it stands on the sheet"), field="name")
    return LineTyped(line.line, check_name(line.name), _place(line.place), line.show)


def public_names(connection: Connection, action_id: UUID, names: Collection[str]) -> frozenset[str]:
    """Those of `names` that stand on the action's page, where everybody may read them.

    Looks through all public names, so it is asked before the transaction that enters a sheet.
    """
    if not names:
        return frozenset()
    shown = select(Signature.public_name).where(
        Signature.action_id == action_id, Signature.state == State.CONFIRMED.value
    )
    found = connection.execute(shown.where(Signature.public_name.in_(list(names)))).scalars()
    return frozenset(name for name in found if name)


def enter(
    connection: Connection,
    action: ActionPage,
    sheet: SheetTyped,
    tools: Tools,
    *,
    by: User,
    public: Collection[str] = (),
) -> UUID:
    """Enter a sheet, or one that was sent back once more; gives its id. It then waits for somebody else.

    `public` are the names among its lines that stand on the action's page. Raises Refused, naming the
    field, for a sheet that was entered already, for words nobody could sign, and for what cannot be right.
    """
    _refuse_unless_fit(action, sheet)
    count = len(sheet.lines) or sheet.count
    words = (sheet.code.locale, sheet.code.version)
    if not wording.freeze_on_paper(connection, action.card.id, *words):
        raise Refused(_("No text of this action has that version and language. Look at the code again."))
    sheet_id = _put(connection, action, sheet, count, by)
    connection.execute(delete(PaperLine).where(PaperLine.sheet_id == sheet_id))
    if sheet.lines:
        rows = [_row(connection, action.card.id, sheet, line, tools, public) for line in sheet.lines]
        connection.execute(insert(PaperLine), [{"sheet_id": sheet_id, **row} for row in rows])
        unverified.keep_promise(connection, action)
    code = sheet_code(action.card.id, sheet.code.version, sheet.code.locale)
    _note("enter", sheet_id, action.card.id, by, code=code, number=sheet.number, lines=count)
    return sheet_id


def confirm(connection: Connection, sheet_id: UUID, *, counted: int, by: User, seen_version: int) -> None:
    """Check a sheet that somebody else entered; its lines are on the paper count from then on.

    `counted` is how many lines `by` counts on the sheet. Raises Refused, for the field "counted" when
    another number was entered; for one's own sheet; and when it was changed or decided since it was seen.
    """
    moved = connection.execute(
        _decide(sheet_id, by, seen_version, state=SheetState.CHECKED, reason="")
        .where(PaperSheet.lines == counted)
        .returning(PaperSheet.action_id, PaperSheet.lines)
    ).first()
    if moved is None:
        _explain(connection, sheet_id, by, seen_version)
    crash.here("paper.checked")
    counting.add(connection, moved.action_id, counting.PAPER, moved.lines)
    _note("confirm", sheet_id, moved.action_id, by, lines=moved.lines)


def send_back(connection: Connection, sheet_id: UUID, reason: str, *, by: User, seen_version: int) -> None:
    """Have a sheet that somebody else entered be entered anew. Raises Refused as `confirm` does.

    Also for the field "reason" without one.
    """
    why = _reason(reason, _("Say what is wrong, so that it can be entered anew."))
    moved = connection.execute(
        _decide(sheet_id, by, seen_version, state=SheetState.RETURNED, reason=why).returning(
            PaperSheet.action_id
        )
    ).first()
    if moved is None:
        _explain(connection, sheet_id, by, seen_version)
    _note("send_back", sheet_id, moved.action_id, by, reason=why)


def remove(connection: Connection, sheet_id: UUID, reason: str, *, by: User, seen_version: int) -> None:
    """Delete a sheet with all its lines; a checked one leaves the paper count with it.

    Raises Refused without a reason, and when it was changed or decided since it was seen.
    """
    why = _reason(reason, _("Say why it is removed. The reason goes into the audit log."))
    gone = connection.execute(
        delete(PaperSheet)
        .where(PaperSheet.id == sheet_id, PaperSheet.version == seen_version)
        .returning(PaperSheet.action_id, PaperSheet.state, PaperSheet.lines)
    ).first()
    if gone is None:
        raise _overtaken()
    if gone.state is SheetState.CHECKED:
        counting.add(connection, gone.action_id, counting.PAPER, -gone.lines)
    _note("remove", sheet_id, gone.action_id, by, lines=gone.lines, reason=why)


def _refuse_unless_fit(action: ActionPage, sheet: SheetTyped) -> None:
    unverified.refuse_unless_fit(action)
    if action.card.state in _NEVER_PRINTED:
        raise Refused(_("This action is not open yet, so nobody can have signed it."), field="code")
    if not 1 <= sheet.number <= MAX_NUMBER:
        words = _("Enter the number on the sheet, 1 to %(most)s.", most=number(MAX_NUMBER))
        raise Refused(words, field="number")
    if sheet.lines and len(sheet.lines) <= MAX_LINES:
        return
    if not 1 <= sheet.count <= MAX_LINES:
        words = _("Enter how many lines are filled in, 1 to %(most)s.", most=number(MAX_LINES))
        raise Refused(words, field="count")


def _put(connection: Connection, action: ActionPage, sheet: SheetTyped, count: int, by: User) -> UUID:
    entered: dict[str, Any] = {
        "place": _place(sheet.place),
        "lines": count,
        "typed": bool(sheet.lines),
        "state": SheetState.WAITING,
        "delete_on": action.delete_on,
        "entered_by": by.id,
        "entered_at": clock.now(),
        "decided_by": None,
        "decided_at": None,
        "reason": "",
    }
    key = {
        "action_id": action.card.id,
        "text_version": sheet.code.version,
        "text_locale": sheet.code.locale,
        "number": sheet.number,
    }
    statement = upsert(PaperSheet).values(id=uuid4(), version=1, **key, **entered)
    # Only one that was sent back may be entered anew; any other stands, and the sheet would count twice.
    once_more = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={**entered, "version": PaperSheet.version + 1},
        where=PaperSheet.state == SheetState.RETURNED,
    )
    sheet_id: UUID | None = connection.execute(once_more.returning(PaperSheet.id)).scalar_one_or_none()
    if sheet_id is None:
        words = _("Sheet %(number)s with this code was entered already.", number=number(sheet.number))
        raise Refused(words, field="number")
    return sheet_id


def _row(
    connection: Connection,
    action_id: UUID,
    sheet: SheetTyped,
    line: LineTyped,
    tools: Tools,
    public: Collection[str],
) -> dict[str, Any]:
    code = sheet_code(action_id, sheet.code.version, sheet.code.locale)
    place_of_line = f"{code} {sheet.number} {line.line}".encode()
    digest = digests.keyed(tools.pepper, "paper line", place_of_line)
    payload = json.dumps({"n": line.name, "p": line.place}, ensure_ascii=False).encode()
    return {
        "line": line.line,
        "action_id": action_id,
        "level": Level.EVERYONE if line.show else Level.TARGET,
        "digest": digest,
        "name_digest": identity.digest_of_name(connection, action_id, line.name, tools.pepper),
        "is_public": line.name in public,
        "sealed": tools.list_sealer.seal("paper", action_id, digest, payload),
    }


def _decide(sheet_id: UUID, by: User, seen_version: int, **values: Any) -> Any:
    """The one guarded step out of waiting, never by whoever entered the sheet."""
    return (
        update(PaperSheet)
        .where(
            PaperSheet.id == sheet_id,
            PaperSheet.state == SheetState.WAITING,
            PaperSheet.version == seen_version,
            PaperSheet.entered_by != by.id,
        )
        .values(decided_by=by.id, decided_at=clock.now(), version=PaperSheet.version + 1, **values)
    )


def _explain(connection: Connection, sheet_id: UUID, by: User, seen_version: int) -> NoReturn:
    columns = (PaperSheet.state, PaperSheet.version, PaperSheet.entered_by)
    row = connection.execute(select(*columns).where(PaperSheet.id == sheet_id)).first()
    if row is None or row.state is not SheetState.WAITING or row.version != seen_version:
        raise _overtaken()
    if row.entered_by == by.id:
        raise Refused(_("You entered this sheet yourself. Somebody else of the team has to check it."))
    words = _("Another number was entered. Count the lines once more; if you are right, send the sheet back.")
    raise Refused(words, field="counted")


def _overtaken() -> Refused:
    return Refused(_("This sheet was changed or decided since you opened the page. Look at it again."))


def _note(deed: str, sheet_id: UUID, action_id: UUID, by: User, **details: Any) -> None:
    audit.record(f"paper.{deed}", by=by, thing="paper", thing_id=sheet_id, action=str(action_id), **details)


def _place(text: str) -> str:
    line = markup.collapse(text)
    if len(line) > MAX_PLACE:
        raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_PLACE)), field="place")
    if not all(map(can_be_shown, line)):
        raise Refused(_("This includes a character we cannot store. Type it again."), field="place")
    return line


def _reason(text: str, missing: str) -> str:
    line = markup.collapse(text)
    if not line:
        raise Refused(missing, field="reason")
    if len(line) > MAX_REASON:
        raise Refused(_("Write at most %(most)s characters here.", most=number(MAX_REASON)), field="reason")
    return line
