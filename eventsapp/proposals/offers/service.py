"""Offering places, answering, and passing on what is left. Named actor, keyword arguments, no commit.

Whoever gives a place out holds the row of the call meanwhile, so that of two who act at once the second counts what the first
did. The state of an offer moves only by :func:`_close`, in one conditional UPDATE: whoever comes second finds it moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from eventsapp.core import clock
from eventsapp.core.audit import Actor, record
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.translations import clean_text
from eventsapp.extensions import db
from eventsapp.programme import edits, placing, releases
from eventsapp.programme.enums import EventState, HalfDay
from eventsapp.programme.models import Event, Placement, ProgrammeVersion
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.proposals import service as proposals
from eventsapp.proposals.enums import Action, EventFormat, OfferState, Party, ProposalState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.offers import confirming, queries, rules, telling
from eventsapp.proposals.offers.models import Offer
from eventsapp.proposals.offers.rules import OfferAction

SYSTEM = Actor("system")
WISH_MOST = 2_000


def make_offer(
    proposal: Proposal,
    *,
    actor: Actor,
    due_at: datetime | None = None,
    format: EventFormat | None = None,
    place: Place = NOWHERE,
    note: str = "",
    party: Party = Party.SECRETARIAT,
) -> Offer:
    """Offer a place to an accepted, lapsed or waiting proposal, and tell its team. Return the offer, flushed.

    ``place`` says where and when, as far as it is known; ``due_at`` is the first instant that is too late (None: after the
    call's days). Of those who wait only the first can be offered a place. Raises :class:`Invalid` (``due_at``, ``format``,
    ``room_id``, ``day``, ``starts_at``, ``ends_at``), :class:`Conflict` when no place is left, the slot is taken, or the
    state does not allow it.
    """
    return _make(
        proposal, actor=actor, due_at=due_at, format=format, place=place, note=note, party=party, claims=True
    )


def _make(
    proposal: Proposal,
    *,
    actor: Actor,
    due_at: datetime | None,
    format: EventFormat | None,
    place: Place,
    party: Party,
    claims: bool,
    note: str = "",
) -> Offer:
    """``claims``: whether a place that somebody left is still to be marked as passed on."""
    call, conference = proposal.call, proposal.conference
    proposals.writable(conference)
    lock(call)
    db.session.refresh(proposal)
    now = clock.now()
    due_at = due_at or rules.due_after(now, call.offer_days, conference.zone)
    if due_at <= now:
        raise Invalid({"due_at": _("Choose a time in the future.")})
    format = format or proposal.format or EventFormat.IN_PERSON
    _check_place(proposal, format, place)
    _room_for(call, proposal, claims=claims)
    proposals.move(proposal, Action.OFFER, party=party, actor=actor, note=note or None, tell=False)
    offer = Offer(
        proposal=proposal,
        format=format,
        day=place.day,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        room_id=place.room_id,
        due_at=due_at,
        made_by=actor.name,
    )
    db.session.add(offer)
    db.session.flush()
    telling.offered(offer, note=note)
    return offer


def make_offers(
    call: Call, proposal_ids: Sequence[int], *, actor: Actor, due_at: datetime | None = None, note: str = ""
) -> list[Offer]:
    """Offer a place, without a slot, to several accepted proposals of a call, in order of code: all or none.

    Raises like :func:`make_offer`, and :class:`NotFound` for a proposal of another call.
    """
    found = db.session.scalars(
        select(Proposal)
        .where(Proposal.call_id == call.id, Proposal.id.in_(proposal_ids))
        .order_by(Proposal.code)
    ).all()
    if {one.id for one in found} != set(proposal_ids):
        raise NotFound
    return [make_offer(one, actor=actor, due_at=due_at, note=note) for one in found]


def lock(call: Call) -> None:
    """Hold a call until the transaction ends: its places are given out by one at a time."""
    db.session.flush()
    db.session.execute(select(Call.id).where(Call.id == call.id).with_for_update(key_share=True))


def _check_place(proposal: Proposal, format: EventFormat, place: Place) -> None:
    """Raise for a place that cannot be, or that somebody else has or was offered."""
    if format is EventFormat.VIRTUAL and place.room_id is not None:
        raise Invalid({"room_id": _("What is online only needs no room.")})
    placing.check_place(proposal.conference, place)
    taken = holder(proposal, place)
    if taken is not None:
        raise Conflict(_("This room is taken at this time: %(code)s.", code=taken))


def holder(proposal: Proposal, place: Place) -> str | None:
    """Return the code of an event in the place's room at its time, or of a proposal that it was offered to. Two statements."""
    if place.room_id is None or place.starts_at is None or place.ends_at is None:
        return None
    offered = db.session.scalar(
        select(Proposal.code)
        .join(Offer, Offer.proposal_id == Proposal.id)
        .where(
            Proposal.conference_id == proposal.conference_id,
            Proposal.id != proposal.id,
            Offer.state == OfferState.OPEN,
            Offer.room_id == place.room_id,
            Offer.starts_at < place.ends_at,
            Offer.ends_at > place.starts_at,
        )
        .limit(1)
    )
    if offered is not None:
        return offered
    return db.session.scalar(
        select(Event.code)
        .join(Placement, Placement.event_id == Event.id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Placement.version_id)
        .where(
            ProgrammeVersion.conference_id == proposal.conference_id,
            ProgrammeVersion.number.is_(None),
            Event.state == EventState.SCHEDULED,
            Event.id != (proposal.event_id or 0),
            Placement.room_id == place.room_id,
            Placement.starts_at < place.ends_at,
            Placement.ends_at > place.starts_at,
        )
        .limit(1)
    )


def _room_for(call: Call, proposal: Proposal, *, claims: bool) -> None:
    """Raise :class:`Conflict` where no place is left for a proposal; mark the left place that it takes as passed on.

    The call's row is held by the caller.
    """
    waiting = proposal.state is ProposalState.WAITLISTED
    if waiting:
        first = queries.first_waiting(call.id)
        if first is not None and first.id != proposal.id:
            raise Conflict(_("%(code)s comes first on the waiting list.", code=first.code))
    if call.places is not None and proposal.state is not ProposalState.CHANGE_REQUESTED:
        # Those who were accepted have a place already, though it was not handed to them yet.
        kept = () if proposal.state is ProposalState.ACCEPTED else (ProposalState.ACCEPTED,)
        if queries.count_in(call.id, (*queries.GIVEN_OUT, *kept)) >= call.places:
            raise Conflict(_("All %(places)d places of the call are taken.", places=call.places))
    if waiting and claims:
        for left in queries.left_offers(call.id):
            if claim(left):
                break
    elif proposal.state is ProposalState.LAPSED:
        for left in queries.left_offers(call.id):
            if left.proposal_id == proposal.id:
                claim(left)


def claim(left: Offer) -> bool:
    """Mark the place that an offer left as passed on; False when somebody else did so already."""
    done = db.session.execute(
        update(Offer)
        .where(Offer.id == left.id, Offer.passed_on.is_(False), Offer.state.in_(rules.LEFT))
        .values(passed_on=True)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(left)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


# --- answers


def accept(offer: Offer, *, actor: Actor) -> Event:
    """Take the place: the proposal becomes an event of the programme, which is returned. The same again changes nothing.

    Raises :class:`Conflict` for an offer that is not open any more, or whose time to answer is over.
    """
    proposal = offer.proposal
    proposals.writable(proposal.conference)
    lock(proposal.call)
    db.session.refresh(proposal)
    if not _close(offer, OfferAction.ACCEPT, actor=actor, in_time=True):
        if offer.state is OfferState.ACCEPTED and proposal.event_id is not None:
            return db.session.get_one(Event, proposal.event_id)
        raise _too_late(offer)
    event = confirming.to_event(proposal, offer, actor=actor)
    proposal.event_id = event.id
    proposals.move(proposal, Action.CONFIRM, party=Party.TEAM, actor=actor)
    return event


def request_change(
    offer: Offer,
    *,
    wish: str,
    actor: Actor,
    wished_days: Sequence[str] | None = None,
    wished_halves: Sequence[HalfDay] | None = None,
) -> None:
    """Ask for another slot. Days and halves of days become the proposal's wishes. The same again changes nothing.

    Raises :class:`Invalid` (``wish``), :class:`Conflict`.
    """
    proposal = offer.proposal
    proposals.writable(proposal.conference)
    wish = clean_text(wish)
    if not wish and not wished_days and not wished_halves:
        raise Invalid({"wish": _("Say which other slot would suit you.")})
    _short(wish, "wish")
    lock(proposal.call)
    if not _close(offer, OfferAction.REQUEST_CHANGE, actor=actor, in_time=True, wish=wish):
        if offer.state is OfferState.CHANGE_REQUESTED:
            return
        raise _too_late(offer)
    if wished_days is not None:
        proposal.wished_days = sorted(set(wished_days))
    if wished_halves is not None:
        proposal.wished_halves = [half.value for half in HalfDay if half in wished_halves]
    proposals.move(proposal, Action.REQUEST_CHANGE, party=Party.TEAM, actor=actor, note=wish or None)
    telling.wished(offer, by=actor)


def decline(offer: Offer, *, reason: str, actor: Actor) -> None:
    """Give the place back. Raises :class:`Conflict`, :class:`Invalid` (``reason``). The same again changes nothing."""
    proposal = offer.proposal
    proposals.writable(proposal.conference)
    reason = clean_text(reason)
    _short(reason, "reason")
    lock(proposal.call)
    if not _close(offer, OfferAction.DECLINE, actor=actor, in_time=True, wish=reason):
        if offer.state is OfferState.DECLINED:
            return
        raise _too_late(offer)
    proposals.move(proposal, Action.GIVE_BACK, party=Party.TEAM, actor=actor, note=reason or None)


def _short(text: str, field: str) -> None:
    if len(text) > WISH_MOST:
        said = _("Use at most %(most)d characters; these are %(count)d.", most=WISH_MOST, count=len(text))
        raise Invalid({field: said})


def refuse_change(offer: Offer, *, reason: str, actor: Actor, due_at: datetime | None = None) -> Offer:
    """Answer a wish for another slot by offering the same again, with the reason. Return the new offer."""
    if offer.state is not OfferState.CHANGE_REQUESTED:
        raise _too_late(offer)
    return make_offer(
        offer.proposal, actor=actor, due_at=due_at, format=offer.format, place=place_of(offer), note=clean_text(reason)
    )  # fmt: skip


def revoke(offer: Offer, *, reason: str, actor: Actor) -> None:
    """Take an offer back that is open, or for which another slot was asked: the proposal is accepted, without an offer.

    Raises :class:`Conflict`.
    """
    proposal = offer.proposal
    proposals.writable(proposal.conference)
    lock(proposal.call)
    if not _close(offer, OfferAction.REVOKE, actor=actor):
        raise _too_late(offer)
    proposals.move(
        proposal, Action.REVOKE, party=Party.SECRETARIAT, actor=actor, note=clean_text(reason) or None
    )


def lapse(offer: Offer) -> bool:
    """Let an offer lapse that was not answered in time; False when it was, or when another worker did it."""
    lock(offer.proposal.call)
    if not _close(offer, OfferAction.LAPSE, actor=SYSTEM, overdue=True):
        return False
    proposals.move(offer.proposal, Action.LAPSE, party=Party.SYSTEM, actor=SYSTEM)
    return True


def _close(
    offer: Offer,
    action: OfferAction,
    *,
    actor: Actor,
    wish: str | None = None,
    in_time: bool = False,
    overdue: bool = False,
) -> bool:
    """Do ``action`` with an offer; False, and nothing changes, where its state or the time does not allow it."""
    now = clock.now()
    to = next(state for one in OfferState if (state := rules.target(one, action)) is not None)
    values: dict[str, Any] = {"state": to, "answered_at": now, "answered_by": actor.name, "updated_at": now}
    if wish:
        values["wish"] = wish
    conditions = [Offer.id == offer.id, Offer.state.in_(rules.states_before(action))]
    if in_time:
        # Those who have it answer it only while it is open; what comes later follows from their proposal.
        conditions += [Offer.state == OfferState.OPEN, Offer.due_at > now]
    if overdue:
        conditions.append(Offer.due_at <= now)
    done = db.session.execute(
        update(Offer).where(*conditions).values(**values).execution_options(synchronize_session=False)
    )
    db.session.refresh(offer)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _too_late(offer: Offer) -> Conflict:
    if offer.state is OfferState.OPEN:
        return Conflict(_("The time to answer this offer is over."))
    return Conflict(_("This offer has been answered already, or taken back."))


# --- what is left


def place_of(offer: Offer) -> Place:
    """Return where and when an offer is."""
    return Place(offer.room_id, offer.day, None, offer.starts_at, offer.ends_at)


def leave(proposal: Proposal, *, actor: Actor) -> Offer:
    """Note that a proposal with a place was withdrawn: its newest offer counts as declined, and its place is free.

    One that was never offered anything gets an offer that is declined at once, which stands for its place.
    """
    offer = queries.newest_offer(proposal.id)
    if offer is None or not _close(offer, OfferAction.DECLINE, actor=actor):
        now = clock.now()
        offer = Offer(
            proposal=proposal,
            state=OfferState.DECLINED,
            due_at=now,
            made_by=actor.name,
            answered_at=now,
            answered_by=actor.name,
        )
        db.session.add(offer)
        db.session.flush()
    return offer


def pass_on(
    left: Offer,
    *,
    actor: Actor,
    format: EventFormat | None = None,
    due_at: datetime | None = None,
    same_slot: bool = True,
    party: Party = Party.SECRETARIAT,
) -> Offer | None:
    """Offer the place that an offer left to the first on the call's waiting list. Return the new offer; None: nobody waits.

    The slot goes along (``same_slot``) if it is still free; ``format`` virtual offers it without the room. Raises
    :class:`Conflict` when the place was passed on already, or all of the call's places are taken.
    """
    call = left.proposal.call
    proposals.writable(left.proposal.conference)
    lock(call)
    db.session.refresh(left)
    if left.passed_on or left.state not in rules.LEFT:
        raise Conflict(_("This place has been passed on already."))
    following = queries.first_waiting(call.id)
    if following is None:
        return None
    place, format = _inherited(left, following, format, same_slot)
    if not claim(left):
        raise Conflict(_("This place has been passed on already."))
    made = _make(following, actor=actor, due_at=due_at, format=format, place=place, party=party, claims=False)
    record(
        actor,
        "offer.pass_on",
        proposals.subject(left.proposal),
        conference_id=left.proposal.conference_id,
        detail={"to": following.code},
    )
    return made


def keep_free(left: Offer, *, actor: Actor) -> None:
    """Decide that a place that was left goes to nobody. Raises :class:`Conflict` when it was passed on."""
    proposals.writable(left.proposal.conference)
    lock(left.proposal.call)
    if not claim(left):
        raise Conflict(_("This place has been passed on already."))
    record(
        actor,
        "offer.keep_free",
        proposals.subject(left.proposal),
        conference_id=left.proposal.conference_id,
    )


def _inherited(
    left: Offer, following: Proposal, format: EventFormat | None, same_slot: bool
) -> tuple[Place, EventFormat]:
    format = format or (EventFormat.VIRTUAL if following.format is EventFormat.VIRTUAL else left.format)
    place = place_of(left) if same_slot else NOWHERE
    if format is EventFormat.VIRTUAL:
        place = Place(None, place.day, None, place.starts_at, place.ends_at)
    if holder(following, place) is not None:
        place = NOWHERE
    return place, format


def turn_virtual(offer: Offer, *, actor: Actor) -> None:
    """Turn a place in a room into one online: of an open offer, or of an event that came of one. The team is told.

    The day and the time stay; in the working programme the room becomes free. Raises :class:`Conflict`.
    """
    proposal = offer.proposal
    conference = proposal.conference
    proposals.writable(conference)
    lock(proposal.call)
    db.session.refresh(offer)
    if offer.state not in (OfferState.OPEN, OfferState.ACCEPTED):
        raise _too_late(offer)
    if offer.format is EventFormat.VIRTUAL:
        return
    offer.format, offer.room_id = EventFormat.VIRTUAL, None
    if proposal.event_id is not None:
        _leave_room(proposal, actor=actor)
    record(actor, "offer.turn_virtual", proposals.subject(proposal), conference_id=conference.id)
    db.session.flush()
    telling.turned_virtual(offer)


def _leave_room(proposal: Proposal, *, actor: Actor) -> None:
    working = releases.working_version_if_any(proposal.conference_id)
    placed = releases.placements(working).get(proposal.event_id or 0)
    if placed is None or placed.room_id is None:
        return
    place = replace(releases.place_of(placed), room_id=None)
    edits.apply(proposal.conference, [edits.Move(placed.event_id, place)], actor=actor)


def is_open(offer: Offer) -> bool:
    """Return whether an offer can still be answered."""
    return offer.state is OfferState.OPEN and offer.due_at > clock.now()
