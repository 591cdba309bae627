"""Every page there is, with somebody who may see it and something to see.

``stops(demo)`` gives one or more stops for every address that answers GET, but for those in ``NO_PAGES``. An address
that is new in the application and named nowhere here is an error: whoever adds a page says how it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import select

from eventsapp.accounts import links as account_links
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.conferences import catalogue
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.views.catalogue import kinds
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.demo import sample
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations.models import Organization
from eventsapp.programme import edits
from eventsapp.programme.conflicts import load_conflicts
from eventsapp.programme.models import Event, SchedulerRun, Speaker
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.scheduling import service as scheduling
from eventsapp.registration import links as registration_links
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Booking, Registration
from tests import factories
from tests.journeys import tour_enrolment, tour_organizations, tour_proposals, tour_registration
from tests.support.schedule import finished_run

NO_PAGES = {
    "static": "files",
    "site.favicon": "a picture",
    "site.file": "files",
    "site.answer_file": "files",
    "site.accent": "a style sheet",
    "site.accent_of_part": "a style sheet",
    "site.robots": "text for robots",
    "site.sitemap": "XML for robots",
    "site.conference_sitemap": "XML for robots",
    "door_desk.manifest": "for machines",
    "door_desk.worker": "a script",
    "door_desk.state": "data",
    "door_desk.list_": "data",
    "door_desk.person": "data",
    "door_desk.photo": "a picture",
    "live": "for machines",
    "ready": "for machines",
    "metrics": "for machines",
    "organizations.suggest": "data for a script",
    "accounts.menu": "a part of a page",
    "accounts.language": "leads on",
    "accounts.index": "leads on",
    "site.choose_language": "leads on",
    "site.choose_language_of_page": "leads on",
    "proposals.marks": "data for a script",
    "proposals.file": "files",
    "programme_editor.whole": "data for a script",
    "programme_editor.changes": "data for a script",
    "programme_editor.places": "data for a script",
    "programme_editor.check": "data for a script",
    "programme_scheduling.state": "a part of a page",
    "programme_scheduling.proposal": "data for a script",
    "messages_demo.html": "a message, shown inside a page",
    "registration_enrolment.photo": "a picture",
    "registration_files.photo": "a picture",
    "registration_files.file": "a file",
    "registration_badges.printed": "a PDF",
    "registration_badges.preview": "a picture",
    "calls_proposals.export": "a file",
    "calls_offers.change_file": "a file",
    "proposal_report.file": "a file",
    "calls_reports.file": "a file",
    "calls_reports.export": "a file",
    "calls_proposals.file": "a file",
    "reviews.file": "a file",
    "registration_quotas.export": "a file",
    "registration_enrolment.kept_photo": "a picture",
    "delegations.template": "a file",
    "registration_approval.letter": "a PDF",
    "registration_standing.letter": "a PDF",
    "door_figures.live": "a part of a page",
    "exports.programme": "data for other programs",
    "printing.programme": "a PDF",
    "printing.sign": "a PDF",
    "site.releases_feed": "a feed",
    "programme_print.signs": "a PDF",
    "programme_import.template": "a file",
    "calendars.conference_feed": "a feed",
    "calendars.programme_feed": "a feed",
    "calendars.event_feed": "a feed",
    "calendars.organization_feed": "a feed",
    "calendars.room_feed": "a feed",
    "calendars.theme_feed": "a feed",
    "calendars.type_feed": "a feed",
    "calendars.personal_feed": "a feed",
}

VISITOR, PARTICIPANT, OWNER, ADMIN = (
    "visitor",
    "participant@example.org",
    "owner@example.org",
    "admin@example.org",
)


@dataclass(frozen=True)
class Stop:
    """One page to look at. ``path`` has ``{lang}`` where the language stands in it."""

    endpoint: str
    who: str
    path: str
    status: int = 200


@dataclass
class _Tour:
    app: Flask
    stops: list[Stop] = field(default_factory=list)

    def add(
        self, endpoint: str, who: str = VISITOR, query: str = "", status: int = 200, **values: Any
    ) -> None:
        if "lang" in self._arguments(endpoint) and "lang" not in values:
            # Not one of the languages, so it is written into the address as it is.
            values["lang"] = "en"
        path = self.app.url_map.bind("localhost").build(endpoint, values)
        if "lang" in values:
            path = "/{lang}" + path.removeprefix("/en")
        self.stops.append(Stop(endpoint, who, path + (f"?{query}" if query else ""), status))

    def _arguments(self, endpoint: str) -> set[str]:
        return set.union(*(set(rule.arguments) for rule in self.app.url_map.iter_rules(endpoint)))


def pages(app: Flask) -> set[str]:
    """Return the endpoints that answer GET with a page for people."""
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return found - set(NO_PAGES)


def stops(app: Flask) -> list[Stop]:
    """Return all stops, in the demo's database behind ``app``. Makes what the demo does not have."""
    tour = _Tour(app)
    with app.test_request_context():
        with transaction():
            things = _things()
        _public(tour, things)
        _registration(tour, things)
        _accounts(tour, things)
        _workspace(tour, things)
        _setup(tour, things)
        tour_proposals.stops(tour, things.call, owner=OWNER, participant=PARTICIPANT)
        tour_organizations.stops(tour, things.organizations, owner=OWNER, participant=PARTICIPANT)
        tour_enrolment.stops(tour, things.enrolment, owner=OWNER)
        tour_registration.stops(tour, things.registration, owner=OWNER, participant=PARTICIPANT)
        db.session.remove()
    return tour.stops


def _things() -> SimpleNamespace:
    """Return what addresses are made of."""
    found = SimpleNamespace()
    found.sample = db.session.scalars(select(Conference).where(Conference.slug == sample.SLUG)).one()
    found.habitat = db.session.scalars(select(Conference).where(Conference.slug == "habitat-iii")).one()
    found.events = {
        event.source_id: event
        for event in db.session.scalars(select(Event).where(Event.conference_id == found.sample.id))
    }
    found.draft = db.session.scalar(select(Conference).where(Conference.slug == "nothing-yet"))
    if found.draft is None:
        found.draft = factories.make_conference(
            slug="nothing-yet", short_name="Nothing Yet", state=ConferenceState.DRAFT
        )
        found.newcomer = factories.make_user(email="newcomer@example.org", email_confirmed_at=None)
        found.mover = factories.make_user(email="mover@example.org", pending_email="moved@example.org")
    found.bump = _bump(found.sample, found.events[sample.DRAFT])
    found.runs = _runs(found.sample)
    found.call = tour_proposals.things(found.sample)
    found.organizations = tour_organizations.things(found.sample, found.call.lead, found.call.focal_point)
    found.enrolment = tour_enrolment.things(OWNER)
    found.registration = tour_registration.things(found.sample, found.call.lead, found.call.focal_point)
    found.newcomer = db.session.scalars(select(User).where(User.email == "newcomer@example.org")).one()
    found.mover = db.session.scalars(select(User).where(User.email == "mover@example.org")).one()
    return found


def _runs(conference: Conference) -> list[SchedulerRun]:
    """Return a run of the auto-scheduler that is over, and one that waits."""
    waiting = scheduling.current(conference.id)
    if waiting is not None:
        scheduling.cancel(waiting, actor=COMMAND_LINE)
    return [finished_run(conference, unplaced=1), scheduling.ask(conference, actor=COMMAND_LINE)]


def _bump(conference: Conference, event: Event) -> str:
    """Take a draft out of a place that it is given first; return the group of the edits."""
    there = Place(None, conference.start_date)
    edits.apply(conference, [edits.Move(event.id, there)], actor=COMMAND_LINE)
    return edits.apply(conference, [edits.Move(event.id, NOWHERE)], actor=COMMAND_LINE)[0].group


def _first(statement: Any) -> Any:
    """Return the first thing that a query finds."""
    return db.session.scalars(statement.limit(1)).one()


def _public(tour: _Tour, things: SimpleNamespace) -> None:
    tour.add("site.home")
    for conference in (things.sample, things.habitat):
        slug = conference.slug
        room = catalogue_rows("rooms", conference)[0]
        speaker = _first(select(Speaker).where(Speaker.conference_id == conference.id).order_by(Speaker.id))
        tour.add("site.conference", conference=slug)
        tour.add("site.programme", conference=slug)
        tour.add("site.programme", conference=slug, query="view=grid")
        tour.add("site.programme", conference=slug, query="view=now")
        tour.add("site.organizations", conference=slug)
        tour.add("site.speakers", conference=slug)
        tour.add("site.speaker", conference=slug, slug=speaker.slug)
        tour.add("site.venue", conference=slug)
        tour.add("site.room", conference=slug, slug=room.slug)
        tour.add("site.display", conference=slug, slug=room.slug)
        tour.add("site.news", conference=slug)
        tour.add("site.releases", conference=slug)
    here = things.sample.slug
    first = things.sample.start_date.isoformat()
    tour.add("site.programme", conference=here, query=f"day={first}&access=booking&language=fr")
    tour.add("site.programme", conference=here, query="q=nothing-is-called-this&access=open&view=list")
    tour.add("site.programme", conference=here, query="q=nothing-is-called-this&view=grid")
    for wanted in (
        sample.FULL,
        sample.FEW,
        sample.CANCELLED,
        sample.MOVED,
        "sample-no-day",
        "sample-exhibition",
    ):
        tour.add("site.event", conference=here, code=things.events[wanted].code)
    for source_id in ("sampleton", "invented-youth"):
        tour.add("site.organization", conference=here, slug=source_id)
    tour.add("site.organization", conference=things.habitat.slug, slug=_slug_of("IOM"))
    tour.add("site.page", conference=here, slug="practical-information")
    tour.add("site.news_item", conference=here, slug=catalogue_rows("news", things.sample)[0].slug)
    tour.add("site.event", conference=here, code="NONE-1", status=404)
    tour.add("site.conference", conference="nowhere", status=404)


def _slug_of(acronym: str) -> str:
    rows = db.session.execute(select(Organization.slug, Organization.acronyms))
    return next(slug for slug, acronyms in rows if acronyms.get("en") == acronym)


def _registration(tour: _Tour, things: SimpleNamespace) -> None:
    here, events = things.sample.slug, things.events
    full, few = events[sample.FULL], events[sample.FEW]

    def somebody(state: RegistrationState) -> Registration:
        found = select(Registration).where(
            Registration.conference_id == things.sample.id, Registration.state == state
        )
        registration: Registration = _first(found.order_by(Registration.id))
        return registration

    def token_of(registration: Registration) -> str:
        return registration_links.page_token(registration.id, registration.secret_version)

    def in_hall(state: BookingState) -> Registration:
        found = (
            select(Booking).where(Booking.event_id == full.id, Booking.state == state).order_by(Booking.id)
        )
        booking: Booking = _first(found)
        return booking.registration

    tour.add("registration.register", conference=here)
    tour.add("registration.register", conference=things.habitat.slug)
    tour.add("registration.find", conference=here)
    tour.add("registration.sent", conference=here)
    tour.add("registration.book", conference=here, code=few.code)
    tour.add("registration.star", conference=here, code=few.code)
    submitted, confirmed = somebody(RegistrationState.SUBMITTED), somebody(RegistrationState.CONFIRMED)
    seated, waiting = in_hall(BookingState.CONFIRMED), in_hall(BookingState.WAITLISTED)
    for person in (submitted, confirmed, waiting):
        tour.add("registration.own", token=token_of(person))
    tour.add("registration.own", token="1-" + "x" * 27, status=404)
    secret = registration_links.confirm_address(submitted.id, submitted.secret_version, "en")
    tour.add("registration.confirm", token=secret.split("/")[-2])
    for endpoint in ("address", "calendar", "cancel", "change", "events"):
        tour.add(f"registration.{endpoint}", token=token_of(confirmed))
    tour.add("registration.events", token=token_of(confirmed), query="q=nothing-is-called-this")
    for person in (seated, waiting, submitted):
        tour.add("registration.booking", token=token_of(person), code=full.code)
    tour.add("registration.booking", token=token_of(confirmed), code=events[sample.CANCELLED].code)
    tour.add("registration.cancel_seat", token=token_of(seated), code=full.code)

    manage = "registration_manage"
    tour.add(f"{manage}.index", OWNER, conference=here)
    tour.add(f"{manage}.index", OWNER, conference=here, query="q=nobody-is-called-this")
    tour.add(f"{manage}.index", ADMIN, conference=things.draft.slug)
    tour.add(f"{manage}.events", OWNER, conference=here)
    tour.add(f"{manage}.events", ADMIN, conference=things.draft.slug)
    tour.add(f"{manage}.event", OWNER, conference=here, code=full.code)
    for person in (submitted, seated, waiting):
        tour.add(f"{manage}.registration", OWNER, conference=here, registration_id=person.id)
    for endpoint in ("edit", "cancel"):
        tour.add(f"{manage}.{endpoint}", OWNER, conference=here, registration_id=seated.id)
    tour.add(f"{manage}.cancel_booking", OWNER, conference=here, registration_id=waiting.id, code=full.code)
    tour.add("door_attendance.absent", OWNER, conference=here, code=full.code)


def _accounts(tour: _Tour, things: SimpleNamespace) -> None:
    for endpoint in ("sign_in", "sign_up", "forgot", "sent"):
        tour.add(f"accounts.{endpoint}")
    for endpoint, link in (
        ("confirm", account_links.confirm_link(things.newcomer)),
        ("reset", account_links.reset_link(things.mover)),
        ("confirm_email", account_links.email_link(things.mover)),
    ):
        tour.add(f"accounts.{endpoint}", token=link.rsplit("/", 1)[1])
    tour.add("accounts.reset", token="1-" + "x" * 27 + ".1", status=404)
    for endpoint in ("registrations", "profile", "security"):
        tour.add(f"accounts.{endpoint}", PARTICIPANT)
    message = _first(select(Message).order_by(Message.id))
    tour.add("messages_demo.index")
    tour.add("messages_demo.message", id=message.id)
    tour.add("users_manage.index", ADMIN)
    tour.add("users_manage.index", ADMIN, query="q=nobody-is-called-this")
    tour.add("users_manage.user", ADMIN, id=things.mover.id)
    tour.add("users_manage.index", OWNER, status=404)


def _workspace(tour: _Tour, things: SimpleNamespace) -> None:
    here, events = things.sample.slug, things.events
    few = events[sample.FEW].code
    tour.add("conferences_manage.index", OWNER)
    tour.add("conferences_manage.index", ADMIN)
    tour.add("conferences_manage.new", ADMIN)
    for endpoint in ("overview", "setup", "setup_conference", "setup_state", "team"):
        tour.add(f"conferences_manage.{endpoint}", OWNER, conference=here)
    tour.add("conferences_manage.setup_delete", ADMIN, conference=things.draft.slug)
    tour.add("conferences_manage.setup_copy", ADMIN, conference=things.draft.slug)
    tour.add("conferences_manage.setup_copy", OWNER, conference=here)
    team = db.session.scalars(
        select(ConferenceRole)
        .where(ConferenceRole.conference_id == things.sample.id)
        .order_by(ConferenceRole.id)
    ).all()[-1]
    tour.add(
        "conferences_manage.team_remove", OWNER, conference=here, user_id=team.user_id, role=team.role.value
    )
    organization = _first(select(Organization).order_by(Organization.id))
    tour.add("organizations_manage.index", OWNER)
    tour.add("organizations_manage.index", OWNER, query="q=nothing-is-called-this")
    tour.add("organizations_manage.index", OWNER, query="q=alliance")
    tour.add("organizations_manage.new", OWNER)
    tour.add("organizations_manage.edit", OWNER, id_=organization.id)
    tour.add("organizations_manage.delete", OWNER, id_=organization.id)
    for conference, who in ((here, OWNER), (things.draft.slug, ADMIN)):
        for endpoint in ("events", "release", "release_list", "speakers"):
            tour.add(f"programme_manage.{endpoint}", who, conference=conference)
        for endpoint in ("emergency", "bump"):
            tour.add(f"programme_manage.{endpoint}", who, conference=conference)
        for endpoint in ("settings", "slots", "closures"):
            tour.add(f"programme_settings.{endpoint}", who, conference=conference)
        tour.add("programme_conflicts.conflicts", who, conference=conference)
    tour.add("programme_manage.return_to", OWNER, conference=here, number=1)
    tour.add("programme_manage.bumped", OWNER, conference=here, group=things.bump)
    tour.add("conferences_manage.overview", ADMIN, conference=things.draft.slug)
    tour.add("programme_conflicts.conflicts", OWNER, conference=things.habitat.slug)
    tour.add("programme_scheduling.runs", OWNER, conference=here)
    for run in things.runs:
        tour.add("programme_scheduling.run", OWNER, conference=here, run_id=run.id)
    conflict = load_conflicts(things.habitat).found[0]
    tour.add("programme_conflicts.conflict", OWNER, conference=things.habitat.slug, facts=conflict.facts)
    tour.add("programme_editor.timetable_page", OWNER, conference=here)
    tour.add("programme_print.overview", OWNER, conference=here)
    tour.add("programme_print.overview", ADMIN, conference=things.draft.slug)
    tour.add("programme_import.start", OWNER, conference=here)
    tour.add("programme_editor.timetable_page", ADMIN, conference=things.draft.slug)
    tour.add("programme_editor.where", OWNER, conference=here, code=few)
    tour.add("programme_manage.new_event", OWNER, conference=here)
    for endpoint in ("event", "edit_event", "place", "cancel", "materials"):
        tour.add(f"programme_manage.{endpoint}", OWNER, conference=here, code=few)
    tour.add("programme_manage.event", OWNER, conference=here, code=events[sample.CANCELLED].code)
    for code in (few, events[sample.DRAFT].code):
        tour.add("programme_wishes.pairs", OWNER, conference=here, code=code)
    tour.add("programme_manage.delete_event", OWNER, conference=here, code=events[sample.DRAFT].code)
    speaker = _first(select(Speaker).where(Speaker.conference_id == things.sample.id))
    tour.add("programme_manage.speaker", OWNER, conference=here, speaker_id=speaker.id)
    message = _first(select(Message).where(Message.conference_id == things.sample.id))
    tour.add("messages_manage.index", OWNER, conference=here)
    tour.add("messages_manage.message", OWNER, conference=here, id=message.id)


def _setup(tour: _Tour, things: SimpleNamespace) -> None:
    for kind in kinds().values():
        row = catalogue.rows(kind, things.sample)[0]
        tour.add(f"{kind.blueprint}.index", OWNER, conference=things.sample.slug)
        tour.add(f"{kind.blueprint}.index", ADMIN, conference=things.draft.slug)
        tour.add(f"{kind.blueprint}.new", OWNER, conference=things.sample.slug)
        tour.add(f"{kind.blueprint}.edit", OWNER, conference=things.sample.slug, id_=row.id)
        tour.add(f"{kind.blueprint}.delete", OWNER, conference=things.sample.slug, id_=row.id)


def catalogue_rows(name: str, conference: Conference) -> list[Any]:
    """Return the rows of one kind of the set-up."""
    return list(catalogue.rows(kinds()[name], conference))


def grouped(found: list[Stop]) -> Iterator[tuple[str, list[Stop]]]:
    """Yield the stops of each person, in their order."""
    for who in dict.fromkeys(stop.who for stop in found):
        yield who, [stop for stop in found if stop.who == who]
