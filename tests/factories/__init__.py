"""Rows for tests, with sensible defaults; whatever matters to a test is given by name.

Each function works inside an application context with a transaction (``with transaction():``), adds its row to
``db.session``, flushes and returns it. Text columns take ``{language: text}`` or a plain string, meaning English.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import (
    Conference,
    Constituency,
    EventType,
    NewsItem,
    OldSlug,
    Page,
    Room,
    RoomClosure,
    Slot,
    Theme,
    Venue,
)
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.search import searchable
from eventsapp.extensions import db
from eventsapp.organizations.enums import MemberRole, MembershipState, OrganizationType
from eventsapp.organizations.models import Organization, OrganizationMember
from eventsapp.programme import releases
from eventsapp.programme.enums import (
    EventState,
    MaterialKind,
    OrganizationRole,
    PairKind,
    SpeakerRole,
)
from eventsapp.programme.models import (
    Event,
    EventOrganization,
    EventPair,
    EventSpeaker,
    Material,
    Placement,
    ProgrammeVersion,
    Speaker,
    SpeakerAbsence,
)
from eventsapp.proposals import service as proposals
from eventsapp.proposals.enums import Consent, ProposalState, ReviewState
from eventsapp.proposals.mergers.models import Merger, MergerPart
from eventsapp.proposals.models import Call, Extension, Proposal, ProposalOrganization
from eventsapp.proposals.offers.models import EventChange, EventReport, Offer
from eventsapp.proposals.review.models import Criterion, Review
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question, Questionnaire
from eventsapp.registration import places
from eventsapp.registration.badges.models import Badge, BadgeTemplate
from eventsapp.registration.door.models import Gate
from eventsapp.registration.enums import BookingState, GateKind, RegistrationState
from eventsapp.registration.models import (
    Booking,
    Category,
    Registration,
    RegistrationForm,
    RegistrationSettings,
    SeatBlock,
    SeatTransfer,
    Star,
    Ticket,
)
from eventsapp.registration.nominations.models import Quota

_numbers = itertools.count(1)

START = datetime(2027, 6, 15, 18, 0, tzinfo=UTC)
"""An instant in the default conference: 15 June 2027, 13:00 in Quito."""


def _add(row: Any, over: Mapping[str, Any]) -> Any:
    """Set what the test gives, add the row and flush."""
    for name, value in over.items():
        if not hasattr(type(row), name):
            raise TypeError(f"{type(row).__name__} has no {name}")
        column = type(row).__table__.columns.get(name)
        texts = column is not None and type(column.type).__name__ == "Translated"
        setattr(row, name, {"en": value} if texts and isinstance(value, str) else value)
    db.session.add(row)
    db.session.flush()
    return row


def make_conference(**over: Any) -> Conference:
    """Return a published conference in Quito, 14–18 June 2027."""
    n = next(_numbers)
    row = Conference(
        slug=f"sample-{n}",
        state=ConferenceState.PUBLISHED,
        short_name=f"Sample {n}",
        names={"en": f"Sample Conference {n}", "fr": f"Conférence d’exemple {n}"},
        descriptions={},
        start_date=date(2027, 6, 14),
        end_date=date(2027, 6, 18),
        zone="America/Guayaquil",
        cities={"en": "Quito"},
        country="EC",
        languages=["en", "fr"],
        default_language="en",
    )
    made: Conference = _add(row, over)
    return made


def make_venue(conference: Conference, **over: Any) -> Venue:
    """Return a venue."""
    n = next(_numbers)
    row = Venue(conference_id=conference.id, slug=f"venue-{n}", names={"en": f"House {n}"}, directions={})
    made: Venue = _add(row, over)
    return made


def make_room(conference: Conference, *, venue: Venue | None = None, **over: Any) -> Room:
    """Return a room, in ``venue`` or in the conference's first venue (made when there is none)."""
    n = next(_numbers)
    if venue is None:
        found = select(Venue).where(Venue.conference_id == conference.id).order_by(Venue.id).limit(1)
        venue = db.session.scalar(found) or make_venue(conference)
    row = Room(
        conference_id=conference.id,
        venue=venue,
        slug=f"room-{n}",
        names={"en": f"Room {n}", "fr": f"Salle {n}"},
        directions={},
        position=n,
    )
    made: Room = _add(row, over)
    return made


def make_closure(room: Room, **over: Any) -> RoomClosure:
    """Return an hour at which a room is closed, from :data:`START` on."""
    row = RoomClosure(room=room, starts_at=START, ends_at=START + timedelta(hours=1), reasons={})
    made: RoomClosure = _add(row, over)
    return made


def make_slot(type: EventType, **over: Any) -> Slot:
    """Return the slot 13:15–14:30 of a type, on each day."""
    row = Slot(type_id=type.id, day=None, starts=time(13, 15), ends=time(14, 30))
    made: Slot = _add(row, over)
    return made


def make_type(conference: Conference, **over: Any) -> EventType:
    """Return an event type."""
    n = next(_numbers)
    row = EventType(
        conference_id=conference.id,
        slug=f"type-{n}",
        names={"en": f"Side event {n}", "fr": f"Événement parallèle {n}"},
        default_minutes=90,
    )
    made: EventType = _add(row, over)
    return made


def make_theme(conference: Conference, **over: Any) -> Theme:
    """Return a theme."""
    n = next(_numbers)
    row = Theme(conference_id=conference.id, slug=f"theme-{n}", names={"en": f"Theme {n}"}, areas={})
    made: Theme = _add(row, over)
    return made


def make_constituency(conference: Conference, **over: Any) -> Constituency:
    """Return a constituency."""
    n = next(_numbers)
    row = Constituency(
        conference_id=conference.id, slug=f"constituency-{n}", names={"en": f"Constituency {n}"}
    )
    made: Constituency = _add(row, over)
    return made


def make_organization(**over: Any) -> Organization:
    """Return an organization (of no conference in particular)."""
    n = next(_numbers)
    row = Organization(
        slug=f"organization-{n}",
        type=OrganizationType.NGO,
        names={"en": f"Organization {n}", "fr": f"Organisation {n}"},
        acronyms={"en": f"ORG{n}"},
    )
    made: Organization = _add(row, over)
    made.search_text = searchable(made.names, made.acronyms, made.aliases)
    db.session.flush()
    return made


def make_speaker(conference: Conference, **over: Any) -> Speaker:
    """Return a speaker."""
    n = next(_numbers)
    row = Speaker(conference_id=conference.id, slug=f"speaker-{n}", name=f"Speaker {n}", biographies={})
    made: Speaker = _add(row, over)
    return made


def make_event(
    conference: Conference,
    *,
    type: EventType | None = None,
    leads: Iterable[Organization] = (),
    co_organizers: Iterable[Organization] = (),
    co_sponsors: Iterable[Organization] = (),
    speakers: Iterable[Speaker | tuple[Speaker, SpeakerRole, str | None]] = (),
    themes: Iterable[Theme] = (),
    constituencies: Iterable[Constituency] = (),
    room: Room | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    day: date | None = None,
    end_day: date | None = None,
    **over: Any,
) -> Event:
    """Return a scheduled event with its placement in the working programme (an empty one when nothing is given).

    ``start`` and ``end`` are aware; ``day`` follows from ``start`` in the conference's zone unless given.
    """
    n = next(_numbers)
    row = Event(
        conference_id=conference.id,
        code=f"SE-{n:03}",
        state=EventState.SCHEDULED,
        type=type or _some_type(conference),
        titles={"en": f"Event {n}", "fr": f"Événement {n}"},
        subtitles={},
        summaries={},
        descriptions={},
        cancellation_reasons={},
    )
    made: Event = _add(row, over)
    made.search_text = searchable(made.code, made.titles, made.subtitles)
    roles = OrganizationRole
    for role, chosen in (
        (roles.LEAD, leads),
        (roles.CO_ORGANIZER, co_organizers),
        (roles.CO_SPONSOR, co_sponsors),
    ):
        for organization in chosen:
            made.organizations.append(
                EventOrganization(organization=organization, role=role, position=len(made.organizations))
            )
    for named in speakers:
        speaker, said, affiliation = named if isinstance(named, tuple) else (named, SpeakerRole.SPEAKER, None)
        made.speakers.append(
            EventSpeaker(speaker=speaker, role=said, affiliation=affiliation, position=len(made.speakers))
        )
    made.themes.extend(themes)
    made.constituencies.extend(constituencies)
    db.session.flush()
    place(made, room=room, start=start, end=end, day=day, end_day=end_day)
    return made


def fill(
    conference: Conference, count: int, pattern: Event, *, every: timedelta = timedelta(minutes=5)
) -> None:
    """Put ``count`` events like ``pattern`` into the working programme, one ``every`` so often from :data:`START` on.

    They have its type, texts, organizations and speakers, and codes M-0000 onwards. In a few statements, for tests of
    large programmes.
    """
    if not count:
        return
    version = releases.working_version(conference.id)
    columns = [column.name for column in Event.__table__.columns if column.name not in ("id", "code", "uid")]
    same = {name: getattr(pattern, name) for name in columns}
    codes = [f"M-{n:04}" for n in range(count)]
    db.session.execute(insert(Event), [{**same, "code": code, "uid": str(uuid.uuid4())} for code in codes])
    found = select(Event.code, Event.id).where(Event.conference_id == conference.id, Event.code.in_(codes))
    ids = {code: id_ for code, id_ in db.session.execute(found)}  # noqa: C416
    behind = [
        {
            "event_id": ids[code],
            "organization_id": one.organization_id,
            "role": one.role,
            "position": one.position,
        }
        for code in codes
        for one in pattern.organizations
    ]
    on_stage = [
        {"event_id": ids[code], "speaker_id": one.speaker_id, "role": one.role, "position": one.position}
        for code in codes
        for one in pattern.speakers
    ]
    placed = db.session.scalars(
        select(Placement).where(Placement.version_id == version.id, Placement.event_id == pattern.id)
    ).one_or_none()
    zone = ZoneInfo(conference.zone)
    times = [START + n * every for n in range(count)]
    places = [
        {
            "version_id": version.id,
            "event_id": ids[code],
            "room_id": placed.room_id if placed is not None else None,
            "day": at.astimezone(zone).date(),
            "starts_at": at,
            "ends_at": at + timedelta(hours=1),
        }
        for code, at in zip(codes, times, strict=True)
    ]
    for model, rows in ((EventOrganization, behind), (EventSpeaker, on_stage), (Placement, places)):
        if rows:
            db.session.execute(insert(model), rows)


def place(
    event: Event,
    *,
    room: Room | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    day: date | None = None,
    end_day: date | None = None,
) -> Placement:
    """Put an event at a place and time in the working programme, whatever it had there."""
    version = releases.working_version(event.conference_id)
    found = select(Placement).where(Placement.version_id == version.id, Placement.event_id == event.id)
    placement = db.session.scalar(found)
    if placement is None:
        placement = Placement(version=version, event=event)
        db.session.add(placement)
    if day is None and start is not None:
        conference = db.session.get_one(Conference, event.conference_id)
        day = start.astimezone(ZoneInfo(conference.zone)).date()
    placement.room, placement.day, placement.end_day = room, day, end_day
    placement.starts_at, placement.ends_at = start, end
    db.session.flush()
    return placement


def release(conference: Conference) -> ProgrammeVersion:
    """Release the working programme as it stands, through the service."""
    return releases.release(conference, actor=COMMAND_LINE)


def make_pair(first: Event, second: Event, **over: Any) -> EventPair:
    """Return the wish that two events are not at the same time."""
    row = EventPair(first_id=first.id, second_id=second.id, kind=PairKind.APART)
    made: EventPair = _add(row, over)
    return made


def make_absence(speaker: Speaker, **over: Any) -> SpeakerAbsence:
    """Return an hour at which a speaker cannot come, from :data:`START` on."""
    row = SpeakerAbsence(speaker=speaker, starts_at=START, ends_at=START + timedelta(hours=1))
    made: SpeakerAbsence = _add(row, over)
    return made


def make_material(event: Event, **over: Any) -> Material:
    """Return a link of an event."""
    row = Material(
        event=event, kind=MaterialKind.LINK, titles={"en": "Concept note"}, url="https://example.org/note"
    )
    made: Material = _add(row, over)
    return made


def make_page(conference: Conference, **over: Any) -> Page:
    """Return a published content page."""
    n = next(_numbers)
    row = Page(
        conference_id=conference.id,
        slug=f"page-{n}",
        titles={"en": f"Page {n}"},
        bodies={"en": "Some *text*."},
        published=True,
    )
    made: Page = _add(row, over)
    return made


def make_news(conference: Conference, **over: Any) -> NewsItem:
    """Return a news item, public since yesterday."""
    n = next(_numbers)
    row = NewsItem(
        conference_id=conference.id,
        slug=f"news-{n}",
        titles={"en": f"News {n}"},
        summaries={"en": "In short."},
        bodies={"en": "Some *text*."},
        published_at=clock.now() - timedelta(days=1),
    )
    made: NewsItem = _add(row, over)
    return made


def rename(row: Any, slug: str) -> None:
    """Give a row another slug (an event another code) and keep the old one for redirects."""
    name = "code" if isinstance(row, Event) else "slug"
    of_conference = None if isinstance(row, Conference | Organization) else row.conference_id
    db.session.add(
        OldSlug(
            kind=row.__tablename__, conference_id=of_conference, slug=getattr(row, name), object_id=row.id
        )
    )
    setattr(row, name, slug)
    db.session.flush()


def make_user(**over: Any) -> User:
    """Return a person whose address is confirmed and who has no password yet."""
    n = next(_numbers)
    row = User(email=f"person{n}@example.org", name=f"Person {n}", email_confirmed_at=clock.now())
    made: User = _add(row, over)
    return made


def make_role(user: User, conference: Conference, role: Role = Role.OWNER) -> ConferenceRole:
    """Give a person a role."""
    made: ConferenceRole = _add(ConferenceRole(user=user, conference_id=conference.id, role=role), {})
    return made


def make_category(conference: Conference, **over: Any) -> Category:
    """Return a registration category that anybody can choose."""
    n = next(_numbers)
    row = Category(
        conference_id=conference.id, slug=f"category-{n}", names={"en": f"Category {n}"}, descriptions={}
    )
    made: Category = _add(row, over)
    return made


def make_registration(
    conference: Conference, *, category: Category | None = None, **over: Any
) -> Registration:
    """Return a confirmed registration, in ``category`` or the conference's first one (made when there is none)."""
    n = next(_numbers)
    if category is None:
        found = select(Category).where(Category.conference_id == conference.id).order_by(Category.id).limit(1)
        category = db.session.scalar(found) or make_category(conference)
    row = Registration(
        conference=conference,
        category=category,
        name=f"Participant {n}",
        email=f"participant{n}@example.org",
        country="KE",
        language="en",
        state=RegistrationState.CONFIRMED,
        confirmed_at=clock.now(),
    )
    made: Registration = _add(row, over)
    return made


def make_booking(event: Event, registration: Registration, *, waitlisted: bool = False) -> Booking:
    """Return a booking, confirmed or at the end of the waitlist, with the event's counters as they must be."""
    now = clock.now()
    if waitlisted:
        event.queue_tail += 1
        event.seats_waiting += 1
    else:
        event.seats_taken += 1
    row = Booking(
        event=event,
        registration=registration,
        state=BookingState.WAITLISTED if waitlisted else BookingState.CONFIRMED,
        position=event.queue_tail if waitlisted else None,
        created_at=now,
        changed_at=now,
    )
    made: Booking = _add(row, {})
    return made


def make_star(event: Event, registration: Registration) -> Star:
    """Keep an event in a person's own programme."""
    made: Star = _add(Star(event_id=event.id, registration_id=registration.id), {})
    return made


def _some_type(conference: Conference) -> EventType:
    found = select(EventType).where(EventType.conference_id == conference.id).order_by(EventType.id).limit(1)
    return db.session.scalar(found) or make_type(conference)


def count(model: Any) -> int:
    """Return the number of rows of a table."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# --- calls and proposals


def make_member(
    user: User,
    organization: Organization,
    *,
    role: MemberRole = MemberRole.FOCAL_POINT,
    state: MembershipState = MembershipState.ACTIVE,
) -> OrganizationMember:
    """Let a person act for an organization."""
    decided = None if state is MembershipState.REQUESTED else clock.now()
    row = OrganizationMember(user=user, organization=organization, role=role, state=state, decided_at=decided)
    made: OrganizationMember = _add(row, {})
    return made


def make_call(conference: Conference, **over: Any) -> Call:
    """Return a published call that has been open for a month and closes in a month, without questions or rules."""
    n = next(_numbers)
    questionnaire = _add(Questionnaire(conference_id=conference.id), {})
    type_ = over.pop("type", None) or _some_type(conference)
    row = Call(
        conference=conference,
        conference_id=conference.id,
        type=type_,
        questionnaire=questionnaire,
        slug=f"call-{n}",
        names={"en": f"Call {n}", "fr": f"Appel {n}"},
        descriptions={},
        published=True,
        opens_at=clock.now() - timedelta(days=30),
        closes_at=clock.now() + timedelta(days=30),
    )
    made: Call = _add(row, over)
    return made


def make_question(
    call: Call | RegistrationForm, kind: QuestionKind = QuestionKind.TEXT, **over: Any
) -> Question:
    """Add a question to a call, or to a registration form, after the others."""
    n = next(_numbers)
    row = Question(
        questionnaire=call.questionnaire,
        key=f"question-{n}",
        kind=kind,
        labels={"en": f"Question {n}", "fr": f"Question {n} en français"},
        helps={},
        position=len(call.questionnaire.questions),
    )
    made: Question = _add(row, over)
    return made


def make_extension(call: Call, **over: Any) -> Extension:
    """Let somebody propose for two days more: by an address of their own, unless an organization is given."""
    n = next(_numbers)
    row = Extension(
        call_id=call.id,
        email=None if "organization" in over else f"late{n}@example.org",
        until=call.closes_at + timedelta(days=2),
        reason="Their connection was down.",
        granted_at=clock.now(),
        granted_by="somebody",
    )
    made: Extension = _add(row, over)
    return made


def make_proposal(
    call: Call,
    *,
    lead: Organization | None = None,
    partners: Iterable[Organization] = (),
    invited: Iterable[Organization] = (),
    by: User | None = None,
    themes: Iterable[Theme] = (),
    **over: Any,
) -> Proposal:
    """Return a proposal with a title: a draft, or in the ``state`` given (with what the state needs).

    ``partners`` are co-organizers that have consented, ``invited`` ones that have not answered. A confirmed proposal needs
    its ``event_id``, a merged one its ``merged_into_id`` and ``merged_from``.
    """
    n = next(_numbers)
    state = over.get("state", ProposalState.DRAFT)
    row = Proposal(
        conference=call.conference,
        conference_id=call.conference_id,
        call=call,
        code=proposals.take_code(call.conference_id),
        state_changed_at=clock.now(),
        created_by_id=by.id if by else None,
        titles={"en": f"Proposal {n}"},
        subtitles={},
        summaries={"en": f"What proposal {n} is about."},
        descriptions={},
        languages=["en"],
        submitted_at=None if state is ProposalState.DRAFT else clock.now(),
        themes=list(themes),
    )
    made: Proposal = _add(row, over)
    named = [(lead, OrganizationRole.LEAD, Consent.ACCEPTED)] if lead else []
    named += [(one, OrganizationRole.CO_ORGANIZER, Consent.ACCEPTED) for one in partners]
    named += [(one, OrganizationRole.CO_ORGANIZER, Consent.INVITED) for one in invited]
    for position, (organization, role, consent) in enumerate(named):
        answered = None if consent is Consent.INVITED else clock.now()
        made.organizations.append(
            ProposalOrganization(
                organization=organization,
                role=role,
                consent=consent,
                position=position,
                email=f"contact@{organization.slug}.example.org",
                invited_at=clock.now(),
                answered_at=answered,
            )
        )
    proposals.index(made)
    db.session.flush()
    return made


def make_criterion(call: Call, **over: Any) -> Criterion:
    """Add a criterion to a call: weight 1, 0 to 5 points."""
    n = next(_numbers)
    row = Criterion(call_id=call.id, names={"en": f"Criterion {n}"}, guidances={}, position=n)
    made: Criterion = _add(row, over)
    return made


def make_review(proposal: Proposal, reviewer: User, **over: Any) -> Review:
    """Assign a proposal to a reviewer; with ``scores`` (criterion id → points) the review is done."""
    scores = {str(id_): points for id_, points in over.pop("scores", {}).items()}
    row = Review(
        proposal=proposal,
        reviewer=reviewer,
        assigned_at=clock.now(),
        assigned_by="somebody",
        scores=scores,
        state=ReviewState.DONE if scores else ReviewState.ASSIGNED,
        done_at=clock.now() if scores else None,
    )
    made: Review = _add(row, over)
    return made


def make_offer(proposal: Proposal, **over: Any) -> Offer:
    """Make an open offer that is due in two weeks. The proposal's state is the caller's."""
    row = Offer(proposal=proposal, due_at=clock.now() + timedelta(days=14), made_by="somebody")
    made: Offer = _add(row, over)
    return made


def make_merger(*proposals: Proposal, **over: Any) -> Merger:
    """Let proposals take part in an open merger, composed as far as nobody has answered, with an empty draft."""
    call = proposals[0].call
    row = Merger(
        conference_id=call.conference_id,
        call_id=call.id,
        target=make_proposal(call, composed=True),
        proposed_by="somebody",
        by_secretariat=True,
        parts=[
            MergerPart(proposal=one, position=position, joined_at=clock.now())
            for position, one in enumerate(proposals)
        ],
    )
    made: Merger = _add(row, over)
    return made


def make_change(proposal: Proposal, **over: Any) -> EventChange:
    """Return a change of a confirmed proposal's event that waits for approval: another title in English."""
    event = db.session.get_one(Event, proposal.event_id)
    row = EventChange(
        event=event, asked_by="somebody", changes={"titles.en": [event.titles.get("en"), "A better title"]}
    )
    made: EventChange = _add(row, over)
    return made


def make_report(event: Event, **over: Any) -> EventReport:
    """Return a report about an event that is owed, and due in two weeks."""
    row = EventReport(event=event, due_at=clock.now() + timedelta(days=14), speaker_ids=[], file_ids=[])
    made: EventReport = _add(row, over)
    return made


# --- registration beyond the plain form


def make_settings(conference: Conference, **over: Any) -> RegistrationSettings:
    """Return the settings of a conference's registration, with the defaults."""
    places.ensure_settings(conference.id)
    row = db.session.get_one(RegistrationSettings, conference.id)
    for name, value in over.items():
        setattr(row, name, value)
    db.session.flush()
    return row


def make_form(conference: Conference, **over: Any) -> RegistrationForm:
    """Return a registration form without questions."""
    n = next(_numbers)
    questionnaire = Questionnaire(conference_id=conference.id)
    db.session.add(questionnaire)
    db.session.flush()
    row = RegistrationForm(
        conference_id=conference.id,
        slug=f"form-{n}",
        names={"en": f"Form {n}"},
        introductions={},
        questionnaire_id=questionnaire.id,
        details={},
    )
    made: RegistrationForm = _add(row, over)
    return made


def make_quota(conference: Conference, organization: Organization, category: Category, **over: Any) -> Quota:
    """Return a quota of five places."""
    row = Quota(
        conference_id=conference.id, organization_id=organization.id, category_id=category.id, places=5
    )
    made: Quota = _add(row, over)
    return made


def make_badge_template(conference: Conference, **over: Any) -> BadgeTemplate:
    """Return a template with everything on it that it has by itself."""
    n = next(_numbers)
    row = BadgeTemplate(conference_id=conference.id, slug=f"badge-{n}", names={"en": f"Badge {n}"})
    made: BadgeTemplate = _add(row, over)
    return made


def make_badge(registration: Registration, **over: Any) -> Badge:
    """Return a valid badge."""
    row = Badge(
        conference_id=registration.conference_id,
        registration_id=registration.id,
        made_at=clock.now(),
        made_by="Tests",
    )
    made: Badge = _add(row, over)
    return made


def make_gate(conference: Conference, *, room: Room | None = None, **over: Any) -> Gate:
    """Return a door of the conference, or of a room."""
    n = next(_numbers)
    row = Gate(
        conference_id=conference.id,
        slug=f"gate-{n}",
        names={"en": f"Gate {n}"},
        kind=GateKind.ROOM if room is not None else GateKind.CONFERENCE,
        room_id=room.id if room is not None else None,
    )
    made: Gate = _add(row, over)
    return made


def make_block(event: Event, organization: Organization, *, seats: int = 2, **over: Any) -> SeatBlock:
    """Return seats of an event kept for an organization, with the event's counters as they must be."""
    event.seats_taken += seats
    row = SeatBlock(
        event_id=event.id,
        organization_id=organization.id,
        seats=seats,
        used=0,
        given_by="Tests",
        created_at=clock.now(),
    )
    made: SeatBlock = _add(row, over)
    return made


def make_transfer(booking: Booking, email: str = "colleague@example.org") -> SeatTransfer:
    """Return the open offer of a seat to an address."""
    row = SeatTransfer(booking_id=booking.id, email=email, created_at=clock.now())
    made: SeatTransfer = _add(row, {})
    return made


def make_ticket(event: Event, registration: Registration, **over: Any) -> Ticket:
    """Return somebody's right to come to an event."""
    row = Ticket(event_id=event.id, registration_id=registration.id, given_at=clock.now(), given_by="Tests")
    made: Ticket = _add(row, over)
    return made
