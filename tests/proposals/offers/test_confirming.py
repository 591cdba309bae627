"""A confirmed proposal is an event of the programme, and is cancelled with it."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core import files
from eventsapp.core.errors import Conflict
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme import service as programme
from eventsapp.programme.enums import Access, EventState, OrganizationRole, SpeakerRole
from eventsapp.programme.models import Event, EventPair, Placement, ProgrammeVersion, Speaker
from eventsapp.proposals import service as proposals
from eventsapp.proposals.drafts.content import SpeakerLine
from eventsapp.proposals.enums import Action, EventFormat, Party, Promotion, ProposalState, Verdict
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import service
from eventsapp.proposals.review.models import SimilarVerdict
from eventsapp.questions.enums import QuestionKind
from tests import factories
from tests.proposals.offers.support import FANNY, OFFICER, make, make_call, offer_of, states

P = ProposalState


def placement(event: Event) -> Placement | None:
    working = select(ProgrammeVersion.id).where(
        ProgrammeVersion.conference_id == event.conference_id, ProgrammeVersion.number.is_(None)
    )
    return db.session.scalar(
        select(Placement).where(Placement.event_id == event.id, Placement.version_id.in_(working))
    )


def full(call: Any) -> Proposal:
    """A proposal that says everything it can."""
    line = SpeakerLine(
        "María José Ortiz",
        email="maria@example.org",
        role="chair",
        affiliation="City of Quito",
        online=True,
        absences=(("2027-06-14T13:00:00+00:00", "2027-06-14T17:00:00+00:00"),),
    )
    return make(
        call,
        P.OFFERED,
        partners=[factories.make_organization()],
        invited=[factories.make_organization()],
        themes=[factories.make_theme(call.conference)],
        titles={"en": "Streets for all", "fr": "Des rues pour tous"},
        descriptions={"en": "Long **text**."},
        languages=["en", "fr"],
        interpretation=["es"],
        access=Access.BOOKING,
        length_minutes=90,
        expected_attendance=60,
        equipment=["Projector"],
        step_free=True,
        wished_days=["2027-06-15", "2031-01-01"],
        wished_halves=["afternoon"],
        contact_name="Fanny",
        contact_email="fanny@example.org",
        speakers=[line.to_json(), SpeakerLine("Known Before").to_json()],
    )


def test_the_event_has_all_that_the_proposal_says(app: Flask):
    with app.app_context(), transaction():
        call = make_call()
        known = factories.make_speaker(call.conference, name="Known before", email="own@example.org")
        proposal = full(call)
        event = service.accept(offer_of(proposal), actor=FANNY)
        assert states(proposal) == ["confirmed"]
        assert proposal.event_id == event.id
        assert (event.state, event.type_id) == (EventState.SCHEDULED, call.type_id)
        assert event.titles == {"en": "Streets for all", "fr": "Des rues pour tous"}
        assert event.descriptions == {"en": "Long **text**."}
        assert (event.languages, event.interpretation) == (["en", "fr"], ["es"])
        assert (event.access, event.seats, event.length_minutes) == (Access.BOOKING, 60, 90)
        assert (event.equipment, event.step_free) == (["Projector"], True)
        assert (event.wished_days, event.wished_halves) == (["2027-06-15"], ["afternoon"])
        assert (event.contact_name, event.contact_email) == ("Fanny", "fanny@example.org")
        assert event.themes == proposal.themes
        # Only those that consented.
        assert [link.role for link in event.organizations] == [
            OrganizationRole.LEAD,
            OrganizationRole.CO_ORGANIZER,
        ]
        assert [link.organization_id for link in event.organizations] == [
            one.organization_id for one in proposal.organizations[:2]
        ]
        first, second = event.speakers
        assert (first.role, first.affiliation, first.online) == (SpeakerRole.CHAIR, "City of Quito", True)
        assert first.speaker.email == "maria@example.org"
        assert [one.starts_at.isoformat() for one in first.speaker.absences] == ["2027-06-14T13:00:00+00:00"]
        assert second.speaker is known
        assert known.email == "own@example.org"
        assert factories.count(Speaker) == 2
        assert placement(event) is None


def test_answers_that_are_shown_in_public_go_along(app: Flask):
    with app.app_context(), transaction():
        call = make_call()
        aim, secret, paper = (
            factories.make_question(call, kind, key=key, public=key != "secret", labels={"en": key.title()})
            for key, kind in (
                ("aim", QuestionKind.TEXT),
                ("secret", QuestionKind.TEXT),
                ("paper", QuestionKind.FILE),
            )
        )
        stored = files.store_document(io.BytesIO(b"%PDF-1.7 paper"), "paper.pdf")
        db.session.flush()
        answers = {aim.key: "Shade for all.", secret.key: "Our budget.", paper.key: stored.id}
        proposal = make(call, P.OFFERED, descriptions={"en": "Long **text**."}, answers=answers)
        event = service.accept(offer_of(proposal), actor=FANNY)
        assert event.descriptions == {"en": "Long **text**.\n\n### Aim\n\nShade for all."}
        assert [(one.titles, one.file and one.file.name) for one in event.materials] == [
            ({"en": "Paper"}, "paper.pdf")
        ]


def test_the_slot_that_was_offered_is_kept_in_the_working_programme(app: Flask):
    with app.app_context(), transaction():
        call = make_call()
        room = factories.make_room(call.conference, capacity=40)
        proposal = full(call)
        offer = offer_of(proposal)
        offer.room, offer.day = room, date(2027, 6, 15)
        offer.starts_at, offer.ends_at = factories.START, factories.START + timedelta(minutes=90)
        event = service.accept(offer, actor=FANNY)
        placed = placement(event)
        assert placed is not None
        assert (placed.room_id, placed.starts_at, placed.pinned) == (room.id, factories.START, True)
        assert event.seats == 40
        service.turn_virtual(offer, actor=OFFICER)
        assert (offer.format, placed.room_id, placed.starts_at) == (
            EventFormat.VIRTUAL,
            None,
            factories.START,
        )


def test_what_is_to_be_kept_apart_is_told_to_the_programme(app: Flask):
    with app.app_context(), transaction():
        call = make_call()
        plenary = factories.make_event(call.conference, code="PL-001")
        alike, named, naming, other = (make(call, P.OFFERED) for _n in range(4))
        events = {one.id: service.accept(offer_of(one), actor=FANNY) for one in (alike, named, other)}
        naming.apart_from = "p-9999"
        last = make(call, P.OFFERED, apart_from=f"{named.code.lower()}, PL-001 and the opening")
        naming.apart_from = f"not with {last.code}"
        events[naming.id] = service.accept(offer_of(naming), actor=FANNY)
        first, second = sorted((alike.id, last.id))
        db.session.add(
            SimilarVerdict(
                first_id=first,
                second_id=second,
                verdict=Verdict.APART,
                at=last.state_changed_at,
                actor="Olga",
            )
        )
        event = service.accept(offer_of(last), actor=FANNY)
        pairs = db.session.execute(select(EventPair.first_id, EventPair.second_id)).all()
        assert {frozenset(pair) for pair in pairs} == {
            frozenset({event.id, one.id})
            for one in (events[alike.id], events[named.id], events[naming.id], plenary)
        }


def test_a_withdrawn_event_is_cancelled_for_the_public_and_its_place_goes_on(app: Flask):
    with app.app_context(), transaction():
        call = make_call(promotion=Promotion.AUTOMATIC)
        proposal, waiting = full(call), make(call, P.WAITLISTED)
        event = service.accept(offer_of(proposal), actor=FANNY)
        releases.release(call.conference, actor=OFFICER)
        proposals.move(proposal, Action.WITHDRAW, party=Party.TEAM, actor=FANNY)
        assert event.state is EventState.CANCELLED
        assert event.cancellation_reasons["en"] == "Withdrawn by its organizers."
        assert releases.is_released(event.id)
        assert states(proposal, waiting) == ["withdrawn", "offered"]


@pytest.mark.sqlite_only
def test_an_event_is_not_deleted_under_a_confirmed_proposal(app: Flask):
    with app.app_context(), transaction():
        proposal = full(make_call())
        event = service.accept(offer_of(proposal), actor=FANNY)
        with pytest.raises(Conflict, match=proposal.code):
            programme.delete_event(proposal.conference, event, actor=OFFICER)
        proposals.move(proposal, Action.WITHDRAW, party=Party.TEAM, actor=FANNY)
        programme.delete_event(proposal.conference, event, actor=OFFICER)
        db.session.refresh(proposal)
        assert proposal.event_id is None
