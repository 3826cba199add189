"""Which new passwords are acceptable: long enough, not common, not made of known names.

OWASP ASVS 4.0, 2.1.1, 2.1.2 and 2.1.7; NIST SP 800-63B, 5.1.1.2 (context-specific words).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pypinyin import lazy_pinyin
from zxcvbn import zxcvbn

from core.errors import InputError

MIN_LENGTH = 12
MAX_LENGTH = 128
_MIN_GUESSES_LOG10 = 9.0
"""Ten thousand million guesses: out of reach while the attempts at an account are delayed."""
_JUDGED_LENGTH = 72
"""zxcvbn takes quadratic time; what comes after so many characters can only make it harder."""
_MIN_OWN = 6
SERVICE_NAMES = (
    "12333", "hotline", "dongguan", "guangdong", "renshe", "rensheju", "laodong", "labour",
    "labor", "shebao", "rexian", "dgrs", "dghrss", "hrss", "renliziyuan", "shehuibaozhang",
)  # fmt: skip


def check_password(password: str, login: str, name: str = "") -> None:
    """Raise InputError (field ``password``) for a new password that should not be used.

    Refused are: fewer than 12 or more than 128 characters, control characters, few different
    characters, what a guesser tries first, and what is made of the login, the user's name (also in
    pinyin) or the names of the service with a few characters more.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InputError("A password has 12 to 128 characters.", "password")
    if not password.isprintable():
        raise InputError("The password has characters that cannot be typed.", "password")
    if login.lower() in password.lower():
        raise InputError("The password must not contain the login.", "password")
    if len(set(password)) < MIN_LENGTH // 2:
        raise InputError("The password has too few different characters.", "password")
    known = tuple(dict.fromkeys((*SERVICE_NAMES, *_names_of(login, name))))
    if _is_made_of(password, known):
        raise InputError("The password is made of known names.", "password")
    judged = zxcvbn(password[:_JUDGED_LENGTH], user_inputs=list(known))
    if judged["guesses_log10"] < _MIN_GUESSES_LOG10:
        raise InputError("This password is easily guessed.", "password")


def _names_of(login: str, name: str) -> Iterable[str]:
    """The parts of a login and a name, Chinese names in pinyin, in both orders."""
    yield from (part for part in re.split(r"[._-]", login.lower()) if len(part) > 2)
    syllables = [part.lower() for part in lazy_pinyin(name) if part.strip().isalpha()]
    if syllables:
        yield "".join(syllables)
        yield "".join((*syllables[1:], syllables[0]))
    yield from (part for part in syllables if len(part) > 2)


def _is_made_of(password: str, known: Iterable[str]) -> bool:
    """Whether hardly anything is left without the known words, digits and signs."""
    rest = password.lower()
    words = [word for word in sorted(known, key=len, reverse=True) if word in rest]
    for word in words:
        rest = rest.replace(word, "")
    own = re.sub(r"[\W\d_]", "", rest)
    return bool(words) and len(own) < _MIN_OWN
