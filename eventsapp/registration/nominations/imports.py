"""Quotas set by the secretariat, one by one or from a spreadsheet, and nominations from a spreadsheet.

Named actor, keyword arguments, no commit. What a file would do is planned twice, for the preview and for doing it; a
different plan the second time (its fingerprint) is shown again instead of done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, locale
from eventsapp.core import sheets as files
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.organizations.queries import called
from eventsapp.registration.models import STILL_THERE, Category, Registration
from eventsapp.registration.nominations import queries, service, sheets
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.service import Nominee
from eventsapp.registration.nominations.sheets import Doing, Existing, Place, Plan

MOST_ROWS: Final = service.MOST_AT_ONCE


class Changed(Exception):
    """What the file would do is no longer what was shown. ``plan`` is new."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the preview is out of date")
        self.plan = plan


# --- quotas


def set_quota(
    conference: Conference,
    organization_id: int,
    category: Category,
    *,
    places: int,
    note: str | None,
    actor: Actor,
) -> int:
    """Give an organization so many places in a category, whatever it had; return the quota's id.

    Fewer places than are taken are allowed: nobody is withdrawn, and nobody more nominated. Raises :class:`Invalid`
    (``places``, ``category_id``), :class:`Conflict` for an archive. Writes; does not commit.
    """
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))
    if not 0 <= places <= sheets.GREATEST:
        raise Invalid({"places": _("Places: a whole number from 0 to %(most)s.", most=sheets.GREATEST)})
    if category.conference_id != conference.id or not category.in_quota:
        raise Invalid({"category_id": _("Choose a category of this conference.")})
    connection = db.session.connection()
    dialects: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    now = clock.now()
    statement = dialects.insert(Quota.__table__).values(
        conference_id=conference.id, organization_id=organization_id, category_id=category.id,
        places=places, taken=0, note=note, created_at=now, updated_at=now,
    )  # fmt: skip
    id_: int = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["conference_id", "organization_id", "category_id"],
            set_={"places": places, "note": note, "updated_at": now},
        ).returning(Quota.id)
    ).scalar_one()
    known = db.session.identity_map.get(db.session.identity_key(Quota, id_))
    if known is not None:
        db.session.expire(known)
    audit.record(
        actor,
        "quota.set",
        f"quota:{id_}",
        conference_id=conference.id,
        detail={"organization": organization_id, "category": category.slug, "places": places},
    )
    return id_


def remove_quota(quota: Quota, *, actor: Actor) -> None:
    """Take a quota away of which nobody holds a place. Raises :class:`Conflict` otherwise. Writes; does not commit."""
    gone = db.session.connection().execute(
        delete(Quota).where(Quota.id == quota.id, Quota.taken == 0).returning(Quota.id)
    )
    if gone.first() is None:
        raise Conflict(
            _("People are nominated with this quota. Set it to 0 places, so that nobody more can be.")
        )
    db.session.expunge(quota)
    audit.record(
        actor,
        "quota.remove",
        f"quota:{quota.id}",
        conference_id=quota.conference_id,
        detail={"organization": quota.organization_id, "category": quota.category_id, "places": quota.places},
    )


def plan_quotas(conference: Conference, content: bytes, name: str) -> Plan:
    """Return which quotas a file would set. Raises :class:`Invalid` (``file``). Three statements."""
    read = files.lines(
        content, name, sheets.QUOTAS, needed=("organization", "category", "places"), most=MOST_ROWS
    )
    wanted = {row.text("organization") for row in read.rows if row.text("organization")}
    found: dict[str, list[tuple[int, str]]] = {}
    asked = sorted(wanted)
    # So many in one statement as all databases take.
    for start in range(0, len(asked), 200):
        for said, candidates in called(asked[start : start + 200]).items():
            found[said] = [(one.id, one.label) for one in candidates]
    existing = {
        (row.organization_id, row.category_id): Existing(row.places, row.taken, row.note)
        for row in db.session.execute(
            select(Quota.organization_id, Quota.category_id, Quota.places, Quota.taken, Quota.note).where(
                Quota.conference_id == conference.id
            )
        )
    }
    places = [_place(conference, one) for one in queries.quota_categories(conference.id)]
    return sheets.quotas(read, places, found, existing)


def apply_quotas(conference: Conference, content: bytes, name: str, *, fingerprint: str, actor: Actor) -> int:
    """Set the quotas of a file but for the rows that are refused; return how many. Raises :class:`Changed`. Writes; does not commit."""
    plan = plan_quotas(conference, content, name)
    if plan.fingerprint != fingerprint:
        raise Changed(plan)
    categories = {one.id: one for one in queries.quota_categories(conference.id)}
    for row in plan.work:
        organization_id, category_id, count, note = row.key
        assert isinstance(organization_id, int)
        assert isinstance(category_id, int)
        assert isinstance(count, int)
        set_quota(
            conference,
            organization_id,
            categories[category_id],
            places=count,
            note=note if isinstance(note, str) else None,
            actor=actor,
        )
    return len(plan.work)


def _place(conference: Conference, category: Category, *, left: int | None = None, closed: str = "") -> Place:
    label = pick(category.names, locale.current(), conference.default_language)
    return Place(category.id, (*category.names.values(), category.slug), label, left, closed)


# --- people


def plan_people(
    conference: Conference, organization: Organization, content: bytes, name: str, *, only: int | None = None
) -> Plan:
    """Return whom a file would nominate. ``only``: the category of rows that say none. Raises :class:`Invalid` (``file``)."""
    read = files.lines(content, name, sheets.PEOPLE, needed=("name", "email"), most=MOST_ROWS)
    now = clock.now()
    places = []
    for room in queries.rooms_of(conference.id, organization.id):
        closed = service.closed_to(conference, organization.id, room.category, now)
        places.append(
            _place(
                conference,
                room.category,
                left=room.left,
                closed=service.said(closed) if closed is not None else "",
            )
        )
    return sheets.people(
        read, places, _registered(conference.id, [row.text("email") for row in read.rows]), only
    )


def _registered(conference_id: int, addresses: Sequence[str]) -> set[str]:
    wanted = sorted({one.lower() for one in addresses if one})
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        found.update(
            db.session.scalars(
                select(Registration.email).where(
                    Registration.conference_id == conference_id,
                    Registration.email.in_(wanted[start : start + 500]),
                    text(STILL_THERE),
                )
            )
        )
    return found


def apply_people(
    conference: Conference,
    organization: Organization,
    content: bytes,
    name: str,
    *,
    only: int | None,
    fingerprint: str,
    user: User,
    actor: Actor,
) -> int:
    """Nominate the people of a file but for the rows that are refused; return how many.

    Raises :class:`Changed` when it would do something else than what was shown, ``Conflict``, :class:`Invalid`; whoever
    called has to take back what was begun. Writes; does not commit.
    """
    plan = plan_people(conference, organization, content, name, only=only)
    if plan.fingerprint != fingerprint:
        raise Changed(plan)
    by_category: dict[int, list[Nominee]] = {}
    for row in plan.of(Doing.CREATE):
        category_id, *said = row.key
        assert isinstance(category_id, int)
        by_category.setdefault(category_id, []).append(Nominee(*said))  # type: ignore[arg-type]
    for category_id in sorted(by_category):
        category = db.session.get_one(Category, category_id)
        service.nominate(organization, category, by_category[category_id], user=user, actor=actor)
    return len(plan.work)
