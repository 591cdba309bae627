"""Who acts for an organization: asking, agreeing, handing over, ending. Named actor, keyword arguments, no commit.

Who may do what stands with the views: a focal point for their own organization, the secretariat for all of them.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.accounts.models import User
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotAllowed
from eventsapp.extensions import db
from eventsapp.organizations import hooks, member_notices
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import Organization, OrganizationMember

NOTE_MOST = 500
MOST_OPEN = 10
"""Requests of one person that nobody has answered yet."""

_M = OrganizationMember


def organizations_of(user_id: int) -> list[Organization]:
    """Return the organizations that somebody acts for, by address. One statement."""
    return list(
        db.session.scalars(
            select(Organization)
            .join(_M, _M.organization_id == Organization.id)
            .where(_M.user_id == user_id, _M.state == MembershipState.ACTIVE)
            .order_by(Organization.slug)
        )
    )


def focal_points(organization_id: int) -> list[User]:
    """Return the people who speak for an organization and can sign in, by name. One statement."""
    return list(
        db.session.scalars(
            select(User)
            .join(_M, _M.user_id == User.id)
            .where(
                User.is_active,
                _M.organization_id == organization_id,
                _M.state == MembershipState.ACTIVE,
                _M.role == MemberRole.FOCAL_POINT,
            )
            .order_by(func.lower(User.name), User.id)
        )
    )


def membership(organization_id: int, user_id: int) -> OrganizationMember | None:
    """Return how somebody stands to an organization, whatever the state. One statement."""
    return db.session.scalar(select(_M).where(_M.organization_id == organization_id, _M.user_id == user_id))


def subject(organization: Organization) -> str:
    """Return how the audit log calls an organization."""
    return f"organization:{organization.slug}"


def request(
    organization: Organization, user: User, *, role: MemberRole, note: str | None, actor: Actor
) -> OrganizationMember:
    """Ask to act for an organization. Its focal points are told; where there is none, the secretariat.

    Raises :class:`NotAllowed` for somebody whose e-mail address is not confirmed, :class:`Invalid` (``note``) without a
    word on who they are, :class:`Conflict` for somebody who acts for it or asks to already, or has too many open requests.
    """
    if user.email_confirmed_at is None:
        raise NotAllowed
    said = _said(note)
    db.session.flush()
    # So that of the same request sent twice at once the second one is told.
    db.session.refresh(organization, with_for_update=True)
    row = membership(organization.id, user.id)
    if row is not None and row.state is MembershipState.ACTIVE:
        raise Conflict(_("You act for this organization already."))
    if row is not None and row.state is MembershipState.REQUESTED:
        raise Conflict(_("You have asked for this already. You are told by e-mail as soon as it is decided."))
    waiting = select(func.count()).where(_M.user_id == user.id, _M.state == MembershipState.REQUESTED)
    if (db.session.scalar(waiting) or 0) >= MOST_OPEN:
        raise Conflict(_("Wait until some of your requests are answered before you ask for more."))
    if row is None:
        row = OrganizationMember(organization=organization, user=user)
        db.session.add(row)
    row.role, row.state, row.note, row.decided_at, row.decided_by = (
        role, MembershipState.REQUESTED, said, None, None,
    )  # fmt: skip
    db.session.flush()
    _record(row, "request", actor, {"role": role.value})
    member_notices.asked(row, to=focal_points(organization.id) if organization.confirmed else [])
    return row


def _said(note: str | None) -> str:
    said = (note or "").strip()
    if not said:
        raise Invalid({"note": _("Say who you are in this organization.")})
    if len(said) > NOTE_MOST:
        raise Invalid(
            {
                "note": _(
                    "Use at most %(most)d characters; these are %(count)d.", most=NOTE_MOST, count=len(said)
                )
            }
        )
    return said


def decide(member: OrganizationMember, *, agree: bool, actor: Actor) -> None:
    """Agree to a request, or refuse it, and tell the person.

    Raises :class:`Conflict` when it was decided meanwhile, or when the organization itself is still to be confirmed.
    """
    _lock(member)
    if member.state is not MembershipState.REQUESTED:
        raise Conflict(_("This request has been answered already."))
    if agree and not member.organization.confirmed:
        raise Conflict(_("The secretariat has to confirm the organization first."))
    state = MembershipState.ACTIVE if agree else MembershipState.REFUSED
    _turn(member, state, actor)
    _record(member, "agree" if agree else "refuse", actor, {"role": member.role.value})
    member_notices.decided(member, agree=agree)


def appoint(organization: Organization, user: User, *, role: MemberRole, actor: Actor) -> OrganizationMember:
    """Let somebody act for an organization at the word of the secretariat, and tell them.

    Raises :class:`Conflict` for an organization that is not confirmed yet.
    """
    if not organization.confirmed:
        raise Conflict(_("The secretariat has to confirm the organization first."))
    row = membership(organization.id, user.id)
    if row is None:
        row = OrganizationMember(organization=organization, user=user)
        db.session.add(row)
    row.role = role
    _turn(row, MembershipState.ACTIVE, actor)
    _record(row, "appoint", actor, {"role": role.value})
    member_notices.decided(row, agree=True)
    return row


def withdraw(member: OrganizationMember, *, actor: Actor) -> None:
    """Take one's own request back. Raises :class:`Conflict` when it was decided meanwhile."""
    _lock(member)
    if member.state is not MembershipState.REQUESTED:
        raise Conflict(_("This request has been answered already."))
    _turn(member, MembershipState.ENDED, actor)
    _record(member, "withdraw", actor)


def end(member: OrganizationMember, *, actor: Actor, by_secretariat: bool = False) -> None:
    """Let somebody no longer act for an organization; tell them, or when they leave by themselves its focal points.

    Raises :class:`Conflict` for somebody who does not act for it, and for the last focal point of an organization that has
    proposals, unless the secretariat does it.
    """
    _lock(member)
    _active(member)
    _not_the_last(member, by_secretariat=by_secretariat)
    _turn(member, MembershipState.ENDED, actor)
    _record(member, "end", actor)
    member_notices.ended(
        member, by_themselves=actor.user_id == member.user_id, to=focal_points(member.organization_id)
    )


def set_role(
    member: OrganizationMember, role: MemberRole, *, actor: Actor, by_secretariat: bool = False
) -> None:
    """Make a member a focal point, or the other way round, and tell them. Raises :class:`Conflict` as :func:`end`."""
    _lock(member)
    _active(member)
    if member.role is role:
        return
    if role is MemberRole.MEMBER:
        _not_the_last(member, by_secretariat=by_secretariat)
    member.role = role
    db.session.flush()
    _record(member, "role", actor, {"role": role.value})
    member_notices.role_changed(member)


def hand_over(member: OrganizationMember, to: OrganizationMember, *, stay: bool = True, actor: Actor) -> None:
    """Make another active member the focal point in somebody's place, who stays a member or (``stay=False``) leaves.

    Everything of the organization stays where it is: it belongs to the organization, not to the person. Both are told.
    Raises :class:`Conflict` when ``member`` is no focal point, or ``to`` does not act for the same organization.
    """
    _lock(member)
    db.session.refresh(to)
    _active(member)
    same = to.organization_id == member.organization_id and to.id != member.id
    if member.role is not MemberRole.FOCAL_POINT or to.state is not MembershipState.ACTIVE or not same:
        raise Conflict(_("Hand over to somebody who acts for this organization."))
    to.role = MemberRole.FOCAL_POINT
    member.role = MemberRole.MEMBER
    if not stay:
        _turn(member, MembershipState.ENDED, actor)
    db.session.flush()
    _record(member, "hand_over", actor, {"to": to.user.name, "stays": stay})
    member_notices.handed_over(member, to)


def needs_answer(organization_id: int) -> bool:
    """Return whether somebody has to answer for the organization, as it has proposals."""
    return any(ask(organization_id) for ask in hooks.answering)


def is_last(member: OrganizationMember) -> bool:
    """Return whether somebody is the only focal point of their organization who can sign in."""
    others = (
        select(_M.id)
        .join(User, User.id == _M.user_id)
        .where(
            User.is_active,
            _M.organization_id == member.organization_id,
            _M.id != member.id,
            _M.state == MembershipState.ACTIVE,
            _M.role == MemberRole.FOCAL_POINT,
        )
    )
    return member.role is MemberRole.FOCAL_POINT and db.session.scalar(others.limit(1)) is None


def _lock(member: OrganizationMember) -> None:
    """Take the organization's row, so that of two focal points who leave at once the second is seen to be the last."""
    db.session.flush()
    db.session.refresh(member.organization, with_for_update=True)
    db.session.refresh(member)


def _active(member: OrganizationMember) -> None:
    if member.state is not MembershipState.ACTIVE:
        raise Conflict(_("This person does not act for the organization any more."))


def _not_the_last(member: OrganizationMember, *, by_secretariat: bool) -> None:
    if by_secretariat or not is_last(member) or not needs_answer(member.organization_id):
        return
    raise Conflict(
        _(
            "The organization has proposals, and this is its only focal point. "
            "Hand over to another member first, or ask the secretariat."
        )
    )


def _turn(member: OrganizationMember, state: MembershipState, actor: Actor) -> None:
    member.state, member.decided_at, member.decided_by = state, clock.now(), actor.name
    db.session.flush()


def _record(
    member: OrganizationMember, what: str, actor: Actor, detail: dict[str, object] | None = None
) -> None:
    audit.record(
        actor,
        f"organization.member_{what}",
        subject(member.organization),
        detail={"person": member.user.name, **(detail or {})},
    )
