"""Scenarios and the decisions that come of them. Named actor, no request, no commit.

A scenario carries a version: whoever changes it says which version they saw, and is refused when somebody else was faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.extensions import db
from eventsapp.proposals import life, service
from eventsapp.proposals.decisions import filling, letters, queries, writing
from eventsapp.proposals.decisions.balance import Traits, targets_from
from eventsapp.proposals.decisions.filling import Candidate, Filled
from eventsapp.proposals.decisions.models import Letter, Scenario, Sending
from eventsapp.proposals.decisions.queries import Row
from eventsapp.proposals.enums import Action, Decision, LetterKind, Party
from eventsapp.proposals.models import Call, Proposal

NAME_MOST: Final = 120
ACTIONS: Final = {one: Action(one.value) for one in Decision}


def subject(scenario: Scenario) -> str:
    """Return how the audit log calls a scenario."""
    return f"scenario:{scenario.id}"


def create(
    call: Call, *, name: str, actor: Actor, note: str | None = None, copy_of: Scenario | None = None
) -> Scenario:
    """Add a scenario to a call, empty or a copy; the first one is the chosen one. Raises :class:`Invalid` (``name``)."""
    service.writable(call.conference)
    name = name.strip()[:NAME_MOST]
    known = queries.scenarios(call.id)
    if not name:
        raise Invalid({"name": _("Give it a name.")})
    if any(one.name.casefold() == name.casefold() for one in known):
        raise Invalid({"name": _("There is a scenario of this name already.")})
    made = Scenario(
        call_id=call.id,
        name=name,
        note=(note or "").strip()[:500] or None,
        choices=dict(copy_of.choices) if copy_of else {},
        chosen=not known,
        made_by=actor.name,
    )
    db.session.add(made)
    db.session.flush()
    _record(call, made, "scenario.create", actor, {"name": name, "copy_of": copy_of.name if copy_of else ""})
    return made


def decide(
    call: Call, scenario: Scenario, choices: Mapping[int, Decision | None], *, version: int, actor: Actor
) -> None:
    """Draft decisions in a scenario; None takes one back. ``version`` is the one that the person saw.

    Raises :class:`Conflict` when somebody changed the scenario meanwhile, :class:`NotFound` for a proposal of another call.
    Proposals that are decided about already keep their decision: nothing is drafted for them.
    """
    service.writable(call.conference)
    rows = db.session.execute(
        select(Proposal.id, Proposal.code).where(
            Proposal.call_id == call.id,
            Proposal.id.in_(choices),
            Proposal.state.in_(life.IN_THE_RUNNING),
        )
    )
    running = {id_: code for id_, code in rows}  # noqa: C416 - a Row is no pair for mypy
    if len(choices) == 1 and not running:
        known = db.session.scalar(
            select(Proposal.id).where(Proposal.call_id == call.id, Proposal.id.in_(choices))
        )
        if known is None:
            raise NotFound
        raise Conflict(_("Something has been decided about this proposal already."))
    merged = dict(scenario.choices)
    changed = {}
    for id_, code in running.items():
        decision = choices[id_]
        if merged.get(str(id_)) != (decision.value if decision else None):
            changed[code] = decision.value if decision else ""
        if decision is None:
            merged.pop(str(id_), None)
        else:
            merged[str(id_)] = decision.value
    if not changed:
        return
    _write(call, scenario, merged, version=version)
    some = dict(list(changed.items())[:20])
    _record(call, scenario, "scenario.decide", actor, {"count": len(changed), "decisions": some})


def fill(
    call: Call,
    scenario: Scenario,
    *,
    version: int,
    actor: Actor,
    by_balance: bool,
    measure: str,
    waiting: int = 0,
    decline_rest: bool = False,
) -> Filled:
    """Draft decisions for all proposals in the running: the places by score (and balance), then the waiting list by score.

    What was drafted as declined stays so. Raises :class:`Invalid` for a call without a number of places, :class:`Conflict`
    as :func:`decide`.
    """
    service.writable(call.conference)
    if call.places is None:
        raise Invalid({"": _("Say first how many places the call has.")})
    rows = queries.rows(call)
    kept: list[Traits] = [row.traits for row in rows if row.has_place]
    candidates = [_candidate(row, measure) for row in rows if row.open and not _declined(row, scenario)]
    places = max(0, call.places - len(kept))
    targets = targets_from(call.targets)
    filled = (
        filling.by_balance(candidates, places, targets, kept=kept)
        if by_balance
        else filling.by_score(candidates, places)
    )
    chosen = set(filled.chosen)
    choices = {str(row.id): Decision.DECLINE.value for row in rows if row.open and _declined(row, scenario)}
    choices |= {str(id_): Decision.ACCEPT.value for id_ in filled.chosen}
    rest = [one for one in filling.in_order(candidates) if one.id not in chosen]
    choices |= {str(one.id): Decision.WAITLIST.value for one in rest[: max(0, waiting)]}
    if decline_rest:
        choices |= {str(one.id): Decision.DECLINE.value for one in rest[max(0, waiting) :]}
    _write(call, scenario, choices, version=version)
    detail = {"by_balance": by_balance, "accepted": len(chosen), "exchanges": len(filled.exchanges)}
    _record(call, scenario, "scenario.fill", actor, detail)
    return filled


def _declined(row: Row, scenario: Scenario) -> bool:
    return scenario.choices.get(str(row.id)) == Decision.DECLINE.value


def _candidate(row: Row, measure: str) -> Candidate:
    return Candidate(row.id, row.score(measure), row.traits)


def choose(call: Call, scenario: Scenario, *, actor: Actor) -> None:
    """Make a scenario the one whose decisions are sent."""
    service.writable(call.conference)
    # Two statements, as at most one may be chosen at any time.
    db.session.execute(
        update(Scenario).where(Scenario.call_id == call.id, Scenario.chosen).values(chosen=False)
    )
    db.session.execute(update(Scenario).where(Scenario.id == scenario.id).values(chosen=True))
    db.session.refresh(scenario)
    _record(call, scenario, "scenario.choose", actor, {"name": scenario.name})


def delete(call: Call, scenario: Scenario, *, actor: Actor) -> None:
    """Delete a scenario. Raises :class:`Conflict` for the chosen one."""
    service.writable(call.conference)
    if scenario.chosen:
        raise Conflict(_("This scenario is the chosen one. Choose another before you delete it."))
    _record(call, scenario, "scenario.delete", actor, {"name": scenario.name})
    db.session.delete(scenario)


def set_targets(call: Call, targets: Mapping[str, Mapping[str, int]], *, actor: Actor) -> None:
    """Set the targets of balance of a call."""
    service.writable(call.conference)
    call.targets = {dimension: dict(goals) for dimension, goals in targets.items() if goals}
    audit.record(
        actor,
        "call.targets",
        f"call:{call.slug}",
        conference_id=call.conference_id,
        detail=dict(call.targets),
    )


def write_letter(
    call: Call, kind: LetterKind, subjects: Mapping[str, str], bodies: Mapping[str, str], *, actor: Actor
) -> None:
    """Keep the template of one kind of letter; with no text at all the default comes back.

    Raises :class:`Invalid` (``bodies``) for placeholders that it does not know.
    """
    service.writable(call.conference)
    wrong = [name for text in (*subjects.values(), *bodies.values()) for name in letters.unknown(text, kind)]
    if wrong:
        raise Invalid(
            {"bodies": [_("{%(name)s} is no placeholder of this letter.", name=one) for one in wrong]}
        )
    known = queries.letters(call.id).get(kind)
    if not any(subjects.values()) and not any(bodies.values()):
        if known is not None:
            db.session.delete(known)
    elif known is None:
        db.session.add(Letter(call_id=call.id, kind=kind, subjects=dict(subjects), bodies=dict(bodies)))
    else:
        known.subjects, known.bodies = dict(subjects), dict(bodies)
    audit.record(
        actor,
        "letter.edit",
        f"call:{call.slug}",
        conference_id=call.conference_id,
        detail={"kind": kind.value},
    )


def _write(call: Call, scenario: Scenario, choices: Mapping[str, Any], *, version: int) -> None:
    """Write the choices if the scenario is still at ``version``."""
    written = db.session.execute(
        update(Scenario)
        .where(Scenario.id == scenario.id, Scenario.version == version)
        .values(choices=dict(choices), version=version + 1, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.expire(scenario)
    if written.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_what_happened(call, scenario))


def _what_happened(call: Call, scenario: Scenario) -> object:
    last = db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.conference_id == call.conference_id, AuditEntry.subject == subject(scenario))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    if last is None:
        return _("Somebody else changed this at the same moment. Please look again.")
    codes = ", ".join((last.detail.get("decisions") or {}).keys())
    if codes:
        return _(
            "%(name)s changed this scenario meanwhile (%(codes)s). Nothing was changed; look again.",
            name=last.actor,
            codes=codes,
        )
    return _("%(name)s changed this scenario meanwhile. Nothing was changed; look again.", name=last.actor)


def _record(call: Call, scenario: Scenario, action: str, actor: Actor, detail: dict[str, Any]) -> None:
    audit.record(actor, action, subject(scenario), conference_id=call.conference_id, detail=detail)


# --- sending


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending decisions. ``skipped``: (code, state) of those whose state does not allow it (any more)."""

    sent: int
    letters: int
    skipped: tuple[tuple[str, str], ...]


def send(call: Call, scenario: Scenario, proposal_ids: Sequence[int], *, actor: Actor) -> Sent:
    """Decide about proposals as the scenario says, and write one letter to each person of their teams.

    In the order of ``proposal_ids``, which is that of the waiting list. Who has no decision in the scenario, or whose state
    does not allow it any more, is skipped: so doing it twice sends nobody two letters.
    """
    choices = [
        (id_, Decision(said))
        for id_ in proposal_ids
        if (said := scenario.choices.get(str(id_))) in set(Decision)
    ]
    return carry_out(call, choices, actor=actor)


def carry_out(call: Call, choices: Sequence[tuple[int, Decision]], *, actor: Actor) -> Sent:
    """Do the same for decisions that are given. For the worker, which does it in parts."""
    service.writable(call.conference)
    ids = [id_ for id_, _decision in choices]
    found = {
        one.id: one
        for one in db.session.scalars(
            select(Proposal)
            .where(Proposal.call_id == call.id, Proposal.id.in_(ids))
            .options(selectinload(Proposal.organizations))
        )
    }
    made = writing.Letters(call, ids)
    sent = written = 0
    skipped: list[tuple[str, str]] = []
    for id_, decision in choices:
        proposal = found.get(id_)
        if proposal is None:
            continue
        action = ACTIONS[decision]
        if proposal.state not in life.IN_THE_RUNNING or life.target(proposal.state, action) is None:
            skipped.append((proposal.code, proposal.state.value))
            continue
        service.move(proposal, action, party=Party.SECRETARIAT, actor=actor, tell=False)
        written += made.send(proposal, writing.KINDS[action])
        sent += 1
    return Sent(sent, written, tuple(skipped))


def ask(call: Call, choices: Sequence[tuple[int, Decision]], *, actor: Actor) -> Sending:
    """Ask for decisions to be sent; the worker does it. Raises :class:`Conflict` while others are being sent.

    ``choices`` in the order of the waiting list. Raises :class:`Invalid` when there are none.
    """
    service.writable(call.conference)
    if not choices:
        raise Invalid({"": _("There is nothing to send.")})
    last = queries.last_sending(call.id)
    if last is not None and last.finished_at is None:
        raise Conflict(_("Decisions of this call are being sent already."))
    made = Sending(
        call_id=call.id,
        choices=[[id_, decision.value] for id_, decision in choices],
        asked_at=clock.now(),
        asked_by=actor.name,
        asked_by_id=actor.user_id,
        skipped=[],
    )
    db.session.add(made)
    db.session.flush()
    counts: dict[str, int] = {}
    for _id, decision in choices:
        counts[decision.value] = counts.get(decision.value, 0) + 1
    audit.record(
        actor, "decisions.send", f"call:{call.slug}", conference_id=call.conference_id, detail=counts
    )
    return made
