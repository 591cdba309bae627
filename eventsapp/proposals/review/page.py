"""What the officers' page of a proposal shows beside the proposal itself. A query module: a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventsapp.core.files import StoredFile
from eventsapp.extensions import db
from eventsapp.proposals import eligibility, eligibility_facts, life
from eventsapp.proposals.drafts import differences
from eventsapp.proposals.eligibility import Failure, Rules
from eventsapp.proposals.enums import CommentAudience
from eventsapp.proposals.models import Call, Proposal, ProposalComment, ProposalOrganization, ProposalVersion
from eventsapp.proposals.review.sheet import files_of
from eventsapp.questions.rules import asked
from eventsapp.questions.shown import Shown, shown

VERSIONS_MOST = 100
VERSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Organizations in their order, messages from the first on, the newest versions first, and the parts of a merger."""

    organizations: list[ProposalOrganization]
    messages: list[ProposalComment]
    versions: list[ProposalVersion]
    parts: list[Proposal]


def comments(proposal_id: int, audience: CommentAudience) -> list[ProposalComment]:
    """Return what was said about a proposal to one circle, from the first on. One statement."""
    return list(
        db.session.scalars(
            select(ProposalComment)
            .where(ProposalComment.proposal_id == proposal_id, ProposalComment.audience == audience)
            .order_by(ProposalComment.at, ProposalComment.id)
        )
    )


def answers(proposal: Proposal) -> list[Shown]:
    """Return what the team answered to the call's questions. Two statements."""
    return shown(
        asked(proposal.call.questionnaire), proposal.answers, default=proposal.conference.default_language
    )


def files(proposal: Proposal) -> dict[int, StoredFile]:
    """Return the files among the answers, by id. Three statements at most."""
    return files_of(asked(proposal.call.questionnaire), proposal)


def failures(proposal: Proposal) -> list[Failure]:
    """Return which rules of the call a proposal does not keep; of one that is over there is nothing to say."""
    if proposal.state in life.OVER or not proposal.call.rules:
        return []
    return eligibility.check(Rules.from_json(proposal.call.rules), eligibility_facts.facts(proposal))


def failing(call: Call) -> set[int]:
    """Return the ids of the proposals of a call that do not keep its rules. Six statements; none without rules."""
    if not call.rules:
        return set()
    rules = Rules.from_json(call.rules)
    found = eligibility_facts.facts_of_call(call)
    return {id_ for id_, facts in found.items() if eligibility.check(rules, facts)}


def changes(proposal: Proposal, versions: Sequence[ProposalVersion]) -> dict[int, list[Any]]:
    """Return what the newest versions changed, word by word, by number (``drafts.differences``)."""
    names = differences.names(proposal, asked(proposal.call.questionnaire))
    return {
        one.number: [names.change(part, *change) for part, change in one.changes.items()]
        for one in versions[:VERSIONS_SHOWN]
    }


def load(proposal: Proposal) -> Page:
    """Return what the page shows. Five statements."""
    organizations: Any = db.session.scalars(
        select(ProposalOrganization)
        .where(ProposalOrganization.proposal_id == proposal.id)
        .order_by(ProposalOrganization.position, ProposalOrganization.id)
        .options(selectinload(ProposalOrganization.organization))
    )
    return Page(
        organizations=list(organizations),
        messages=comments(proposal.id, CommentAudience.SECRETARIAT),
        versions=list(
            db.session.scalars(
                select(ProposalVersion)
                .where(ProposalVersion.proposal_id == proposal.id)
                .order_by(ProposalVersion.number.desc())
                .limit(VERSIONS_MOST)
            )
        ),
        parts=list(
            db.session.scalars(
                select(Proposal).where(Proposal.merged_into_id == proposal.id).order_by(Proposal.id)
            )
        ),
    )
