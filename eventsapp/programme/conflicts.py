"""The conflicts of the working programme: found, named, and accepted by somebody with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select

from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.errors import Conflict as AlreadySo
from eventsapp.core.errors import Invalid, NotFound
from eventsapp.core.translations import clean_text
from eventsapp.extensions import db
from eventsapp.programme.constraints import Violation, facts_of, find
from eventsapp.programme.facts import HARD, Kind, Planning, Severity
from eventsapp.programme.models import AcceptedConflict
from eventsapp.programme.planning import load_planning
from eventsapp.programme.service import writable


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted a conflict, when (UTC) and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A violation with the digest of its facts, and who accepted it."""

    violation: Violation
    facts: str
    accepted: Acceptance | None


@dataclass(frozen=True)
class Conflicts:
    """All conflicts of a working programme: hard ones first, then in order of time."""

    planning: Planning
    found: tuple[Conflict, ...]

    @property
    def open(self) -> list[Conflict]:
        """Those that nobody has accepted."""
        return [one for one in self.found if one.accepted is None]

    @property
    def hard(self) -> list[Conflict]:
        """Those of hard constraints that nobody has accepted."""
        return [one for one in self.open if one.violation.severity is Severity.HARD]

    def of(self, event_id: int) -> list[Conflict]:
        """Return those that concern an event."""
        return [one for one in self.found if one.violation.concerns(event_id)]

    def conflicting(self) -> set[int]:
        """Return the ids of events in any hard conflict that nobody has accepted."""
        return {id_ for one in self.hard for id_ in one.violation.event_ids}

    def counts(self) -> Counter[Kind]:
        """Return how many there are of each kind."""
        return Counter(one.violation.kind for one in self.found)


def load_conflicts(conference: Conference, planning: Planning | None = None) -> Conflicts:
    """Return the conflicts of a conference's working programme. One statement more than ``planning.load_planning``."""
    planning = planning or load_planning(conference)
    accepted = {
        row.facts: Acceptance(row.accepted_by, row.accepted_at, row.reason)
        for row in db.session.execute(
            select(
                AcceptedConflict.facts,
                AcceptedConflict.accepted_by,
                AcceptedConflict.accepted_at,
                AcceptedConflict.reason,
            ).where(AcceptedConflict.conference_id == conference.id)
        )
    }
    found = []
    for violation in find(planning):
        facts = facts_of(violation, planning)
        found.append(Conflict(violation, facts, accepted.get(facts)))
    return Conflicts(planning, tuple(found))


def open_hard(conference: Conference, planning: Planning) -> list[Violation]:
    """Return the violations of hard constraints that nobody has accepted: what an editor marks. One statement."""
    accepted = set(
        db.session.scalars(
            select(AcceptedConflict.facts).where(AcceptedConflict.conference_id == conference.id)
        )
    )
    found = find(planning, kinds=HARD)
    return [one for one in found if facts_of(one, planning) not in accepted] if accepted else found


def conflict_of(conflicts: Conflicts, facts: str) -> Conflict:
    """Return the conflict with these facts. Raises :class:`NotFound` when it is gone, or its facts have changed."""
    found = next((one for one in conflicts.found if one.facts == facts), None)
    if found is None:
        raise NotFound
    return found


def accept(conference: Conference, facts: str, *, reason: str, actor: audit.Actor) -> Conflict:
    """Accept a conflict: it is no longer counted until one of its facts changes. Returns it as it was.

    Raises :class:`NotFound`, :class:`Invalid` (``reason``), and ``errors.Conflict`` when it is accepted already or can never
    be: a safety limit is not a matter of opinion. Writes; does not commit.
    """
    writable(conference)
    conflict = conflict_of(load_conflicts(conference), facts)
    if conflict.violation.kind is Kind.SAFETY:
        raise AlreadySo(_("The safety limit of a room is never exceeded."))
    if conflict.accepted is not None:
        raise AlreadySo(_("This conflict was accepted already, by %(name)s.", name=conflict.accepted.by))
    reason = clean_text(reason)
    if not reason:
        raise Invalid({"reason": _("Say why this is accepted.")})
    db.session.add(
        AcceptedConflict(
            conference_id=conference.id,
            facts=facts,
            reason=reason,
            accepted_at=clock.now(),
            accepted_by_id=actor.user_id,
            accepted_by=actor.name,
        )
    )
    db.session.flush()
    _record(conference, "conflict.accept", conflict, actor, reason)
    return conflict


def take_back(conference: Conference, facts: str, *, actor: audit.Actor) -> None:
    """Count an accepted conflict again. Raises :class:`NotFound`. Writes; does not commit."""
    writable(conference)
    conflict = conflict_of(load_conflicts(conference), facts)
    if conflict.accepted is None:
        raise NotFound
    db.session.execute(
        delete(AcceptedConflict).where(
            AcceptedConflict.conference_id == conference.id, AcceptedConflict.facts == facts
        )
    )
    _record(conference, "conflict.take_back", conflict, actor, conflict.accepted.reason)


def _record(conference: Conference, action: str, conflict: Conflict, actor: audit.Actor, reason: str) -> None:
    audit.record(
        actor,
        action,
        f"conflict:{conflict.violation.kind.value}",
        conference_id=conference.id,
        detail={"events": list(conflict.violation.event_ids), "reason": reason},
    )


# --- the page's filters


@dataclass(frozen=True, slots=True)
class ConflictFilters:
    """The filters of the page of conflicts, as its address has them; unknown values find nothing."""

    severity: str = ""
    kind: str = ""
    day: str = ""
    """An ISO date in the conference's zone."""
    event: str = ""
    """The code of an event."""
    state: str = "open"
    """``open``, ``accepted`` or ``all``."""


def select_conflicts(conflicts: Conflicts, filters: ConflictFilters) -> Sequence[Conflict]:
    """Return the conflicts of the page. Pure."""
    planning = conflicts.planning

    def wanted(one: Conflict) -> bool:
        violation = one.violation
        day = violation.during.start.astimezone(planning.zone).date().isoformat() if violation.during else ""
        codes = {planning.events[id_].code for id_ in violation.event_ids}
        return (
            (filters.state == "all" or (filters.state == "accepted") == (one.accepted is not None))
            and (not filters.severity or violation.severity.value == filters.severity)
            and (not filters.kind or violation.kind.value == filters.kind)
            and (not filters.day or day == filters.day)
            and (not filters.event or filters.event.strip().casefold() in {code.casefold() for code in codes})
        )

    return [one for one in conflicts.found if wanted(one)]
