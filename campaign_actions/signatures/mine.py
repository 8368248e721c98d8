"""A person's own signature, managed with the weaker `/my/` link: see, change, comment, withdraw, delete."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, case, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from campaign_actions.actions.models import Level
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, digests
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.infra.mail.models import Letter, LetterKind
from campaign_actions.infra.sealing.records import NO_DIGEST
from campaign_actions.signatures import (
    comments,
    confirming,
    copies,
    identity,
    leaving,
    links,
    moving,
    signing,
)
from campaign_actions.signatures.comments import CommentView
from campaign_actions.signatures.copies import CopyView
from campaign_actions.signatures.models import PastLevel, Signature
from campaign_actions.signatures.states import State
from campaign_actions.signatures.tools import Tools

LINK_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class MineView:
    """The clear part of a person's own signature. Its state is told only as the person may know it.

    `past_levels` are levels it had while confirmed, each with the day until which. `counts` is for
    finding the lists it was in, and not to be shown.
    """

    action_id: UUID
    confirmed: bool
    withdrawn: bool
    level: Level
    country: str | None
    updates: bool
    signed_on: date
    proved_on: date | None
    withdrawn_on: date | None
    text_version: int
    text_locale: str
    consent_version: int
    delete_on: date
    public_name: str | None
    comment: CommentView | None
    copy: CopyView
    past_levels: tuple[tuple[Level, date], ...]
    counts: bool


@dataclass(frozen=True)
class _Found:
    digest: bytes
    action_id: UUID
    row: Any
    secret: bytes


def ask(connection: Connection, email: str, locale: str, tools: Tools) -> None:
    """Leave a sealed letter that the worker answers; the same work for every address."""
    letter_id = uuid4()
    payload = json.dumps({"e": email, "l": locale}, ensure_ascii=False).encode()
    row = {
        "id": letter_id,
        "kind": LetterKind.MY,
        "action_id": None,
        "email_digest": None,
        "link_hash": None,
        "sealed": tools.mail_sealer.seal("letter", letter_id, NO_DIGEST, payload),
        "created_at": clock.now(),
    }
    connection.execute(insert(Letter), row)
    outbox.leave(connection, "letter", letter_id, Lane.SERVICE)


def look(token: str) -> MineView | None:
    """What a `/my/` link shows; None when it is not right or too old. Changes nothing."""
    connection = session.connection()
    found = _find(connection, token)
    if found is None:
        return None
    row = found.row
    return MineView(
        action_id=found.action_id,
        confirmed=row.proved_on is not None and row.state != State.WITHDRAWN,
        withdrawn=row.state == State.WITHDRAWN,
        level=row.level,
        country=row.country,
        updates=row.wants_updates,
        signed_on=row.signed_on,
        proved_on=row.proved_on,
        withdrawn_on=row.withdrawn_on,
        text_version=row.text_version,
        text_locale=row.text_locale,
        consent_version=row.consent_version,
        delete_on=row.delete_on,
        public_name=row.public_name,
        comment=comments.own(connection, found.digest, found.action_id),
        copy=copies.look(connection, found.digest, found.action_id, found.secret),
        past_levels=_past_levels(connection, found),
        counts=row.state == State.CONFIRMED,
    )


def change_level(connection: Connection, token: str, level: Level, name: str | None) -> bool:
    """Another answer to "Who may see your name?"; False when the link is not right.

    Raises Refused when everyone may see the name now, but it was not typed again: the
    page cannot open the sealed one.
    """
    found = _alive(connection, token)
    if found is None:
        return False
    public = found.row.public_name if level is Level.EVERYONE else None
    if level is Level.EVERYONE and found.row.proved_on is not None and public is None:
        if not name:
            raise Refused(_("Enter your full name"), field="name")
        public = name
    _note_past_level(connection, found, level)
    return _set(connection, found, level=level, public_name=public)


def set_updates(connection: Connection, token: str, wanted: bool, email: str | None, tools: Tools) -> bool:
    """Start or stop updates by mail; starting needs the address again, and the very same one.

    False when the link is not right. Raises Refused for another address.
    """
    found = _alive(connection, token)
    if found is None:
        return False
    if not wanted:
        stopped = _set(connection, found, wants_updates=False, updates_sealed=None)
        moving.forget_updates(connection, found.digest, found.action_id)
        return stopped
    if found.row.wants_updates:
        return True
    if not email:
        raise Refused(_("Enter your email address"), field="email")
    _refuse_other_address(connection, found, email, tools)
    return _want_updates(connection, found, email, tools)


def correct(connection: Connection, token: str, name: str, email: str, tools: Tools) -> bool:
    """Seal a new record in place of the old; the address must be the same one.

    False when the link is not right. Raises Refused for another address, and before confirming:
    the letter's page would still show the old details, and nobody but its reader can change them.
    """
    found = _alive(connection, token)
    if found is None:
        return False
    if found.row.proved_on is None:
        raise Refused(_("This signature is not confirmed yet. Sign again with the right details instead."))
    _refuse_other_address(connection, found, email, tools)
    public = case((Signature.public_name.is_not(None), name), else_=None)
    sealed = signing.seal_person(tools, found.action_id, found.digest, name=name, email=email)
    copies.forget(connection, found.digest, found.action_id)
    return _set(connection, found, sealed=sealed, public_name=public)


def comment(connection: Connection, token: str, text: str) -> bool:
    """Offer a comment for others to read; False when the link is not right.

    Raises Refused before confirming, and for the field "text" as `comments.offer` does.
    """
    found = _alive(connection, token)
    if found is None:
        return False
    _refuse_unconfirmed(found)
    if not _hold(connection, found):
        return False
    comments.offer(connection, found.digest, found.action_id, text)
    return True


def take_comment_back(connection: Connection, token: str) -> bool:
    """Delete the comment; False when the link is not right."""
    found = _alive(connection, token)
    if found is None:
        return False
    comments.take_back(connection, found.digest, found.action_id)
    return True


def ask_for_copy(connection: Connection, token: str, tools: Tools) -> bool:
    """Have the worker open the sealed part and lock it to this link; False when the link is not right.

    Raises Refused before confirming: the page of the confirm link shows what was typed.
    """
    found = _alive(connection, token)
    if found is None:
        return False
    _refuse_unconfirmed(found)
    if not _hold(connection, found):
        return False
    copies.ask(connection, found.digest, found.action_id, found.secret, tools)
    return True


def withdraw(connection: Connection, token: str) -> bool:
    """Take the name off the list and out of the count; only digest, state and days stay.

    False when the link is not right or it was withdrawn already.
    """
    found = _alive(connection, token)
    return found is not None and leaving.withdraw(connection, found.digest, found.action_id)


def delete(connection: Connection, token: str) -> bool:
    """Delete everything about this signature; False when the link is not right."""
    found = _find(connection, token)
    return found is not None and leaving.delete(connection, found.digest, found.action_id)


def give_links(connection: Connection, email: str, tools: Tools) -> list[tuple[UUID, str]]:
    """For every action `email` has signed: its id and a fresh `/my/` token of 24 hours.

    Called by the worker for a letter that was asked for; older `/my/` links asked for end.
    """
    given = []
    until = clock.now() + timedelta(hours=LINK_HOURS)
    for action_id, digest in identity.digests_everywhere(connection, email, tools.pepper):
        secret = links.new_secret()
        statement = (
            update(Signature)
            .where(moving.key_is(digest, action_id), Signature.state != State.WITHDRAWN)
            .values(my_hash=links.hash_of_managing(secret), my_until=until)
            .returning(Signature.letter_no)
        )
        row = connection.execute(statement).first()
        if row:
            given.append((action_id, links.write(action_id, digest, secret, clock.today(), row.letter_no)))
    return given


def _find(connection: Connection, token: str) -> _Found | None:
    link = links.read(token)
    action_id = confirming.find_action(connection, link) if link else None
    if link is None or action_id is None:
        return None
    table = Signature.__table__.c
    row = connection.execute(select(*table).where(moving.key_is(link.digest, action_id))).first()
    if row is None:
        return None
    given = links.hash_of_managing(link.secret)
    # The row's own day: the one in the link is not signed, and anybody could write a later one.
    ends_after = row.signed_on + timedelta(days=links.LINK_DAYS)
    from_letter = digests.same(row.link_hash, given) and clock.today() <= ends_after
    fresh = row.my_until is not None and row.my_until > clock.now()
    asked_for = fresh and digests.same(row.my_hash, given)
    return _Found(link.digest, action_id, row, link.secret) if from_letter or asked_for else None


def _alive(connection: Connection, token: str) -> _Found | None:
    found = _find(connection, token)
    return found if found and found.row.state != State.WITHDRAWN else None


def _hold(connection: Connection, found: _Found) -> bool:
    """Keep the row locked until the commit: nobody withdraws or deletes it before what hangs on it is kept.

    False when somebody has done so since it was read.
    """
    alive = moving.key_is(found.digest, found.action_id), Signature.state != State.WITHDRAWN
    statement = select(Signature.id).where(*alive, Signature.id == found.row.id).with_for_update()
    return connection.execute(statement).first() is not None


def _refuse_unconfirmed(found: _Found) -> None:
    if found.row.proved_on is None:
        raise Refused(_("This signature is not confirmed yet. Confirm it first."))


def _past_levels(connection: Connection, found: _Found) -> tuple[tuple[Level, date], ...]:
    statement = select(PastLevel.level, PastLevel.until_on).where(
        PastLevel.email_digest == found.digest, PastLevel.action_id == found.action_id
    )
    rows = connection.execute(statement.order_by(PastLevel.until_on, PastLevel.level))
    return tuple((level, until_on) for level, until_on in rows)


def _note_past_level(connection: Connection, found: _Found, new: Level) -> None:
    """Lists are made of confirmed names only, so what an unconfirmed one had does not matter."""
    if found.row.proved_on is None or found.row.level == new:
        return
    row = {"email_digest": found.digest, "action_id": found.action_id}
    row |= {"until_on": clock.today(), "level": found.row.level}
    connection.execute(upsert(PastLevel).values(row).on_conflict_do_nothing())


def _refuse_other_address(connection: Connection, found: _Found, email: str, tools: Tools) -> None:
    typed = identity.digest_of(connection, found.action_id, email, tools.pepper)
    if not digests.same(typed, found.digest):
        raise Refused(
            _("Enter the address this signature was made with. To use another, sign again with it."),
            field="email",
        )


def _want_updates(connection: Connection, found: _Found, email: str, tools: Tools) -> bool:
    sealed = signing.seal_for_updates(
        tools, found.action_id, found.digest, email=email, locale=found.row.locale
    )
    if found.row.proved_on is None:
        return _set(connection, found, wants_updates=True, updates_sealed=sealed)
    # The row first: it stays locked, so that nobody withdraws before the address is kept.
    if not _set(connection, found, wants_updates=True):
        return False
    moving.keep_updates(connection, found.digest, found.action_id, sealed)
    return True


def _set(connection: Connection, found: _Found, **values: Any) -> bool:
    statement = update(Signature).where(
        moving.key_is(found.digest, found.action_id),
        Signature.id == found.row.id,
        Signature.state != State.WITHDRAWN,
    )
    return connection.execute(statement.values(values).returning(Signature.id)).first() is not None
