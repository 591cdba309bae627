"""Tables of the doors: gates, devices that scan there, what they recorded, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from eventsapp.conferences.models import OfConference, Room
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.registration.enums import GateKind, ScanKind, ScanReason


class Gate(OfConference, Stamped, Model):
    """A door where badges are scanned: of the conference, or of one of its rooms."""

    __unseen__ = ("names", "kind", "room_id", "open", "lanes")

    names: Mapped[dict[str, str]]
    kind: Mapped[GateKind] = mapped_column(choice(GateKind))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"), index=True)
    """Of a room's door."""
    open: Mapped[bool] = mapped_column(default=True)
    lanes: Mapped[int] = mapped_column(default=1)
    """How many queues there are side by side."""

    room: Mapped[Room | None] = relationship()

    @validates("room_id")
    def _follow_room(self, _name: str, room_id: int | None) -> int | None:
        """A door with a room is that room's."""
        self.kind = GateKind.CONFERENCE if room_id is None else GateKind.ROOM
        return room_id


class DoorDevice(Model):
    """A phone or a computer that scans. ``key`` is made by the device itself, once."""

    __table_args__ = (UniqueConstraint("conference_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(36))
    """A UUID."""
    name: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    """Who works with it, or did last."""
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id", ondelete="SET NULL"))
    seen_at: Mapped[datetime]
    list_at: Mapped[datetime | None]
    """When it last fetched the list of badges."""
    waiting: Mapped[int] = mapped_column(default=0)
    """Scans it had not handed over yet when it was last seen."""
    revoked_at: Mapped[datetime | None]


class Scan(Model):
    """What a device recorded at a door. ``key`` is made by the device: the same one handed over again changes nothing."""

    __table_args__ = (
        Index("ix_scan_gate", "gate_id", "at"),
        Index("ix_scan_person", "registration_id", "at"),
        Index("ix_scan_conference", "conference_id", "at"),
        Index("ix_scan_received", "conference_id", "received_at"),
        CheckConstraint("kind <> 'refused' OR reason IS NOT NULL", name="refused"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    """A UUID."""
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    """A door at which anybody was scanned is closed, not deleted."""
    device_id: Mapped[int | None] = mapped_column(ForeignKey("door_device.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    badge_id: Mapped[int | None] = mapped_column(ForeignKey("badge.id", ondelete="SET NULL"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    """Of a room's door: the event that the person came to."""
    kind: Mapped[ScanKind] = mapped_column(choice(ScanKind))
    reason: Mapped[ScanReason | None] = mapped_column(choice(ScanReason))
    """Why it was refused; of one that was let in all the same: what the officer was warned of."""
    note: Mapped[str | None] = mapped_column(String(300))
    """Why an officer let somebody in all the same."""
    at: Mapped[datetime]
    """By the device's clock, corrected by what it knows of ours."""
    received_at: Mapped[datetime]
    offline: Mapped[bool] = mapped_column(default=False)

    gate: Mapped[Gate] = relationship()


class Presence(Model):
    """Whether a person is inside, as the scans say: at the conference, or in a room. The newest scan by its own time decides,
    whatever the order in which they came in."""

    __table_args__ = (
        UniqueConstraint("registration_id", "place"),
        Index("ix_presence_place", "conference_id", "place", "inside"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(20))
    """``"conference"``, or ``"room-<id>"``."""
    inside: Mapped[bool]
    at: Mapped[datetime]
    """Of the scan that says so."""


class Attendance(Model):
    """That a person came to an event. One for each, whatever the number of scans."""

    __table_args__ = (UniqueConstraint("event_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    """Of the first scan."""
