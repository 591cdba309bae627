"""The kinds of data that are kept of people who register: what they are for, and how long they are kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from eventsapp.core import zones

MOST_DAYS: Final = 3650
"""Nothing about a person is kept by a number of days greater than this; to keep it without an end is a choice of its own."""


class DataKind(StrEnum):
    """A kind of data, in the order in which they are deleted. The values stand in ``RegistrationSettings.retention``."""

    PASSPORT = "passport"
    PHOTO = "photo"
    DOOR = "door"
    IDENTITY = "identity"
    ANSWERS = "answers"
    MESSAGES = "messages"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a kind: what belongs to it, why it is kept, and the default: days after the conference's end."""

    name: object
    what: object
    purpose: object
    days: int | None


KINDS: Final[Mapping[DataKind, About]] = {
    DataKind.PASSPORT: About(
        _l("Page of the passport"),
        _l("The page that was handed in, kept apart from everything else."),
        _l("To write the letter that confirms the registration, for a visa."),
        0,
    ),
    DataKind.PHOTO: About(
        _l("Photo"),
        _l("The photo on the badge."),
        _l("So that officers at the door know who stands before them."),
        30,
    ),
    DataKind.DOOR: About(
        _l("Notes of the door"),
        _l("What officers noted about a person. That somebody came is counted, and stays."),
        _l("To help people at the door, and to explain why somebody was let in or refused."),
        90,
    ),
    DataKind.IDENTITY: About(
        _l("Birth, nationality and telephone"),
        _l("Date of birth, nationality and telephone number."),
        _l("To tell people of the same name apart, and to reach them during the conference."),
        90,
    ),
    DataKind.ANSWERS: About(
        _l("Answers of the form"),
        _l("What the form asked beyond the name, with the files, the position and the reasons of decisions."),
        _l("To decide on the registration and to prepare the conference."),
        180,
    ),
    DataKind.MESSAGES: About(
        _l("Messages"),
        _l("Copies of what was written to the person about this conference."),
        _l("To answer questions about what was said."),
        365,
    ),
    DataKind.PERSON: About(
        _l("Name and address"),
        _l(
            "Name, e-mail address, letters and everything else that says who it is. What is counted stays, without a name."
        ),
        _l("To prove who took part, and to issue confirmations afterwards."),
        730,
    ),
}


def days_kept(kind: DataKind, retention: Mapping[str, Any]) -> int | None:
    """Return how many days after the conference's end a kind is kept by a conference's own choice; None: it is not deleted."""
    if kind.value not in retention:
        return KINDS[kind].days
    chosen = retention[kind.value]
    return chosen if isinstance(chosen, int) and not isinstance(chosen, bool) else None


def deleted_on(
    kind: DataKind, retention: Mapping[str, Any], *, last_day: date, passports: date | None
) -> date | None:
    """Return the day, in the conference's zone, at whose end a kind is deleted; None: never.

    ``last_day`` is the conference's last. Pages of passports have a day of their own, ``passports``; None: the last day.
    """
    if kind is DataKind.PASSPORT:
        return passports or last_day
    days = days_kept(kind, retention)
    return None if days is None else last_day + timedelta(days=days)


def due(
    retention: Mapping[str, Any], *, last_day: date, passports: date | None, zone: str, now: datetime
) -> list[DataKind]:
    """Return the kinds whose day is over at ``now`` (aware), in their order."""
    found = []
    for kind in DataKind:
        day = deleted_on(kind, retention, last_day=last_day, passports=passports)
        if day is not None and zones.instant(day + timedelta(days=1), time(0), zone) <= now:
            found.append(kind)
    return found
