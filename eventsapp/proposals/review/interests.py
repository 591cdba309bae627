"""Who has an interest in which proposal, and so never reviews it: declared by themselves, or derived from what is known.

Derived: they began the proposal; they act (or have asked to act) for an organization that is named in it, whether it leads,
organizes, is only invited or has refused; they were invited by their e-mail address; they are its contact or one of its
speakers by that address; they have written in it for the team. What is so of a proposal is so of the one that it was merged
into, and of the others that were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, union_all

from eventsapp.accounts.models import User
from eventsapp.extensions import db
from eventsapp.organizations.enums import MembershipState
from eventsapp.organizations.models import OrganizationMember
from eventsapp.proposals.enums import CommentAudience
from eventsapp.proposals.models import Proposal, ProposalComment, ProposalOrganization
from eventsapp.proposals.review.models import DeclaredInterest, Review


def interests(call_id: int, user_ids: Iterable[int] | None = None) -> set[tuple[int, int]]:
    """Return (proposal id, user id) of all interests in a call's proposals, of these people or of all. Three statements."""
    return _interests(Proposal.call_id == call_id, None if user_ids is None else list(user_ids))


def of_user(conference_id: int, user_id: int) -> set[int]:
    """Return the ids of the proposals of a conference in which somebody has an interest. Three statements."""
    return {id_ for id_, _user in _interests(Proposal.conference_id == conference_id, [user_id])}


def of_reviewer(conference_id: int, user_id: int) -> set[int]:
    """Return the same among those proposals that they were given to review: much fewer to look at. Three statements."""
    given = select(Review.proposal_id).where(Review.reviewer_id == user_id)
    into = select(Proposal.merged_into_id).where(Proposal.id.in_(given))
    which = or_(Proposal.id.in_(given), Proposal.id.in_(into), Proposal.merged_into_id.in_(given))
    return {id_ for id_, _user in _interests((Proposal.conference_id == conference_id) & which, [user_id])}


def has_interest(proposal_id: int, user_id: int) -> bool:
    """Return whether somebody has an interest in a proposal. Four statements."""
    root = select(func.coalesce(Proposal.merged_into_id, Proposal.id)).where(Proposal.id == proposal_id)
    group = db.session.scalar(root)
    if group is None:
        return False
    found = _interests(
        or_(Proposal.id.in_((proposal_id, group)), Proposal.merged_into_id == group), [user_id]
    )
    return (proposal_id, user_id) in found


def _interests(which: ColumnElement[bool], users: Sequence[int] | None) -> set[tuple[int, int]]:
    proposals = db.session.execute(
        select(
            Proposal.id, Proposal.merged_into_id, Proposal.created_by_id, Proposal.composed,
            Proposal.contact_email, Proposal.speakers,
        ).where(which)
    ).all()  # fmt: skip
    if not proposals:
        return set()
    found = _recorded(which, users)
    wanted = None if users is None else set(users)
    # Who composes a merger for others has begun nothing of their own.
    found |= {
        (row.id, row.created_by_id)
        for row in proposals
        if row.created_by_id is not None
        and not row.composed
        and (wanted is None or row.created_by_id in wanted)
    }
    addresses: dict[str, set[int]] = {}
    for row in proposals:
        for address in _addresses(row.contact_email, row.speakers):
            addresses.setdefault(address, set()).add(row.id)
    found |= set(_by_address(addresses, users))
    return _through_mergers(found, {row.id: row.merged_into_id for row in proposals})


def _recorded(which: ColumnElement[bool], users: Sequence[int] | None) -> set[tuple[int, int]]:
    """Return what tables say of people and proposals. One statement."""

    def of(column: Any) -> list[ColumnElement[bool]]:
        return [which] if users is None else [which, column.in_(users)]

    links = ProposalOrganization
    statement: Any = union_all(
        select(DeclaredInterest.proposal_id, DeclaredInterest.user_id)
        .join(Proposal, Proposal.id == DeclaredInterest.proposal_id)
        .where(*of(DeclaredInterest.user_id)),
        select(links.proposal_id, OrganizationMember.user_id)
        .join(Proposal, Proposal.id == links.proposal_id)
        .join(OrganizationMember, OrganizationMember.organization_id == links.organization_id)
        .where(
            OrganizationMember.state.in_((MembershipState.ACTIVE, MembershipState.REQUESTED)),
            *of(OrganizationMember.user_id),
        ),
        select(links.proposal_id, User.id)
        .join(Proposal, Proposal.id == links.proposal_id)
        .join(User, func.lower(links.email) == func.lower(User.email))
        .where(*of(User.id)),
        select(ProposalComment.proposal_id, ProposalComment.author_id)
        .join(Proposal, Proposal.id == ProposalComment.proposal_id)
        .where(
            ProposalComment.audience != CommentAudience.REVIEWERS,
            ProposalComment.from_secretariat.is_(False),
            ProposalComment.author_id.is_not(None),
            *of(ProposalComment.author_id),
        ),
    )
    return {(proposal_id, user_id) for proposal_id, user_id in db.session.execute(statement)}


def _addresses(contact: str | None, speakers: Sequence[Any]) -> Iterator[str]:
    named = [contact, *(one.get("email") for one in speakers if isinstance(one, Mapping))]
    for address in named:
        if isinstance(address, str) and address.strip():
            yield address.strip().lower()


def _by_address(addresses: Mapping[str, set[int]], users: Sequence[int] | None) -> Iterator[tuple[int, int]]:
    """Give the people who have one of these addresses. One statement: there are fewer accounts than a list can hold."""
    statement = select(User.id, func.lower(User.email))
    if users is not None:
        statement = statement.where(User.id.in_(users))
    for user_id, address in db.session.execute(statement):
        for proposal_id in addresses.get(address, ()):
            yield proposal_id, user_id


def _through_mergers(
    found: set[tuple[int, int]], merged_into: Mapping[int, int | None]
) -> set[tuple[int, int]]:
    """Return the interests with those that follow from mergers: all proposals that became one have the same."""
    if not any(merged_into.values()):
        return found

    def root(id_: int) -> int:
        seen = {id_}
        while (into := merged_into.get(id_)) is not None and into not in seen:
            seen.add(into)
            id_ = into
        return id_

    groups: dict[int, list[int]] = {}
    for id_ in merged_into:
        groups.setdefault(root(id_), []).append(id_)
    return {(other, user) for id_, user in found for other in groups.get(root(id_), [id_])}
