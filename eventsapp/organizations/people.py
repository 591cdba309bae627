"""What pages show of the people who act for organizations, and of what was done with one; each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from eventsapp.accounts.models import User
from eventsapp.core import clock
from eventsapp.core.audit import AuditEntry
from eventsapp.core.errors import NotFound
from eventsapp.core.renames import OldSlug
from eventsapp.core.templating import join_list
from eventsapp.extensions import db
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import Organization, OrganizationMember

MEMBER_ROLES: Final[Mapping[MemberRole, object]] = {
    MemberRole.FOCAL_POINT: _l("Focal point"),
    MemberRole.MEMBER: _l("Member"),
}
SLOW: Final = timedelta(days=7)
"""After so long the secretariat sees to a request that no focal point has answered."""
HISTORY_MOST: Final = 60

_M = OrganizationMember


def by_slug(slug: str) -> Organization:
    """Return the organization that has this slug, or had it before. Raises :class:`NotFound`. At most two statements."""
    found = db.session.scalar(select(Organization).where(Organization.slug == slug))
    if found is None:
        old = select(OldSlug.object_id).where(
            OldSlug.kind == "organization", OldSlug.conference_id.is_(None), OldSlug.slug == slug
        )
        found = db.session.scalar(select(Organization).where(Organization.id.in_(old)))
    if found is None:
        raise NotFound
    return found


def member(member_id: int, organization_id: int) -> OrganizationMember:
    """Return somebody of an organization, whatever the state. Raises :class:`NotFound`."""
    found = db.session.get(_M, member_id) if 0 < member_id < 2**31 else None
    if found is None or found.organization_id != organization_id:
        raise NotFound
    return found


def of_person(user_id: int) -> list[OrganizationMember]:
    """Return what somebody is in organizations, and what they asked to be: by state, then by name. One statement."""
    rows = db.session.scalars(
        select(_M)
        .join(Organization, Organization.id == _M.organization_id)
        .where(_M.user_id == user_id, _M.state != MembershipState.ENDED)
        .options(joinedload(_M.organization))
        .order_by(Organization.search_text, _M.id)
    )
    order = tuple(MembershipState)
    return sorted(rows, key=lambda one: order.index(one.state))


def of_organization(organization_id: int) -> list[OrganizationMember]:
    """Return those who act for an organization (focal points first) and those who ask to, by name. One statement."""
    return list(
        db.session.scalars(
            select(_M)
            .join(User, User.id == _M.user_id)
            .where(
                _M.organization_id == organization_id,
                _M.state.in_((MembershipState.ACTIVE, MembershipState.REQUESTED)),
            )
            .options(joinedload(_M.user))
            .order_by(_M.state, _M.role, func.lower(User.name), User.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who asks to act for an organization."""

    member: OrganizationMember
    focal_points: tuple[str, ...]
    """Names of those who could answer."""
    waits_for_us: bool
    """Nobody else can answer, or has for a week."""


def _is_focal(row: Any) -> ColumnElement[bool]:
    return and_(row.state == MembershipState.ACTIVE, row.role == MemberRole.FOCAL_POINT)


def open_requests() -> list[Request]:
    """Return all open requests, those that wait for the secretariat first, the oldest first. Two statements."""
    rows = db.session.scalars(
        select(_M)
        .where(_M.state == MembershipState.REQUESTED)
        .options(joinedload(_M.user), joinedload(_M.organization))
        .order_by(_M.updated_at, _M.id)
    ).all()
    names: dict[int, list[str]] = {}
    focal = (
        select(_M.organization_id, User.name)
        .join(User, User.id == _M.user_id)
        .where(
            _is_focal(_M),
            User.is_active,
            _M.organization_id.in_({row.organization_id for row in rows} or {0}),
        )
        .order_by(User.name)
    )
    for organization_id, name in db.session.execute(focal):
        names.setdefault(organization_id, []).append(name)
    late = clock.now() - SLOW
    found = [
        Request(
            row,
            tuple(names.get(row.organization_id, ())),
            row.organization_id not in names or row.updated_at < late,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.waits_for_us)


def waiting_for_secretariat() -> int:
    """Return how many requests wait for the secretariat. One statement."""
    focal = aliased(_M)
    answered_by_others = exists().where(
        focal.organization_id == _M.organization_id,
        focal.state == MembershipState.ACTIVE,
        focal.role == MemberRole.FOCAL_POINT,
        focal.user_id == User.id,
        User.is_active,
    )
    late = clock.now() - SLOW
    statement = (
        select(func.count())
        .select_from(_M)
        .where(_M.state == MembershipState.REQUESTED, or_(~answered_by_others, _M.updated_at < late))
    )
    return db.session.scalar(statement) or 0


# --- what was done


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done with an organization, in the reader's words."""

    at: datetime
    actor: str
    said: str


_FIELDS: Final[Mapping[str, object]] = {
    "slug": _l("Address"),
    "type": _l("Type"),
    "names": _l("Name"),
    "acronyms": _l("Acronym"),
    "aliases": _l("Other names"),
    "country": _l("Country"),
    "website": _l("Website"),
    "logo": _l("Logo"),
    "contact": _l("Contact: e-mail"),
}


def history(organization: Organization) -> list[Done]:
    """Return what was done with an organization, under any of its addresses, the newest first. Two statements."""
    old = select(OldSlug.slug).where(OldSlug.kind == "organization", OldSlug.object_id == organization.id)
    slugs = [organization.slug, *db.session.scalars(old)]
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_([f"organization:{slug}" for slug in slugs]))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(HISTORY_MOST)
    )
    told = ((row, _say(row)) for row in rows)
    return [Done(row.at, row.actor, said) for row, said in told if said]


def _say(row: AuditEntry) -> str:
    detail, what = row.detail or {}, row.action.removeprefix("organization.")
    if what == "update":
        changed = [str(_FIELDS[name]) for name in detail.get("changed", ()) if name in _FIELDS]
        return str(_("Changed: %(what)s", what=join_list(changed))) if changed else ""
    if what == "merge":
        names = detail.get("merged", {}).get("names", {})
        return str(_("Merged with “%(name)s”", name=next(iter(names.values()), "")))
    person, conference = detail.get("person", ""), detail.get("conference", "")
    sentences = {
        "create": lambda: _("Added to the directory"),
        "propose": lambda: _("Proposed for the directory"),
        "confirm": lambda: _("Confirmed by the secretariat"),
        "member_request": lambda: _("%(person)s asked to act for it", person=person),
        "member_agree": lambda: _("%(person)s acts for it", person=person),
        "member_appoint": lambda: _("%(person)s acts for it", person=person),
        "member_refuse": lambda: _("The request of %(person)s was refused", person=person),
        "member_withdraw": lambda: _("%(person)s took the request back", person=person),
        "member_end": lambda: _("%(person)s no longer acts for it", person=person),
        "member_role": lambda: (
            _("%(person)s became a focal point", person=person)
            if detail.get("role") == MemberRole.FOCAL_POINT
            else _("%(person)s is a member, no longer a focal point", person=person)
        ),
        "member_hand_over": lambda: _(
            "%(person)s handed over to %(other)s", person=person, other=detail.get("to", "")
        ),
        "accredit": lambda: _("Accredited to %(conference)s", conference=conference),
        "unaccredit": lambda: _("No longer accredited to %(conference)s", conference=conference),
    }
    return str(sentences[what]()) if what in sentences else ""
