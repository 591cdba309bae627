"""Messages of teams that nobody of the secretariat has answered: for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.extensions import db
from eventsapp.proposals.enums import CommentAudience
from eventsapp.proposals.models import Proposal, ProposalComment
from eventsapp.proposals.waiting import of_calls


@of_calls
def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Say how many proposals have a last message that is the team's; it leads to the one that waits longest. One statement."""
    if Permission.EDIT_PROPOSALS not in permissions:
        return []
    last = (
        select(func.max(ProposalComment.id))
        .join(Proposal, Proposal.id == ProposalComment.proposal_id)
        .where(
            Proposal.conference_id == conference.id,
            ProposalComment.audience == CommentAudience.SECRETARIAT,
        )
        .group_by(ProposalComment.proposal_id)
    )
    waiting = db.session.execute(
        select(Proposal.code, ProposalComment.at)
        .join(Proposal, Proposal.id == ProposalComment.proposal_id)
        .where(ProposalComment.id.in_(last), ProposalComment.from_secretariat.is_(False))
        .order_by(ProposalComment.at, ProposalComment.id)
    ).all()
    if not waiting:
        return []
    text = ngettext(
        "The team of %(num)s proposal waits for an answer.",
        "The teams of %(num)s proposals wait for an answer.",
        len(waiting),
    )
    url = url_for(
        "calls_proposals.proposal", conference=conference.slug, code=waiting[0].code, _anchor="messages"
    )
    return [Task("calls", Level.WARNING, text, url, len(waiting))]
