"""Messages about acting for an organization, written to the outbox in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import current_app
from flask_babel import gettext as _

from eventsapp.accounts.models import User
from eventsapp.core import locale
from eventsapp.core.web import absolute
from eventsapp.mail import service as mail
from eventsapp.organizations import hooks
from eventsapp.organizations.enums import MemberRole
from eventsapp.organizations.hooks import Address
from eventsapp.organizations.models import Organization, OrganizationMember
from eventsapp.organizations.queries import label

TEMPLATE = "organization_member"


def _path(endpoint: str, **values: object) -> str:
    return current_app.url_map.bind("localhost").build(endpoint, values)


def _page(organization: Organization) -> str:
    return absolute(_path("organizations_own.page", slug=organization.slug))


def _mine() -> str:
    return absolute(_path("organizations_own.index"))


def _requests() -> str:
    return absolute(_path("organizations_members.requests"))


def _of(user: User) -> Address:
    return Address(user.name, user.email, user.language)


def _send(
    organization: Organization,
    to: Iterable[Address],
    said: Callable[[], str],
    *,
    then: Callable[[], str] | None = None,
    note: str | None = None,
    link: str,
) -> None:
    """Queue a message for each address once; ``said`` and ``then`` are called in its language."""
    written: set[str] = set()
    for one in to:
        if one.email in written:
            continue
        written.add(one.email)
        with locale.speaking(one.language):
            context = {
                "organization": label(organization.names, organization.acronyms),
                "said": said(),
                "next": then() if then is not None else "",
                "note": note or "",
                "link": link,
            }
        mail.queue(TEMPLATE, to_name=one.name, to_email=one.email, language=one.language, context=context)


def secretariat() -> list[Address]:
    """Return the addresses of all secretariats that are at work."""
    return [one for ask in hooks.secretariats for one in ask()]


def asked(member: OrganizationMember, *, to: list[User]) -> None:
    """Tell the focal points, or where there is none the secretariat, that somebody asks to act for the organization."""
    name = member.user.name

    def said() -> str:
        if member.role is MemberRole.FOCAL_POINT:
            return str(_("%(person)s asks to be a focal point.", person=name))
        return str(_("%(person)s asks to be a member.", person=name))

    if to:
        _send(
            member.organization, map(_of, to), said, note=member.note, link=_page(member.organization),
            then=lambda: _("Agree only if you know that this person works with you."),
        )  # fmt: skip
    else:
        _send(
            member.organization, secretariat(), said, note=member.note, link=_requests(),
            then=lambda: _("The organization has no focal point who could answer: the secretariat does."),
        )  # fmt: skip


def decided(member: OrganizationMember, *, agree: bool) -> None:
    """Tell the person how their request was answered."""
    _send(
        member.organization,
        [_of(member.user)],
        lambda: (
            _("You can act for this organization now.")
            if agree
            else _("Your request to act for this organization was refused.")
        ),
        then=lambda: (
            _("Its page shows its people, proposals and events.")
            if agree
            else _("Write to a focal point of the organization if you think that this is a mistake.")
        ),
        link=_page(member.organization) if agree else _mine(),
    )


def organization_refused(organization: Organization, to: list[User]) -> None:
    """Tell those who proposed an organization that the directory does not take it."""
    _send(
        organization, map(_of, to),
        lambda: _("The secretariat has not added this organization to the directory."),
        then=lambda: _("Look whether the directory has it under another name."),
        link=_mine(),
    )  # fmt: skip


def ended(member: OrganizationMember, *, by_themselves: bool, to: list[User]) -> None:
    """Tell somebody that they no longer act for the organization; or its focal points that somebody has left."""
    if by_themselves:
        name = member.user.name
        _send(
            member.organization, map(_of, to),
            lambda: _("%(person)s no longer acts for the organization.", person=name),
            link=_page(member.organization),
        )  # fmt: skip
    else:
        _send(
            member.organization, [_of(member.user)],
            lambda: _("You no longer act for this organization."),
            link=_mine(),
        )  # fmt: skip


def role_changed(member: OrganizationMember) -> None:
    """Tell somebody what they are in the organization from now on."""
    _send(
        member.organization,
        [_of(member.user)],
        lambda: (
            _("You are a focal point of this organization now.")
            if member.role is MemberRole.FOCAL_POINT
            else _("You are a member of this organization now, and no longer a focal point.")
        ),
        link=_page(member.organization),
    )


def handed_over(member: OrganizationMember, to: OrganizationMember) -> None:
    """Tell both sides of a hand-over."""
    before, after = member.user.name, to.user.name
    _send(
        member.organization, [_of(to.user)],
        lambda: _("%(person)s has made you the focal point of this organization.", person=before),
        then=lambda: _("Its page shows its people, proposals and events."),
        link=_page(member.organization),
    )  # fmt: skip
    _send(
        member.organization, [_of(member.user)],
        lambda: _("%(person)s is the focal point of this organization now.", person=after),
        link=_mine(),
    )  # fmt: skip
