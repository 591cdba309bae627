"""Everything that changes events and speakers. Named actor, keyword arguments, no commit."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, Constituency, EventType, Theme
from eventsapp.core import audit, clock, revision
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.search import normalize, searchable
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import Texts, clean, clean_text
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import hooks, releases
from eventsapp.programme.enums import Access, EventState, HalfDay, OrganizationRole, SpeakerRole
from eventsapp.programme.models import (
    Event,
    EventOrganization,
    EventSpeaker,
    Placement,
    ProgrammeVersion,
    Speaker,
)
from eventsapp.programme.transitions import EventAction, target

# Fixed, so that a rebuilt database gives each event of a file the UID it always had.
_UID_NAMESPACE = uuid.UUID("5d0c7d1e-6f0e-5e0a-9d0b-0a6d8f4b7c21")


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """A speaker as written in an event's form: known by id, or by name (matched within the conference, else new)."""

    name: str
    role: SpeakerRole = SpeakerRole.SPEAKER
    affiliation: str | None = None
    speaker_id: int | None = None
    online: bool = False
    """Whether they speak from elsewhere."""


@dataclass(frozen=True, slots=True)
class EventData:
    """All that an event's form holds. Ids are of the same conference, organizations of the directory.

    The last five are for whoever makes the timetable, and never public: persons expected (None: nobody knows), what the
    room must have, whether it must be reached without steps, ISO dates and halves of days any of which is as good.
    """

    type_id: int
    titles: Texts
    subtitles: Texts = field(default_factory=dict)
    summaries: Texts = field(default_factory=dict)
    descriptions: Texts = field(default_factory=dict)
    languages: Sequence[str] = ()
    interpretation: Sequence[str] = ()
    access: Access | None = None
    seats: int | None = None
    stand: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    online_url: str | None = None
    length_minutes: int | None = None
    organizer_notes: str | None = None
    organizations: Sequence[tuple[int, OrganizationRole]] = ()
    speakers: Sequence[SpeakerLine] = ()
    theme_ids: Sequence[int] = ()
    constituency_ids: Sequence[int] = ()
    expected_attendance: int | None = None
    equipment: Sequence[str] = ()
    step_free: bool = False
    wished_days: Sequence[str] = ()
    wished_halves: Sequence[HalfDay] = ()


def create_event(
    conference: Conference,
    data: EventData,
    *,
    actor: audit.Actor,
    code: str | None = None,
    source_id: str | None = None,
    draft: bool = False,
) -> Event:
    """Add an event to a conference and return it, flushed. Not public before the next release.

    Without ``code`` the next free one is given. With ``source_id`` (from an imported file) the iCalendar UID is derived
    from it. Raises :class:`Invalid` (field names of :class:`EventData`, or ``code``), :class:`Conflict`.
    """
    writable(conference)
    event = Event(
        conference_id=conference.id,
        code=_take_code(conference, code),
        source_id=source_id,
        state=EventState.DRAFT if draft else EventState.SCHEDULED,
    )
    if source_id is not None:
        event.uid = str(uuid.uuid5(_UID_NAMESPACE, f"{conference.slug}/{source_id}"))
    _fill(conference, event, data)
    db.session.add(event)
    db.session.flush()
    audit.record(actor, "event.create", f"event:{event.code}", conference_id=conference.id)
    return event


def update_event(conference: Conference, event: Event, data: EventData, *, actor: audit.Actor) -> list[str]:
    """Bring an event to ``data``; return the names of what changed, empty if nothing did.

    What is public shows at once. A changed title of a released event raises its SEQUENCE. More seats go to the waitlist
    through ``hooks.seats_raised``. Raises :class:`Invalid`, :class:`Conflict`.
    """
    writable(conference)
    owned(conference, event)
    before = data_of(event)
    if _tidy(before) == _tidy(data):
        return []
    changed = [
        name for name in EventData.__slots__ if getattr(_tidy(before), name) != getattr(_tidy(data), name)
    ]
    if "seats" in changed:
        _set_seats(event, data)
    _fill(conference, event, data)
    if "titles" in changed and releases.is_released(event.id):
        event.sequence += 1
    db.session.flush()
    audit.record(
        actor,
        "event.update",
        f"event:{event.code}",
        conference_id=conference.id,
        detail={"changed": changed},
    )
    if "seats" in changed and data.seats is not None and (before.seats is None or data.seats > before.seats):
        for raised in hooks.seats_raised:
            raised(event.id)
    return changed


def data_of(event: Event) -> EventData:
    """Return an event's content in the form's shape."""
    return EventData(
        type_id=event.type_id,
        titles=event.titles,
        subtitles=event.subtitles,
        summaries=event.summaries,
        descriptions=event.descriptions,
        languages=tuple(event.languages),
        interpretation=tuple(event.interpretation),
        access=event.access,
        seats=event.seats,
        stand=event.stand,
        contact_name=event.contact_name,
        contact_email=event.contact_email,
        online_url=event.online_url,
        length_minutes=event.length_minutes,
        organizer_notes=event.organizer_notes,
        organizations=tuple((link.organization_id, link.role) for link in event.organizations),
        speakers=tuple(
            SpeakerLine(link.speaker.name, link.role, link.affiliation, link.speaker_id, link.online)
            for link in event.speakers
        ),
        theme_ids=tuple(theme.id for theme in event.themes),
        constituency_ids=tuple(constituency.id for constituency in event.constituencies),
        expected_attendance=event.expected_attendance,
        equipment=tuple(event.equipment),
        step_free=event.step_free,
        wished_days=tuple(event.wished_days),
        wished_halves=tuple(HalfDay(half) for half in event.wished_halves),
    )


def _tidy(data: EventData) -> EventData:
    """Return ``data`` in the one form that equal contents share."""

    def line(speaker: SpeakerLine) -> SpeakerLine:
        return SpeakerLine(
            _one_line(speaker.name),
            speaker.role,
            _one_line(speaker.affiliation) or None,
            online=speaker.online,
        )

    return EventData(
        type_id=data.type_id,
        titles=clean(data.titles),
        subtitles=clean(data.subtitles),
        summaries=clean(data.summaries),
        descriptions=clean(data.descriptions),
        languages=tuple(data.languages),
        interpretation=tuple(data.interpretation),
        access=data.access,
        seats=data.seats,
        stand=_one_line(data.stand) or None,
        contact_name=_one_line(data.contact_name) or None,
        contact_email=_one_line(data.contact_email) or None,
        online_url=_one_line(data.online_url) or None,
        length_minutes=data.length_minutes,
        organizer_notes=clean_text(data.organizer_notes or "") or None,
        organizations=tuple(data.organizations),
        speakers=tuple(line(speaker) for speaker in data.speakers),
        theme_ids=tuple(sorted(data.theme_ids)),
        constituency_ids=tuple(sorted(data.constituency_ids)),
        expected_attendance=data.expected_attendance,
        equipment=tuple(dict.fromkeys(word for one in data.equipment if (word := _one_line(one)))),
        step_free=bool(data.step_free),
        wished_days=tuple(sorted(set(data.wished_days))),
        wished_halves=tuple(half for half in HalfDay if half in data.wished_halves),
    )


def _one_line(text: str | None) -> str:
    return " ".join(clean_text(text or "").split())


def writable(conference: Conference) -> None:
    """Raise :class:`Conflict` for a conference that does not change any more."""
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))


def owned(conference: Conference, event: Event) -> None:
    """Raise :class:`NotFound` for an event of another conference."""
    if event.conference_id != conference.id:
        raise NotFound


def _take_code(conference: Conference, wished: str | None) -> str:
    taken = select(Event.id).where(Event.conference_id == conference.id)
    if wished is not None:
        if db.session.scalar(taken.where(Event.code == wished)) is not None:
            raise Invalid({"code": _("There is already an event with this code.")})
        return wished
    while True:
        number = db.session.scalar(
            update(Conference)
            .where(Conference.id == conference.id)
            .values(next_code=Conference.next_code + 1)
            .returning(Conference.next_code)
            .execution_options(synchronize_session=False)
        )
        code = f"{conference.code_prefix}-{(number or 1) - 1:03d}"
        if db.session.scalar(taken.where(Event.code == code)) is None:
            return code


def _fill(conference: Conference, event: Event, raw: EventData) -> None:
    data = _tidy(raw)
    _check(conference, data, kept=event.wished_days or ())
    for name in ("titles", "subtitles", "summaries", "descriptions"):
        if getattr(event, name) != getattr(data, name):
            setattr(event, name, dict(getattr(data, name)))
    for name in (
        "type_id", "access", "stand", "contact_name", "contact_email", "online_url", "length_minutes",
        "organizer_notes", "expected_attendance", "step_free",
    ):  # fmt: skip
        setattr(event, name, getattr(data, name))
    if event not in db.session:
        event.seats = data.seats
    for name in ("languages", "interpretation", "equipment", "wished_days", "wished_halves"):
        if list(getattr(event, name) or []) != list(getattr(data, name)):
            setattr(event, name, list(getattr(data, name)))
    _fill_organizations(event, data)
    _fill_speakers(conference, event, raw)
    if {theme.id for theme in event.themes} != set(data.theme_ids):
        event.themes = list(db.session.scalars(select(Theme).where(Theme.id.in_(data.theme_ids))))
    if {group.id for group in event.constituencies} != set(data.constituency_ids):
        event.constituencies = list(
            db.session.scalars(select(Constituency).where(Constituency.id.in_(data.constituency_ids)))
        )
    event.search_text = searchable(event.code, event.titles, event.subtitles)


def _days(conference: Conference) -> list[date]:
    count = (conference.end_date - conference.start_date).days + 1
    return [conference.start_date + timedelta(days=n) for n in range(count)]


def _check(conference: Conference, data: EventData, *, kept: Sequence[str]) -> None:
    """Raise :class:`Invalid`. ``kept`` are the days that were wished for before: the conference may have been moved."""
    errors: dict[str, object] = {}
    if not data.titles:
        errors["titles"] = _("An event needs a title.")
    if data.seats is not None and data.access is not Access.BOOKING:
        errors["seats"] = _("Only an event with access by booking has seats to book.")
    if data.access is Access.BOOKING and data.seats is None:
        errors["seats"] = _("Say how many seats can be booked.")
    if data.seats is not None and not 0 <= data.seats <= 1_000_000:
        errors["seats"] = _("A number of seats from 0 to 1,000,000.")
    if data.length_minutes is not None and not 1 <= data.length_minutes <= 7 * 24 * 60:
        errors["length_minutes"] = _("A length in minutes, up to a week.")
    if data.expected_attendance is not None and not 0 <= data.expected_attendance <= 1_000_000:
        errors["expected_attendance"] = _("A number of persons from 0 to 1,000,000.")
    if not set(data.wished_days) <= {day.isoformat() for day in _days(conference)} | set(kept):
        errors["wished_days"] = _("Choose days of the conference.")
    if not _all_there(EventType, [data.type_id], conference.id):
        errors["type_id"] = _("Choose a type of this conference.")
    if not _all_there(Theme, data.theme_ids, conference.id):
        errors["theme_ids"] = _("Choose themes of this conference.")
    if not _all_there(Constituency, data.constituency_ids, conference.id):
        errors["constituency_ids"] = _("Choose constituencies of this conference.")
    organization_ids = [id_ for id_, _role in data.organizations]
    if len(set(organization_ids)) != len(organization_ids):
        errors["organizations"] = _("An organization is named twice.")
    found = set(
        db.session.scalars(
            select(Organization.id).where(Organization.id.in_(organization_ids), Organization.confirmed)
        )
    )
    if found != set(organization_ids):
        errors["organizations"] = _("Choose organizations of the directory.")
    appearances = [(normalize(speaker.name), speaker.role) for speaker in data.speakers]
    if len(set(appearances)) != len(appearances):
        errors["speakers"] = _("A speaker is named twice in the same role.")
    if any(not speaker.name for speaker in data.speakers):
        errors["speakers"] = _("A speaker needs a name.")
    if errors:
        raise Invalid(errors)


def _all_there(
    model: type[EventType] | type[Theme] | type[Constituency], ids: Sequence[int], conference_id: int
) -> bool:
    if not ids:
        return True
    found = db.session.scalars(
        select(model.id).where(model.id.in_(ids), model.conference_id == conference_id)
    )
    return set(found) == set(ids)


def _fill_organizations(event: Event, data: EventData) -> None:
    wanted = list(data.organizations)
    if [(link.organization_id, link.role) for link in event.organizations] == wanted:
        return
    existing = {link.organization_id: link for link in event.organizations}
    kept = []
    for position, (organization_id, role) in enumerate(wanted):
        link = existing.get(organization_id) or EventOrganization(organization_id=organization_id)
        link.role, link.position = role, position
        kept.append(link)
    event.organizations = kept


def _fill_speakers(conference: Conference, event: Event, data: EventData) -> None:
    lines = [
        (_one_line(line.name), line.role, _one_line(line.affiliation) or None, line.online, line.speaker_id)
        for line in data.speakers
    ]
    now = [(link.speaker.name, link.role, link.affiliation, link.online) for link in event.speakers]
    if now == [line[:4] for line in lines]:
        return
    existing = {(link.speaker_id, link.role): link for link in event.speakers}
    people = _speakers_by_name(conference.id) if any(line[4] is None for line in lines) else {}
    kept = []
    for position, (name, role, affiliation, online, speaker_id) in enumerate(lines):
        speaker = _speaker(conference, people, name, speaker_id)
        link = existing.get((speaker.id, role)) or EventSpeaker(speaker=speaker, role=role)
        link.affiliation, link.position, link.online = affiliation, position, online
        kept.append(link)
    event.speakers = kept


def _speakers_by_name(conference_id: int) -> dict[str, Speaker]:
    rows = db.session.scalars(select(Speaker).where(Speaker.conference_id == conference_id))
    return {normalize(speaker.name): speaker for speaker in rows}


def _speaker(
    conference: Conference, people: dict[str, Speaker], name: str, speaker_id: int | None
) -> Speaker:
    if speaker_id is not None:
        known = db.session.get(Speaker, speaker_id)
        if known is None or known.conference_id != conference.id:
            raise Invalid({"speakers": _("Choose speakers of this conference.")})
        return known
    known = people.get(normalize(name))
    if known is None:
        known = create_speaker(conference, name=name)
        people[normalize(name)] = known
    return known


def create_speaker(
    conference: Conference,
    *,
    name: str,
    biographies: Texts | None = None,
    website: str | None = None,
    source_id: str | None = None,
) -> Speaker:
    """Add a speaker to a conference and return them, flushed. Their slug is made from the name."""
    taken = set(db.session.scalars(select(Speaker.slug).where(Speaker.conference_id == conference.id)))
    speaker = Speaker(
        conference_id=conference.id,
        slug=slugify(name, taken),
        name=_one_line(name),
        biographies=dict(clean(biographies or {})),
        website=website,
        source_id=source_id,
    )
    db.session.add(speaker)
    db.session.flush()
    return speaker


def _set_seats(event: Event, data: EventData) -> None:
    """Set the capacity in one conditional statement, so that it never falls below the seats that are taken."""
    booked = Event.seats_taken + Event.seats_waiting
    enough = Event.seats_taken <= data.seats if data.seats is not None else booked == 0
    done = db.session.execute(
        update(Event)
        .where(Event.id == event.id, enough)
        .values(
            # The access goes along in the same statement: a CHECK ties the two.
            seats=data.seats,
            access=data.access,
        )
        .returning(Event.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if done is None:
        taken, waiting = db.session.execute(
            select(Event.seats_taken, Event.seats_waiting).where(Event.id == event.id)
        ).one()
        raise Invalid(
            {
                "seats": _(
                    "%(taken)s seats are taken and %(waiting)s people wait; it cannot be fewer.",
                    taken=taken,
                    waiting=waiting,
                )
            }
        )
    db.session.refresh(event, ["seats", "access"])
    revision.touch(db.session(), event.conference_id)


def change_state(
    conference: Conference,
    event: Event,
    action: EventAction,
    *,
    actor: audit.Actor,
    reasons: Texts | None = None,
) -> None:
    """Apply one action of the life cycle (``transitions.py``), audited.

    A released event cannot go back to draft: it would vanish from people's calendars; it is cancelled instead, and stays
    visible so. Cancelling shows at once and raises SEQUENCE, and so does reinstating. Raises :class:`Conflict`.
    """
    writable(conference)
    owned(conference, event)
    new = target(event.state, action)
    if new is None:
        raise Conflict(_("This is not possible in the event's present state."))
    released = releases.is_released(event.id)
    if action is EventAction.RETURN_TO_DRAFT and released:
        raise Conflict(_("The public knows this event already. Cancel it instead."))
    event.state = new
    if action is EventAction.CANCEL:
        event.cancelled_at = clock.now()
        event.cancellation_reasons = dict(clean(reasons or {}))
    elif action is EventAction.REINSTATE:
        event.cancelled_at = None
        event.cancellation_reasons = {}
    if released:
        event.sequence += 1
    db.session.flush()
    audit.record(actor, f"event.{action.value}", f"event:{event.code}", conference_id=conference.id)
    if action is EventAction.CANCEL and released:
        for cancelled in hooks.event_cancelled:
            cancelled(event.id)
    elif action is EventAction.REINSTATE:
        # Seats given back while it was off went to nobody.
        for raised in hooks.seats_raised:
            raised(event.id)


def delete_event(conference: Conference, event: Event, *, actor: audit.Actor) -> None:
    """Delete an event that no release ever contained and that nothing keeps (``hooks.keeps``). Raises :class:`Conflict`."""
    writable(conference)
    owned(conference, event)
    known = db.session.scalar(
        select(Placement.id)
        .join(ProgrammeVersion)
        .where(Placement.event_id == event.id, ProgrammeVersion.number.is_not(None))
        .limit(1)
    )
    if known is not None:
        raise Conflict(_("The public knows this event already. Cancel it instead."))
    for keeps in hooks.keeps:
        reason = keeps(event.id)
        if reason:
            raise Conflict(reason)
    audit.record(actor, "event.delete", f"event:{event.code}", conference_id=conference.id)
    db.session.execute(delete(Placement).where(Placement.event_id == event.id))
    db.session.delete(event)
    db.session.flush()
