"""Messages to the team of a proposal, written to the outbox in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from eventsapp.accounts.models import User
from eventsapp.core import locale
from eventsapp.core.audit import Actor
from eventsapp.core.translations import pick
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.mail import service as mail
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import OrganizationMember
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.enums import Action, CommentAudience, Consent
from eventsapp.proposals.models import Proposal, ProposalComment, ProposalOrganization


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is written to."""

    name: str
    email: str
    language: str
    user_id: int | None = None


def path(endpoint: str, **values: Any) -> str:
    """Return the path of a page, also where there is no request (the worker, the command line)."""
    return current_app.url_map.bind("localhost").build(endpoint, values)


def page_address(proposal: Proposal, language: str) -> str:
    """Return the absolute address of a proposal's own page."""
    return absolute(path("proposals.own", lang=language, token=str(proposal.id)))


def team(proposal: Proposal, *, lead_only: bool = False) -> list[Recipient]:
    """Return who is told about a proposal: who began it, and the focal points of its organizations. One statement.

    Each once, by name. ``lead_only``: of the lead alone, with who began it.
    """
    named = select(ProposalOrganization.organization_id).where(
        ProposalOrganization.proposal_id == proposal.id, ProposalOrganization.consent == Consent.ACCEPTED
    )
    if lead_only:
        named = named.where(ProposalOrganization.role == OrganizationRole.LEAD)
    rows = db.session.execute(
        select(User.id, User.name, User.email, User.language)
        .where(
            User.is_active,
            or_(
                User.id == proposal.created_by_id,
                User.id.in_(
                    select(OrganizationMember.user_id).where(
                        and_(
                            OrganizationMember.organization_id.in_(named),
                            OrganizationMember.state == MembershipState.ACTIVE,
                            OrganizationMember.role == MemberRole.FOCAL_POINT,
                        )
                    )
                ),
            ),
        )
        .order_by(User.name, User.id)
    )
    return [Recipient(name, email, language, id_) for id_, name, email, language in rows]


def title_of(proposal: Proposal, language: str) -> str:
    """Return a proposal's title as a message says it; its code where it has none yet."""
    return pick(proposal.titles, language, proposal.conference.default_language) or proposal.code


def send(proposal: Proposal, to: Iterable[Recipient], template: str, context: Mapping[str, Any]) -> int:
    """Queue one message for each recipient, in their language; return how many.

    Templates get ``code``, ``title``, ``conference``, ``call``, ``link`` (the proposal's page) besides ``context``; a value of
    ``context`` that can be called is called with the recipient's language.
    """
    conference, count = proposal.conference, 0
    for one in to:
        language = one.language
        with locale.speaking(language):
            values = {name: value(language) if callable(value) else value for name, value in context.items()}
        mail.queue(
            template,
            to_name=one.name,
            to_email=one.email,
            language=language,
            context={
                "code": proposal.code,
                "title": title_of(proposal, language),
                "conference": pick(conference.names, language, conference.default_language),
                "call": pick(proposal.call.names, language, conference.default_language),
                "link": page_address(proposal, language),
                **values,
            },
            conference_id=conference.id,
            reply_to=conference.contact_email,
        )
        count += 1
    return count


def moved(proposal: Proposal, action: Action, *, note: str | None, by: Actor) -> None:
    """Tell the team that the state has changed: what it is now, and what follows from it."""
    if action not in _SENTENCES:
        return
    send(
        proposal,
        team(proposal),
        "proposal_moved",
        {
            "said": lambda _language: _SENTENCES[action]()[0],
            "next": lambda _language: _SENTENCES[action]()[1],
            "note": note or "",
        },
    )


def commented(proposal: Proposal, said: ProposalComment) -> None:
    """Tell the team (but for the author) of a comment; and the secretariat's address of a message to it."""
    to = [one for one in team(proposal) if one.user_id != said.author_id]
    send(proposal, to, "proposal_comment", {"author": said.author, "body": said.body})
    contact = proposal.conference.contact_email
    if said.audience is CommentAudience.SECRETARIAT and not said.from_secretariat and contact:
        language = proposal.conference.default_language
        secretariat = Recipient(pick(proposal.conference.names, language, language), contact, language)
        send(
            proposal,
            [secretariat],
            "proposal_comment",
            {
                "author": said.author,
                "body": said.body,
                "link": absolute(
                    path("calls_proposals.proposal", conference=proposal.conference.slug, code=proposal.code)
                ),
            },
        )


_SENTENCES: Mapping[Action, Any] = {
    Action.SUBMIT: lambda: (
        _("The proposal has been submitted."),
        _("The secretariat looks at it next. You need do nothing now."),
    ),
    Action.RECALL: lambda: (
        _("The proposal is a draft again."),
        _("It does not take part in the call until it is submitted again."),
    ),
    Action.SCREEN_IN: lambda: (
        _("The proposal is eligible."),
        _("It goes on to the review. You need do nothing now."),
    ),
    Action.SCREEN_OUT: lambda: (
        _("The proposal is not eligible."),
        _("Write to the secretariat on the proposal's page if you think that this is a mistake."),
    ),
    Action.REOPEN: lambda: (
        _("The screening of the proposal is taken up again."),
        _("You need do nothing now."),
    ),
    Action.START_REVIEW: lambda: (
        _("The proposal is being reviewed."),
        _("You are told of the decision. You need do nothing now."),
    ),
    Action.ACCEPT: lambda: (
        _("The proposal has been accepted."),
        _("You are offered a place in the programme next."),
    ),
    Action.WAITLIST: lambda: (
        _("The proposal is on the waiting list."),
        _("You are told as soon as a place becomes free."),
    ),
    Action.DECLINE: lambda: (
        _("The proposal has not been accepted."),
        _("Thank you for proposing it."),
    ),
    Action.RECONSIDER: lambda: (
        _("The decision about the proposal has been taken back."),
        _("It is being considered again, and you are told of the new decision."),
    ),
    Action.OFFER: lambda: (
        _("The proposal has been offered a place in the programme."),
        _("Answer on the proposal's page in time: otherwise the place goes to another."),
    ),
    Action.CONFIRM: lambda: (
        _("The event is confirmed."),
        _("Keep its texts, speakers and materials up to date on its page."),
    ),
    Action.REQUEST_CHANGE: lambda: (
        _("Another slot has been asked for."),
        _("The secretariat answers with a new offer."),
    ),
    Action.GIVE_BACK: lambda: (
        _("The place in the programme has been given back."),
        _("It goes to the next on the waiting list."),
    ),
    Action.LAPSE: lambda: (
        _("The offer has lapsed: it was not answered in time."),
        _("Write to the secretariat on the proposal's page if you still want the place."),
    ),
    Action.REVOKE: lambda: (
        _("The offer has been taken back."),
        _("The secretariat tells you how it goes on."),
    ),
    Action.WITHDRAW: lambda: (
        _("The proposal has been withdrawn."),
        _("Everything that was written stays readable on its page."),
    ),
    Action.MERGE: lambda: (
        _("The proposal has become part of another one."),
        _("It stays readable on its page, with a link to the one that it is part of."),
    ),
    Action.UNMERGE: lambda: (
        _("The proposal stands on its own again."),
        _("It goes on from where it was before the merger."),
    ),
}
