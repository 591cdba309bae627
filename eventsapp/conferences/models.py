"""Tables of a conference and of what it is made of. Everything here belongs to exactly one conference."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core.db import Stamped, choice
from eventsapp.core.files import StoredFile
from eventsapp.core.renames import OldSlug as OldSlug  # part of what a conference is made of
from eventsapp.extensions import Model


class Conference(Stamped, Model):
    """A conference. ``revision`` grows with every change that the public can see (``core/revision.py``)."""

    __table_args__ = (
        CheckConstraint("end_date >= start_date", name="dates"),
        CheckConstraint("accent LIKE '#______'", name="accent"),
        CheckConstraint(
            "registration_closes_at IS NULL OR registration_opens_at IS NOT NULL", name="registration_times"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[ConferenceState] = mapped_column(choice(ConferenceState), default=ConferenceState.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    short_name: Mapped[str] = mapped_column(String(80))
    symbol: Mapped[str | None] = mapped_column(String(40))
    """The document symbol, such as A/CONF.226."""
    names: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    """Markdown."""
    start_date: Mapped[date]
    end_date: Mapped[date]
    zone: Mapped[str] = mapped_column(String(64))
    """IANA time zone name."""
    cities: Mapped[dict[str, str]]
    country: Mapped[str | None] = mapped_column(String(2))
    languages: Mapped[list[str]]
    """Languages of its content, the ones its forms ask for."""
    default_language: Mapped[str] = mapped_column(String(8), default="en")
    accent: Mapped[str] = mapped_column(String(7), default="#1f5fa8")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    code_prefix: Mapped[str] = mapped_column(String(8), default="EV")
    """What the codes of its events begin with."""
    next_code: Mapped[int] = mapped_column(default=1)
    next_proposal: Mapped[int] = mapped_column(default=1)
    """The number of the next proposal."""

    picture: Mapped[StoredFile | None] = relationship()

    __unseen__ = ("next_code", "code_prefix", "next_proposal")

    def __shown_in__(self) -> Collection[int]:
        return [self.id]


class OfConference:
    """Mixin: a part of one conference, with an address (``slug``) that is unique there."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:
        return (UniqueConstraint("conference_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr
    def conference_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))

    slug: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)

    def __shown_in__(self) -> Collection[int]:
        return [self.conference_id]


class Venue(OfConference, Stamped, Model):
    """A place with rooms. Coordinates are WGS 84 degrees."""

    names: Mapped[dict[str, str]]
    address: Mapped[str | None] = mapped_column(String(300))
    directions: Mapped[dict[str, str]]
    """Markdown: how to get there."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    rooms: Mapped[list[Room]] = relationship(back_populates="venue", order_by="Room.position, Room.id")


class Room(OfConference, Stamped, Model):
    """A room of a venue. ``capacity`` is in seats; ``safety_limit`` in persons."""

    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    names: Mapped[dict[str, str]]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    capacity: Mapped[int | None]
    safety_limit: Mapped[int | None]
    equipment: Mapped[list[str]] = mapped_column(default=list)
    booths: Mapped[int | None]
    """Interpretation booths."""
    step_free: Mapped[bool | None]
    directions: Mapped[dict[str, str]]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    """Clocks in the conference's zone, on each day; not after ``opens``: on the next day. None: as the conference's days."""

    venue: Mapped[Venue] = relationship(back_populates="rooms")
    closures: Mapped[list[RoomClosure]] = relationship(
        back_populates="room", cascade="all, delete-orphan", order_by="RoomClosure.starts_at"
    )

    __unseen__ = ("opens", "closes", "closures")


class RoomClosure(Model):
    """A time at which a room cannot be had: it is being built up, or an official meeting takes it."""

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reasons: Mapped[dict[str, str]]

    room: Mapped[Room] = relationship(back_populates="closures")


class EventType(OfConference, Stamped, Model):
    """A kind of event. A higher ``rank`` outranks a lower one; ``colour`` is 1–12 of the fixed palette."""

    names: Mapped[dict[str, str]]
    default_minutes: Mapped[int | None]
    rank: Mapped[int] = mapped_column(default=0)
    colour: Mapped[int] = mapped_column(default=1)


class Slot(Model):
    """A bookable time of an event type, on one day or (``day`` None) on each day of the conference.

    Clocks in the conference's zone; ``ends`` not after ``starts``: on the next day.
    """

    __table_args__ = (UniqueConstraint("type_id", "day", "starts", "ends"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("event_type.id", ondelete="CASCADE"))
    day: Mapped[date | None]
    starts: Mapped[time]
    ends: Mapped[time]

    type: Mapped[EventType] = relationship()


class Theme(OfConference, Stamped, Model):
    """A subject. ``areas`` names the larger area it belongs to; ``number`` is the conference's own numbering."""

    names: Mapped[dict[str, str]]
    areas: Mapped[dict[str, str]]
    number: Mapped[int | None]


class Constituency(OfConference, Stamped, Model):
    """A group of partners used for balance, such as women or local authorities."""

    names: Mapped[dict[str, str]]


class Page(OfConference, Stamped, Model):
    """A content page, in Markdown."""

    titles: Mapped[dict[str, str]]
    bodies: Mapped[dict[str, str]]
    published: Mapped[bool] = mapped_column(default=False)


class NewsItem(OfConference, Stamped, Model):
    """A piece of news, in Markdown. Public from ``published_at`` on; a draft has none."""

    titles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    bodies: Mapped[dict[str, str]]
    published_at: Mapped[datetime | None]
