"""Everything that changes the directory. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsapp.core import audit, references, renames
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.files import StoredFile
from eventsapp.core.search import normalize, searchable
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import Texts, clean, pick
from eventsapp.extensions import db
from eventsapp.organizations import queries
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.models import Organization
from eventsapp.organizations.queries import Candidate


@dataclass(frozen=True, slots=True)
class OrganizationData:
    """All that the form of an organization holds. ``country`` is an ISO 3166-1 alpha-2 code; the contact is never public."""

    type: OrganizationType
    names: Texts
    acronyms: Texts = field(default_factory=dict)
    aliases: Sequence[str] = ()
    country: str | None = None
    website: str | None = None
    logo: StoredFile | None = None
    contact_email: str | None = None
    contact_language: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a typed text means: ``exact`` are called so, ``near`` contain its words. Exactly one exact: that is it."""

    exact: list[Candidate]
    near: list[Candidate]


def find_or_suggest(text: str) -> Found:
    """Return the organizations that a typed name, acronym or alias means, in any language; else some that it may mean."""
    exact = queries.called([text])[text]
    return Found(exact, [] if exact else queries.near(text))


def alike(data: OrganizationData, *, but: int | None = None) -> list[Candidate]:
    """Return the organizations that share a name, acronym or alias with ``data``, or have one much like it: likely the same."""
    said = [*data.names.values(), *data.acronyms.values(), *data.aliases]
    found = {row.id: row for rows in queries.called(said, proposed=True).values() for row in rows}
    same = [row for id_, row in sorted(found.items()) if id_ != but]
    return same + [
        row for row, _score in queries.similar(data.names.values(), but=but) if row.id not in found
    ]


def create(
    data: OrganizationData, *, actor: Actor, slug: str | None = None, confirmed: bool = True
) -> Organization:
    """Add an organization to the directory. ``slug`` defaults to one made of its acronym or name. Not ``confirmed``: it was
    proposed by somebody from outside, and waits for the secretariat.

    Raises :class:`Invalid` for a slug that is taken. Whether it is there already is :func:`alike`'s question.
    """
    if slug is None:
        slug = slugify(pick(data.acronyms, "en") or pick(data.names, "en"), renames.slugs(Organization, None))
    elif renames.taken(Organization, None, slug):
        raise Invalid({"slug": _("This address is taken already, or was before.")})
    row = Organization(slug=slug, confirmed=confirmed)
    _fill(row, data)
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor, "organization.create" if confirmed else "organization.propose", f"organization:{row.slug}"
    )
    return row


def update(row: Organization, data: OrganizationData, *, slug: str | None, actor: Actor) -> None:
    """Change an organization in every conference at once. Raises :class:`Invalid` for a slug that is taken."""
    before = _said(row)
    if slug:
        renames.rename(row, slug, keep=True)
    _fill(row, data)
    db.session.flush()
    detail = {"changed": _differences(before, _said(row))}
    audit.record(actor, "organization.update", f"organization:{row.slug}", detail=detail)


def correct(row: Organization, data: OrganizationData, *, actor: Actor) -> None:
    """Change what an organization's own people may change: all but the type and the address.

    A name that it no longer has becomes one of its other names, so that it is still found by it. Raises :class:`Invalid`
    for a name that another organization of the directory has: people would take the one for the other.
    """
    taken = _called_alike([*data.names.values(), *data.acronyms.values()], row)
    if taken:
        raise Invalid(
            {
                "names": _(
                    "Another organization is called so: %(name)s. If it is the same one, ask the secretariat to merge them.",
                    name=taken[0].label,
                )
            }
        )
    now = {*data.names.values(), *data.acronyms.values(), *data.aliases}
    dropped = [text for text in [*row.names.values(), *row.acronyms.values()] if text not in now]
    kept = replace(data, type=row.type, aliases=[*data.aliases, *dict.fromkeys(dropped)])
    update(row, kept, slug=None, actor=actor)


def _called_alike(texts: Sequence[str], row: Organization) -> list[Candidate]:
    """Organizations that have one of ``texts``, without those that share it with ``row`` already."""
    mine = {normalize(text) for text in [*row.names.values(), *row.acronyms.values()]}
    new = [text for text in texts if normalize(text) not in mine]
    found = queries.called(new)
    return [one for text in new for one in found[text] if one.id != row.id]


def _said(row: Organization) -> dict[str, Any]:
    """What the audit log compares. Of a contact and a logo it keeps only that they were changed."""
    return {
        "slug": row.slug,
        "type": row.type.value,
        "names": dict(row.names),
        "acronyms": dict(row.acronyms),
        "aliases": list(row.aliases),
        "country": row.country,
        "website": row.website,
        "logo": row.logo_id,
        "contact": (row.contact_email, row.contact_language),
    }


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    hidden = ("logo", "contact")
    return {
        name: [] if name in hidden else [value, after[name]]
        for name, value in before.items()
        if value != after[name]
    }


def _fill(row: Organization, data: OrganizationData) -> None:
    names, acronyms, aliases = (
        clean(data.names),
        clean(data.acronyms),
        [text for text in data.aliases if text],
    )
    if not names:
        raise Invalid({"names": _("This field is required in at least one language.")})
    row.type, row.names, row.acronyms, row.aliases = data.type, names, acronyms, aliases
    row.country, row.website, row.logo = data.country, data.website, data.logo
    row.contact_email, row.contact_language = data.contact_email, data.contact_language
    row.search_text = searchable(names, acronyms, aliases)


def delete(row: Organization, *, actor: Actor) -> None:
    """Take an organization off the directory. Raises :class:`Conflict` when anything refers to it."""
    used = references.of(row)
    if used.blocking or used.going:
        raise Conflict(
            _(
                "%(name)s cannot be deleted: it is used by %(uses)s.",
                name=pick(row.names, "en"),
                uses=", ".join(used.blocking + used.going),
            )
        )
    renames.forget(row)
    audit.record(actor, "organization.delete", f"organization:{row.slug}", detail={"names": dict(row.names)})
    db.session.delete(row)
    db.session.flush()


def say_count(count: int) -> str:
    """Return "3 organizations" in the reader's language."""
    return str(ngettext("%(num)d organization", "%(num)d organizations", count))
