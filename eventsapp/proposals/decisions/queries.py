"""What the decision board needs: every proposal of a call that can get a place, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import and_, select

from eventsapp.conferences.models import Conference, Theme
from eventsapp.core.errors import NotFound
from eventsapp.core.search import normalize
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.geography import LEAST_DEVELOPED, region_of
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import EventState, OrganizationRole
from eventsapp.programme.models import Event, EventOrganization
from eventsapp.proposals import life
from eventsapp.proposals.decisions.balance import NO, YES, Dimension, Traits
from eventsapp.proposals.decisions.models import Letter, Scenario, Sending
from eventsapp.proposals.enums import Consent, Decision, LetterKind, MergerState, ProposalState, Verdict
from eventsapp.proposals.mergers.models import Merger, MergerPart
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization, proposal_theme
from eventsapp.proposals.review import queries as review
from eventsapp.proposals.review.models import SimilarVerdict
from eventsapp.questions.models import Question

CONSTITUENCY_KEY: Final = "constituency"
"""A question of the call with this key says which constituency a proposal belongs to."""
ON_BOARD: Final = frozenset({*life.IN_THE_RUNNING, *life.DECIDED, *life.HAS_PLACE})


@dataclass(slots=True)
class Row:
    """A proposal on the board. Scores are from 0 to 100, or None."""

    id: int
    code: str
    titles: Mapping[str, str]
    state: ProposalState
    late: bool
    search_text: str
    lead_id: int | None = None
    lead: Mapping[str, str] = field(default_factory=dict)
    """Acronym, or name where it has none."""
    type: OrganizationType | None = None
    country: str | None = None
    theme_ids: tuple[int, ...] = ()
    mean: float | None = None
    normalized: float | None = None
    spread: float | None = None
    done: int = 0
    wanted: int = 0
    first_time: bool = False
    least_developed: bool = False
    alike: tuple[int, ...] = ()
    """Proposals that an officer has called alike."""
    traits: Traits = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it is still to be decided about."""
        return self.state in life.IN_THE_RUNNING

    @property
    def has_place(self) -> bool:
        """Whether it has a place already."""
        return self.state in life.HAS_PLACE

    def score(self, measure: str) -> float | None:
        """Return its score: the plain mean, or ``normalized``."""
        return self.normalized if measure == "normalized" else self.mean


def rows(call: Call) -> list[Row]:
    """Return the proposals of a call that are in the running or decided about, in the order of their ids. Nine statements."""
    found = {
        id_: (Row(id_, code, titles, state, late, search_text), languages, speakers)
        for id_, code, titles, state, late, search_text, languages, speakers in db.session.execute(
            select(
                Proposal.id, Proposal.code, Proposal.titles, Proposal.state, Proposal.late, Proposal.search_text,
                Proposal.languages, Proposal.speakers,
            )
            .where(Proposal.call_id == call.id, Proposal.state.in_(ON_BOARD))
            .order_by(Proposal.id)
        )
    }  # fmt: skip
    _leads(call, found)
    themes: dict[int, list[int]] = {}
    for proposal_id, theme_id in db.session.execute(
        select(proposal_theme.c.proposal_id, proposal_theme.c.theme_id)
        .join(Proposal, Proposal.id == proposal_theme.c.proposal_id)
        .where(Proposal.call_id == call.id)
        .order_by(proposal_theme.c.proposal_id, proposal_theme.c.theme_id)
    ):
        themes.setdefault(proposal_id, []).append(theme_id)
    for result in review.results(call.id):
        if result.proposal_id in found:
            row = found[result.proposal_id][0]
            row.mean, row.normalized, row.spread = result.mean, result.normalized, result.spread
            row.done, row.wanted = result.done, result.wanted
    _alike(call, found)
    constituencies = _constituencies(call)
    for id_, (row, languages, speakers) in found.items():
        row.theme_ids = tuple(themes.get(id_, ()))
        row.traits = _traits(row, languages or (), speakers or (), constituencies.get(id_, ()))
    return [row for row, _languages, _speakers in found.values()]


def _leads(call: Call, found: Mapping[int, tuple[Row, Any, Any]]) -> None:
    leads = db.session.execute(
        select(
            ProposalOrganization.proposal_id, Organization.id, Organization.acronyms, Organization.names,
            Organization.type, Organization.country,
        )
        .join(Organization, Organization.id == ProposalOrganization.organization_id)
        .join(Proposal, Proposal.id == ProposalOrganization.proposal_id)
        .where(Proposal.call_id == call.id, ProposalOrganization.role == OrganizationRole.LEAD)
    ).all()  # fmt: skip
    experienced = _experienced(call)
    for proposal_id, id_, acronyms, names, type_, country in leads:
        if proposal_id in found:
            row = found[proposal_id][0]
            row.lead_id, row.lead, row.type, row.country = id_, acronyms or names, type_, country
            row.first_time = id_ not in experienced
            row.least_developed = country in LEAST_DEVELOPED


def _experienced(call: Call) -> set[int]:
    """Return the organizations with an event, or a proposal that got a place, in a conference before this one."""
    start = call.conference.start_date
    events = (
        select(EventOrganization.organization_id)
        .join(Event, Event.id == EventOrganization.event_id)
        .join(Conference, Conference.id == Event.conference_id)
        .where(Conference.end_date < start, Event.state != EventState.CANCELLED)
    )
    proposals = (
        select(ProposalOrganization.organization_id)
        .join(Proposal, Proposal.id == ProposalOrganization.proposal_id)
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(
            Conference.end_date < start,
            Proposal.state.in_(life.HAS_PLACE),
            ProposalOrganization.consent == Consent.ACCEPTED,
        )
    )
    return set(db.session.scalars(events.union(proposals)))


def _alike(call: Call, found: Mapping[int, tuple[Row, Any, Any]]) -> None:
    pairs = db.session.execute(
        select(SimilarVerdict.first_id, SimilarVerdict.second_id)
        .join(Proposal, Proposal.id == SimilarVerdict.first_id)
        .where(Proposal.call_id == call.id, SimilarVerdict.verdict == Verdict.APART)
    )
    for first, second in pairs:
        for one, other in ((first, second), (second, first)):
            if one in found:
                found[one][0].alike += (other,)


def _constituencies(call: Call) -> dict[int, tuple[str, ...]]:
    """Return the answers to the question about constituencies, by proposal; empty where the call does not ask."""
    asked = (
        select(Question.id)
        .where(Question.questionnaire_id == call.questionnaire_id, Question.key == CONSTITUENCY_KEY)
        .exists()
    )
    answers = db.session.execute(
        select(Proposal.id, Proposal.answers[CONSTITUENCY_KEY]).where(
            Proposal.call_id == call.id, Proposal.state.in_(ON_BOARD), asked
        )
    )
    found = {}
    for id_, said in answers:
        values = said if isinstance(said, list) else [said]
        found[id_] = tuple(str(value) for value in values if value)
    return found


def _traits(
    row: Row, languages: Sequence[str], speakers: Sequence[Mapping[str, Any]], constituencies: tuple[str, ...]
) -> Traits:
    region = region_of(row.country)
    traits: dict[Dimension, tuple[str, ...]] = {
        Dimension.REGION: (region.value,) if region else (),
        Dimension.TYPE: (row.type.value,) if row.type else (),
        Dimension.CONSTITUENCY: constituencies,
        Dimension.THEME: tuple(map(str, row.theme_ids)),
        Dimension.LANGUAGE: tuple(languages),
        Dimension.GENDER: tuple(str(one["gender"]) for one in speakers if one.get("gender")),
    }
    if row.lead_id is not None:
        traits[Dimension.FIRST_TIME] = (YES if row.first_time else NO,)
        if row.country:
            traits[Dimension.LEAST_DEVELOPED] = (YES if row.least_developed else NO,)
    return {dimension: values for dimension, values in traits.items() if values}


def themes(call: Call) -> list[tuple[int, dict[str, str]]]:
    """Return the themes of a call, or all of the conference where it names none: (id, names). Two statements."""
    if call.themes:
        return [(theme.id, theme.names) for theme in call.themes]
    rows = db.session.execute(
        select(Theme.id, Theme.names)
        .where(Theme.conference_id == call.conference_id)
        .order_by(Theme.position, Theme.id)
    )
    return [(id_, names) for id_, names in rows]


# --- scenarios, letters, sendings


def scenarios(call_id: int) -> Sequence[Scenario]:
    """Return the scenarios of a call, the chosen one first, then the newest."""
    return db.session.scalars(
        select(Scenario)
        .where(Scenario.call_id == call_id)
        .order_by(Scenario.chosen.desc(), Scenario.id.desc())
    ).all()


def scenario(call_id: int, scenario_id: int) -> Scenario:
    """Return a scenario of a call. Raises :class:`NotFound`."""
    found = db.session.scalar(select(Scenario).where(Scenario.call_id == call_id, Scenario.id == scenario_id))
    if found is None:
        raise NotFound
    return found


def letters(call_id: int) -> dict[LetterKind, Letter]:
    """Return the templates of a call that were written, by kind; the others are the defaults."""
    return {one.kind: one for one in db.session.scalars(select(Letter).where(Letter.call_id == call_id))}


def last_sending(call_id: int) -> Sending | None:
    """Return the newest sending of a call."""
    return db.session.scalar(
        select(Sending).where(Sending.call_id == call_id).order_by(Sending.id.desc()).limit(1)
    )


def merging(call_id: int) -> set[int]:
    """Return the proposals of a call that take part in an open merger."""
    return set(
        db.session.scalars(
            select(MergerPart.proposal_id)
            .join(Merger, Merger.id == MergerPart.merger_id)
            .where(Merger.call_id == call_id, Merger.state == MergerState.OPEN)
        )
    )


def drafted(conference_id: int) -> list[tuple[Call, int]]:
    """Return the calls of a conference whose chosen scenario has decisions that were not sent, and how many.

    Two statements, and one more where there is such a scenario.
    """
    chosen = db.session.execute(
        select(Call, Scenario.choices)
        .join(Scenario, and_(Scenario.call_id == Call.id, Scenario.chosen))
        .where(Call.conference_id == conference_id)
        .order_by(Call.id)
    ).all()
    if not chosen:
        return []
    running: dict[int, set[str]] = {}
    for call_id, id_ in db.session.execute(
        select(Proposal.call_id, Proposal.id).where(
            Proposal.call_id.in_([call.id for call, _choices in chosen]),
            Proposal.state.in_(life.IN_THE_RUNNING),
        )
    ):
        running.setdefault(call_id, set()).add(str(id_))
    counted = [(call, len(running.get(call.id, set()) & set(choices))) for call, choices in chosen]
    return [(call, count) for call, count in counted if count]


def found_by(row: Row, query: str) -> bool:
    """Return whether a row has all words of a query in its code, titles or organizations."""
    return all(word in row.search_text for word in normalize(query).split())


def decision_of(row: Row, choices: Mapping[str, Any]) -> Decision | None:
    """Return what is drafted for a row; of one that is decided about already, what was decided."""
    if row.has_place:
        return Decision.ACCEPT
    if row.state is ProposalState.WAITLISTED:
        return Decision.WAITLIST
    if row.state is ProposalState.DECLINED:
        return Decision.DECLINE
    said = choices.get(str(row.id))
    return Decision(said) if said in set(Decision) else None
