"""Tables of the programme: events, the people and organizations behind them, placements and releases."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.conferences.models import Constituency, EventType, OfConference, Room, Theme
from eventsapp.core.db import Stamped, choice
from eventsapp.core.files import StoredFile
from eventsapp.extensions import Model, db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import (
    Access,
    DigestState,
    EventState,
    MaterialKind,
    OrganizationRole,
    PairKind,
    RunState,
    SpeakerRole,
)

event_theme = Table(
    "event_theme",
    db.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True),
)
event_constituency = Table(
    "event_constituency",
    db.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "constituency_id", ForeignKey("constituency.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)


class Speaker(OfConference, Stamped, Model):
    """A person who speaks at a conference. The affiliation is said at each event, as people wear several hats."""

    name: Mapped[str] = mapped_column(String(200))
    biographies: Mapped[dict[str, str]]
    """Markdown."""
    website: Mapped[str | None] = mapped_column(String(500))
    source_id: Mapped[str | None] = mapped_column(String(120))
    """What the imported file calls the person."""
    email: Mapped[str | None] = mapped_column(String(254))
    """Where the person is told of changes; never public."""
    language: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str | None] = mapped_column(String(64))
    """IANA name: where the person is while speaking online."""

    absences: Mapped[list[SpeakerAbsence]] = relationship(
        back_populates="speaker", cascade="all, delete-orphan", order_by="SpeakerAbsence.starts_at"
    )

    __unseen__ = ("email", "language", "zone", "absences")


class SpeakerAbsence(Model):
    """A time at which a speaker cannot come."""

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    speaker: Mapped[Speaker] = relationship(back_populates="absences")


class Event(Stamped, Model):
    """One item of the programme, of whatever type.

    The seat counters are moved by single conditional UPDATEs (``registration/service.py``), never through an object:
    ``seats`` is the capacity that can be booked (None: nothing to book), ``seats_taken`` the confirmed bookings,
    ``seats_waiting`` the length of the waitlist, ``queue_tail`` the last place given out in it.
    """

    __table_args__ = (
        UniqueConstraint("conference_id", "code"),
        Index(
            "uq_event_source",
            "conference_id",
            "source_id",
            unique=True,
            sqlite_where=text("source_id IS NOT NULL"),
            postgresql_where=text("source_id IS NOT NULL"),
        ),
        CheckConstraint("seats IS NULL OR access = 'booking'", name="seats_by_booking"),
        CheckConstraint("seats_taken >= 0 AND seats_waiting >= 0 AND queue_tail >= 0", name="counters"),
        CheckConstraint("seats_taken <= coalesce(seats, 0)", name="never_overbooked"),
        CheckConstraint("length_minutes IS NULL OR length_minutes > 0", name="length"),
    )
    __unseen__ = (
        "seats_taken",
        "seats_waiting",
        "queue_tail",
        "organizer_notes",
        "search_text",
        "length_minutes",
        "expected_attendance",
        "equipment",
        "step_free",
        "wished_days",
        "wished_halves",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    """Such as SE-042; never changes once public."""
    uid: Mapped[str] = mapped_column(String(80), unique=True, default=lambda: str(uuid.uuid4()))
    """The iCalendar UID, for ever."""
    source_id: Mapped[str | None] = mapped_column(String(120))
    """What the imported file calls the event."""
    state: Mapped[EventState] = mapped_column(choice(EventState), default=EventState.DRAFT)
    type_id: Mapped[int] = mapped_column(ForeignKey("event_type.id"), index=True)
    titles: Mapped[dict[str, str]]
    subtitles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    """Plain text, a sentence or three."""
    descriptions: Mapped[dict[str, str]]
    """Markdown."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    """Languages spoken, ISO 639-1."""
    interpretation: Mapped[list[str]] = mapped_column(default=list)
    """Languages interpreted into."""
    access: Mapped[Access | None] = mapped_column(choice(Access))
    """None: not known."""
    stand: Mapped[str | None] = mapped_column(String(40))
    contact_name: Mapped[str | None] = mapped_column(String(200))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    online_url: Mapped[str | None] = mapped_column(String(500))
    """Where it can be followed online; public."""
    length_minutes: Mapped[int | None]
    """Wished length."""
    expected_attendance: Mapped[int | None]
    """Persons, as somebody estimates; None: from bookings and stars."""
    equipment: Mapped[list[str]] = mapped_column(default=list)
    """What the room must have, in the words of ``Room.equipment``."""
    step_free: Mapped[bool] = mapped_column(default=False)
    """Whether the room must be reached without steps."""
    wished_days: Mapped[list[str]] = mapped_column(default=list)
    """ISO dates, any of which is as good; empty: no wish."""
    wished_halves: Mapped[list[str]] = mapped_column(default=list)
    """Values of :class:`HalfDay`."""
    organizer_notes: Mapped[str | None] = mapped_column(Text)
    """For the workspace only."""
    cancelled_at: Mapped[datetime | None]
    cancellation_reasons: Mapped[dict[str, str]]
    sequence: Mapped[int] = mapped_column(default=0)
    """iCalendar SEQUENCE (RFC 5545, 3.8.7.4)."""
    seats: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    seats_waiting: Mapped[int] = mapped_column(default=0)
    queue_tail: Mapped[int] = mapped_column(default=0)
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Code, titles and subtitles as ``core.search.normalize`` writes them; for the workspace's lists."""

    type: Mapped[EventType] = relationship()
    organizations: Mapped[list[EventOrganization]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventOrganization.position"
    )
    speakers: Mapped[list[EventSpeaker]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventSpeaker.position"
    )
    materials: Mapped[list[Material]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="Material.position"
    )
    themes: Mapped[list[Theme]] = relationship(secondary=event_theme, order_by="Theme.position, Theme.id")
    constituencies: Mapped[list[Constituency]] = relationship(
        secondary=event_constituency, order_by="Constituency.position, Constituency.id"
    )

    def __shown_in__(self) -> Collection[int]:
        return [self.conference_id]


class OfEvent:
    """Mixin of what an event has several of: a change moves the event's ``updated_at``."""

    __touches__ = ("event",)
    event: Mapped[Event]

    def __shown_in__(self) -> Collection[int | None]:
        # Taken off its event it has none any more; the event itself has then changed as well.
        return [getattr(self.event, "conference_id", None)]


class EventOrganization(OfEvent, Model):
    """An organization behind an event. Several may lead."""

    __table_args__ = (UniqueConstraint("event_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[OrganizationRole] = mapped_column(choice(OrganizationRole))
    position: Mapped[int] = mapped_column(default=0)

    event: Mapped[Event] = relationship(back_populates="organizations")
    organization: Mapped[Organization] = relationship()


class EventSpeaker(OfEvent, Model):
    """A person at an event, with the role and the affiliation they have there."""

    __table_args__ = (UniqueConstraint("event_id", "speaker_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), index=True)
    role: Mapped[SpeakerRole] = mapped_column(choice(SpeakerRole), default=SpeakerRole.SPEAKER)
    affiliation: Mapped[str | None] = mapped_column(String(300))
    position: Mapped[int] = mapped_column(default=0)
    online: Mapped[bool] = mapped_column(default=False)
    """Whether they speak from elsewhere."""

    __unseen__ = ("online",)

    event: Mapped[Event] = relationship(back_populates="speakers")
    speaker: Mapped[Speaker] = relationship()


class Material(OfEvent, Model):
    """A link or a file of an event."""

    __table_args__ = (CheckConstraint("(kind = 'file') = (file_id IS NOT NULL)", name="file"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MaterialKind] = mapped_column(choice(MaterialKind))
    titles: Mapped[dict[str, str]]
    url: Mapped[str | None] = mapped_column(String(1000))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    language: Mapped[str | None] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(default=0)

    event: Mapped[Event] = relationship(back_populates="materials")
    file: Mapped[StoredFile | None] = relationship()


class ProgrammeVersion(Model):
    """The working programme (``number`` is None), or release n of it."""

    __table_args__ = (
        UniqueConstraint("conference_id", "number"),
        Index(
            "uq_programme_version_working",
            "conference_id",
            unique=True,
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
        CheckConstraint("(number IS NULL) = (released_at IS NULL)", name="released"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    number: Mapped[int | None]
    notes: Mapped[dict[str, str]]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    difference: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Codes of events by :class:`ChangeKind`, and ``places``: code → [before, after] (``releases.py``)."""
    edits: Mapped[int] = mapped_column(default=0)
    """In the working programme: the number of its newest :class:`ProgrammeEdit`."""

    def __shown_in__(self) -> Collection[int]:
        return [self.conference_id] if self.number is not None else []


class Placement(Model):
    """Where and when an event takes place in one version of the programme. Every part may still be unknown.

    ``day`` is the programme day in the conference's zone: an event that starts past midnight belongs to the evening
    before. An event over several days has ``end_day``; its times are those of the first day and hold for each.
    A release has a placement for each event it contains, an empty one for "to be announced".
    """

    __table_args__ = (
        UniqueConstraint("version_id", "event_id"),
        CheckConstraint("ends_at IS NULL OR starts_at IS NOT NULL", name="end_needs_start"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("starts_at IS NULL OR day IS NOT NULL", name="start_needs_day"),
        CheckConstraint("end_day IS NULL OR end_day > day", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("programme_version.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    day: Mapped[date | None]
    end_day: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    """In a release: when a release last changed the place or the time (UTC)."""
    previous_room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    previous_starts_at: Mapped[datetime | None]
    previous_ends_at: Mapped[datetime | None]
    """In a release: from where and when the event last moved; empty if it never did."""
    pinned: Mapped[bool] = mapped_column(default=False)
    """In the working programme: stays where it is, whatever the auto-scheduler does."""
    cancelled: Mapped[bool] = mapped_column(default=False)
    """In a release: whether the event was cancelled when it was made. What is public is the event's own state."""

    event: Mapped[Event] = relationship()
    version: Mapped[ProgrammeVersion] = relationship()
    room: Mapped[Room | None] = relationship(foreign_keys=[room_id])


class ProgrammeEdit(Model):
    """One change of one event's place in the working programme, numbered without gaps in each conference.

    The log is what a second officer's editor follows, what an outdated change is told, and what undo goes back along.
    ``before`` and ``after`` are places as ``edits.as_json`` writes them; ``group`` is shared by what was done at once.
    """

    __table_args__ = (UniqueConstraint("conference_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    number: Mapped[int]
    group: Mapped[str] = mapped_column(String(36))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class EventPair(Model):
    """Something that two events want of each other. For ``before`` the first comes first; else the order means nothing."""

    __table_args__ = (
        UniqueConstraint("first_id", "second_id", "kind"),
        CheckConstraint("first_id <> second_id", name="two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PairKind] = mapped_column(choice(PairKind))


class ProgrammeSettings(Model):
    """How a conference's timetable is made. A conference without a row has the defaults (``constraints.Rules``)."""

    conference_id: Mapped[int] = mapped_column(
        ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True
    )
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Kind of constraint → weight from 0 (does not apply) to 100; kinds that are missing have their default."""
    day_starts: Mapped[time] = mapped_column(default=time(8))
    day_ends: Mapped[time] = mapped_column(default=time(21))
    """Clocks in the conference's zone; not after ``day_starts``: on the next day."""
    turnover_minutes: Mapped[int] = mapped_column(default=0)
    walking_minutes: Mapped[int] = mapped_column(default=15)
    """Between two venues."""
    interpreter_teams: Mapped[int | None]
    """None: not counted."""
    sole_rank: Mapped[int] = mapped_column(default=100)
    """Nothing of a lower rank runs beside events of types with this rank or more."""
    quiet_minutes: Mapped[int] = mapped_column(default=30)
    """How long the messages of a release are held back, so that corrections cancel out."""


class AcceptedConflict(Model):
    """A conflict that somebody accepted, with the reason. It holds as long as the facts are the same."""

    __table_args__ = (UniqueConstraint("conference_id", "facts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    facts: Mapped[str] = mapped_column(String(64))
    """``constraints.facts_of``: a digest of the kind, the subject, the events and their places."""
    reason: Mapped[str] = mapped_column(String(500))
    accepted_at: Mapped[datetime]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    accepted_by: Mapped[str] = mapped_column(String(200))


class SchedulerRun(Model):
    """One run of the auto-scheduler: what it was given, how it went, and the proposal that came of it.

    The worker claims a queued run by one conditional UPDATE and renews ``claimed_until`` while it lives.
    """

    __table_args__ = (
        Index("ix_scheduler_run_due", "state", "claimed_until"),
        CheckConstraint("time_limit_s > 0", name="limit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    state: Mapped[RunState] = mapped_column(choice(RunState), default=RunState.QUEUED)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    time_limit_s: Mapped[int]
    seed: Mapped[int] = mapped_column(default=0)
    deterministic: Mapped[bool] = mapped_column(default=False)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Which events may be moved, and how dear moving is."""
    base_edit: Mapped[int] = mapped_column(default=0)
    """``ProgrammeVersion.edits`` when the input was read."""
    input: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[seconds, objective or None, bound or None] in order of time."""
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    first_feasible_s: Mapped[float | None]
    objective: Mapped[float | None]
    bound: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(String(500))


class Digest(Model):
    """The messages about releases that are still held back, or were sent: one for each person, whatever it tells.

    ``since_id`` is the release before the first that it tells of (None: there was none); a newer release within the quiet
    period moves ``until_id`` and ``due_at``, so that what was corrected meanwhile is never told. Once it is due the worker
    writes the messages, some in each transaction, in the order of the addresses; ``position`` is the last that has one.
    """

    __table_args__ = (
        Index(
            "uq_digest_waiting",
            "conference_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_digest_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    state: Mapped[DigestState] = mapped_column(choice(DigestState), default=DigestState.WAITING)
    since_id: Mapped[int | None] = mapped_column(ForeignKey("programme_version.id", ondelete="CASCADE"))
    until_id: Mapped[int] = mapped_column(ForeignKey("programme_version.id", ondelete="CASCADE"))
    audiences: Mapped[list[str]] = mapped_column(default=list)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    messages: Mapped[int] = mapped_column(default=0)
    """How many were written to the outbox."""
    position: Mapped[str] = mapped_column(String(254), default="")
