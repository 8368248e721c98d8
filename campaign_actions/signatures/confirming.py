"""Confirming by link or code: looking changes nothing, and twice is once."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update

from campaign_actions.actions.models import Action, ActionState, Level
from campaign_actions.infra import clock, digests
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.mail.models import Letter
from campaign_actions.infra.sealing import previews
from campaign_actions.signatures import links, moving
from campaign_actions.signatures.links import Link
from campaign_actions.signatures.models import AbuseSignal, Signature
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools


class LinkKind(StrEnum):
    """What a link leads to, each with a page of its own."""

    FRESH = "fresh"
    DONE = "done"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class ConfirmView:
    """What the page of a link shows; name and address only while it is fresh.

    `delete_by` is when the link ends; an `imported` signature then stays, uncounted, until `delete_on`.
    """

    kind: LinkKind
    action_id: UUID | None = None
    name: str = ""
    masked_email: str = ""
    level: Level = Level.TEAM
    country: str | None = None
    updates: bool = False
    signed_on: date | None = None
    delete_by: date | None = None
    text_version: int = 1
    text_locale: str = ""
    withdrawn_on: date | None = None
    imported: bool = False
    delete_on: date | None = None


@dataclass(frozen=True)
class _Row:
    digest: bytes
    action_id: UUID
    values: Any


_COLUMNS = (
    Signature.state,
    Signature.level,
    Signature.country,
    Signature.signed_on,
    Signature.proved_on,
    Signature.withdrawn_on,
    Signature.text_version,
    Signature.text_locale,
    Signature.letter_no,
    Signature.link_hash,
    Signature.page_hash,
    Signature.code_hash,
    Signature.preview,
    Signature.wants_updates,
    Signature.updates_sealed,
    Signature.hold,
    Signature.delete_on,
)


def look(token: str) -> ConfirmView:
    """What stands behind a confirm link now. Changes nothing."""
    return _look(session.connection(), token)[0]


def confirm(connection: Connection, token: str) -> ConfirmView:
    """Press the button of a confirm link; kind "done" when the signature stands confirmed.

    A held signature is proved by this, and the answer is the same.
    """
    view, row, link = _look(connection, token)
    if view.kind is not LinkKind.FRESH or row is None or link is None:
        return view
    unless_changed = Signature.link_hash == links.hash_of_confirm(link.secret)
    return _prove(connection, row, view, unless_changed)


def confirm_by_code(connection: Connection, page_key: str, code: str, tools: Tools) -> ConfirmView | None:
    """Confirm with the six digits typed on the check-your-email page; None for every failure.

    A failed try is counted, so the caller must commit it too. After five only the link works.
    """
    page = links.read_page_key(page_key, tools.secret)
    if page is None:
        return None
    row = _row(connection, page.digest, page.action_id)
    if row is None or not digests.same(row.values.page_hash, links.hash_of_page(page.key)):
        return None
    matches = digests.same(row.values.code_hash, links.hash_of_code(page.key, _digits(code)))
    if row.values.proved_on is not None and row.values.state != State.WITHDRAWN:
        return _view(row, LinkKind.DONE) if matches else None
    if not _has_a_try_left(connection, page) or not matches or _kind(connection, row) is not LinkKind.FRESH:
        return None
    details = previews.open_with_page_key(row.values.preview or b"", page.key)
    view = _with_details(_view(row, LinkKind.FRESH), details)
    return _prove(connection, row, view, Signature.page_hash == row.values.page_hash)


def refuse(connection: Connection, token: str) -> bool:
    """ "I did not sign this": delete a signature that nobody has confirmed; False when there is none."""
    view, row, _link = _look(connection, token)
    if view.kind is not LinkKind.FRESH or row is None:
        return False
    unproved = delete(Signature).where(
        moving.key_is(row.digest, row.action_id),
        Signature.link_hash == row.values.link_hash,
        Signature.proved_on.is_(None),
    )
    if connection.execute(unproved.returning(Signature.id)).first() is None:
        return False
    forget_traces(connection, row.digest, row.action_id)
    return True


def change(connection: Connection, token: str, level: Level, updates: bool) -> bool:
    """Choose another level, or leave out the updates, before confirming; False when the link is not fresh."""
    view, row, _link = _look(connection, token)
    if view.kind is not LinkKind.FRESH or row is None:
        return False
    statement = update(Signature).where(
        moving.key_is(row.digest, row.action_id),
        Signature.link_hash == row.values.link_hash,
        Signature.proved_on.is_(None),
    )
    values = {"level": level, "wants_updates": updates and row.values.updates_sealed is not None}
    return connection.execute(statement.values(values).returning(Signature.id)).first() is not None


def forget_traces(connection: Connection, digest: bytes, action_id: UUID) -> None:
    """Delete letters still waiting and signals noted for one address on one action."""
    connection.execute(delete(Letter).where(Letter.email_digest == digest, Letter.action_id == action_id))
    connection.execute(
        delete(AbuseSignal).where(AbuseSignal.email_digest == digest, AbuseSignal.action_id == action_id)
    )


def find_action(connection: Connection, link: Link) -> UUID | None:
    """The action a link belongs to, by the first eight bytes of its id."""
    found = [
        action
        for action in connection.execute(select(Action.id)).scalars()
        if action.bytes[:8] == link.action_start
    ]
    return found[0] if found else None


def _look(connection: Connection, token: str) -> tuple[ConfirmView, _Row | None, Link | None]:
    link = links.read(token)
    action_id = find_action(connection, link) if link else None
    if link is None or action_id is None:
        return ConfirmView(kind=LinkKind.UNKNOWN), None, None
    row = _row(connection, link.digest, action_id)
    if row is None:
        return ConfirmView(kind=_kind_of_gone(connection, link, action_id), action_id=action_id), None, link
    if not digests.same(row.values.link_hash, links.hash_of_confirm(link.secret)):
        kind = LinkKind.REPLACED if link.letter_no < row.values.letter_no else LinkKind.UNKNOWN
        return ConfirmView(kind=kind, action_id=action_id), None, link
    if (link.day, link.letter_no) != (row.values.signed_on, row.values.letter_no):
        return ConfirmView(kind=LinkKind.UNKNOWN, action_id=action_id), None, link
    kind = _kind(connection, row)
    view = _view(row, kind)
    if kind is LinkKind.FRESH:
        view = _with_details(view, previews.open_with_link(row.values.preview or b"", link.secret))
    return view, row, link


def _row(connection: Connection, digest: bytes, action_id: UUID) -> _Row | None:
    found = connection.execute(select(*_COLUMNS).where(moving.key_is(digest, action_id))).first()
    return _Row(digest, action_id, found) if found else None


def _kind(connection: Connection, row: _Row) -> LinkKind:
    values = row.values
    if values.state == State.WITHDRAWN:
        return LinkKind.WITHDRAWN
    if values.proved_on is not None:
        return LinkKind.DONE
    action = connection.execute(
        select(Action.state, Action.closes_at).where(Action.id == row.action_id)
    ).one()
    if action.state is ActionState.WITHDRAWN:
        return LinkKind.CLOSED
    if clock.today() > values.signed_on + timedelta(days=links.LINK_DAYS):
        return LinkKind.CLOSED if _is_shut(action.state, action.closes_at) else LinkKind.EXPIRED
    return LinkKind.FRESH


def _kind_of_gone(connection: Connection, link: Link, action_id: UUID) -> LinkKind:
    state = connection.execute(select(Action.state).where(Action.id == action_id)).scalar_one()
    if state is ActionState.WITHDRAWN:
        return LinkKind.CLOSED
    return LinkKind.EXPIRED if link.age_days(clock.today()) > links.LINK_DAYS else LinkKind.UNKNOWN


def _is_shut(state: ActionState, closes_at: datetime | None) -> bool:
    return state in (ActionState.CLOSED, ActionState.DELIVERED) or (
        closes_at is not None and closes_at <= clock.now()
    )


def _view(row: _Row, kind: LinkKind) -> ConfirmView:
    values = row.values
    return ConfirmView(
        kind=kind,
        action_id=row.action_id,
        level=values.level,
        country=values.country,
        updates=values.wants_updates,
        signed_on=values.signed_on,
        delete_by=values.signed_on + timedelta(days=links.LINK_DAYS),
        text_version=values.text_version,
        text_locale=values.text_locale,
        withdrawn_on=values.withdrawn_on,
        imported=values.hold == moving.IMPORTED,
        delete_on=values.delete_on,
    )


def _with_details(view: ConfirmView, details: bytes | None) -> ConfirmView:
    if details is None:
        return view
    typed = json.loads(details)
    return replace(view, name=typed["n"], masked_email=mask(typed["e"]))


def mask(email: str) -> str:
    """An address as its owner knows it and nobody else: "m…@example.org"."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _prove(connection: Connection, row: _Row, view: ConfirmView, unless_changed: Any) -> ConfirmView:
    state = moving.prove(
        connection,
        row.digest,
        row.action_id,
        unless_changed=unless_changed,
        today=clock.today(),
        public_name=view.name or None,
    )
    if state is None:
        # Somebody was faster: say what stands there now.
        now = _row(connection, row.digest, row.action_id)
        return _view(now, _kind(connection, now)) if now else replace(view, kind=LinkKind.UNKNOWN)
    _start_updates(connection, row)
    return replace(view, kind=LinkKind.DONE)


def _start_updates(connection: Connection, row: _Row) -> None:
    # Read again, now that the row is ours: who said no to updates since the first look meant it.
    key = moving.key_is(row.digest, row.action_id)
    now = connection.execute(select(Signature.wants_updates, Signature.updates_sealed).where(key)).one()
    if not now.updates_sealed:
        return
    if now.wants_updates:
        moving.keep_updates(connection, row.digest, row.action_id, now.updates_sealed)
    connection.execute(update(Signature).where(key).values(updates_sealed=None))


def _has_a_try_left(connection: Connection, page: links.PageKey) -> bool:
    statement = (
        update(Signature)
        .where(
            moving.key_is(page.digest, page.action_id),
            Signature.page_hash == links.hash_of_page(page.key),
            Signature.code_tries < links.MAX_CODE_TRIES,
        )
        .values(code_tries=Signature.code_tries + 1)
    )
    return connection.execute(statement.returning(func.length(Signature.locale))).first() is not None


def _digits(code: str) -> str:
    # Arabic-Indic and other decimal digits count as digits; spaces and hyphens do not.
    return "".join(str(int(letter)) for letter in code if letter.isdecimal())[:12]
