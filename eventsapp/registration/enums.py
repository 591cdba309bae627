"""States of registrations and bookings."""

from enum import StrEnum


class RegistrationState(StrEnum):
    """Submitted: the e-mail address is not confirmed yet."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class BookingState(StrEnum):
    """A seat at one event."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
