"""The sample call's last steps: decisions, offers and answers, and what becomes of them in the programme."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from sqlalchemy import select

from eventsapp.conferences import catalogue, kinds
from eventsapp.conferences.models import Room
from eventsapp.core import zones
from eventsapp.core.audit import Actor
from eventsapp.demo import call_texts as said
from eventsapp.demo import calls
from eventsapp.demo.telling import Stage, Telling
from eventsapp.extensions import db
from eventsapp.programme import placing, releases
from eventsapp.programme.models import Event
from eventsapp.proposals.decisions import queries
from eventsapp.proposals.decisions import service as decisions
from eventsapp.proposals.enums import OfferState, ProposalState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import service as offers
from eventsapp.proposals.offers.models import Offer
from eventsapp.proposals.review import queries as reviews

WAITING = 8
"""So many wait for a place; the rest is declined."""
IN_TRAY = 4
"""So many events have no place in the timetable yet."""
TARGETS = {
    "gender": {"woman": 50},
    "least_developed": {"yes": 20},
    "region": {"africa": 20, "asia_pacific": 20},
}
"""Per cent at least."""


def draft(telling: Telling) -> None:
    """Draft decisions in two scenarios: by score alone, and with an eye on the balance. Writes; does not commit."""
    with telling.at(min(telling.times.decided - 1, -1)):
        decisions.set_targets(telling.call, TARGETS, actor=telling.officer)
        for name, by_balance in ((said.BY_SCORE, False), (said.BY_BALANCE, True)):
            made = decisions.create(telling.call, name=name, actor=telling.officer)
            decisions.fill(
                telling.call,
                made,
                version=made.version,
                actor=telling.officer,
                by_balance=by_balance,
                measure="normalized",
                waiting=WAITING,
                decline_rest=True,
            )


def decide(telling: Telling) -> None:
    """Send the decisions of the scenario that is chosen. Writes; does not commit."""
    scenario = next(one for one in queries.scenarios(telling.call.id) if one.chosen)
    scores = {one.proposal_id: one.normalized or 0.0 for one in reviews.results(telling.call.id)}
    ids = sorted((int(id_) for id_ in scenario.choices), key=lambda id_: (-scores.get(id_, 0.0), id_))
    with telling.at(telling.times.decided):
        decisions.send(telling.call, scenario, ids, actor=telling.officer)


def offer(telling: Telling) -> None:
    """Offer places: at the stage of offers some are answered, later all of them. Writes; does not commit."""
    accepted = ranked_in(telling, ProposalState.ACCEPTED)
    times = telling.times
    with telling.at(times.offered):
        made = [
            # One of them had less time, which it let pass.
            offers.make_offer(
                one, actor=telling.officer, due_at=telling.instant(times.offered + 6) if turn == 3 else None
            )
            for turn, one in enumerate(accepted)
        ]
    whole = telling.stage is Stage.PROGRAMME
    for turn, one in enumerate(made):
        with telling.at(times.offered + 1 + turn / 6):
            _answer(telling, turn, one, whole=whole)
    if whole:
        _pass_on(telling)


def ranked_in(telling: Telling, state: ProposalState) -> list[Proposal]:
    """Return the call's proposals in a state, in order of their codes."""
    return list(
        db.session.scalars(
            select(Proposal)
            .where(Proposal.call_id == telling.call.id, Proposal.state == state)
            .order_by(Proposal.code)
        )
    )


def _lead(proposal: Proposal) -> Actor:
    return Actor(proposal.contact_name or "", proposal.created_by_id)


def _answer(telling: Telling, turn: int, made: Offer, *, whole: bool) -> None:
    who = _lead(made.proposal)
    own = made.proposal.contact_email == "participant@example.org"
    if turn == 3:
        with telling.at(telling.times.offered + 7):
            offers.lapse(made)
    elif turn == 5:
        offers.request_change(made, wish=said.WISH, actor=who)
    elif turn == 8:
        offers.decline(made, reason=said.NO_MONEY, actor=who)
    elif whole or (turn % 3 and not own):
        offers.accept(made, actor=who)


def _pass_on(telling: Telling) -> None:
    """Answer the wish for another slot, and offer what was left to the next."""
    found = db.session.scalars(
        select(Offer)
        .join(Proposal)
        .where(
            Proposal.call_id == telling.call.id,
            Offer.state.in_([OfferState.CHANGE_REQUESTED, OfferState.LAPSED, OfferState.DECLINED]),
        )
        .order_by(Offer.id)
    ).all()
    with telling.at(telling.times.offered + 20):
        for one in found:
            again: Offer | None
            if one.state is OfferState.CHANGE_REQUESTED:
                again = offers.refuse_change(one, reason=said.SLOT_LATER, actor=telling.officer)
            else:
                again = offers.pass_on(one, actor=telling.officer)
            if again is not None:
                offers.accept(again, actor=_lead(again.proposal))


def place(telling: Telling) -> None:
    """Place most of the events, and release the timetable. Writes; does not commit."""
    conference = telling.conference
    rooms: list[Room] = catalogue.rows(kinds.ROOMS, conference)
    proposals = ranked_in(telling, ProposalState.CONFIRMED)
    days = [conference.start_date + timedelta(days=n) for n in range(calls.DAYS)]
    free = [(day, slot, room) for day, slot in product(days, calls.SLOTS) for room in rooms]
    # The opening is not rivalled.
    free = [one for one in free if one[:2] != (days[0], calls.SLOTS[0])]
    busy: dict[object, set[str]] = {}
    with telling.at(telling.times.placed):
        for proposal in proposals[: len(proposals) - IN_TRAY]:
            event = db.session.get_one(Event, proposal.event_id)
            people = {link.organization.slug for link in proposal.organizations if link.organization}
            people |= {str(line["name"]) for line in proposal.speakers}
            for at in free:
                day, slot, room = at
                taken = busy.setdefault((day, slot), set())
                if taken & people or (room.capacity or 0) < (event.expected_attendance or 0):
                    continue
                placing.place(
                    conference, event, actor=telling.officer, room_id=room.id, day=day,
                    starts_at=zones.instant(day, slot[0], conference.zone),
                    ends_at=zones.instant(day, slot[0], conference.zone)
                    + timedelta(minutes=proposal.length_minutes or 90),
                )  # fmt: skip
                taken |= people
                free.remove(at)
                break
        releases.release(conference, actor=telling.officer)
