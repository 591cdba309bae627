"""States and kinds of registration, bookings, badges and the door."""

from enum import StrEnum


class RegistrationState(StrEnum):
    """Life of a registration. Which state leads to which stands in ``transitions.py``."""

    DRAFT = "draft"
    """Being written: by the person, or begun by a focal point who nominates them."""
    SUBMITTED = "submitted"
    """Handed in; the e-mail address is not confirmed yet."""
    ENDORSING = "endorsing"
    """Waits for the focal point of the organization."""
    IN_REVIEW = "in_review"
    """Waits for a registrar."""
    RETURNED = "returned"
    """The registrar asked for more; the person has to answer."""
    WAITLISTED = "waitlisted"
    """Approved, and no place is free: it has a position in the conference's queue."""
    OFFERED = "offered"
    """A free place is kept for the person until they take it or the offer lapses."""
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    """By the person or an organizer, or because an offer lapsed."""
    WITHDRAWN = "withdrawn"
    """By the organization that nominated the person."""


class Approval(StrEnum):
    """Who approves the registrations of a category."""

    AUTOMATIC = "automatic"
    REGISTRAR = "registrar"
    FOCAL_POINT = "focal_point"
    """First the organization's focal point, then a registrar."""


class WaitlistMode(StrEnum):
    """What happens when a place of the conference or of a category becomes free."""

    CLOSED = "closed"
    """Nobody waits: when all places are taken, registration says so."""
    AUTOMATIC = "automatic"
    """The first in the queue is registered."""
    CONSENT = "consent"
    """The first in the queue is offered the place, for a time."""


class Detail(StrEnum):
    """What a form may ask of a person besides name, address, organization and country."""

    ORIGINAL_NAME = "original_name"
    JOB_TITLE = "job_title"
    PHONE = "phone"
    GENDER = "gender"
    BIRTH_DATE = "birth_date"
    NATIONALITY = "nationality"
    FIRST_TIME = "first_time"
    PHOTO = "photo"
    PASSPORT = "passport"


class Gender(StrEnum):
    """As a person gives it, if at all."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class BookingState(StrEnum):
    """A seat at one event."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class OverlapRule(StrEnum):
    """What happens when somebody books what overlaps with a seat they have."""

    ALLOWED = "allowed"
    WARNED = "warned"
    REFUSED = "refused"


class TransferState(StrEnum):
    """Life of handing a seat on to somebody else."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ENDED = "ended"


class ReplyKind(StrEnum):
    """What a prepared answer of the approval desk goes with."""

    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    WAITLIST = "waitlist"


class BadgePaper(StrEnum):
    """What badges are printed on."""

    A6 = "a6"
    """One on a page of 105 × 148 mm."""
    A4_FOUR = "a4_four"
    """Four A6 badges on a page of A4."""
    PRINTER = "printer"
    """One on a page of 86 × 124 mm, as badge printers take it."""


class GateKind(StrEnum):
    """Doors."""

    CONFERENCE = "conference"
    ROOM = "room"


class ScanKind(StrEnum):
    """What was recorded at a door."""

    IN = "in"
    OUT = "out"
    REFUSED = "refused"


class ScanReason(StrEnum):
    """Why a badge is refused, or what the officer is warned of. In the order in which they are said."""

    FORGED = "forged"
    """No code of ours, or its signature is wrong."""
    FOREIGN = "foreign"
    """The code belongs to another conference."""
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """The signature is right, and the list does not have the badge: it was printed since, or erased."""
    NOT_CONFIRMED = "not_confirmed"
    """The registration was cancelled, or is not confirmed."""
    NO_RIGHT = "no_right"
    """The category has no right to the room's event, and the person no ticket."""
    NO_SEAT = "no_seat"
    """The event is by booking, and the person has no seat."""
    FULL = "full"
    """The safety limit of the room is reached."""
    TWICE = "twice"
    """The badge is inside already."""
    OFFICER = "officer"
    """An officer refused, for a reason that stands in the scan's note."""
