"""What every part of the feature does with a proposal: begin one, move it through its life, say something about it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import update

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotAllowed
from eventsapp.core.search import searchable
from eventsapp.extensions import db
from eventsapp.proposals import hooks, life, notices
from eventsapp.proposals.enums import Action, CommentAudience, Party, ProposalState
from eventsapp.proposals.models import Call, Proposal, ProposalComment
from eventsapp.proposals.state_names import state_name

COMMENT_MOST = 5_000


def subject(proposal: Proposal) -> str:
    """Return how the audit log calls a proposal."""
    return f"proposal:{proposal.code}"


def take_code(conference_id: int) -> str:
    """Return the next code of a conference's proposals, such as P-0042. No other transaction gets the same."""
    number = db.session.scalar(
        update(Conference)
        .where(Conference.id == conference_id)
        .values(next_proposal=Conference.next_proposal + 1)
        .returning(Conference.next_proposal)
    )
    assert number is not None
    return f"P-{number - 1:04d}"


def begin(call: Call, *, actor: Actor, composed: bool = False) -> Proposal:
    """Add an empty draft to a call and return it, flushed. Raises :class:`Conflict` for an archived conference."""
    writable(call.conference)
    proposal = Proposal(
        conference_id=call.conference_id,
        call_id=call.id,
        code=take_code(call.conference_id),
        state=ProposalState.DRAFT,
        state_changed_at=clock.now(),
        created_by_id=actor.user_id,
        composed=composed,
        titles={}, subtitles={}, summaries={}, descriptions={},
    )  # fmt: skip
    db.session.add(proposal)
    db.session.flush()
    audit.record(actor, "proposal.begin", subject(proposal), conference_id=call.conference_id)
    return proposal


def writable(conference: Conference) -> None:
    """Raise :class:`Conflict` when the conference is archived."""
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("The conference is archived: nothing of it can be changed."))


def move(
    proposal: Proposal,
    action: Action,
    *,
    party: Party,
    actor: Actor,
    note: str | None = None,
    merged_into: Proposal | None = None,
    tell: bool = True,
) -> None:
    """Do ``action`` with a proposal's state: audit, ``hooks.moved``, and (``tell``) a message to its team.

    The one place that changes ``Proposal.state``. ``note`` is said to the team, and kept in the audit log. The row is
    locked, and its state read anew, so that of two who act at once the second is refused. ``tell`` is false where the
    caller writes a letter of its own. Raises :class:`NotAllowed` for an action that ``party`` never does,
    :class:`Conflict` where the state does not allow it. Writes; does not commit.
    """
    if not life.may(party, action):
        raise NotAllowed
    db.session.flush()
    db.session.refresh(proposal, with_for_update=True)
    before = proposal.state
    after = life.target(before, action, proposal.merged_from)
    if after is None:
        raise Conflict(
            _(
                "Proposal %(code)s is %(state)s: this cannot be done with it any more.",
                code=proposal.code,
                state=state_name(before),
            )
        )
    now = clock.now()
    proposal.state, proposal.state_changed_at = after, now
    if after is not ProposalState.WAITLISTED:
        proposal.waiting_position = None
    if action is Action.SUBMIT:
        proposal.submitted_at = now
    elif action in (Action.ACCEPT, Action.WAITLIST, Action.DECLINE):
        proposal.decided_at = now
    elif action is Action.RECONSIDER:
        proposal.decided_at = None
    elif action is Action.MERGE:
        assert merged_into is not None
        proposal.merged_from, proposal.merged_into_id = before, merged_into.id
    elif action is Action.UNMERGE:
        proposal.merged_from = proposal.merged_into_id = None
    if after is ProposalState.WAITLISTED:
        proposal.waiting_position = _take_waiting_position(proposal.call_id)
    db.session.flush()
    audit.record(
        actor,
        f"proposal.{action}",
        subject(proposal),
        conference_id=proposal.conference_id,
        detail={"from": before.value, "to": after.value} | ({"note": note} if note else {}),
    )
    for moved in hooks.moved:
        moved(proposal, action, before, actor)
    if tell and not any(write(proposal, action, note) for write in hooks.letters):
        notices.moved(proposal, action, note=note, by=actor)


def _take_waiting_position(call_id: int) -> int:
    number = db.session.scalar(
        update(Call)
        .where(Call.id == call_id)
        .values(next_waiting=Call.next_waiting + 1)
        .returning(Call.next_waiting)
    )
    assert number is not None
    return int(number) - 1


def comment(
    proposal: Proposal, body: str, *, audience: CommentAudience, actor: Actor, from_secretariat: bool = False
) -> ProposalComment:
    """Say something to one of the circles, and tell the others of it by mail. Raises :class:`Invalid` (``body``)."""
    body = body.strip()
    if not body:
        raise Invalid({"body": _("Write something first.")})
    if len(body) > COMMENT_MOST:
        raise Invalid(
            {
                "body": _(
                    "Use at most %(most)d characters; these are %(count)d.",
                    most=COMMENT_MOST,
                    count=len(body),
                )
            }
        )
    said = ProposalComment(
        proposal_id=proposal.id,
        audience=audience,
        at=clock.now(),
        author_id=actor.user_id,
        author=actor.name,
        from_secretariat=from_secretariat,
        body=body,
    )
    db.session.add(said)
    if audience is not CommentAudience.REVIEWERS:
        notices.commented(proposal, said)
    return said


def index(proposal: Proposal) -> None:
    """Bring ``search_text`` to what the proposal says now. Call it after titles or organizations changed."""
    names = [
        text
        for link in proposal.organizations
        for text in (
            [*link.organization.names.values(), *link.organization.acronyms.values()]
            if link.organization
            else [link.name or ""]
        )
    ]
    proposal.search_text = searchable([proposal.code, *proposal.titles.values(), *names])
