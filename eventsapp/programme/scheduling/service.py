"""Runs of the auto-scheduler: asked for, cancelled, taken over, dismissed. Named actor, keyword arguments, no commit.

A run is a row that the worker takes up (``worker``); its result is a proposal, which changes nothing until it is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.extensions import db
from eventsapp.programme import constraints, edits, planning
from eventsapp.programme.edits import Edit, Move
from eventsapp.programme.enums import RunState
from eventsapp.programme.facts import Kind, Planning, Severity
from eventsapp.programme.models import SchedulerRun
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.scheduling.problem import Options, may_move
from eventsapp.programme.scheduling.results import places_of
from eventsapp.programme.service import writable

LONGEST = 1800
"""Seconds that a run may take."""
OPEN = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a proposal: an event, where it is in the working programme, and where it would be."""

    event_id: int
    code: str
    now: Place
    then: Place


def ask(
    conference: Conference,
    *,
    actor: audit.Actor,
    time_limit_s: int = 60,
    seed: int = 0,
    deterministic: bool = False,
    event_ids: Iterable[int] | None = None,
    keep_placed: bool = True,
    moving: int = 0,
) -> SchedulerRun:
    """Queue a run for the worker and return it.

    It places ``event_ids``, else all events without a complete place, with ``keep_placed`` False also those that have one
    and are not pinned; ``moving`` (0 to 100) is the price of moving one of those. ``time_limit_s`` are seconds;
    ``deterministic`` runs do the same work on every machine, however long that takes. Raises :class:`Invalid`
    (``time_limit_s``, ``moving``), :class:`Conflict` when nothing can be placed or a run of the conference is under way.
    Writes; does not commit.
    """
    writable(conference)
    if not 1 <= time_limit_s <= LONGEST:
        raise Invalid(
            {"time_limit_s": _("Choose a number from %(least)d to %(most)d.", least=1, most=LONGEST)}
        )
    if not 0 <= moving <= 100:
        raise Invalid({"moving": _("Choose a number from %(least)d to %(most)d.", least=0, most=100)})
    db.session.execute(select(Conference.id).where(Conference.id == conference.id).with_for_update())
    if current(conference.id) is not None:
        raise Conflict(_("The auto-scheduler is already at work."))
    chosen = None if event_ids is None else sorted(set(event_ids))
    options = {"event_ids": chosen, "keep_placed": keep_placed, "moving": moving}
    found = planning.load_planning(conference)
    if chosen is not None and set(chosen) - found.events.keys():
        raise NotFound
    if not may_move(found, options_of(options)):
        raise Conflict(_("There is nothing to place: every event has its place, is pinned or is cancelled."))
    if not found.rooms:
        raise Conflict(_("There are no rooms yet."))
    run = SchedulerRun(
        conference_id=conference.id,
        asked_by_id=actor.user_id,
        asked_by=actor.name,
        asked_at=clock.now(),
        time_limit_s=time_limit_s,
        seed=seed,
        deterministic=deterministic,
        options=options,
        base_edit=found.edit,
        input=explained(found, options_of(options)),
        progress=[],
        result={},
    )
    db.session.add(run)
    db.session.flush()
    audit.record(
        actor, "schedule.ask", f"schedule:{run.id}", conference_id=conference.id, detail=dict(options)
    )
    return run


def options_of(kept: dict[str, Any]) -> Options:
    """Return the options of a run's row."""
    ids = kept.get("event_ids")
    return Options(
        None if ids is None else frozenset(ids),
        bool(kept.get("keep_placed", True)),
        int(kept.get("moving", 0)),
    )


def explained(found: Planning, options: Options) -> dict[str, Any]:
    """Return what a run is given, as its row keeps it: counts, rules, and all places at the start. Pure."""
    moving = may_move(found, options)
    rules = found.rules
    return {
        "edit": found.edit,
        "events": len(found.events),
        "to_place": [event.code for event in moving],
        "rooms": len(found.rooms),
        "slots": sum(map(len, found.slots_of.values())),
        "days": [day.isoformat() for day in found.days],
        "weights": {kind.value: rules.weight(kind) for kind in Kind},
        "turnover_minutes": int(rules.turnover.total_seconds() // 60),
        "walking_minutes": int(rules.walking.total_seconds() // 60),
        "interpreter_teams": rules.interpreter_teams,
        "places": {
            event.code: edits.as_json(event.place, event.pinned)
            for event in found.events.values()
            if event.place != NOWHERE
        },
    }


def current(conference_id: int) -> SchedulerRun | None:
    """Return the run of a conference that is queued or under way."""
    return db.session.scalar(
        select(SchedulerRun)
        .where(SchedulerRun.conference_id == conference_id, SchedulerRun.state.in_(OPEN))
        .limit(1)
    )


def runs(conference_id: int, *, most: int = 50) -> Sequence[SchedulerRun]:
    """Return the newest runs of a conference, newest first. One statement."""
    statement = (
        select(SchedulerRun)
        .where(SchedulerRun.conference_id == conference_id)
        .order_by(SchedulerRun.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(statement))


def run_of(conference_id: int, run_id: int) -> SchedulerRun:
    """Return a run of a conference. Raises :class:`NotFound`."""
    run = db.session.get(SchedulerRun, run_id)
    if run is None or run.conference_id != conference_id:
        raise NotFound
    return run


def cancel(run: SchedulerRun, *, actor: audit.Actor) -> None:
    """Stop a run: at once when it is still queued, else as soon as the worker sees it; what was found by then is kept.

    Raises :class:`Conflict` when it is over. Writes; does not commit.
    """
    queued = db.session.execute(
        update(SchedulerRun)
        .where(SchedulerRun.id == run.id, SchedulerRun.state == RunState.QUEUED)
        .values(state=RunState.CANCELLED, finished_at=clock.now(), cancel_requested=True)
        .execution_options(synchronize_session=False)
    )
    if queued.rowcount != 1:  # type: ignore[attr-defined]
        running = db.session.execute(
            update(SchedulerRun)
            .where(SchedulerRun.id == run.id, SchedulerRun.state == RunState.RUNNING)
            .values(cancel_requested=True)
            .execution_options(synchronize_session=False)
        )
        if running.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(_("This run is over."))
    db.session.expire(run)
    audit.record(actor, "schedule.cancel", f"schedule:{run.id}", conference_id=run.conference_id)


def difference(run: SchedulerRun, found: Planning) -> list[Row]:
    """Return what the proposal would change in the working programme as it is now, in order of code. Pure."""
    proposed = places_of(run.result)
    return [
        Row(event.id, event.code, event.place, proposed[event.id])
        for event in found.events.values()
        if event.id in proposed and proposed[event.id] != event.place and event.takes_place
    ]


def accept(
    conference: Conference, run: SchedulerRun, *, actor: audit.Actor, event_ids: Iterable[int] | None = None
) -> list[Edit]:
    """Bring the working programme to where a proposal has its events, or some of them; return what changed.

    Raises :class:`edits.Outdated` when one of them was changed since the run read the programme, :class:`Conflict` when
    other changes meanwhile (or taking only a part) would make the places break a hard constraint, when one of them was
    pinned, or when there is no proposal. All or nothing. Writes; does not commit.
    """
    writable(conference)
    if run.conference_id != conference.id:
        raise NotFound
    proposed = places_of(run.result)
    if run.state in OPEN or not proposed:
        raise Conflict(_("This run has no proposal."))
    wanted = (
        proposed if event_ids is None else {id_: proposed[id_] for id_ in set(event_ids) if id_ in proposed}
    )
    if not wanted:
        raise Conflict(_("Choose at least one event."))
    found = planning.load_planning(conference)
    newer = edits.since(conference.id, run.base_edit, event_ids=wanted)
    if newer:
        raise edits.Outdated(newer)
    _check(found, wanted)
    made = edits.apply(
        conference, [Move(id_, place) for id_, place in wanted.items()], actor=actor, base=run.base_edit
    )
    taken = {edit.code for edit in made} | set(run.result.get("accepted", []))
    run.result = {**run.result, "accepted": sorted(taken)}
    audit.record(
        actor, "schedule.accept", f"schedule:{run.id}", conference_id=conference.id, detail={"events": len(made)}
    )  # fmt: skip
    return made


def _check(found: Planning, wanted: dict[int, Place]) -> None:
    """Raise :class:`Conflict` when the places would break a hard constraint that is kept now."""
    gone = [id_ for id_ in wanted if id_ not in found.events or not found.events[id_].takes_place]
    if gone or any(place.room_id not in found.rooms for place in wanted.values()):
        raise Conflict(
            _("Some of these events or rooms are no longer there. Let the auto-scheduler run again.")
        )
    before = {
        (one.kind, one.event_ids, one.subject_id)
        for one in constraints.find(found)
        if one.severity is Severity.HARD
    }
    after = {**planning.places(found), **wanted}
    wrong = [
        one
        for one in constraints.find(found, after)
        if one.severity is Severity.HARD
        and (one.kind, one.event_ids, one.subject_id) not in before
        and any(id_ in wanted for id_ in one.event_ids)
    ]
    if wrong:
        codes = ", ".join(sorted({found.events[id_].code for one in wrong for id_ in one.event_ids}))
        raise Conflict(
            _("As the programme is now, this would bring new conflicts (%(codes)s). Let the auto-scheduler run again.", codes=codes)
        )  # fmt: skip


def dismiss(run: SchedulerRun, *, actor: audit.Actor) -> None:
    """Put a proposal aside: it is not offered any more. Raises :class:`Conflict` while the run is not over."""
    if run.state in OPEN:
        raise Conflict(_("This run is not over yet."))
    run.result = {**run.result, "dismissed": True}
    audit.record(actor, "schedule.dismiss", f"schedule:{run.id}", conference_id=run.conference_id)
