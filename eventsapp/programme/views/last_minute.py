"""What happens to rooms at the last minute: one must be closed now, or a meeting takes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import flash, request
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock, templating
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.intervals import Interval
from eventsapp.programme import (
    digests,
    edits,
    interruptions,
    names,
    planning,
    releases,
    replacing,
    words,
    working,
)
from eventsapp.programme.facts import Planning
from eventsapp.programme.interruptions import Closing
from eventsapp.programme.place_form import room_label
from eventsapp.programme.release_forms import BumpForm, EmergencyForm
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.replacing import Proposal
from eventsapp.programme.settings_forms import ClosureForm
from eventsapp.programme.views.manage import Answer, _rows, _to, blueprint

LEAVE, CANCEL = "leave", "cancel"


def _defaults(conference: Conference, rules_end: datetime) -> dict[str, datetime]:
    now = clock.now().replace(second=0)
    return {"starts_at": now, "ends_at": rules_end if rules_end > now else now + timedelta(hours=2)}


def _end_of_day(conference: Conference, facts: Planning) -> datetime:
    """Return when the conference's day ends that it is now."""
    today = clock.today(conference.zone)
    rules = facts.rules
    end_day = today if rules.day_ends > rules.day_starts else today + timedelta(days=1)
    return datetime.combine(end_day, rules.day_ends, ZoneInfo(conference.zone))


def _rooms(conference: Conference) -> list[Room]:
    return _rows(Room, conference)


def _filled(form: ClosureForm, rooms: Sequence[Room]) -> None:
    form.room_id.choices = [(room.id, room_label(room)) for room in rooms]


def _closing(form: ClosureForm) -> Closing | None:
    """Return what was typed, or None after putting an error beside an end before the start."""
    if form.ends_at.data <= form.starts_at.data:
        form.ends_at.errors = [*form.ends_at.errors, _("The end comes after the start.")]
        return None
    return Closing(form.room_id.data, form.starts_at.data, form.ends_at.data, form.reasons.data)


def _base() -> int | None:
    sent = request.form.get("base", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


def _problem(form: ClosureForm | ActionForm, sentence: str) -> None:
    form.form_errors.append(sentence)


def _without(facts: Planning, ids: Collection[int]) -> Planning:
    return replace(facts, events={id_: event for id_, event in facts.events.items() if id_ not in ids})


# --- a room is closed now


@dataclass
class _Choices:
    """What shall become of the events, as it was chosen on the page, or as it is proposed."""

    moves: dict[int, Place]
    cancel: list[int]
    keys: dict[int, str]
    complete: bool


def _choices(facts: Planning, proposals: Sequence[Proposal], *, sent: bool) -> _Choices:
    found = _Choices({}, [], {}, complete=True)
    for one in proposals:
        proposed = replacing.key_of(one.best) if one.best is not None else LEAVE
        event = facts.events[one.event_id]
        if not _in_room(one, event.place):
            # Only the public still sees it there.
            proposed = LEAVE
        key = request.form.get(f"choice-{one.event_id}", "") if sent else proposed
        places = replacing.by_key(one.options)
        if key not in places and key not in (LEAVE, CANCEL):
            key, found.complete = proposed, False
        found.keys[one.event_id] = key
        if key == CANCEL:
            found.cancel.append(one.event_id)
        else:
            found.moves[one.event_id] = places.get(key, event.place)
    return found


def _in_room(one: Proposal, place: Place) -> bool:
    return one.origin == place


def _crowded(facts: Planning, choices: _Choices, places: Mapping[int, Place] | None = None) -> list[str]:
    """Return sentences about what the chosen places would do that must not be, such as two events in one room."""
    moved = {id_: place for id_, place in choices.moves.items() if choices.keys[id_] not in (LEAVE, CANCEL)}
    gone = _without(facts, choices.cancel)
    return [
        words.sentence(one, gone)
        for one in dict.fromkeys(
            one for violations in replacing.against(gone, moved, places).values() for one in violations
        )
    ]


@blueprint.route("/emergency", methods=["GET", "POST"])
@manages(Permission.RELEASE_PROGRAMME)
def emergency(conference: Conference) -> Answer:
    """Close a room now: show which events that hits and where they could be, then move, release and tell in one step."""
    facts = planning.load_planning(conference)
    form = EmergencyForm(data=_defaults(conference, _end_of_day(conference, facts)), **content_of(conference))
    _filled(form, _rooms(conference))
    shown: dict[str, object] = {"proposals": None}
    conflict = False
    closing = _closing(form) if form.validate_on_submit() else None
    if closing is not None:
        during = Interval(closing.starts_at, closing.ends_at)
        shut = replacing.closed(facts, closing.room_id, during)
        origins = {
            id_: _origin(facts, id_, closing.room_id) for id_ in replacing.hit(facts, closing.room_id, during)
        }
        # What is worked on beside this stays as it is for the public: the places must be free in both.
        seen, kept = replacing.public(_without(facts, origins))
        proposals = replacing.propose(shut, origins, now=clock.now(), places=seen, kept=kept)
        doing = "do" in request.form
        choices = _choices(facts, proposals, sent=doing or "choices" in request.form)
        if doing:
            if not choices.complete:
                _problem(form, _("The programme has changed meanwhile. Please look again."))
            for sentence in _crowded(shut, choices, seen):
                _problem(form, sentence)
            conflict = bool(form.form_errors)
        if doing and not conflict:
            try:
                with saving(form):
                    version = interruptions.emergency(
                        conference, closing, actor=actor(), moves=choices.moves, cancel=choices.cancel, base=_base()
                    )  # fmt: skip
            except edits.Outdated as outdated:
                _problem(form, str(outdated))
                conflict = True
            if not form.errors and not conflict:
                _say_closed(version.number if version is not None else None)
                return _to(conference, "release_list")
        after = releases.next_version(conference.id, set(origins))
        places = {**after.places, **{id_: p for id_, p in choices.moves.items() if id_ in after.places}}
        outlook = digests.outlook(
            conference, replace(after, places=places, off=after.off | frozenset(choices.cancel) & set(places))
        )
        shown = {"proposals": proposals, "choices": choices, "outlook": outlook}
    return _page("programme/emergency.html", conference, form, facts, shown, conflict=conflict)


def _origin(facts: Planning, event_id: int, room_id: int) -> Place:
    """Return the place from which an event is driven out: the working programme's, or the one the public knows."""
    event = facts.events[event_id]
    if event.place.room_id != room_id and event.released is not None:
        return event.released
    return event.place


def _say_closed(number: int | None) -> None:
    if number is None:
        flash(_("The room is closed. Nothing that the public knows has changed."), "good")
    else:
        said = _(
            "The room is closed, release %(number)s is public, and the messages leave now.", number=number
        )
        flash(said, "good")


def _page(
    template: str,
    conference: Conference,
    form: ClosureForm | ActionForm,
    facts: Planning,
    shown: Mapping[str, object],
    *,
    conflict: bool = False,
) -> Answer:
    programme = working.load_working(conference.id)
    page, status = answer(
        form,
        template,
        conference=conference,
        facts=facts,
        by_id=programme.by_id(),
        rooms={room.id: room.names for room in facts.rooms.values()},
        labels=names,
        option_label=lambda place: _option_label(conference, facts, place),
        key_of=replacing.key_of,
        LEAVE=LEAVE,
        CANCEL=CANCEL,
        **shown,
    )
    return page, 409 if conflict else status


def _option_label(conference: Conference, facts: Planning, place: Place) -> str:
    """Return a place in one line of a list to choose from."""
    known = facts.rooms.get(place.room_id or 0)
    room = templating.t(known.names) if known is not None else ""
    if place.day is None or place.starts_at is None:
        return room
    hours = templating.clock_time(place.starts_at, conference.zone)
    if place.ends_at is not None:
        hours += f"–{templating.clock_time(place.ends_at, conference.zone)}"
    return f"{room} · {templating.day(place.day, 'EEE d MMM')} · {words.ltr(hours)}"


# --- a meeting takes a room


@blueprint.route("/bump", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def bump(conference: Conference) -> Answer:
    """Give a room to a meeting: show which events are in it, then take them out."""
    facts = planning.load_planning(conference)
    form = BumpForm(**content_of(conference))
    _filled(form, _rooms(conference))
    shown: dict[str, object] = {"hit": None}
    conflict = False
    closing = _closing(form) if form.validate_on_submit() else None
    if closing is not None:
        during = Interval(closing.starts_at, closing.ends_at)
        hit = [
            id_
            for id_ in replacing.hit(facts, closing.room_id, during)
            if facts.events[id_].place.room_id == closing.room_id
        ]
        doing = "do" in request.form
        sent = set(request.form.getlist("events"))
        chosen = [id_ for id_ in hit if (str(id_) in sent if doing else not facts.events[id_].pinned)]
        if doing:
            try:
                with saving(form):
                    group = interruptions.bump(
                        conference, closing, actor=actor(), event_ids=chosen, base=_base()
                    )
            except edits.Outdated as outdated:
                _problem(form, str(outdated))
                conflict = True
            if not form.errors and not conflict:
                if group is None:
                    flash(_("The room is closed. Nothing that the public knows has changed."), "good")
                    return _to(conference, "events")
                said = ngettext(
                    "The room is taken. %(num)s event waits for another place.",
                    "The room is taken. %(num)s events wait for other places.",
                    len(chosen),
                )
                flash(said, "good")
                return _to(conference, "bumped", group=group)
        shown = {"hit": hit, "chosen": chosen}
    return _page("programme/bump.html", conference, form, facts, shown, conflict=conflict)


@blueprint.route("/bump/<group>", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def bumped(conference: Conference, group: str) -> Answer:
    """Propose other places for the events that a meeting drove out of their room, and take what is accepted."""
    origins = interruptions.bumped(conference.id, group[:36])
    facts = planning.load_planning(conference)
    waiting = {
        id_: place
        for id_, place in origins.items()
        if facts.events[id_].place == NOWHERE and facts.events[id_].takes_place
    }
    form = ActionForm()
    proposals = replacing.propose(facts, waiting, now=clock.now())
    accepted = form.validate_on_submit()
    choices = _accepted(proposals, sent=accepted)
    conflict = False
    if accepted:
        if not choices.complete:
            _problem(form, _("The programme has changed meanwhile. Please look again."))
        for sentence in _crowded(facts, choices):
            _problem(form, sentence)
        conflict = bool(form.form_errors)
        if not conflict:
            moves = [edits.Move(id_, place) for id_, place in choices.moves.items() if place != NOWHERE]
            try:
                made = edits.apply(conference, moves, actor=actor(), base=_base())
            except edits.Outdated as outdated:
                _problem(form, str(outdated))
                conflict = True
            else:
                said = ngettext("%(num)s event was placed.", "%(num)s events were placed.", len(made))
                flash(said, "good")
                return _to(conference, "release" if made else "events")
    shown = {
        "proposals": proposals,
        "choices": choices,
        "placed": len(origins) - len(waiting),
        "group": group,
    }
    return _page("programme/bumped.html", conference, form, facts, shown, conflict=conflict)


def _accepted(proposals: Sequence[Proposal], *, sent: bool) -> _Choices:
    found = _Choices({}, [], {}, complete=True)
    for one in proposals:
        proposed = replacing.key_of(one.best) if one.best is not None else LEAVE
        key = request.form.get(f"choice-{one.event_id}", "") if sent else proposed
        places = replacing.by_key(one.options)
        if key not in places and key != LEAVE:
            key, found.complete = proposed, False
        found.keys[one.event_id] = key
        found.moves[one.event_id] = places.get(key, NOWHERE)
    return found
