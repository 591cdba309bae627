"""The officers' list of a call's proposals: typed rows, filtered and sorted by the database, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, select

from eventsapp.conferences.models import Theme
from eventsapp.core import search
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.enums import Consent, ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization, proposal_theme
from eventsapp.proposals.review.models import Review

PER_PAGE: Final = 50
SORTS: Final = ("submitted", "code", "lead", "country", "state")
"""What the list can be sorted by; the first is the usual one: the newest on top."""
MISSING: Final = ("lead", "consent", "speakers", "reviews")
"""What a proposal may lack."""

P, ORG = Proposal.__table__.c, Organization.__table__.c
L, R = ProposalOrganization.__table__.c, Review.__table__.c


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list, as it stands in the address. Empty asks nothing; what nothing has finds nothing.

    ``theme`` is an id; ``type``, ``country`` and ``region`` are of the lead organization; ``failures`` is "1" for proposals that
    do not keep the call's rules, ``late`` "1" for late ones.
    """

    q: str = ""
    state: str = ""
    theme: str = ""
    language: str = ""
    type: str = ""
    country: str = ""
    region: str = ""
    missing: str = ""
    failures: str = ""
    late: str = ""
    sort: str = ""
    backwards: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Return the filters in a query string."""
        return cls(**{field.name: arguments.get(field.name, "")[:200] for field in fields(cls)})

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return any(
            getattr(self, field.name) for field in fields(self) if field.name not in ("sort", "backwards")
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal in the list. ``invited``: organizations that have not answered; ``reviews``: (done, given out)."""

    id: int
    code: str
    titles: Texts
    state: ProposalState
    submitted_at: datetime | None
    late: bool
    languages: list[str]
    lead_names: Texts | None
    lead_acronyms: Texts | None
    lead_type: OrganizationType | None
    lead_country: str | None
    invited: int
    reviews_done: int
    reviews: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``total`` counts all that fit, ``pages`` is at least 1."""

    rows: list[Row]
    total: int
    page: int
    pages: int


_LEAD = Proposal.__table__.outerjoin(
    ProposalOrganization.__table__,
    and_(L.proposal_id == P.id, L.role == OrganizationRole.LEAD),
).outerjoin(Organization.__table__, ORG.id == L.organization_id)


def _count(statement: Any) -> ColumnElement[int]:
    return func.coalesce(statement.scalar_subquery(), 0)


def _invited() -> Any:
    other = ProposalOrganization.__table__.alias("invited")
    return (
        select(func.count())
        .select_from(other)
        .where(other.c.proposal_id == P.id, other.c.consent == Consent.INVITED)
        .correlate(Proposal.__table__)
    )


def _reviews(*states: ReviewState) -> Any:
    return (
        select(func.count())
        .select_from(Review.__table__)
        .where(R.proposal_id == P.id, R.state.in_(states))
        .correlate(Proposal.__table__)
    )


_HELD = (ReviewState.ASSIGNED, ReviewState.BEGUN, ReviewState.DONE)


def _rows() -> Select[Any]:
    return select(
        P.id, P.code, P.titles, P.state, P.submitted_at, P.late, P.languages,
        ORG.names, ORG.acronyms, ORG.type, ORG.country,
        _count(_invited()), _count(_reviews(ReviewState.DONE)), _count(_reviews(*_HELD)),
    ).select_from(_LEAD)  # fmt: skip


def _contains(column: ColumnElement[Any], term: str) -> ColumnElement[bool]:
    return column.like(search.like_pattern(term), escape="\\")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _one_of(column: ColumnElement[Any], values: Any, text: str) -> ColumnElement[bool]:
    return column.in_([one for one in values if one.value == text])


def _conditions(
    call: Call,
    filters: Filters,
    region: Callable[[str], Collection[str]],
    failing: Callable[[], Collection[int]],
) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [P.call_id == call.id]
    where += [_contains(P.search_text, term) for term in search.terms(filters.q)]
    if filters.state:
        where.append(_one_of(P.state, ProposalState, filters.state))
    if filters.theme:
        where.append(
            P.id.in_(
                select(proposal_theme.c.proposal_id).where(
                    proposal_theme.c.theme_id == _number(filters.theme)
                )
            )
        )
    if filters.language:
        # A JSON list of codes, as text: each stands in quotes.
        where.append(_contains(cast(P.languages, Text), f'"{filters.language}"'))
    if filters.type:
        where.append(_one_of(ORG.type, OrganizationType, filters.type))
    if filters.country:
        where.append(ORG.country == filters.country.upper())
    if filters.region:
        where.append(ORG.country.in_(sorted(region(filters.region))))
    if filters.missing:
        where.append(_lacks(call, filters.missing))
    if filters.late:
        where.append(P.late.is_(True))
    if filters.failures:
        where.append(P.id.in_(sorted(failing())))
    return where


def _lacks(call: Call, what: str) -> ColumnElement[bool]:
    if what == "lead":
        return L.id.is_(None)
    if what == "consent":
        return _count(_invited()) > 0
    if what == "speakers":
        return cast(P.speakers, Text) == "[]"
    if what == "reviews":
        return and_(
            P.state == ProposalState.UNDER_REVIEW, _count(_reviews(ReviewState.DONE)) < call.reviews_wanted
        )
    return P.id < 0


def _order(filters: Filters) -> list[ColumnElement[Any]]:
    backwards = bool(filters.backwards)
    keys: dict[str, list[ColumnElement[Any]]] = {
        "code": [P.id],
        "lead": [func.coalesce(ORG.search_text, "~"), P.id],
        "country": [func.coalesce(ORG.country, "~"), P.id],
        "state": [case({state: number for number, state in enumerate(ProposalState)}, value=P.state), P.id],
    }
    chosen = keys.get(filters.sort)
    if chosen is None:
        # What is not submitted yet comes last, whichever way.
        key = P.submitted_at.asc() if backwards else P.submitted_at.desc()
        return [P.submitted_at.is_(None), key, P.id.desc()]
    return [key.desc() if backwards else key.asc() for key in chosen]


def _nobody(_region: str) -> Collection[str]:
    return ()


def _none() -> Collection[int]:
    return ()


def listing(
    call: Call,
    filters: Filters,
    *,
    page: int = 1,
    region: Callable[[str], Collection[str]] = _nobody,
    failing: Callable[[], Collection[int]] = _none,
) -> Listing:
    """Return a page of a call's proposals. Two statements, and those of ``failing``.

    ``region`` gives the countries of a region; ``failing`` the ids of the proposals that do not keep the call's rules: it is
    asked only where the filter is.
    """
    connection = db.session.connection()
    where = _conditions(call, filters, region, failing)
    total: int = connection.execute(select(func.count()).select_from(_LEAD).where(*where)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = connection.execute(
        _rows().where(*where).order_by(*_order(filters)).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    )
    return Listing([Row(*row) for row in rows], total, page, pages)


def everything(
    call: Call,
    filters: Filters,
    *,
    region: Callable[[str], Collection[str]] = _nobody,
    failing: Callable[[], Collection[int]] = _none,
) -> Iterator[Row]:
    """Give all that fit, for an export. One statement, and those of ``failing``."""
    statement = _rows().where(*_conditions(call, filters, region, failing)).order_by(*_order(filters))
    for row in db.session.connection().execute(statement.execution_options(yield_per=500)):
        yield Row(*row)


def counts(call_id: int) -> dict[ProposalState, int]:
    """Return how many proposals of a call are in each state; states that none has are left out. One statement."""
    found = db.session.execute(
        select(Proposal.state, func.count()).where(Proposal.call_id == call_id).group_by(Proposal.state)
    )
    counted: dict[ProposalState, int] = {row[0]: row[1] for row in found}
    return {state: counted[state] for state in ProposalState if state in counted}


@dataclass(frozen=True, slots=True)
class Facets:
    """What the filters offer: only what a proposal of the call has."""

    themes: list[tuple[int, Texts]]
    types: list[OrganizationType]
    countries: list[str]


def facets(call: Call) -> Facets:
    """Return what the filters of the list can offer. Two statements."""
    themes = db.session.execute(
        select(Theme.id, Theme.names)
        .where(
            Theme.id.in_(
                select(proposal_theme.c.theme_id)
                .join(Proposal, Proposal.id == proposal_theme.c.proposal_id)
                .where(Proposal.call_id == call.id)
            )
        )
        .order_by(Theme.position, Theme.id)
    )
    leads = db.session.execute(
        select(ORG.type, ORG.country)
        .select_from(_LEAD)
        .where(P.call_id == call.id, ORG.id.is_not(None))
        .distinct()
    ).all()
    types = {row[0] for row in leads}
    return Facets(
        [(row[0], row[1]) for row in themes],
        [one for one in OrganizationType if one in types],
        sorted({row[1] for row in leads if row[1]}),
    )


def one(conference_id: int, code: str) -> Proposal | None:
    """Return a proposal of a conference by its code, or None."""
    return db.session.scalar(
        select(Proposal).where(Proposal.conference_id == conference_id, Proposal.code == code.upper())
    )


def in_call(call: Call, ids: Collection[int]) -> list[Proposal]:
    """Return those of these proposals that belong to a call, in their order. One statement."""
    return list(
        db.session.scalars(
            select(Proposal).where(Proposal.call_id == call.id, Proposal.id.in_(ids)).order_by(Proposal.id)
        )
    )
