"""What happens to rooms at the last minute: one must be closed now, or a meeting takes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock, templating
from eventsapp.core.forms import ActionForm, Form, answer, content_of, saving
from eventsapp.core.intervals import Interval
from eventsapp.programme import (
    digests,
    edits,
    interruptions,
    names,
    placing,
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
from eventsapp.programme.scheduling import service as scheduling
from eventsapp.programme.settings_forms import ClosureForm
from eventsapp.programme.views.manage import Answer, _refused_button, _rows, _to, blueprint

LEAVE, CANCEL = "leave", "cancel"
_SECONDS = 10
"""How long the auto-scheduler may look for places for a few events."""

AnyForm = TypeVar("AnyForm", bound=ClosureForm)


def _form(kind: type[AnyForm], conference: Conference, **defaults: object) -> tuple[AnyForm, Closing | None]:
    """Return the form with what was asked for, and that, if it can be taken.

    Looking is a GET: it takes a while with many events, and nobody else must wait for it. Doing is a POST.
    """
    content = content_of(conference)
    if request.method == "GET":
        content["meta"]["csrf"] = False
    asked = request.method == "POST" or "room_id" in request.args
    if asked and request.method == "GET":
        content["formdata"] = request.args
    form = kind(data=defaults, **content)
    form.room_id.choices = [(room.id, room_label(room)) for room in _rows(Room, conference)]
    return form, _closing(form) if asked and form.validate() else None


def _kept() -> dict[str, str]:
    """Return what was asked for, to go along with what is done about it."""
    return {
        name: value
        for name, value in request.values.items()
        if name in ("room_id", "starts_at", "ends_at") or name.startswith("reasons-")
    }


def _end_of_day(conference: Conference, facts: Planning) -> datetime:
    """Return when the conference's day ends that it is now."""
    today = clock.today(conference.zone)
    rules = facts.rules
    end_day = today if rules.day_ends > rules.day_starts else today + timedelta(days=1)
    return datetime.combine(end_day, rules.day_ends, ZoneInfo(conference.zone))


def _closing(form: ClosureForm) -> Closing | None:
    """Return what was typed, or None after putting an error beside an end before the start."""
    if form.ends_at.data <= form.starts_at.data:
        form.ends_at.errors = [*form.ends_at.errors, _("The end comes after the start.")]
        return None
    return Closing(form.room_id.data, form.starts_at.data, form.ends_at.data, form.reasons.data)


def _base() -> int | None:
    sent = request.form.get("base", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


def _without(facts: Planning, ids: Collection[int]) -> Planning:
    return replace(facts, events={id_: event for id_, event in facts.events.items() if id_ not in ids})


# --- a room is closed now


@dataclass
class _Choices:
    """What shall become of the events, as it is proposed, or as it was chosen on the page."""

    moves: dict[int, Place] = field(default_factory=dict)
    cancel: list[int] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    complete: bool = True

    def add(self, event_id: int, key: str, here: Place) -> None:
        """Take one choice; ``here`` is where the event is."""
        self.keys[event_id] = key
        place = replacing.place_of(key)
        if key == CANCEL:
            self.cancel.append(event_id)
        elif key == LEAVE:
            self.moves[event_id] = here
        elif place is not None:
            self.moves[event_id] = place
        else:
            self.complete = False


def _proposed(facts: Planning, proposals: Sequence[Proposal]) -> _Choices:
    found = _Choices()
    for one in proposals:
        here = facts.events[one.event_id].place
        # One that only the public still sees in the room has its new place already.
        best = one.best if one.origin == here or here == NOWHERE else None
        found.add(one.event_id, replacing.key_of(best) if best is not None else LEAVE, here)
    return found


def _sent(facts: Planning, ids: Collection[int]) -> _Choices:
    found = _Choices()
    for event_id in ids:
        found.add(event_id, request.form.get(f"choice-{event_id}", ""), facts.events[event_id].place)
    return found


def _objections(
    form: Form, facts: Planning, choices: _Choices, places: Mapping[int, Place] | None = None
) -> bool:
    """Say on the form what speaks against what was chosen, such as two events in one room; return whether anything does."""
    if not choices.complete:
        form.form_errors.append(_("The programme has changed meanwhile. Please look again."))
    moved = {id_: place for id_, place in choices.moves.items() if choices.keys[id_] != LEAVE}
    gone = _without(facts, choices.cancel)
    found = replacing.against(gone, moved, places)
    for violation in dict.fromkeys(one for violations in found.values() for one in violations):
        form.form_errors.append(words.sentence(violation, gone))
    return bool(form.form_errors)


@blueprint.route("/emergency", methods=["GET", "POST"])
@manages(Permission.RELEASE_PROGRAMME)
def emergency(conference: Conference) -> Answer:
    """Close a room now: show which events that hits and where they could be, then move, release and tell in one step."""
    facts = planning.load_planning(conference)
    now = clock.now().replace(second=0)
    end = max(_end_of_day(conference, facts), now + timedelta(hours=1))
    form, closing = _form(EmergencyForm, conference, starts_at=now, ends_at=end)
    if closing is None:
        return _page("programme/emergency.html", conference, form, facts, {"proposals": None})
    during = Interval(closing.starts_at, closing.ends_at)
    shut = replacing.closed(facts, closing.room_id, during)
    hit = replacing.hit(facts, closing.room_id, during)
    # What is worked on beside this stays as it is for the public: the places must be free in both.
    seen, kept = replacing.public(_without(facts, hit))
    conflict = False
    if request.method == "POST":
        choices = _sent(facts, hit)
        conflict = _objections(form, shut, choices, seen)
        if not conflict:
            try:
                with saving(form):
                    version = interruptions.emergency(
                        conference, closing, actor=actor(), moves=choices.moves, cancel=choices.cancel, base=_base()
                    )  # fmt: skip
            except edits.Outdated as outdated:
                form.form_errors.append(str(outdated))
                conflict = True
            if not form.errors and not conflict:
                _say_closed(version.number if version is not None else None)
                return _to(conference, "release_list")
    origins = {id_: _origin(facts, id_, closing.room_id) for id_ in hit}
    proposals = replacing.propose(shut, origins, now=clock.now(), places=seen, kept=kept)
    choices = _proposed(facts, proposals)
    after = releases.next_version(conference.id, hit)
    places = {id_: choices.moves.get(id_, place) for id_, place in after.places.items()}
    shown = {
        "proposals": proposals,
        "choices": choices,
        "outlook": digests.outlook(conference, replace(after, places=places)),
    }
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
    form: Form,
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
        action=ActionForm(formdata=None),
        kept=_kept(),
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
    form, closing = _form(BumpForm, conference)
    if closing is None:
        return _page("programme/bump.html", conference, form, facts, {"hit": None})
    hit = [
        id_
        for id_ in replacing.hit(facts, closing.room_id, Interval(closing.starts_at, closing.ends_at))
        if facts.events[id_].place.room_id == closing.room_id
    ]
    chosen = [id_ for id_ in hit if not facts.events[id_].pinned]
    conflict = False
    if request.method == "POST":
        sent = set(request.form.getlist("events"))
        chosen = [id_ for id_ in hit if str(id_) in sent]
        try:
            with saving(form):
                group = interruptions.bump(conference, closing, actor=actor(), event_ids=chosen, base=_base())
        except edits.Outdated as outdated:
            form.form_errors.append(str(outdated))
            conflict = True
        if not form.errors and not conflict:
            if group is None:
                flash(_("The room is closed. Nothing that the public knows has changed."), "good")
                return _to(conference, "release")
            said = ngettext(
                "The room is taken. %(num)s event waits for another place.",
                "The room is taken. %(num)s events wait for other places.",
                len(chosen),
            )
            flash(said, "good")
            return _to(conference, "bumped", group=group)
    shown = {"hit": hit, "chosen": chosen}
    return _page("programme/bump.html", conference, form, facts, shown, conflict=conflict)


def _waiting(facts: Planning, origins: Mapping[int, Place]) -> dict[int, Place]:
    """Return those that were driven out and have no place again."""
    return {
        id_: place
        for id_, place in origins.items()
        if facts.events[id_].place == NOWHERE and facts.events[id_].takes_place
    }


@blueprint.route("/bump/<group>", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def bumped(conference: Conference, group: str) -> Answer:
    """Propose other places for the events that a meeting drove out of their room, and take what is accepted."""
    origins = interruptions.bumped(conference.id, group[:36])
    facts = planning.load_planning(conference)
    waiting = _waiting(facts, origins)
    form = ActionForm()
    conflict = False
    if form.validate_on_submit():
        choices = _sent(facts, waiting)
        conflict = _objections(form, facts, choices)
        if not conflict:
            moves = [edits.Move(id_, place) for id_, place in choices.moves.items() if place != NOWHERE]
            try:
                for move in moves:
                    placing.check_place(conference, move.place)
                made = edits.apply(conference, moves, actor=actor(), base=_base())
            except edits.Outdated as outdated:
                form.form_errors.append(str(outdated))
                conflict = True
            else:
                flash(ngettext("%(num)s event was placed.", "%(num)s events were placed.", len(made)), "good")
                return _to(conference, "release")
    proposals = replacing.propose(facts, waiting, now=clock.now())
    shown = {
        "proposals": proposals,
        "choices": _proposed(facts, proposals),
        "placed": len(origins) - len(waiting),
        "group": group,
    }
    return _page("programme/bumped.html", conference, form, facts, shown, conflict=conflict)


@blueprint.post("/bump/<group>/schedule")
@manages(Permission.EDIT_PROGRAMME)
def schedule_bumped(conference: Conference, group: str) -> Answer:
    """Ask the auto-scheduler for places for the events that a meeting drove out of their room."""
    origins = interruptions.bumped(conference.id, group[:36])
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused_button(form)
    waiting = _waiting(planning.load_planning(conference), origins)
    run = scheduling.ask(conference, actor=actor(), event_ids=waiting, time_limit_s=_SECONDS)
    return redirect(url_for("programme_scheduling.run", conference=conference.slug, run_id=run.id))
