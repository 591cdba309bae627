"""Pages of nominations: of focal points, of nominees, and of the secretariat."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from eventsapp.organizations.hooks import OwnPage
from eventsapp.organizations.models import Organization


def blueprints() -> list[Blueprint]:
    """Return the blueprints of the part."""
    from eventsapp.registration.nominations.views import own, own_sheet, public, quotas, speakers

    # Pages of one blueprint in two modules.
    assert own_sheet.__name__
    return [own.blueprint, public.bp, quotas.blueprint, speakers.blueprint]


def own_pages(organization: Organization, speaks: bool) -> Sequence[OwnPage]:
    """Return what an organization's page leads to (``own.own_pages``)."""
    from eventsapp.registration.nominations.views import own

    return own.own_pages(organization, speaks)
