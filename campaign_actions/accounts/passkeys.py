"""Passkeys: a second step at log-in that nobody can be tricked into giving to another site.

The browser signs this site's own address along with a question of ours. Each question is for one user
and one use, an hour at most, and takes one answer; nothing is stored until it comes. Needs the package
`webauthn`, the extra "passkeys". Source: W3C, Web Authentication, Level 3, sections 7.1 and 7.2.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from campaign_actions import audit
from campaign_actions.accounts import notices
from campaign_actions.accounts.models import NoticeKind, Passkey, SpentChallenge, User
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, digests, tokens
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor
    from webauthn.registration.verify_registration_response import VerifiedRegistration

PURPOSE = "question to a passkey"
GOOD_FOR = timedelta(hours=1)
MOST = 10
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
DEFAULT_PORTS = {"http": 80, "https": 443}

Keys = Sequence[str]


class Use(StrEnum):
    """What an answer is for."""

    ADD = "add"
    PROVE = "prove"


@dataclass(frozen=True)
class Place:
    """The site as browsers know it: `host` is what keys are bound to, `origin` what is signed."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Proof:
    """A right answer of one key, not used up yet."""

    passkey_id: UUID
    sign_count: int
    challenge: bytes


def is_installed() -> bool:
    """Whether the package that reads answers is there."""
    return find_spec("webauthn") is not None


def place(site_url: str, name: str) -> Place | None:
    """Where keys of this site work; None where no browser has them: without https, or at a bare number."""
    parts = urlsplit(site_url.lower())
    host = parts.hostname or ""
    if not host or _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return Place(host, f"{parts.scheme}://{host}{port}", name)


def of_user(user: User) -> Sequence[Passkey]:
    """The user's keys, oldest first."""
    mine = select(Passkey).where(Passkey.user_id == user.id)
    return session.scalars(mine.order_by(Passkey.made_at, Passkey.id)).all()


def question_to_add(user: User, where: Place, keys: Keys) -> str:
    """What the browser needs to make a key, as JSON; the user's other keys make no second one."""
    import webauthn
    from webauthn.helpers import structs

    chosen = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.PREFERRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=where.host,
        rp_name=where.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        challenge=_challenge(user, Use.ADD, keys),
        authenticator_selection=chosen,
        exclude_credentials=_described(user),
    )
    return webauthn.options_to_json(options)


def question_to_prove(user: User, where: Place, keys: Keys) -> str:
    """What the browser needs to ask one of the user's keys, as JSON."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=where.host,
        challenge=_challenge(user, Use.PROVE, keys),
        allow_credentials=_described(user),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def add(connection: Connection, user: User, where: Place, answer: str, name: str, keys: Keys) -> None:
    """Take a new key into use, under a name to know it by.

    Raises Refused, naming the field "name" when it is that.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Enter a name for it, such as “my phone”: 60 characters at most"), field="name")
    challenge = _challenge_of(answer, user, Use.ADD, keys)
    made = _read_new(answer, where, challenge) if challenge else None
    if made is None or challenge is None or not _spend(connection, challenge):
        raise Refused(_("No passkey was made, or it took more than an hour. Try again."))
    session.refresh(user, with_for_update=True)
    if len(of_user(user)) >= MOST:
        raise Refused(_("You have ten passkeys already. Remove one first."))
    row = Passkey(
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
    )
    values = {column.name: getattr(row, column.name) for column in Passkey.__table__.columns}
    kept = insert(Passkey).values(values).on_conflict_do_nothing().returning(Passkey.id)
    if connection.execute(kept).first() is None:
        raise Refused(_("This device has a passkey of this site already."))
    session.expire(user, ["has_passkey"])
    audit.record("user.passkey_on", by=user, thing="user", thing_id=user.id)
    notices.leave(user.id, NoticeKind.PASSKEY_ADDED)


def read(user: User, where: Place, answer: str, keys: Keys) -> Proof | None:
    """The proof in a browser's answer; None unless one of the user's keys signed a question of ours.

    Reads only. `take` uses the proof up and has the last word.
    """
    challenge = _challenge_of(answer, user, Use.PROVE, keys)
    if challenge is None:
        return None
    known = {one.credential_id: one for one in of_user(user)}
    passkey = known.get(_credential_of(answer))
    seen = _read_proof(answer, where, challenge, passkey.public_key) if passkey else None
    return Proof(passkey.id, seen.new_sign_count, challenge) if passkey and seen else None


def take(connection: Connection, user: User, proof: Proof) -> bool:
    """Use a proof up; False when its question was answered before, or the key's count did not rise.

    A count that does not rise is noted in the audit log: somebody may have copied the key.
    """
    if not _spend(connection, proof.challenge):
        return False
    count = Passkey.sign_count
    risen = count < proof.sign_count if proof.sign_count else count == 0
    mine = (Passkey.id == proof.passkey_id, Passkey.user_id == user.id)
    used = update(Passkey).where(*mine, risen).values(sign_count=proof.sign_count, used_at=clock.now())
    if connection.execute(used.returning(Passkey.id)).first() is None:
        audit.record("user.passkey_doubted", by=user, thing="user", thing_id=user.id)
        return False
    return True


def remove(connection: Connection, user: User, passkey_id: UUID) -> bool:
    """Forget one of the user's keys; False when it is none of theirs.

    Raises Refused when nothing else would be left of the second step.
    """
    session.refresh(user, with_for_update=True)
    mine = [one.id for one in of_user(user)]
    if passkey_id not in mine:
        return False
    if len(mine) == 1 and not user.has_app:
        raise Refused(_("It is your only second step. Set up another one first."))
    connection.execute(delete(Passkey).where(Passkey.id == passkey_id))
    session.expire(user, ["has_passkey"])
    audit.record("user.passkey_off", by=user, thing="user", thing_id=user.id)
    return True


def remove_all(user: User) -> None:
    """Forget every key of a user."""
    gone = delete(Passkey).where(Passkey.user_id == user.id)
    session.execute(gone, execution_options={"synchronize_session": False})
    session.expire(user, ["has_passkey"])


def owners() -> int:
    """How many users have a key."""
    return session.execute(select(func.count(Passkey.user_id.distinct()))).scalar_one()


def forget_old(connection: Connection) -> None:
    """Delete questions that are too old to be answered in any case; a chore."""
    connection.execute(delete(SpentChallenge).where(SpentChallenge.at <= clock.now() - 2 * GOOD_FOR))


def _described(user: User) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(one.credential_id) for one in of_user(user)]


def _challenge(user: User, use: Use, keys: Keys) -> bytes:
    return tokens.sign(PURPOSE, f"{use} {user.id} {secrets.token_urlsafe(16)}", keys).encode()


def _challenge_of(answer: str, user: User, use: Use, keys: Keys) -> bytes | None:
    """The question that `answer` says it answers, if we asked it this user for this use within the hour."""
    signed = _parsed(answer).get("response")
    client = signed.get("clientDataJSON") if isinstance(signed, dict) else None
    asked = _parsed(_decoded(client)).get("challenge")
    token = _decoded(asked)
    text = tokens.read(PURPOSE, token, keys, max_age_seconds=int(GOOD_FOR.total_seconds()))
    return token.encode() if text and text.startswith(f"{use} {user.id} ") else None


def _credential_of(answer: str) -> bytes:
    return _bytes(_parsed(answer).get("id"))


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _decoded(text: object) -> str:
    return _bytes(text).decode("utf-8", "replace")


def _bytes(text: object) -> bytes:
    try:
        return urlsafe_b64decode(f"{text}===") if isinstance(text, str) else b""
    except ValueError:
        return b""


def _read_new(answer: str, where: Place, challenge: bytes) -> VerifiedRegistration | None:
    import webauthn

    try:
        return webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever an opponent's bytes break in the reader, the answer is no
        return None


def _read_proof(
    answer: str, where: Place, challenge: bytes, public_key: bytes
) -> VerifiedAuthentication | None:
    import webauthn

    try:
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # `take` compares, in the database
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - as above
        return None


def _spend(connection: Connection, challenge: bytes) -> bool:
    values = {"digest": digests.plain(challenge), "at": clock.now()}
    first = insert(SpentChallenge).values(values).on_conflict_do_nothing().returning(SpentChallenge.digest)
    return connection.execute(first).first() is not None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
