"""The second factor: time-based one-time passwords (RFC 6238) and recovery codes.

The shared secret is stored encrypted, recovery codes as keyed hashes of 50 random bits each.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.models import RecoveryCode, StaffUser
from core.errors import ConflictError, InputError

ISSUER = "12333 Dongguan"
_STEP_SECONDS = 30
_DRIFT_STEPS = 1
"""A clock may be one step off (RFC 6238, section 5.2)."""
_RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_MAX_CODE_LENGTH = 32


def begin_enrolment(db: Session, user: StaffUser) -> str:
    """The address that an authenticator app reads from a QR code, with a secret that is new.

    Raises ConflictError when the user has a second factor already.
    """
    if user.has_second_factor:
        raise ConflictError("This account has a second factor already.")
    if user.totp_secret is None:
        user.totp_secret = pyotp.random_base32()
        db.flush()
    return pyotp.TOTP(user.totp_secret).provisioning_uri(name=user.login, issuer_name=ISSUER)


def confirm_enrolment(db: Session, user: StaffUser, code: str, now: datetime) -> tuple[str, ...]:
    """The user typed a code of their app, so it works: from now on one is asked for.

    Returns the recovery codes, which are shown once. Raises InputError for a wrong code.
    """
    if user.has_second_factor:
        raise ConflictError("This account has a second factor already.")
    step = _find_step(user, code, now)
    if step is None:
        raise InputError("This code is wrong or no longer valid.", "code")
    user.totp_since, user.totp_step = now, step
    record_audit(db, Action.SECOND_FACTOR_SET, user.actor_id, user.login, now)
    return make_recovery_codes(db, user, now)


def make_recovery_codes(db: Session, user: StaffUser, now: datetime) -> tuple[str, ...]:
    """New recovery codes, shown once; the earlier ones end."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = tuple(random_code() for _ in range(_RECOVERY_CODES))
    db.add_all(RecoveryCode(user_id=user.id, code_key=plain_code(code)) for code in codes)
    db.flush()
    record_audit(db, Action.RECOVERY_CODES_MADE, user.actor_id, user.login, now)
    return codes


def check_code(user: StaffUser, code: str, now: datetime, db: Session) -> bool:
    """Whether a code is right at the moment, of the app or for recovery; it is not used up."""
    return _find_step(user, code, now) is not None or _find_recovery(db, user, code) is not None


def use_code(db: Session, user: StaffUser, code: str, now: datetime) -> bool:
    """Whether a code is right; it does not serve again."""
    step = _find_step(user, code, now)
    if step is not None:
        user.totp_step = step
        db.flush()
        return True
    row = _find_recovery(db, user, code)
    if row is None:
        return False
    row.used_at = now
    db.flush()
    detail = {"left": count_recovery_codes(db, user)}
    record_audit(db, Action.RECOVERY_CODE_USED, user.actor_id, user.login, now, detail=detail)
    return True


def remove_second_factor(db: Session, user: StaffUser, actor_id: str, now: datetime) -> None:
    """Take the second factor away, as after a lost telephone."""
    user.totp_secret, user.totp_since, user.totp_step = None, None, None
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.flush()
    record_audit(db, Action.SECOND_FACTOR_REMOVED, actor_id, user.login, now)


def count_recovery_codes(db: Session, user: StaffUser) -> int:
    """How many recovery codes are left."""
    unused = select(func.count()).where(
        RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    )
    return db.scalar(unused) or 0


def random_code() -> str:
    """A code of 49 random bits in letters and digits that are not mixed up: ``ABCDE-FGHJK``."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def plain_code(typed: str) -> str:
    """A code as it is stored, however it was typed."""
    return "".join(c for c in typed[:_MAX_CODE_LENGTH].upper() if c.isascii() and c.isalnum())


def _find_step(user: StaffUser, code: str, now: datetime) -> int | None:
    """The time step whose code this is, newer than any that was used; None when it is none."""
    typed = plain_code(code)
    if user.totp_secret is None or len(typed) != 6 or not typed.isdecimal():
        return None
    totp = pyotp.TOTP(user.totp_secret, interval=_STEP_SECONDS)
    present = int(now.timestamp()) // _STEP_SECONDS
    for step in range(present - _DRIFT_STEPS, present + _DRIFT_STEPS + 1):
        is_fresh = user.totp_step is None or step > user.totp_step
        if is_fresh and secrets.compare_digest(totp.generate_otp(step), typed):
            return step
    return None


def _find_recovery(db: Session, user: StaffUser, code: str) -> RecoveryCode | None:
    typed = plain_code(code)
    if len(typed) != 10:
        return None
    query = select(RecoveryCode).where(
        RecoveryCode.user_id == user.id,
        RecoveryCode.code_key == typed,
        RecoveryCode.used_at.is_(None),
    )
    return db.scalar(query.limit(1))
