"""States, roles and kinds in the programme."""

from enum import StrEnum


class EventState(StrEnum):
    """Stored state of an event. Whether it is public follows from the releases, not from here."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class Access(StrEnum):
    """Who may come in."""

    OPEN = "open"
    REGISTERED = "registered"
    BOOKING = "booking"
    INVITATION = "invitation"


class OrganizationRole(StrEnum):
    """In which role an organization stands behind an event, in the order they are named."""

    LEAD = "lead"
    CO_ORGANIZER = "co_organizer"
    CO_SPONSOR = "co_sponsor"


class SpeakerRole(StrEnum):
    """What a person does at an event."""

    SPEAKER = "speaker"
    KEYNOTE = "keynote"
    PANELLIST = "panellist"
    MODERATOR = "moderator"
    CHAIR = "chair"
    HOST = "host"
    OPENING = "opening"
    RAPPORTEUR = "rapporteur"
    ARTIST = "artist"


class MaterialKind(StrEnum):
    """A material is a link, a file kept here, or the page where the facts of an imported event stand."""

    LINK = "link"
    FILE = "file"
    SOURCE = "source"


class HalfDay(StrEnum):
    """Part of a day, by the clock at which an event starts in the conference's zone (``constraints.half_of``)."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class PairKind(StrEnum):
    """What two events want of each other."""

    APART = "apart"
    """Not at the same time."""
    BEFORE = "before"
    """The first ends before the second starts."""
    NEXT = "next"
    """On the same day, one right after the other."""


class RunState(StrEnum):
    """Life of a run of the auto-scheduler."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Audience(StrEnum):
    """Who is told of a release."""

    SPEAKERS = "speakers"
    LEADS = "leads"
    CO_ORGANIZERS = "co_organizers"
    BOOKED = "booked"
    SUBSCRIBERS = "subscribers"


class ChangeKind(StrEnum):
    """What happens to an event from one release to another."""

    NEW = "new"
    MOVED = "moved"
    """Another time, whatever the room."""
    ROOM = "room"
    """Another room at the same time."""
    ANNOUNCED = "announced"
    """Keeps what was public of its place and time, and gets more of it."""
    TAKEN_BACK = "taken_back"
    """A part of its public place or time is to be announced again."""
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"
    """It was cancelled, and takes place after all."""
    WITHDRAWN = "withdrawn"
    """It is in the programme no longer."""


class DigestState(StrEnum):
    """What becomes of the messages of a release: held back, being written to the outbox, all written, or called off."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
