"""Taking a signature: the same statements and one commit for new, known and blocked addresses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, case, exists, false, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert

from campaign_actions.actions import wording
from campaign_actions.actions.models import Action, ActionState, Level
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, crash, digests, limits
from campaign_actions.infra.i18n import _
from campaign_actions.infra.jobs import outbox
from campaign_actions.infra.jobs.models import Lane
from campaign_actions.infra.mail.models import Letter, LetterKind
from campaign_actions.infra.sealing import previews
from campaign_actions.signatures import identity, links, screening
from campaign_actions.signatures.addresses import canonical
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.screening import Noticed
from campaign_actions.signatures.states import UNPROVED, State
from campaign_actions.signatures.tools import Tools

MAX_LETTERS = 5
LETTERS_A_DAY = 3
BETWEEN_LETTERS = timedelta(seconds=60)


@dataclass(frozen=True)
class Supporter:
    """What a person typed, checked; `email` as typed, `country` two letters or None.

    `source` is a word of SOURCES: by which of our own links they came to the form.
    """

    name: str
    email: str
    country: str | None
    level: Level
    updates: bool
    locale: str
    source: str = "site"


@dataclass(frozen=True)
class Shown:
    """What the form showed when it was read; it came back with the stamp.

    `text_locale` is the language of the words, which may not be that of the page around them.
    """

    text_version: int
    text_revision: int
    consent_version: int
    targets_digest: str
    delete_on: date
    text_locale: str


class WordsChanged(Exception):
    """The text was changed since the form was read; nothing is stored."""


@dataclass(frozen=True)
class _Signing:
    action: ActionPage
    supporter: Supporter
    shown: Shown
    tools: Tools
    digest: bytes
    page_key: bytes
    secret: bytes
    code: str
    letter_id: UUID
    now: datetime
    again: bool
    trap: bool

    @property
    def action_id(self) -> UUID:
        return self.action.card.id


def sign(
    connection: Connection,
    action: ActionPage,
    supporter: Supporter,
    shown: Shown,
    noticed: Noticed,
    tools: Tools,
    *,
    again: bool = False,
) -> str:
    """Take a signature and leave its letter; gives the key of the check-your-email page.

    The same details posted again while waiting change nothing; `again` (the button
    "Send again") or other details leave a new letter, if the caps allow one. Nothing here
    tells whether the address was known. Raises Refused when the action takes no
    signatures, WordsChanged when `shown` is not what stands there now.
    """
    refuse_if_shut(connection, action.card.id)
    _freeze_words(connection, action, shown)
    digest = identity.digest_of(connection, action.card.id, supporter.email, tools.pepper)
    today = clock.today()
    page_key = _page_key(tools.secret, action.card.id, digest, supporter, today)
    job = _Signing(
        action, supporter, shown, tools, digest, page_key, links.new_secret(), links.new_code(),
        uuid4(), clock.now(), again, noticed.trap,
    )  # fmt: skip
    _write_signature(connection, job)
    _write_letter(connection, job)
    screening.note(
        connection,
        noticed,
        letter_id=job.letter_id,
        action_id=job.action_id,
        digest=digest,
        email=supporter.email,
        secret=tools.secret,
    )
    _keep_promise(connection, job)
    crash.here("sign.written")
    return links.write_page_key(links.PageKey(job.action_id, digest, page_key), tools.secret)


def seal_person(tools: Tools, action_id: UUID, digest: bytes, *, name: str, email: str) -> bytes:
    """The sealed record of a signature: name and address as typed."""
    payload = json.dumps({"n": name, "e": email}, ensure_ascii=False).encode()
    return tools.list_sealer.seal("signature", action_id, digest, payload)


def seal_for_updates(tools: Tools, action_id: UUID, digest: bytes, *, email: str, locale: str) -> bytes:
    """The sealed address of somebody who asks for news."""
    payload = json.dumps({"e": email, "l": locale}, ensure_ascii=False).encode()
    return tools.updates_sealer.seal("updates", action_id, digest, payload)


def cap_key(pepper: bytes, email: str, day: date) -> bytes:
    """Digest under which a day's letters to one address are counted; no day's tells another's."""
    return digests.keyed(pepper, "mail cap", day.isoformat().encode(), canonical(email).encode())


def refuse_if_shut(connection: Connection, action_id: UUID) -> None:
    """Raise Refused when the action takes no signatures now."""
    now = clock.now()
    columns = (Action.state, Action.opens_at, Action.closes_at)
    row = connection.execute(select(*columns).where(Action.id == action_id)).first()
    # The clock opens and closes; the worker only writes it down.
    is_open = row is not None and (
        row.state is ActionState.OPEN
        or (row.state is ActionState.SCHEDULED and row.opens_at and row.opens_at <= now)
    )
    if row is None or not is_open or (row.closes_at and row.closes_at <= now):
        raise Refused(_("This action takes no signatures at the moment."))


def _freeze_words(connection: Connection, action: ActionPage, shown: Shown) -> None:
    words = (shown.text_locale, shown.text_version, shown.text_revision)
    if not wording.freeze(connection, action.card.id, *words):
        raise WordsChanged


def _page_key(secret: bytes, action_id: UUID, digest: bytes, supporter: Supporter, today: date) -> bytes:
    typed = json.dumps(
        [supporter.name, supporter.email, supporter.country, supporter.level, supporter.updates],
        ensure_ascii=False,
    )
    return digests.keyed(
        secret, "page key", action_id.bytes, digest, typed.encode(), today.isoformat().encode()
    )


def _write_signature(connection: Connection, job: _Signing) -> None:
    values = _values(job)
    # A filled trap gets no letter, so it may not shut out a letter to the real owner.
    replaceable = and_(
        Signature.state.in_(UNPROVED),
        Signature.proved_on.is_(None),
        Signature.letter_no < MAX_LETTERS,
        or_(Signature.page_hash.is_distinct_from(values["page_hash"]), _fact(job.again)),
        or_(Signature.lettered_at.is_(None), Signature.lettered_at <= job.now - BETWEEN_LETTERS),
    )
    due = exists().where(
        Signature.email_digest == job.digest,
        Signature.action_id == job.action_id,
        replaceable,
        _fact(not job.trap),
    )
    today = job.now.date()
    key = cap_key(job.tools.pepper, job.supporter.email, today)
    under_cap = limits.hit(connection, key, today.isoformat(), LETTERS_A_DAY, only_if=due)
    statement = upsert(Signature).values(
        email_digest=job.digest, action_id=job.action_id, letter_no=1, **values
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[Signature.email_digest, Signature.action_id],
            set_=values
            | {"letter_no": case((Signature.state == State.WITHDRAWN, 1), else_=Signature.letter_no + 1)},
            where=or_(Signature.state == State.WITHDRAWN, and_(_fact(under_cap), replaceable)),
        )
    )


def _fact(known: bool) -> ColumnElement[bool]:
    return true() if known else false()


def _values(job: _Signing) -> dict[str, Any]:
    supporter, today = job.supporter, job.now.date()
    wants = supporter.updates
    updates = seal_for_updates(
        job.tools, job.action_id, job.digest, email=supporter.email, locale=supporter.locale
    )
    return {
        "id": uuid4(),
        "state": State.WAITING.value,
        "level": supporter.level,
        "country": supporter.country,
        "locale": supporter.locale,
        "text_version": job.shown.text_version,
        "text_locale": job.shown.text_locale,
        "consent_version": job.shown.consent_version,
        "source": supporter.source,
        "signed_on": today,
        "proved_on": None,
        "withdrawn_on": None,
        "delete_on": job.shown.delete_on,
        "lettered_at": None if job.trap else job.now,
        "link_hash": links.hash_of_confirm(job.secret),
        "page_hash": None if job.trap else links.hash_of_page(job.page_key),
        "code_hash": links.hash_of_code(job.page_key, job.code),
        "code_tries": 0,
        "my_hash": None,
        "my_until": None,
        "preview": previews.make(job.secret, job.page_key, _preview(supporter)),
        "sealed": seal_person(
            job.tools, job.action_id, job.digest, name=supporter.name, email=supporter.email
        ),
        "wants_updates": wants,
        "updates_sealed": updates if wants else None,
        "hold": None,
        "cluster": None,
        "review_id": None,
        "public_name": None,
    }


def _preview(supporter: Supporter) -> bytes:
    return json.dumps({"n": supporter.name, "e": supporter.email}, ensure_ascii=False).encode()


def _write_letter(connection: Connection, job: _Signing) -> None:
    payload = {
        "e": job.supporter.email,
        "k": job.secret.hex(),
        "c": job.code,
        "l": job.supporter.locale,
    }
    sealed = job.tools.mail_sealer.seal("letter", job.letter_id, job.digest, json.dumps(payload).encode())
    row = {
        "id": job.letter_id,
        "kind": LetterKind.SIGN,
        "action_id": job.action_id,
        "email_digest": job.digest,
        "link_hash": links.hash_of_confirm(job.secret),
        "sealed": sealed,
        "created_at": job.now,
    }
    connection.execute(insert(Letter), row)
    outbox.leave(connection, "letter", job.letter_id, Lane.CONFIRM)


def _keep_promise(connection: Connection, job: _Signing) -> None:
    # The earliest deletion day promised to anybody bounds how long the action may stay open.
    earlier = or_(Action.delete_on.is_(None), Action.delete_on > job.shown.delete_on)
    connection.execute(
        update(Action).where(Action.id == job.action_id, earlier).values(delete_on=job.shown.delete_on)
    )
