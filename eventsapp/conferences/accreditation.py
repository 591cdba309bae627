"""Which organizations a conference has accredited: admitted as such. Calls may be for them only.

Named actor, keyword arguments, no commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.search import like_pattern, terms
from eventsapp.core.templating import join_list
from eventsapp.extensions import db
from eventsapp.organizations import queries as organizations
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.models import Accreditation, Organization

PER_PAGE = 100
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Accredited:
    """One line of the list."""

    organization_id: int
    names: Mapping[str, str]
    acronyms: Mapping[str, str]
    type: OrganizationType
    country: str | None
    granted_at: datetime
    granted_by: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``total`` counts all that are found, ``pages`` is at least 1."""

    rows: list[Accredited]
    total: int
    page: int
    pages: int


def count(conference_id: int) -> int:
    """Return how many organizations are accredited. One statement."""
    return db.session.scalar(select(func.count()).where(Accreditation.conference_id == conference_id)) or 0


def listing(conference_id: int, *, query: str = "", page: int = 1) -> Listing:
    """Return a page of the accredited organizations that contain all words of ``query`` in any name. Two statements."""
    o, a = Organization, Accreditation
    where = [a.conference_id == conference_id]
    where += [o.search_text.like(like_pattern(word), escape="\\") for word in terms(query)]
    joined = select(func.count()).select_from(a).join(o, o.id == a.organization_id)
    total = db.session.scalar(joined.where(*where)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = db.session.execute(
        select(o.id, o.names, o.acronyms, o.type, o.country, a.granted_at, a.granted_by)
        .join(a, a.organization_id == o.id)
        .where(*where)
        .order_by(o.search_text, o.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return Listing([Accredited(*row) for row in rows], total, page, pages)


def add(conference: Conference, texts: Sequence[str], *, actor: Actor) -> int:
    """Accredit the organizations with these names or acronyms; return how many were not before.

    All or none: raises :class:`Invalid` (``names``) with what the directory does not have, or has several of.
    Raises :class:`Conflict` for an archived conference.
    """
    _writable(conference)
    found = organizations.called(texts)
    problems = [sentence for text in texts if (sentence := _problem(text, found[text]))]
    if problems:
        raise Invalid({"names": problems})
    wanted = {found[text][0].id: found[text][0] for text in texts}
    there = set(
        db.session.scalars(
            select(Accreditation.organization_id).where(
                Accreditation.conference_id == conference.id, Accreditation.organization_id.in_(wanted)
            )
        )
    )
    new = [one for id_, one in wanted.items() if id_ not in there]
    now = clock.now()
    for one in new:
        db.session.add(
            Accreditation(
                conference_id=conference.id, organization_id=one.id, granted_at=now, granted_by=actor.name
            )
        )
        _record(actor, "accredit", conference, one.slug)
    db.session.flush()
    return len(new)


def _problem(text: str, found: Sequence[organizations.Candidate]) -> str:
    if len(found) == 1:
        return ""
    if found:
        which = join_list([one.exact for one in found[:5]])
        return str(_("“%(text)s” means several organizations: %(which)s.", text=text, which=which))
    near = organizations.near(text, most=3)
    if near:
        which = join_list([one.exact for one in near])
        return str(_("The directory has no “%(text)s”. It may mean: %(which)s.", text=text, which=which))
    return str(_("The directory has no “%(text)s”.", text=text))


def remove(conference: Conference, organization_id: int, *, actor: Actor) -> None:
    """End an organization's accreditation. Raises :class:`NotFound`, and :class:`Conflict` for an archived conference."""
    _writable(conference)
    slug = db.session.scalar(
        select(Organization.slug)
        .join(Accreditation, Accreditation.organization_id == Organization.id)
        .where(Accreditation.conference_id == conference.id, Organization.id == organization_id)
    )
    if slug is None:
        raise NotFound
    db.session.execute(
        delete(Accreditation).where(
            Accreditation.conference_id == conference.id, Accreditation.organization_id == organization_id
        )
    )
    _record(actor, "unaccredit", conference, slug)


def _writable(conference: Conference) -> None:
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("The conference is archived: nothing of it can be changed."))


def _record(actor: Actor, what: str, conference: Conference, slug: str) -> None:
    audit.record(
        actor,
        f"organization.{what}",
        f"organization:{slug}",
        conference_id=conference.id,
        detail={"conference": conference.short_name},
    )
