"""Decision letters as messages: the template of the call, filled for one proposal and one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy import select

from eventsapp.core import clock, locale, templating
from eventsapp.core.translations import LANGUAGES, pick
from eventsapp.extensions import db
from eventsapp.mail import merge
from eventsapp.mail.cleaning import one_line
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import notices
from eventsapp.proposals.decisions import letters, queries
from eventsapp.proposals.enums import Action, LetterKind, ReviewState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.notices import Recipient
from eventsapp.proposals.review import queries as review
from eventsapp.proposals.review.models import Review

KINDS: Final[Mapping[Action, LetterKind]] = {
    Action.ACCEPT: LetterKind.ACCEPTED,
    Action.WAITLIST: LetterKind.WAITLISTED,
    Action.DECLINE: LetterKind.DECLINED,
    Action.SCREEN_OUT: LetterKind.INELIGIBLE,
}
TEMPLATE: Final = "decision_letter"


@dataclass(frozen=True, slots=True)
class Text:
    """A letter in words."""

    subject: str
    body: str


class Letters:
    """Writes the letters of some proposals of a call. What they share is read once."""

    def __init__(self, call: Call, proposal_ids: Iterable[int]) -> None:
        self._call = call
        self._ids = list(proposal_ids)
        self.templates = queries.letters(call.id)
        self.positions: dict[int, int] = {}
        """For a preview: places on the waiting list that are not given out yet, by proposal."""

    def send(self, proposal: Proposal, kind: LetterKind, *, note: str | None = None) -> int:
        """Write one letter to each person of the team, in their language; return how many. Writes."""
        connection = db.session.connection()
        to = notices.team(proposal)
        for recipient in to:
            self.message(proposal, kind, recipient, note=note).send(connection)
        return len(to)

    def message(
        self, proposal: Proposal, kind: LetterKind, to: Recipient, *, note: str | None = None
    ) -> merge.Written:
        """Return the message to one person, exactly as it is sent. Writes nothing."""
        conference = self._call.conference
        language = to.language if to.language in LANGUAGES else "en"
        text = self.text(proposal, kind, language, name=to.name, note=note)
        return merge.write_clean(
            TEMPLATE,
            to_name=to.name,
            to_email=to.email,
            language=language,
            values={
                "letter_subject": text.subject,
                "paragraphs": [one.split("\n") for one in text.body.split("\n\n")],
                "link": notices.page_address(proposal, language),
                "conference_name": one_line(pick(conference.names, language, conference.default_language)),
            },
            conference_id=conference.id,
            reply_to=conference.contact_email,
        )

    def text(
        self, proposal: Proposal, kind: LetterKind, language: str, *, name: str, note: str | None = None
    ) -> Text:
        """Return a letter in words."""
        subject, body = self.template(kind, language)
        values = self._values(proposal, kind, language, name, note)
        return Text(letters.fill_line(subject, values), letters.fill(body, values))

    def template(self, kind: LetterKind, language: str) -> tuple[str, str]:
        """Return subject and text of a kind in a language: what the call says, else the default."""
        written = self.templates.get(kind)
        default = self._call.conference.default_language
        with locale.speaking(language):
            own_subject, own_body = letters.default_subject(kind), letters.default_body(kind)
        if written is None:
            return own_subject, own_body
        # What the conference wrote in another language comes before a default in this one: it may say something else.
        return (
            pick(written.subjects, language, default) or own_subject,
            pick(written.bodies, language, default) or own_body,
        )

    def _values(
        self, proposal: Proposal, kind: LetterKind, language: str, name: str, note: str | None
    ) -> dict[str, str]:
        call, conference = self._call, self._call.conference
        default = conference.default_language
        lead = next((one for one in proposal.organizations if one.role is OrganizationRole.LEAD), None)
        organization = lead.organization if lead else None
        with locale.speaking(language):
            until = clock.today(conference.zone) + timedelta(days=call.offer_days)
            deadline = templating.day(until, "long")
        score = self._scores.get(proposal.id) if self._uses("score") else None
        return {
            "title": notices.title_of(proposal, language),
            "code": proposal.code,
            "organization": pick(organization.names, language, default) if organization else name,
            "name": name,
            "conference": pick(conference.names, language, default),
            "call": pick(call.names, language, default),
            "score": "" if score is None else f"{score:.0f}",
            "reviewer_comments": "\n".join(self._comments.get(proposal.id, ())),
            "deadline": deadline,
            "position": str(proposal.waiting_position or self.positions.get(proposal.id) or ""),
            "reason": (note or proposal.screening_note or "") if kind is LetterKind.INELIGIBLE else "",
            "contact": conference.contact_email or "",
        }

    def _uses(self, name: str) -> bool:
        return any(
            name in letters.used(text)
            for one in self.templates.values()
            for text in (*one.subjects.values(), *one.bodies.values())
        )

    @cached_property
    def _scores(self) -> dict[int, float | None]:
        return {one.proposal_id: one.mean for one in review.results(self._call.id)}

    @cached_property
    def _comments(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        rows: Any = db.session.execute(
            select(Review.proposal_id, Review.to_team)
            .where(
                Review.proposal_id.in_(self._ids),
                Review.state == ReviewState.DONE,
                Review.to_team.is_not(None),
            )
            # Not in the order of the reviewers: the team must not find out who said what.
            .order_by(Review.proposal_id, Review.to_team)
        )
        for proposal_id, text in rows:
            if text.strip():
                found.setdefault(proposal_id, []).append(text)
        return found


def instead(proposal: Proposal, action: Action, note: str | None) -> bool:
    """For ``hooks.letters``: where the call has a letter of its own for what happened, send that. Writes."""
    kind = KINDS.get(action)
    if kind is None:
        return False
    made = Letters(proposal.call, [proposal.id])
    if kind not in made.templates:
        return False
    made.send(proposal, kind, note=note)
    return True
