"""Merging proposals: propose, let the others see one's own, accept the joint draft, undo. Never commits.

An officer's merger is composed at once. One that a lead proposes is composed when every other lead has agreed to write
together: until then nobody sees more of another's proposal than its code, title and organizations.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.extensions import db
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import life, service
from eventsapp.proposals.drafts import content
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.enums import Action, Answer, Consent, MergerState, Party, ProposalState
from eventsapp.proposals.mergers import compose, notices, queries
from eventsapp.proposals.mergers.compose import Named, Source
from eventsapp.proposals.mergers.models import Merger, MergerPart
from eventsapp.proposals.mergers.notices import Step
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization

MOST: Final = 6
"""Proposals that can become one."""
QUIET: Final = timedelta(minutes=10)
"""How long the joint draft stays unchanged before those who had accepted it are asked again."""
_FURTHEST: Final = (ProposalState.SUBMITTED, ProposalState.ELIGIBLE, ProposalState.UNDER_REVIEW)
_SYSTEM: Final = Actor("merger")


def propose(
    call: Call,
    proposals: Sequence[Proposal],
    *,
    note: str | None,
    actor: Actor,
    user_id: int | None = None,
    by_secretariat: bool = False,
) -> Merger:
    """Propose that proposals of a call become one, led by the lead of the first. Tells the leads.

    ``user_id``: the person who proposes it (the actor's); their own proposals are open to the others at once. Raises
    :class:`Invalid` (``proposals``) with what stands in the way, :class:`Conflict` in an archived conference.
    """
    service.writable(call.conference)
    _check(call, proposals)
    who = actor.user_id if user_id is None else user_id
    own = queries.led_by(who, [one.id for one in proposals]) if who is not None else set()
    now = clock.now()
    target = service.begin(call, actor=actor, composed=True)
    # Nobody's until it is composed.
    target.created_by_id = None
    merger = Merger(
        conference_id=call.conference_id,
        call_id=call.id,
        target=target,
        proposed_by_id=who,
        proposed_by=actor.name,
        by_secretariat=by_secretariat,
        note=(note or "").strip() or None,
        parts=[
            MergerPart(
                proposal=proposal,
                position=position,
                joined_at=now if by_secretariat or proposal.id in own else None,
            )
            for position, proposal in enumerate(proposals)
        ],
    )
    db.session.add(merger)
    db.session.flush()
    _record(merger, "merger.propose", actor, {"proposals": [one.code for one in proposals]})
    if all(part.joined_at for part in merger.parts):
        _compose(merger)
        notices.tell(merger, Step.COMPOSED, by=actor, note=merger.note)
    else:
        waiting = frozenset(part.proposal_id for part in merger.parts if part.joined_at is None)
        notices.tell(merger, Step.PROPOSED, by=actor, note=merger.note, only=waiting)
    return merger


def _check(call: Call, proposals: Sequence[Proposal]) -> None:
    problems: list[str] = []
    if len({one.id for one in proposals}) < 2:
        problems.append(_("Choose two proposals at least."))
    if len(proposals) > MOST:
        problems.append(_("At most %(most)d proposals can be merged at once.", most=MOST))
    taken = queries.bound([one.id for one in proposals])
    for one in proposals:
        if one.call_id != call.id or one.state not in life.IN_THE_RUNNING:
            problems.append(_("%(code)s does not take part in the call at present.", code=one.code))
        elif one.id in taken:
            problems.append(_("%(code)s takes part in another merger already.", code=one.code))
        elif not any(link.role is OrganizationRole.LEAD for link in one.organizations):
            problems.append(_("%(code)s has no lead organization.", code=one.code))
    if problems:
        raise Invalid({"proposals": problems})


def join(part: MergerPart, *, actor: Actor) -> None:
    """Agree to write together with the others, who see one's proposal from now on. Doing it twice changes nothing.

    When all have, the joint draft is composed. Raises :class:`Conflict` when the merger is over.
    """
    merger = _locked(part.merger)
    if part.joined_at is not None and merger.state in (MergerState.OPEN, MergerState.AGREED):
        return
    _open(merger)
    part.joined_at = clock.now()
    _record(merger, "merger.join", actor, {"proposal": part.proposal.code})
    if all(one.joined_at for one in merger.parts):
        _compose(merger)
        notices.tell(merger, Step.COMPOSED, by=actor)


def answer(
    part: MergerPart,
    said: Answer,
    *,
    actor: Actor,
    content: str | None = None,
    reason: str | None = None,
) -> None:
    """Accept or refuse the joint draft for one proposal. Doing the same twice changes nothing.

    ``content``: the fingerprint of the draft that the person saw (:func:`mark`); None: as it is now. When all have
    accepted the same draft it is submitted, and the proposals become part of it. A refusal ends the merger. Raises
    :class:`Conflict` when the draft was changed meanwhile, is not composed yet, or the merger is over.
    """
    merger = _locked(part.merger)
    if (merger.state, part.answer) in (
        (MergerState.AGREED, Answer.ACCEPTED),
        (MergerState.REFUSED, Answer.REFUSED),
    ) and said is part.answer:
        return
    _open(merger)
    if said is Answer.REFUSED:
        _answer(part, said, actor, None, reason)
        _record(merger, "merger.refuse", actor, {"proposal": part.proposal.code})
        _close(merger, MergerState.REFUSED, actor)
        notices.tell(merger, Step.REFUSED, by=actor, note=part.reason)
        return
    if not composed(merger):
        raise Conflict(_("The joint draft is composed when all leads want to write it."))
    db.session.refresh(merger.target, with_for_update=True)
    now = mark(merger.target)
    if content is not None and content != now:
        raise Conflict(_("The joint draft was changed meanwhile. Look at it again."))
    if part.answer is Answer.ACCEPTED and part.answered_content == now:
        return
    _answer(part, Answer.ACCEPTED, actor, now, None)
    _record(
        merger,
        "merger.accept",
        actor,
        {"proposal": part.proposal.code, "version": merger.target.version},
    )
    _ask_again(merger, now)
    if all(one.answer is Answer.ACCEPTED for one in merger.parts):
        _complete(merger, actor)
    else:
        notices.tell(merger, Step.ACCEPTED, by=actor)


def abandon(merger: Merger, *, actor: Actor, reason: str | None = None) -> None:
    """Call an open merger off: nothing changes for the proposals. Raises :class:`Conflict` when it is over otherwise."""
    _locked(merger)
    if merger.state is MergerState.ABANDONED:
        return
    _open(merger)
    _record(merger, "merger.abandon", actor, {"reason": reason} if reason else {})
    _close(merger, MergerState.ABANDONED, actor)
    notices.tell(merger, Step.ABANDONED, by=actor, note=reason)


def undo(merger: Merger, *, actor: Actor, reason: str | None = None) -> None:
    """Take an agreed merger apart: each proposal is back where it was, the joint one is withdrawn.

    Raises :class:`Conflict` once something has been decided about the joint proposal.
    """
    _locked(merger)
    if merger.state is MergerState.UNDONE:
        return
    if not undoable(merger):
        raise Conflict(_("Something has been decided about the joint proposal: the merger cannot be undone."))
    merger.state, merger.closed_at = MergerState.UNDONE, clock.now()
    for part in merger.parts:
        service.move(part.proposal, Action.UNMERGE, party=Party.SYSTEM, actor=actor, tell=False)
        part.bound = False
    if merger.target.state is not ProposalState.WITHDRAWN:
        service.move(merger.target, Action.WITHDRAW, party=Party.SECRETARIAT, actor=actor, tell=False)
    _record(merger, "merger.undo", actor, {"reason": reason} if reason else {})
    notices.tell(merger, Step.UNDONE, by=actor, note=reason)


def undoable(merger: Merger) -> bool:
    """Return whether the proposals can still be restored: agreed, and nothing decided about the joint one."""
    target = merger.target
    undecided = target.state in life.UNDECIDED or (
        # Whoever leads it has withdrawn it: the others get theirs back.
        target.state is ProposalState.WITHDRAWN and target.decided_at is None
    )
    return merger.state is MergerState.AGREED and undecided


def composed(merger: Merger) -> bool:
    """Return whether there is a joint draft: all let the others see theirs."""
    return all(part.joined_at is not None for part in merger.parts)


def mark(target: Proposal) -> str:
    """Return the fingerprint of what a proposal says now."""
    said = content.snapshot(target)
    return compose.fingerprint(said, [_named(link) for link in target.organizations], said["theme_ids"])


def source_of(proposal: Proposal) -> Source:
    """Return a proposal as ``compose`` takes it."""
    said = content.snapshot(proposal)
    return Source(
        proposal.code, said, tuple(_named(one) for one in proposal.organizations), tuple(said["theme_ids"])
    )


def composition(merger: Merger) -> compose.Composed:
    """Return what the sources make, as they are now. Pages tell its differences."""
    kinds = {question.key: question.kind for question in merger.target.call.questionnaire.questions}
    return compose.compose(
        [source_of(part.proposal) for part in merger.parts],
        kinds=kinds,
        default_language=merger.target.conference.default_language,
    )


def after_move(proposal: Proposal, action: Action, before: ProposalState, actor: Actor) -> None:
    """For ``hooks.moved``: what a proposal's own moves mean for its merger.

    A joint draft is submitted by its merger alone. An open merger ends when one of its proposals leaves the running, or
    its draft is withdrawn.
    """
    if action in (Action.SUBMIT, Action.WITHDRAW) and proposal.composed:
        merger = db.session.scalar(
            select(Merger).where(Merger.target_id == proposal.id, Merger.state == MergerState.OPEN)
        )
        if merger is not None:
            if action is Action.SUBMIT:
                raise Conflict(_("The joint draft is submitted when all leads have accepted it."))
            _close(merger, MergerState.ABANDONED, actor)
            notices.tell(merger, Step.ABANDONED, by=actor)
    if before in life.IN_THE_RUNNING and proposal.state not in (*life.IN_THE_RUNNING, ProposalState.MERGED):
        merger = db.session.scalar(
            select(Merger)
            .join(Merger.parts)
            .where(MergerPart.proposal_id == proposal.id, MergerPart.bound, Merger.state == MergerState.OPEN)
        )
        if merger is not None:
            _record(merger, "merger.abandon", actor, {"proposal": proposal.code})
            _close(merger, MergerState.ABANDONED, actor)
            note = _("%(code)s does not take part in the call at present.", code=proposal.code)
            notices.tell(merger, Step.ABANDONED, by=actor, note=note)


def ask_again(now: datetime) -> None:
    """Housekeeping: ask those again whose accepted draft was changed, when it has not moved for :data:`QUIET`."""
    accepted = select(MergerPart.merger_id).where(MergerPart.answer == Answer.ACCEPTED)
    for merger in db.session.scalars(
        select(Merger).where(Merger.state == MergerState.OPEN, Merger.id.in_(accepted))
    ):
        if now - merger.target.updated_at >= QUIET:
            _ask_again(merger, mark(merger.target))


# --- inside


def _locked(merger: Merger) -> Merger:
    db.session.flush()
    db.session.refresh(merger, with_for_update=True)
    for part in merger.parts:
        db.session.refresh(part)
    return merger


def _open(merger: Merger) -> None:
    if merger.state is not MergerState.OPEN:
        raise Conflict(_("This merger is over."))


def _answer(part: MergerPart, said: Answer, actor: Actor, mark: str | None, reason: str | None) -> None:
    part.answer, part.answered_at, part.answered_by = said, clock.now(), actor.name
    part.answered_content = mark
    part.answered_version = part.merger.target.version if mark else None
    part.reason = (reason or "").strip()[:500] or None


def _ask_again(merger: Merger, mark_now: str) -> None:
    stale = [
        part for part in merger.parts if part.answer is Answer.ACCEPTED and part.answered_content != mark_now
    ]
    for part in stale:
        part.answer, part.answered_at, part.answered_by = Answer.WAITING, None, None
        part.answered_content = None
    if stale:
        notices.tell(merger, Step.ASKED_AGAIN, by=_SYSTEM, only=frozenset(part.proposal_id for part in stale))


def _close(merger: Merger, state: MergerState, actor: Actor) -> None:
    """End an open merger without a result: the draft goes, the proposals are free again."""
    merger.state, merger.closed_at = state, clock.now()
    for part in merger.parts:
        part.bound = False
    if merger.target.state is not ProposalState.WITHDRAWN:
        service.move(merger.target, Action.WITHDRAW, party=Party.SECRETARIAT, actor=actor, tell=False)


def _complete(merger: Merger, actor: Actor) -> None:
    """Submit the joint draft, as far on as the furthest of its sources, and make them part of it."""
    merger.state, merger.closed_at = MergerState.AGREED, clock.now()
    target, sources = merger.target, [part.proposal for part in merger.parts]
    furthest = max((one.state for one in sources), key=_FURTHEST.index)
    service.move(target, Action.SUBMIT, party=Party.SYSTEM, actor=actor, tell=False)
    target.late = all(one.late for one in sources)
    for action, reached in (
        (Action.SCREEN_IN, ProposalState.SUBMITTED),
        (Action.START_REVIEW, ProposalState.ELIGIBLE),
    ):
        if target.state is reached and _FURTHEST.index(furthest) > _FURTHEST.index(reached):
            service.move(target, action, party=Party.SYSTEM, actor=actor, tell=False)
    for source in sources:
        service.move(source, Action.MERGE, party=Party.SYSTEM, actor=actor, merged_into=target, tell=False)
    _record(merger, "merger.agree", actor, {"proposals": [one.code for one in sources]})
    notices.tell(merger, Step.AGREED, by=_SYSTEM)


def _compose(merger: Merger) -> None:
    """Fill the draft with what the sources say, and let their people in."""
    target, made = merger.target, composition(merger)
    values = {**made.values, "theme_ids": list(made.theme_ids)}
    first = merger.parts[0].proposal
    target.created_by_id = first.created_by_id
    drafts.save(target, values, base=0, actor=_SYSTEM, apart=True)
    links: dict[object, ProposalOrganization] = {}
    for link in (link for part in merger.parts for link in part.proposal.organizations):
        known = links.setdefault(_named(link).key, link)
        if known.consent is not Consent.ACCEPTED and link.consent is Consent.ACCEPTED:
            links[_named(link).key] = link
    for position, named in enumerate(made.organizations):
        known = links[named.key]
        target.organizations.append(
            ProposalOrganization(
                organization_id=named.organization_id,
                role=named.role,
                consent=named.consent,
                position=position,
                name=named.name,
                email=named.email,
                language=named.language,
                invited_at=known.invited_at,
                answered_at=known.answered_at,
                answered_by=known.answered_by,
            )
        )
    db.session.flush()
    db.session.refresh(target, ["organizations"])
    service.index(target)
    db.session.flush()


def _named(link: ProposalOrganization) -> Named:
    return Named(link.organization_id, link.role, link.consent, link.name, link.email, link.language)


def _record(merger: Merger, action: str, actor: Actor, detail: dict[str, object]) -> None:
    audit.record(
        actor, action, service.subject(merger.target), conference_id=merger.conference_id, detail=detail
    )
