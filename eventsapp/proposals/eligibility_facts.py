"""What the rules of eligibility look at, read in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, select

from eventsapp.core import clock, locale
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Accreditation, Organization
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.models import Event, EventOrganization
from eventsapp.proposals import life
from eventsapp.proposals.eligibility import Facts, Named, Other
from eventsapp.proposals.enums import Consent, MergerState, ProposalState, ReportState
from eventsapp.proposals.mergers.models import Merger, MergerPart
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization
from eventsapp.proposals.offers.models import EventReport


def facts(proposal: Proposal) -> Facts:
    """Return what is known of one proposal, as it stands in the session. Six statements at most.

    The organizations and speakers are those of the object, so that what is being typed can be checked before it is saved.
    """
    ids = {one.organization_id for one in proposal.organizations if one.organization_id is not None}
    others = _others(proposal.call_id, ids)
    return _facts(
        proposal.id,
        proposal.speakers,
        [
            (one.organization_id, one.role, one.consent, _Body.of(one.organization))
            for one in proposal.organizations
        ],
        others,
        _of_one_merger(proposal.call_id),
        _accredited(proposal.conference_id, ids),
        _owed(proposal.conference_id, ids),
    )


def facts_of_call(call: Call) -> dict[int, Facts]:
    """Return what is known of each proposal of a call that is not over, by id. Six statements."""
    running = select(Proposal.id, Proposal.speakers).where(
        Proposal.call_id == call.id, Proposal.state.not_in(life.OVER)
    )
    speakers: dict[int, Any] = {row.id: row.speakers for row in db.session.execute(running)}
    rows = db.session.execute(
        select(
            ProposalOrganization.proposal_id,
            ProposalOrganization.organization_id,
            ProposalOrganization.role,
            ProposalOrganization.consent,
            Organization.names,
            Organization.acronyms,
            Organization.type,
        )
        .join(Proposal, Proposal.id == ProposalOrganization.proposal_id)
        .outerjoin(Organization, Organization.id == ProposalOrganization.organization_id)
        .where(Proposal.call_id == call.id, Proposal.state.not_in(life.OVER))
        .order_by(ProposalOrganization.proposal_id, ProposalOrganization.position, ProposalOrganization.id)
    ).all()
    named: dict[int, list[Any]] = defaultdict(list)
    for proposal_id, organization_id, role, consent, names, acronyms, type_ in rows:
        body = None if organization_id is None else _Body(names, acronyms, type_)
        named[proposal_id].append((organization_id, role, consent, body))
    ids = {row[1] for row in rows if row[1] is not None}
    others, mergers = _others(call.id, None), _of_one_merger(call.id)
    accredited, owed = _accredited(call.conference_id, ids), _owed(call.conference_id, ids)
    return {
        id_: _facts(id_, said, named[id_], others, mergers, accredited, owed)
        for id_, said in speakers.items()
    }


class _Body:
    """Names and type of an organization."""

    def __init__(self, names: Mapping[str, str], acronyms: Mapping[str, str], type_: Any) -> None:
        self.names, self.acronyms, self.type = names, acronyms, type_

    @classmethod
    def of(cls, organization: Organization | None) -> _Body | None:
        if organization is None:
            return None
        return cls(organization.names, organization.acronyms, organization.type)

    @property
    def name(self) -> str:
        language = locale.current()
        return pick(self.acronyms, language) or pick(self.names, language)


_Others = Mapping[int, list[tuple[int, str, bool]]]


def _facts(
    proposal_id: int,
    speakers: Any,
    named: list[tuple[int | None, OrganizationRole, Consent, _Body | None]],
    others: _Others,
    mergers: Mapping[int, frozenset[int]],
    accredited: Collection[int],
    owed: Mapping[int, tuple[str, ...]],
) -> Facts:
    own = mergers.get(proposal_id, frozenset()) | {proposal_id}
    return Facts(
        organizations=tuple(
            Named(
                id=id_,
                name=body.name,
                type=body.type,
                leads=role is OrganizationRole.LEAD,
                consented=consent is Consent.ACCEPTED,
                sponsors=role is OrganizationRole.CO_SPONSOR,
                accredited=id_ in accredited,
                owes=owed.get(id_, ()),
                others=tuple(
                    Other(code, leads) for other, code, leads in others.get(id_, ()) if other not in own
                ),
            )
            for id_, role, consent, body in named
            if id_ is not None and body is not None and consent is not Consent.REFUSED
        ),
        speakers=sum(1 for one in speakers or () if str(one.get("name") or "").strip()),
        waiting=sum(1 for _id, _role, consent, _body in named if consent is Consent.INVITED),
    )


def _others(call_id: int, organization_ids: Collection[int] | None) -> _Others:
    """By organization: (id, code, leads) of the proposals of the call in which it has consented and that are not over.

    A draft composed for a merger that is still open does not count: its parts do.
    """
    statement = (
        select(ProposalOrganization.organization_id, Proposal.id, Proposal.code, ProposalOrganization.role)
        .join(Proposal, Proposal.id == ProposalOrganization.proposal_id)
        .where(
            Proposal.call_id == call_id,
            Proposal.state.not_in(life.OVER),
            ~and_(Proposal.composed, Proposal.state == ProposalState.DRAFT),
            ProposalOrganization.consent == Consent.ACCEPTED,
        )
        .order_by(Proposal.id)
    )
    if organization_ids is not None:
        statement = statement.where(ProposalOrganization.organization_id.in_(sorted(organization_ids)))
    found: dict[int, list[tuple[int, str, bool]]] = defaultdict(list)
    for organization_id, id_, code, role in db.session.execute(statement):
        assert organization_id is not None
        found[organization_id].append((id_, code, role is OrganizationRole.LEAD))
    return found


def _of_one_merger(call_id: int) -> dict[int, frozenset[int]]:
    """By proposal: all proposals that are bound in a merger with it, as parts or as what is composed of them."""
    rows = db.session.execute(
        select(Merger.id, Merger.target_id, MergerPart.proposal_id)
        .join(MergerPart, MergerPart.merger_id == Merger.id)
        .where(
            Merger.call_id == call_id,
            Merger.state.in_([MergerState.OPEN, MergerState.AGREED]),
            MergerPart.bound,
        )
    )
    groups: dict[int, set[int]] = defaultdict(set)
    for merger, target, part in rows:
        groups[merger] |= {target, part}
    found: dict[int, frozenset[int]] = {}
    for group in groups.values():
        for one in group:
            # The result of a merger may be part of another one.
            found[one] = found.get(one, frozenset()) | frozenset(group)
    return found


def _accredited(conference_id: int, organization_ids: Collection[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(Accreditation.organization_id).where(
                Accreditation.conference_id == conference_id,
                Accreditation.organization_id.in_(sorted(organization_ids)),
            )
        )
    )


def _owed(conference_id: int, organization_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """By organization: events that it led at other conferences whose report is due and has not come."""
    rows = db.session.execute(
        select(EventOrganization.organization_id, Event.code, Event.titles)
        .join(Event, Event.id == EventOrganization.event_id)
        .join(EventReport, EventReport.event_id == Event.id)
        .where(
            EventReport.state == ReportState.OWED,
            EventReport.due_at <= clock.now(),
            Event.conference_id != conference_id,
            EventOrganization.role == OrganizationRole.LEAD,
            EventOrganization.organization_id.in_(sorted(organization_ids)),
        )
        .order_by(Event.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for organization_id, code, titles in rows:
        title = pick(titles, locale.current())
        named = f"{code} “{title}”" if title else code
        found[organization_id] = (*found.get(organization_id, ()), named)
    return found
