"""The pages of one call in the workspace, in the order in which it lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import may
from eventsapp.proposals.models import Call

P = Permission


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a call: shown where it exists and the person may see it. ``prefixes``: endpoints that belong to it."""

    label: object
    endpoint: str
    permission: Permission = P.VIEW_PROPOSALS
    prefixes: tuple[str, ...] = ()


TABS: Final = (
    Tab(_l("Overview"), "calls_manage.call"),
    Tab(_l("Text and dates"), "calls_manage.edit", P.EDIT_CALLS),
    Tab(_l("Questions"), "calls_questions.index", P.EDIT_CALLS, ("calls_questions.", "calls_preview.")),
    Tab(_l("Eligibility"), "calls_manage.rules", P.EDIT_CALLS),
    Tab(_l("Extensions"), "calls_manage.extensions", P.EDIT_CALLS),
    Tab(_l("Proposals"), "calls_proposals.index", prefixes=("calls_proposals.",)),
    Tab(_l("Review"), "calls_review.index", prefixes=("calls_review.",)),
    Tab(_l("Similar"), "calls_similar.index", prefixes=("calls_similar.",)),
    Tab(_l("Mergers"), "calls_mergers.index", prefixes=("calls_mergers.",)),
    Tab(_l("Decisions"), "calls_decisions.board", prefixes=("calls_decisions.",)),
    Tab(_l("Offers"), "calls_offers.index", prefixes=("calls_offers.",)),
    Tab(_l("After the event"), "calls_reports.index", prefixes=("calls_reports.",)),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A tab as the template shows it."""

    label: str
    url: str
    current: bool


def tabs(call: Call) -> list[Shown]:
    """Return the pages of a call that the signed-in person may see."""
    here = request.endpoint or ""
    return [
        Shown(
            str(tab.label),
            url_for(tab.endpoint, conference=call.conference.slug, call=call.slug),
            here == tab.endpoint or (bool(tab.prefixes) and here.startswith(tab.prefixes)),
        )
        for tab in TABS
        if tab.endpoint in current_app.view_functions and may(tab.permission)
    ]
