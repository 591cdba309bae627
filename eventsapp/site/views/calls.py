"""Calls for events, for everybody: all of a conference, and one with all that whoever proposes has to know."""

from __future__ import annotations

from eventsapp.accounts.guards import open_to_all
from eventsapp.proposals import eligibility
from eventsapp.proposals.calls.names import WINDOWS
from eventsapp.proposals.calls.snapshot import PART, Standing, standing
from eventsapp.proposals.state_names import FORMATS
from eventsapp.site import presentation
from eventsapp.site.views.public import _CONFERENCE, Answer, _page, bp
from eventsapp.site.views.visit import find, visit_of


@bp.get(f"{_CONFERENCE}/calls")
@open_to_all
def calls(lang: str, conference: str) -> Answer:
    """The calls of a conference, the open ones first."""
    visit = visit_of(lang, conference)
    found = standing(presentation.calls(visit.snapshot), visit.now)
    return _page("calls", visit, "calls", calls=found, window_words=WINDOWS)


@bp.get(f"{_CONFERENCE}/calls/<slug>")
@open_to_all
def call(lang: str, conference: str, slug: str) -> Answer:
    """One call: text, dates, rules in words, what is asked."""
    visit = visit_of(lang, conference)
    found = find(visit, PART, slug, presentation.calls(visit.snapshot))
    [one] = standing([found], visit.now)
    return _page(
        "call",
        visit,
        "calls",
        one=one,
        call=found,
        rules=eligibility.in_words(found.rules),
        window_words=WINDOWS,
        format_words=FORMATS,
        description=_described(one, visit.text(found.type_names)),
    )


def _described(one: Standing, type_name: str) -> str:
    """A line for search engines and previews: what it invites to, by its words in the reader's language."""
    return " – ".join(part for part in (type_name, str(WINDOWS[one.window][0])) if part)
