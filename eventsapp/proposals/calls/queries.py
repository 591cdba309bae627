"""What pages about calls need, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventsapp.core.errors import NotFound
from eventsapp.extensions import db
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Call, Extension, Proposal
from eventsapp.questions import service as questions


def one(conference_id: int, slug: str) -> Call:
    """Return a call of a conference. Raises :class:`NotFound`."""
    found = db.session.scalar(select(Call).where(Call.conference_id == conference_id, Call.slug == slug))
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """A call in the list, with how many proposals it has by state."""

    call: Call
    counts: Mapping[ProposalState, int]
    questions: int

    @property
    def drafts(self) -> int:
        """Proposals that are being written."""
        return self.counts.get(ProposalState.DRAFT, 0)

    @property
    def handed_in(self) -> int:
        """Proposals that are no drafts; merged and withdrawn ones do not count."""
        out = (ProposalState.DRAFT, ProposalState.MERGED, ProposalState.WITHDRAWN)
        return sum(number for state, number in self.counts.items() if state not in out)


def listing(conference_id: int) -> list[Row]:
    """Return the calls of a conference by their closing time. Three statements."""
    calls = db.session.scalars(
        select(Call)
        .where(Call.conference_id == conference_id)
        .options(joinedload(Call.type))
        .order_by(Call.closes_at, Call.id)
    ).all()
    counts = counts_of([call.id for call in calls])
    asked = questions.count([call.questionnaire_id for call in calls])
    return [Row(call, counts.get(call.id, {}), asked.get(call.questionnaire_id, 0)) for call in calls]


def counts_of(call_ids: Sequence[int]) -> dict[int, dict[ProposalState, int]]:
    """Return how many proposals calls have by state. One statement."""
    found: dict[int, dict[ProposalState, int]] = defaultdict(dict)
    for call_id, state, number in db.session.execute(
        select(Proposal.call_id, Proposal.state, func.count())
        .where(Proposal.call_id.in_(call_ids))
        .group_by(Proposal.call_id, Proposal.state)
    ):
        found[call_id][state] = number
    return dict(found)


def extensions(call_id: int) -> list[Extension]:
    """Return the extensions of a call, the earliest end first. One statement."""
    return list(
        db.session.scalars(
            select(Extension)
            .where(Extension.call_id == call_id)
            .options(joinedload(Extension.organization))
            .order_by(Extension.until, Extension.id)
        )
    )


def extension(call_id: int, id_: int) -> Extension:
    """Return an extension of a call. Raises :class:`NotFound`."""
    found = db.session.scalar(select(Extension).where(Extension.call_id == call_id, Extension.id == id_))
    if found is None:
        raise NotFound
    return found


def answered(call_id: int) -> dict[str, dict[str, int]]:
    """Return how often questions were answered in the proposals of a call: key → {answer that can be chosen: how often}.

    "" counts all that have answered. One statement.
    """
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (answers,) in db.session.execute(select(Proposal.answers).where(Proposal.call_id == call_id)):
        for key, answer in (answers or {}).items():
            found[key][""] += 1
            chosen = answer if isinstance(answer, list) else [answer]
            for value in {one for one in chosen if isinstance(one, str)}:
                found[key][value] += 1
    return {key: dict(numbers) for key, numbers in found.items()}
