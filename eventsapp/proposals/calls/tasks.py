"""What of calls waits for the secretariat, and what their rows are called elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.core import clock, locale, references
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.proposals.calls import queries
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.waiting import of_calls

_SOON = timedelta(days=7)


@of_calls
def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Say which calls close soon, and which should be open and are not public. Two statements."""
    if Permission.EDIT_CALLS not in permissions:
        return []
    now = clock.now()
    calls = db.session.scalars(
        select(Call)
        .where(Call.conference_id == conference.id, Call.closes_at > now)
        .order_by(Call.closes_at, Call.id)
    ).all()
    closing = [call for call in calls if call.published and call.closes_at <= now + _SOON]
    counts = queries.counts_of([call.id for call in closing]) if closing else {}
    found = []
    for call in calls:
        name = pick(call.names, locale.current(), conference.default_language)
        url = url_for("calls_manage.call", conference=conference.slug, call=call.slug)
        if not call.published and call.opens_at <= now:
            said = _("“%(name)s” should be open by its dates, but is not public.", name=name)
            found.append(Task("calls", Level.WARNING, said, url))
        elif call in closing:
            numbers = counts.get(call.id, {})
            drafts = sum(number for state, number in numbers.items() if state == "draft")
            said = ngettext(
                "“%(name)s” closes; %(num)s proposal is still a draft.",
                "“%(name)s” closes; %(num)s proposals are still drafts.",
                drafts,
                name=name,
            )
            found.append(Task("calls", Level.INFO, said, url, due=call.closes_at))
    return found


def obstacles(conference_id: int) -> Sequence[str]:
    """Say how many proposals there are: such a conference is not deleted or hidden any more. One statement."""
    count = db.session.scalar(select(func.count()).where(Proposal.conference_id == conference_id)) or 0
    return [_proposals(count)] if count else []


def _proposals(count: int) -> str:
    return str(ngettext("%(num)s proposal", "%(num)s proposals", count))


def name_references() -> None:
    """Say what rows of these tables are, where something else cannot be deleted because of them."""
    references.words["proposal"] = _proposals
    references.words["proposal_theme"] = _proposals
    references.words["proposal_organization"] = _proposals
    references.words["call"] = _calls
    references.words["call_theme"] = _calls


def _calls(count: int) -> str:
    return str(ngettext("%(num)s call", "%(num)s calls", count))
