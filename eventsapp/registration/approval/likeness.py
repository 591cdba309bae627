"""How like each other two registrations are: whether one person may have registered twice. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from eventsapp.registration.names import name_key

ALIKE: Final = 3
"""From so many points on two registrations are shown beside each other."""
_NEAR: Final = 0.86
_NOT_A_DIGIT: Final = re.compile(r"\D")


class Sign(StrEnum):
    """What two registrations have in common."""

    NAME = "name"
    NEAR_NAME = "near_name"
    ORIGINAL_NAME = "original_name"
    EMAIL = "email"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    PHOTO = "photo"
    ORGANIZATION = "organization"
    COUNTRY = "country"


POINTS: Final[dict[Sign, int]] = {
    Sign.NAME: 3,
    Sign.NEAR_NAME: 2,
    Sign.ORIGINAL_NAME: 3,
    Sign.EMAIL: 4,
    Sign.BIRTH_DATE: 2,
    Sign.PHONE: 3,
    Sign.PHOTO: 4,
    Sign.ORGANIZATION: 1,
    Sign.COUNTRY: 0,
}
"""How much each says. A birth date alone says little among ten thousand people, the same picture nearly everything."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of one registration. ``photo``: the SHA-256 of its bytes."""

    name: str
    email: str
    original_name: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    photo: bytes | str | None = None
    organization_id: int | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two registrations share, the strongest first, and the sum of it."""

    signs: tuple[Sign, ...]
    points: int

    @property
    def alike(self) -> bool:
        """Whether a person should look."""
        return self.points >= ALIKE


def mailbox(email: str) -> str:
    """Return the mailbox behind an address: without what follows a plus sign; for Gmail also without dots."""
    local, _, domain = email.lower().partition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def number(phone: str | None) -> str:
    """Return the last nine digits of a telephone number: the rest is written in too many ways. "" for fewer than seven."""
    digits = _NOT_A_DIGIT.sub("", phone or "")
    return digits[-9:] if len(digits) >= 7 else ""


def near(one: str, other: str) -> bool:
    """Return whether two name keys differ by a letter or two, or one has all words of the other and is longer."""
    if not one or not other or one == other:
        return False
    a, b = set(one.split()), set(other.split())
    if min(len(a), len(b)) >= 2 and (a < b or b < a):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEAR


def compare(one: Facts, other: Facts) -> Likeness:
    """Return what two registrations have in common. The order of the two does not matter."""
    signs = []
    a, b = name_key(one.name), name_key(other.name)
    if a and a == b:
        signs.append(Sign.NAME)
    elif near(*sorted((a, b))):
        signs.append(Sign.NEAR_NAME)
    if one.original_name and name_key(one.original_name) == name_key(other.original_name or ""):
        signs.append(Sign.ORIGINAL_NAME)
    if mailbox(one.email) == mailbox(other.email):
        signs.append(Sign.EMAIL)
    if one.birth_date is not None and one.birth_date == other.birth_date:
        signs.append(Sign.BIRTH_DATE)
    if number(one.phone) and number(one.phone) == number(other.phone):
        signs.append(Sign.PHONE)
    if one.photo and one.photo == other.photo:
        signs.append(Sign.PHOTO)
    if one.organization_id is not None and one.organization_id == other.organization_id:
        signs.append(Sign.ORGANIZATION)
    if one.country and one.country == other.country:
        signs.append(Sign.COUNTRY)
    points = sum(POINTS[sign] for sign in signs)
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        # Father and daughter may share name, telephone and employer.
        points -= 2
    return Likeness(tuple(sorted(signs, key=lambda sign: -POINTS[sign])), max(0, points))
