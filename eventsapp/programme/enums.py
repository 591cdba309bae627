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
