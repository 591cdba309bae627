"""What waits for whoever decides: drafted decisions that were not sent."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import ngettext

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.core import locale
from eventsapp.core.translations import pick
from eventsapp.proposals.decisions import queries
from eventsapp.proposals.waiting import of_calls


@of_calls
def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return a task for each call with drafted decisions. Three statements at most."""
    if Permission.DECIDE_PROPOSALS not in permissions:
        return []
    return [
        Task(
            section="calls",
            level=Level.INFO,
            text=ngettext(
                "%(call)s: %(num)s decision is drafted and not sent.",
                "%(call)s: %(num)s decisions are drafted and not sent.",
                count,
                call=pick(call.names, locale.current(), conference.default_language),
            ),
            url=url_for("calls_decisions.send", conference=conference.slug, call=call.slug),
            count=count,
        )
        for call, count in queries.drafted(conference.id)
    ]
