"""The second step at log-in: a code from an app, once each, or a recovery code, once ever.

The third way, a passkey, is in `passkeys`; a user has any of them or all.

What the app knows is locked under the site's secret key, so a copy of the database alone makes no
codes. Source: RFC 6238, with half minutes, six digits and 160 bits.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import delete, func, insert, select, update

from campaign_actions import audit
from campaign_actions.accounts import logging_in, notices, passkeys
from campaign_actions.accounts.models import NoticeKind, RecoveryCode, User
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, digests
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import _
from campaign_actions.infra.sealing import own_copies

HALF_MINUTE = 30
# A code of the half minute before and after is taken too: clocks of telephones differ.
WINDOW = (-1, 0, 1)
DIGITS = 6
CODES = 10
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 3, 4

Keys = Sequence[str]


def begin(user: User, keys: Keys) -> None:
    """Draw a secret for the app; it counts only once a code of it was typed. Replaces one drawn before."""
    import pyotp

    user.totp_new = _locked(user, pyotp.random_base32(32), keys)


def pending(user: User, keys: Keys) -> str | None:
    """The secret drawn and not confirmed yet, in base 32; None when there is none."""
    return _unlocked(user, user.totp_new, keys)


def address(user: User, secret: str, site: str) -> str:
    """What the app reads from the picture: an otpauth address with site and user."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=site)


def finish(user: User, typed: str, keys: Keys) -> list[str]:
    """Take the pending secret into use; gives the recovery codes, which are shown this once.

    Raises Refused, naming the field "code", unless `typed` is a code of it.
    """
    secret = pending(user, keys)
    step = _step_of(secret, typed) if secret else None
    if secret is None or step is None:
        raise Refused(_("This code does not fit. Type the six digits that your app shows now."), field="code")
    user.totp_secret, user.totp_new = _locked(user, secret, keys), None
    user.totp_step, user.totp_since = step, clock.now()
    codes = _new_codes(user, keys)
    audit.record("user.second_step_on", by=user, thing="user", thing_id=user.id)
    notices.leave(user.id, NoticeKind.SECOND_STEP_ON)
    return codes


def check(user: User, typed: str, keys: Keys) -> bool:
    """Whether `typed` is a code of the app or a recovery code; either is used up, also in parallel."""
    return _take_code(user, typed, keys) or _take_recovery_code(user, typed, keys)


def renew_codes(user: User, keys: Keys) -> list[str]:
    """Ten new recovery codes in place of the old; shown this once."""
    codes = _new_codes(user, keys)
    audit.record("user.recovery_codes", by=user, thing="user", thing_id=user.id)
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    counted = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return session.execute(counted).scalar_one()


def forget_app(user: User) -> None:
    """Take codes of the app no more; the user's passkeys and recovery codes stay.

    Raises Refused when they have no passkey.
    """
    session.refresh(user, with_for_update=True)
    if not user.has_passkey:
        raise Refused(_("It is your only second step. Set up another one first."))
    user.totp_secret = user.totp_new = user.totp_since = None
    audit.record("user.app_off", by=user, thing="user", thing_id=user.id)


def turn_off(user: User, *, by: User | None = None) -> None:
    """Let the password alone do again; every session ends. `by` is None for the server's own shell."""
    user.totp_secret = user.totp_new = user.totp_since = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    passkeys.remove_all(user)
    logging_in.end_all(user.id)
    audit.record("user.second_step_off", by=by, thing="user", thing_id=user.id)
    notices.leave(user.id, NoticeKind.SECOND_STEP_OFF)


def _take_code(user: User, typed: str, keys: Keys) -> bool:
    secret = _unlocked(user, user.totp_secret, keys)
    step = _step_of(secret, typed) if secret else None
    if step is None:
        return False
    # The database decides: of two that come with the same code, one finds the step taken.
    later = update(User).where(User.id == user.id, User.totp_step < step).values(totp_step=step)
    taken = session.execute(later.returning(User.id), execution_options={"synchronize_session": False})
    return taken.first() is not None


def _take_recovery_code(user: User, typed: str, keys: Keys) -> bool:
    plain = "".join(letter for letter in typed.lower() if letter in CODE_LETTERS)
    if len(plain) != GROUPS * GROUP:
        return False
    mine = (RecoveryCode.user_id == user.id, RecoveryCode.digest.in_(_digests(user, plain, keys)))
    used = delete(RecoveryCode).where(*mine).returning(RecoveryCode.digest)
    if session.execute(used, execution_options={"synchronize_session": False}).first() is None:
        return False
    audit.record("user.recovery_used", by=user, thing="user", thing_id=user.id, left=codes_left(user))
    notices.leave(user.id, NoticeKind.RECOVERY_USED)
    return True


def _step_of(secret: str, typed: str) -> int | None:
    """The half minute, counted from 1970, whose code `typed` is; None for another code."""
    import pyotp

    code = "".join(letter for letter in typed if not letter.isspace())
    if len(code) != DIGITS or not code.isdecimal():
        return None
    plain = "".join(str(int(digit)) for digit in code)  # digits of any script
    now = int(clock.now().timestamp()) // HALF_MINUTE
    made = pyotp.TOTP(secret)
    found = [now + off for off in WINDOW if hmac.compare_digest(made.generate_otp(now + off), plain)]
    return found[0] if found else None


def _new_codes(user: User, keys: Keys) -> list[str]:
    drawn = [_drawn() for _one in range(CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    rows = [{"user_id": user.id, "digest": _digests(user, code, keys)[0]} for code in drawn]
    session.execute(insert(RecoveryCode), rows)
    return ["-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP)) for code in drawn]


def _drawn() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(GROUPS * GROUP))


def _digests(user: User, code: str, keys: Keys) -> list[bytes]:
    return [digests.keyed(key.encode(), "recovery code", user.id.bytes, code.encode()) for key in keys]


def _locked(user: User, secret: str, keys: Keys) -> bytes:
    return own_copies.lock(_lock_key(keys[0]), secret.encode(), belongs_to=user.id.bytes)


def _unlocked(user: User, locked: bytes | None, keys: Keys) -> str | None:
    for key in keys if locked else ():
        plain = own_copies.unlock(_lock_key(key), locked or b"", belongs_to=user.id.bytes)
        if plain is not None:
            return plain.decode()
    return None


def _lock_key(key: str) -> bytes:
    return hmac.digest(key.encode(), b"second step", sha256)
