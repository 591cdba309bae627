"""The code of a badge: signed, so that a door can tell it from a forged one without a network.

It says which conference, which badge, and the last day on which it is good; nothing about the person. 120 letters of A–Z
and 2–7 (RFC 4648, base 32), which a QR code holds in its alphanumeric mode and a scanner types on any keyboard::

    version (1 byte) · conference (4) · badge (4) · last day, since 2000-01-01 (2) · ECDSA P-256 with SHA-256 (64: r, s)

all numbers with the highest byte first. The signature is over the eleven bytes before it, in the form that WebCrypto checks.
The key pair of a conference is derived from ``SECRET_KEY``: nothing is kept, and each conference has its own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask import current_app

from eventsapp.conferences.models import Conference
from eventsapp.extensions import db
from eventsapp.registration.badges.models import Badge

# The functions that sign and check import what they need themselves: it takes 7 MB, which most processes never use.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

LENGTH: Final = 120
"""Letters of a code."""
DAYS_AFTER: Final = 2
"""Days after the last one of the conference on which its badges are good: closing sessions run late."""

_VERSION: Final = 1
_EPOCH: Final = date(2000, 1, 1)
_PAYLOAD: Final = struct.Struct(">BIIH")
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (FIPS 186-5): private keys are between 1 and this."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a genuine code says. ``last_day`` is in the conference's zone."""

    conference_id: int
    badge_id: int
    last_day: date

    def expired(self, today: date) -> bool:
        """Return whether it is no longer good on ``today``, a day in the conference's zone."""
        return today > self.last_day


def last_day(conference: Conference) -> date:
    """Return the last day on which badges of a conference are good, as it is now."""
    return conference.end_date + timedelta(days=DAYS_AFTER)


def code_of(badge: Badge) -> str:
    """Return the text of a badge's code: the same each time, as long as the conference ends on the same day."""
    return text_of(badge.id, db.session.get_one(Conference, badge.conference_id))


def text_of(badge_id: int, conference: Conference) -> str:
    """Return the text of the code of a badge of a conference, by the badge's id. Asks no database."""
    days = (last_day(conference) - _EPOCH).days
    return signed(Code(conference.id, badge_id, _EPOCH + timedelta(days=min(max(days, 0), 0xFFFF))))


def signed(code: Code) -> str:
    """Return a code with its signature as text."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    payload = _PAYLOAD.pack(_VERSION, code.conference_id, code.badge_id, (code.last_day - _EPOCH).days)
    r, s = decode_dss_signature(_key_of(code.conference_id).sign(payload, algorithm))
    return base64.b32encode(payload + r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


def read(text: str) -> Code | None:
    """Return what a code says, of whichever conference here, or None where it is no code of ours or its signature is wrong.

    Whether it is of the conference at hand, expired or revoked is for the caller to see. Spaces and small letters do no harm.
    """
    letters = "".join(text.split()).upper()
    if len(letters) != LENGTH:
        return None
    try:
        content = base64.b32decode(letters)
    except (binascii.Error, ValueError):
        return None
    payload, r, s = content[: _PAYLOAD.size], content[-64:-32], content[-32:]
    version, conference_id, badge_id, days = _PAYLOAD.unpack(payload)
    if version != _VERSION:
        return None
    return (
        Code(conference_id, badge_id, _EPOCH + timedelta(days=days))
        if _genuine(conference_id, payload, r, s)
        else None
    )


def _genuine(conference_id: int, payload: bytes, r: bytes, s: bytes) -> bool:
    """Return whether ``r`` and ``s`` are a signature of a conference over a payload."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    signature = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        _key_of(conference_id).public_key().verify(signature, payload, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def public_key(conference_id: int) -> dict[str, str]:
    """Return the key that the codes of a conference are checked with: a JSON Web Key, as WebCrypto imports it."""
    numbers = _key_of(conference_id).public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _url_safe(numbers.x), "y": _url_safe(numbers.y)}


def _url_safe(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _key_of(conference_id: int) -> ec.EllipticCurvePrivateKey:
    return _derived(str(current_app.config["SECRET_KEY"]), conference_id)


@lru_cache(maxsize=32)
def _derived(secret: str, conference_id: int) -> ec.EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    # 512 bits, so that taking the rest favours no key.
    said = f"eventsapp\0badges\0{conference_id}".encode()
    number = int.from_bytes(hmac.new(secret.encode(), said, hashlib.sha512).digest(), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())
