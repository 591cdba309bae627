"""Passwords: what is taken as one, and how it is kept and checked (argon2id).

A check takes some twenty milliseconds and 19 MiB, on purpose. No more than a few run at a time in each process, so
that a flood of them slows down signing in, not the site. Call these outside of a transaction.
"""

from __future__ import annotations

import os
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from flask_babel import gettext as _

SHORTEST = 10
LONGEST = 200

# OWASP's recommendation for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(max(1, min(4, os.cpu_count() or 1)))

# What attackers try first, of those that are long enough. Compared without digits and signs at the end.
_WORDS = """
    password passwordpassword passw0rd qwertyuiop qwertyuiopasdfghjkl asdfghjkl zxcvbnm administrator iloveyou
    letmein letmeinplease welcome welcometo changeme changemenow trustno superman baseball football sunshine princess
    michelle jennifer computer internet starwars whatever corvette mercedes liverpool manchester basketball
    qazwsxedc qazwsxedcrfv qwerty qwertyqwerty azerty azertyuiop motdepasse contraseña contrasena conference
    conferences eventsapp secretariat united nations unitednations habitat
"""
_COMMON = frozenset(_WORDS.split())
_SEQUENCES = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)


def normal(password: str) -> str:
    """Return the form of a password that is hashed: the same on every keyboard and system (NFKC)."""
    return unicodedata.normalize("NFKC", password.replace("\0", ""))


def problem(password: str, *, email: str = "", name: str = "") -> str | None:
    """Return, in the reader's language, why this cannot be a password, or None."""
    text = normal(password)
    if len(text) < SHORTEST:
        return str(_("Use at least %(count)s characters.", count=SHORTEST))
    if len(text) > LONGEST:
        return str(_("Use at most %(count)s characters.", count=LONGEST))
    plain = text.casefold().strip()
    own = {part for part in (email.casefold(), email.partition("@")[0].casefold(), name.casefold()) if part}
    if plain in own or plain.rstrip("0123456789!.?*#-_ ") in own:
        return str(_("Do not use your name or e-mail address."))
    stem = plain.rstrip("0123456789!.?*#-_ $")
    if stem in _COMMON or len(set(plain)) < 4 or any(plain in line for line in _SEQUENCES):
        return str(_("This is one of the passwords that are tried first. Choose another one."))
    return None


def hashed(password: str) -> str:
    """Return the hash to keep of a password."""
    with _at_once:
        return _hasher.hash(normal(password))


def check(kept: str | None, password: str) -> bool:
    """Return whether ``password`` is the one of the hash ``kept``. Takes as long when there is none (None)."""
    with _at_once:
        try:
            _hasher.verify(kept or _nobody(), normal(password)[: LONGEST + 1])
            return kept is not None
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with other parameters than today's, and should be made anew."""
    return _hasher.check_needs_rehash(kept)


_dummy: str | None = None


def _nobody() -> str:
    """Return the hash of a password that nobody has, so that an unknown address takes as long as a known one."""
    global _dummy
    if _dummy is None:
        _dummy = _hasher.hash(os.urandom(24).hex())
    return _dummy
