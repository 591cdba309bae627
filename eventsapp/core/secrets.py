"""Addresses that only one person knows, derived from the secret key instead of stored.

A token is ``{id}-{mac}`` in URL-safe letters, where the MAC (HMAC-SHA256, 160 bits) covers the purpose, the id and a
version. Raising the version revokes the address; a new mail can carry the same address without keeping it anywhere;
a copy of the database gives nobody a token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time

from flask import current_app

_FORM = re.compile(r"([0-9]{1,10})-([A-Za-z0-9_-]{27})")
_GREATEST_ID = 2**31 - 1
"""What an id column holds; PostgreSQL refuses to be asked for more."""


def _mac(purpose: str, id_: int, version: int, extra: str = "") -> str:
    key = current_app.config["SECRET_KEY"].encode()
    said = f"eventsapp\0{purpose}\0{id_}\0{version}\0{extra}".encode()
    digest = hmac.new(key, said, hashlib.sha256).digest()[:20]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sign(purpose: str, id_: int, version: int) -> str:
    """Return the token for a thing of one purpose (such as ``"registration"``) with this id and version."""
    return f"{id_}-{_mac(purpose, id_, version)}"


def read_id(token: str) -> int | None:
    """Return the id that a token speaks of, unchecked, or None if it is no token. Load the thing, then :func:`matches`."""
    found = _FORM.fullmatch(token)
    return int(found[1]) if found and int(found[1]) <= _GREATEST_ID else None


def matches(token: str, purpose: str, id_: int, version: int) -> bool:
    """Return whether ``token`` is the valid one for this thing. Constant time."""
    return hmac.compare_digest(token, sign(purpose, id_, version))


def sign_until(purpose: str, id_: int, version: int, *, seconds: int) -> str:
    """Return a token that also expires: ``{id}-{mac}.{unix time}``. For confirming an address or a new password."""
    until = int(time.time()) + seconds
    return f"{id_}-{_mac(purpose, id_, version, str(until))}.{until}"


def read_id_until(token: str) -> int | None:
    """Like :func:`read_id` for a token that expires."""
    plain, _, _ = token.partition(".")
    return read_id(plain)


def matches_until(token: str, purpose: str, id_: int, version: int) -> bool:
    """Return whether an expiring ``token`` is valid for this thing now."""
    plain, _, until = token.partition(".")
    if not until.isascii() or not until.isdigit() or len(until) > 12:
        return False
    expected = f"{id_}-{_mac(purpose, id_, version, until)}"
    return hmac.compare_digest(plain, expected) and int(until) >= time.time()
