"""What a reviewer sees of a proposal: all that it says, and in a blind review nothing of who says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventsapp.conferences.models import Theme
from eventsapp.core.files import StoredFile
from eventsapp.extensions import db
from eventsapp.programme.enums import Access
from eventsapp.proposals.enums import Consent, EventFormat
from eventsapp.proposals.models import Proposal, ProposalOrganization
from eventsapp.proposals.review.shielding import Shield
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import Asked, asked, relevant
from eventsapp.questions.shown import Shown, shown


@dataclass(frozen=True, slots=True)
class Sheet:
    """A proposal as reviewers read it. ``blind``: organizations and speakers are empty, names in texts are blacked out."""

    id: int
    code: str
    blind: bool
    titles: Mapping[str, str]
    subtitles: Mapping[str, str]
    summaries: Mapping[str, str]
    descriptions: Mapping[str, str]
    themes: Sequence[Theme]
    languages: Sequence[str]
    interpretation: Sequence[str]
    format: EventFormat | None
    access: Access | None
    length_minutes: int | None
    expected_attendance: int | None
    equipment: Sequence[str]
    step_free: bool
    wished_days: Sequence[str]
    wished_halves: Sequence[str]
    answers: Sequence[Shown]
    files: Mapping[int, StoredFile]
    organizations: Sequence[ProposalOrganization]
    speakers: Sequence[Mapping[str, Any]]


def sheet(proposal: Proposal, *, open_: bool = False) -> Sheet:
    """Return what the reviewers of a proposal read; with ``open_`` what the secretariat does. Six statements at most."""
    blind = proposal.call.blind and not open_
    organizations = _organizations(proposal.id)
    questions = asked(proposal.call.questionnaire)
    answers = shown(questions, proposal.answers, default=proposal.conference.default_language)
    made = Sheet(
        proposal.id,
        proposal.code,
        blind,
        proposal.titles,
        proposal.subtitles,
        proposal.summaries,
        proposal.descriptions,
        proposal.themes,
        proposal.languages,
        proposal.interpretation,
        proposal.format,
        proposal.access,
        proposal.length_minutes,
        proposal.expected_attendance,
        proposal.equipment,
        proposal.step_free,
        proposal.wished_days,
        proposal.wished_halves,
        answers,
        {} if blind else files_of(questions, proposal),
        # Who has not consented is not part of it yet; who has refused is not at all.
        [one for one in organizations if one.consent is Consent.ACCEPTED],
        proposal.speakers,
    )
    return _shielded(made, proposal, organizations, questions) if blind else made


def _organizations(proposal_id: int) -> list[ProposalOrganization]:
    return list(
        db.session.scalars(
            select(ProposalOrganization)
            .where(ProposalOrganization.proposal_id == proposal_id)
            .order_by(ProposalOrganization.position, ProposalOrganization.id)
            .options(selectinload(ProposalOrganization.organization))
        )
    )


def _shielded(
    made: Sheet, proposal: Proposal, organizations: Sequence[ProposalOrganization], questions: Sequence[Asked]
) -> Sheet:
    shield = shield_of(proposal, organizations)
    uploads = {one.key for one in questions if one.kind is QuestionKind.FILE}
    return replace(
        made,
        titles=shield.texts(made.titles),
        subtitles=shield.texts(made.subtitles),
        summaries=shield.texts(made.summaries),
        descriptions=shield.texts(made.descriptions),
        # A file has a name, and says within who made it.
        answers=[replace(one, text=shield.text(one.text)) for one in made.answers if one.key not in uploads],
        equipment=[shield.text(one) for one in made.equipment],
        organizations=[],
        speakers=[],
    )


def shield_of(proposal: Proposal, organizations: Sequence[ProposalOrganization]) -> Shield:
    """Return what blacks out everybody whom a proposal names: organizations, speakers, the contact."""
    names: list[str] = [proposal.contact_name or ""]
    for one in organizations:
        names.append(one.name or "")
        if one.organization is not None:
            body = one.organization
            names += [*body.names.values(), *body.acronyms.values(), *body.aliases]
    for speaker in proposal.speakers or ():
        names += [str(speaker.get("name") or ""), str(speaker.get("affiliation") or "")]
    return Shield(names)


def blind_titles(proposals: Sequence[Proposal]) -> dict[int, dict[str, str]]:
    """Return the titles of proposals as reviewers see them, by id; the organizations should be loaded with them."""
    return {
        one.id: shield_of(one, one.organizations).texts(one.titles) if one.call.blind else one.titles
        for one in proposals
    }


def files_of(questions: Sequence[Asked], proposal: Proposal) -> dict[int, StoredFile]:
    """Return the files that a proposal's answers are, by id. One statement, none without such an answer."""
    there = relevant(questions, proposal.answers)
    ids = [
        there[one.key]
        for one in questions
        if one.kind is QuestionKind.FILE and isinstance(there.get(one.key), int)
    ]
    if not ids:
        return {}
    return {one.id: one for one in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))}
