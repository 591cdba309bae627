"""The life cycles of a registration and of a booking, each in one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from eventsapp.registration.enums import BookingState, RegistrationState


class RegistrationAction(StrEnum):
    """What can be done with a registration's state."""

    SUBMIT = "submit"
    """Hand a draft in; the address is still to be confirmed."""
    ENDORSE_FIRST = "endorse_first"
    """Put it before the organization's focal point."""
    REVIEW = "review"
    """Put it before a registrar: after the address is confirmed, endorsed by the focal point, or reopened."""
    ASK = "ask"
    ANSWER = "answer"
    CONFIRM = "confirm"
    """Give it a place: approved, or nobody has to approve; taken from the waitlist; accepted."""
    WAIT = "wait"
    """Approved without a place."""
    OFFER = "offer"
    LAPSE = "lapse"
    """An offer was not taken in time."""
    REJECT = "reject"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"


class BookingAction(StrEnum):
    """What can happen to a booking. Taking a seat or a place in the queue starts one, and starts one anew."""

    SEAT = "seat"
    WAIT = "wait"
    PROMOTE = "promote"
    CANCEL = "cancel"


S_ = RegistrationState
A_ = RegistrationAction

_END: Final[dict[RegistrationAction, RegistrationState]] = {
    A_.CANCEL: S_.CANCELLED,
    A_.WITHDRAW: S_.WITHDRAWN,
}

REGISTRATION_TRANSITIONS: dict[RegistrationState, dict[RegistrationAction, RegistrationState]] = {
    S_.DRAFT: {
        A_.SUBMIT: S_.SUBMITTED,
        A_.ENDORSE_FIRST: S_.ENDORSING,
        A_.REVIEW: S_.IN_REVIEW,
        A_.CONFIRM: S_.CONFIRMED,
        A_.WAIT: S_.WAITLISTED,
        **_END,
    },
    S_.SUBMITTED: {
        A_.ENDORSE_FIRST: S_.ENDORSING,
        A_.REVIEW: S_.IN_REVIEW,
        A_.CONFIRM: S_.CONFIRMED,
        A_.WAIT: S_.WAITLISTED,
        A_.REJECT: S_.REJECTED,
        **_END,
    },
    S_.ENDORSING: {A_.REVIEW: S_.IN_REVIEW, A_.REJECT: S_.REJECTED, **_END},
    S_.IN_REVIEW: {
        A_.ASK: S_.RETURNED,
        A_.CONFIRM: S_.CONFIRMED,
        A_.WAIT: S_.WAITLISTED,
        A_.REJECT: S_.REJECTED,
        **_END,
    },
    S_.RETURNED: {A_.ANSWER: S_.IN_REVIEW, A_.REJECT: S_.REJECTED, **_END},
    S_.WAITLISTED: {
        A_.CONFIRM: S_.CONFIRMED,
        A_.OFFER: S_.OFFERED,
        A_.REJECT: S_.REJECTED,
        **_END,
    },
    S_.OFFERED: {A_.CONFIRM: S_.CONFIRMED, A_.LAPSE: S_.CANCELLED, A_.REJECT: S_.REJECTED, **_END},
    S_.CONFIRMED: {A_.REJECT: S_.REJECTED, **_END},
    S_.REJECTED: {A_.REVIEW: S_.IN_REVIEW, A_.CANCEL: S_.CANCELLED},
    # Whoever comes back registers again: a new row, a new secret.
    S_.CANCELLED: {},
    S_.WITHDRAWN: {},
}

GONE: Final = frozenset({S_.CANCELLED, S_.WITHDRAWN})
"""States that leave the address free for another registration."""
HOLDING: Final = frozenset({S_.CONFIRMED, S_.OFFERED})
"""States in which a registration has a place of the conference and of its category."""

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
