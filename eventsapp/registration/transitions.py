"""The life cycles of a registration and of a booking, each in one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from eventsapp.registration.enums import BookingState, RegistrationState


class RegistrationAction(StrEnum):
    """What can be done with a registration's state. Confirming proves the e-mail address, or vouches for it."""

    CONFIRM = "confirm"
    CANCEL = "cancel"


class BookingAction(StrEnum):
    """What can happen to a booking. Taking a seat or a place in the queue starts one, and starts one anew."""

    SEAT = "seat"
    WAIT = "wait"
    PROMOTE = "promote"
    CANCEL = "cancel"


REGISTRATION_TRANSITIONS: dict[RegistrationState, dict[RegistrationAction, RegistrationState]] = {
    RegistrationState.SUBMITTED: {
        RegistrationAction.CONFIRM: RegistrationState.CONFIRMED,
        RegistrationAction.CANCEL: RegistrationState.CANCELLED,
    },
    RegistrationState.CONFIRMED: {RegistrationAction.CANCEL: RegistrationState.CANCELLED},
    # Whoever comes back registers again: a new row, a new secret.
    RegistrationState.CANCELLED: {},
}

BOOKING_TRANSITIONS: dict[BookingState, dict[BookingAction, BookingState]] = {
    BookingState.CONFIRMED: {BookingAction.CANCEL: BookingState.CANCELLED},
    BookingState.WAITLISTED: {
        BookingAction.PROMOTE: BookingState.CONFIRMED,
        BookingAction.CANCEL: BookingState.CANCELLED,
    },
    BookingState.CANCELLED: {
        BookingAction.SEAT: BookingState.CONFIRMED,
        BookingAction.WAIT: BookingState.WAITLISTED,
    },
}

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def target(table: Mapping[S, Mapping[A, S]], state: S, action: A) -> S | None:
    """Return the state that ``action`` leads to from ``state``, or None where it is not possible."""
    return table[state].get(action)
