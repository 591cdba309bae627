"""From an accepted offer to an event of the programme. Named actor, keyword arguments, no commit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select

from eventsapp.conferences.models import Conference
from eventsapp.core import files, locale
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.search import normalize
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.mail.service import check_address
from eventsapp.programme import edits, materials, pairs, releases, speakers
from eventsapp.programme import service as programme
from eventsapp.programme.enums import Access, EventState, HalfDay, OrganizationRole, SpeakerRole
from eventsapp.programme.models import Event
from eventsapp.programme.service import EventData, SpeakerLine
from eventsapp.programme.transitions import EventAction
from eventsapp.proposals.drafts import content
from eventsapp.proposals.enums import Consent, EventFormat, ProposalState, Verdict
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers.models import Offer
from eventsapp.proposals.review.models import SimilarVerdict
from eventsapp.proposals.state_names import FORMATS
from eventsapp.questions.rules import asked
from eventsapp.questions.shown import shown

_CODES = re.compile(r"[A-Z][A-Z0-9]*-\d+")


def to_event(proposal: Proposal, offer: Offer, *, actor: Actor) -> Event:
    """Make the event of a proposal, in the tray of the programme or in the slot that was offered, and return it, flushed.

    Its organizations are those that consented; its speakers are known by name within the conference. Not public before the
    next release. The proposal's ``event_id`` is the caller's. Raises :class:`Invalid`, :class:`Conflict`.
    """
    conference = proposal.conference
    event = programme.create_event(conference, event_data(proposal, offer), actor=actor)
    _complete_speakers(conference, proposal, event, actor)
    _add_files(conference, proposal, event, actor)
    _place(conference, event, offer, actor)
    _keep_apart(conference, proposal, event, actor)
    return event


def event_data(proposal: Proposal, offer: Offer) -> EventData:
    """Return what an event says that comes of a proposal."""
    conference = proposal.conference
    seats = _seats(proposal, offer)
    access = proposal.access if proposal.access is not Access.BOOKING or seats is not None else None
    days = {(conference.start_date + timedelta(days=n)).isoformat() for n in range(_days(conference))}
    return EventData(
        type_id=proposal.call.type_id,
        titles=proposal.titles or {conference.default_language: proposal.code},
        subtitles=proposal.subtitles,
        summaries=proposal.summaries,
        descriptions=_descriptions(proposal),
        languages=tuple(proposal.languages),
        interpretation=tuple(proposal.interpretation),
        access=access,
        seats=seats if access is Access.BOOKING else None,
        contact_name=proposal.contact_name,
        contact_email=proposal.contact_email,
        length_minutes=proposal.length_minutes,
        organizer_notes=_notes(proposal, offer, access),
        organizations=tuple(_organizations(proposal)),
        speakers=tuple(_lines(proposal)),
        theme_ids=tuple(theme.id for theme in proposal.themes),
        expected_attendance=proposal.expected_attendance,
        equipment=tuple(proposal.equipment),
        step_free=proposal.step_free,
        wished_days=tuple(day for day in proposal.wished_days if day in days),
        wished_halves=tuple(HalfDay(half) for half in proposal.wished_halves),
    )


def _descriptions(proposal: Proposal) -> dict[str, str]:
    """Return the concept note with the answers that the call shows in public after it, each under its question."""
    default = proposal.conference.default_language
    questions = asked(proposal.call.questionnaire)
    found: dict[str, str] = {}
    for language in proposal.descriptions or proposal.titles or {default: ""}:
        with locale.speaking(language if language in LANGUAGES else "en"):
            answers = shown(questions, proposal.answers, public_only=True, default=default)
        said = [f"### {one.label}\n\n{one.text}" for one in answers if one.text]
        found[language] = "\n\n".join([proposal.descriptions.get(language, ""), *said]).strip()
    return found


def _add_files(conference: Conference, proposal: Proposal, event: Event, actor: Actor) -> None:
    """Put files that were an answer which the call shows in public among the materials."""
    default = conference.default_language
    with locale.speaking(default):
        answers = shown(
            asked(proposal.call.questionnaire), proposal.answers, public_only=True, default=default
        )
    for one in answers:
        stored = db.session.get(files.StoredFile, one.file) if one.file is not None else None
        if stored is not None and files.path_of(stored).is_file():
            with files.path_of(stored).open("rb") as stream:
                materials.add_file(
                    conference, event, actor=actor, titles={default: one.label}, stream=stream, filename=stored.name
                )  # fmt: skip


def _days(conference: Conference) -> int:
    return (conference.end_date - conference.start_date).days + 1


def _seats(proposal: Proposal, offer: Offer) -> int | None:
    """Return how many seats can be booked: those of the room that was offered, else as many as are expected."""
    if offer.room is not None and offer.room.capacity is not None:
        return offer.room.capacity
    return proposal.expected_attendance


def _notes(proposal: Proposal, offer: Offer, access: Access | None) -> str:
    with locale.speaking(proposal.conference.default_language):
        notes = [_("From proposal %(code)s.", code=proposal.code)]
        if offer.format is not EventFormat.IN_PERSON:
            notes.append(f"{FORMATS[offer.format]}.")
        if access is not proposal.access:
            notes.append(_("Access by booking was asked for: say how many seats there are."))
    return "\n".join(notes)


def _organizations(proposal: Proposal) -> Iterable[tuple[int, OrganizationRole]]:
    for link in sorted(
        proposal.organizations, key=lambda link: (list(OrganizationRole).index(link.role), link.position)
    ):
        if link.consent is Consent.ACCEPTED and link.organization_id is not None:
            yield link.organization_id, link.role


def _lines(proposal: Proposal) -> Iterable[SpeakerLine]:
    seen = set()
    for line in content.speakers(proposal):
        role = SpeakerRole(line.role)
        if (normalize(line.name), role) in seen:
            continue
        seen.add((normalize(line.name), role))
        yield SpeakerLine(line.name, role, line.affiliation, online=line.online)


def _complete_speakers(conference: Conference, proposal: Proposal, event: Event, actor: Actor) -> None:
    """Keep where speakers are told of changes, and when they cannot come, for those of whom it is not known yet."""
    people = {normalize(link.speaker.name): link.speaker for link in event.speakers}
    for line in content.speakers(proposal):
        speaker = people[normalize(line.name)]
        if speaker.email is None and line.email and _is_address(line.email):
            speaker.email = line.email
        known = {(one.starts_at, one.ends_at) for one in speaker.absences}
        for start, end in line.absences:
            absence = datetime.fromisoformat(start), datetime.fromisoformat(end)
            if absence not in known:
                known.add(absence)
                try:
                    speakers.add_absence(
                        conference, speaker, actor=actor, starts_at=absence[0], ends_at=absence[1]
                    )
                except (Invalid, Conflict):
                    continue  # said by hand, and longer than anything can be: it helps nobody


def _is_address(text: str) -> bool:
    try:
        check_address(text)
    except ValueError:
        return False
    return True


def _place(conference: Conference, event: Event, offer: Offer, actor: Actor) -> None:
    place = releases.Place(offer.room_id, offer.day, None, offer.starts_at, offer.ends_at)
    if place != releases.NOWHERE:
        # What was offered and accepted stays where it is, whatever the auto-scheduler does.
        move = edits.Move(event.id, place, pinned=place.starts_at is not None)
        edits.apply(conference, [move], actor=actor)


# --- not at the same time


def _keep_apart(conference: Conference, proposal: Proposal, event: Event, actor: Actor) -> None:
    for other in sorted(_apart(conference, proposal) - {event.id}):
        try:
            pairs.add(conference, event, other, pairs.Wish.APART, actor=actor)
        except (Invalid, Conflict):
            continue  # there already, or more than one event can have


def _apart(conference: Conference, proposal: Proposal) -> set[int]:
    """Return the events that this one is kept apart from: by officers, by its team, and by theirs."""
    named = set(_CODES.findall((proposal.apart_from or "").upper()))
    said = or_(
        (SimilarVerdict.first_id == proposal.id) & (SimilarVerdict.second_id == Proposal.id),
        (SimilarVerdict.second_id == proposal.id) & (SimilarVerdict.first_id == Proposal.id),
    )
    verdicts = select(SimilarVerdict.id).where(said, SimilarVerdict.verdict == Verdict.APART).exists()
    rows = db.session.execute(
        select(Proposal.event_id, Proposal.code, Proposal.apart_from, verdicts).where(
            Proposal.conference_id == conference.id,
            Proposal.event_id.is_not(None),
            or_(verdicts, Proposal.code.in_(named), Proposal.apart_from.is_not(None)),
        )
    ).all()
    found = {
        event_id
        for event_id, code, theirs, kept_apart in rows
        if kept_apart or code in named or proposal.code in _CODES.findall((theirs or "").upper())
    }
    if named:
        found |= set(
            db.session.scalars(
                select(Event.id).where(Event.conference_id == conference.id, Event.code.in_(named))
            )
        )
    return {id_ for id_ in found if id_ is not None}


# --- the way back


def cancel_event(proposal: Proposal, *, actor: Actor) -> None:
    """Cancel the event of a proposal that was withdrawn; the public sees it as cancelled if it knew it."""
    event = db.session.get(Event, proposal.event_id) if proposal.event_id is not None else None
    if event is None or event.state is not EventState.SCHEDULED:
        return
    conference = proposal.conference
    reasons = {}
    for language in conference.languages:
        if language in LANGUAGES:
            with locale.speaking(language):
                reasons[language] = _("Withdrawn by its organizers.")
    programme.change_state(conference, event, EventAction.CANCEL, actor=actor, reasons=reasons)


def keeps(event_id: int) -> str:
    """Return why an event that came of a confirmed proposal is not deleted; "" for any other. One statement."""
    code = db.session.scalar(
        select(Proposal.code).where(Proposal.event_id == event_id, Proposal.state == ProposalState.CONFIRMED)
    )
    if code is None:
        return ""
    return str(_("The event came of proposal %(code)s, which is confirmed. Cancel it instead.", code=code))
