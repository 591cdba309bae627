"""Calls for events, for everybody: all of a conference, and one with all that whoever proposes has to know."""

from __future__ import annotations

from flask import send_file

from eventsapp.accounts.guards import open_to_all
from eventsapp.core import files
from eventsapp.core.errors import NotFound
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


@bp.get(f"{_CONFERENCE}/events/<code>/files/<key>")
@open_to_all
def answer_file(lang: str, conference: str, code: str, key: str) -> Answer:
    """A file that was given as the answer to a public question about an event."""
    visit = visit_of(lang, conference)
    event = visit.snapshot.event_by_code.get(code)
    answered = presentation.public_answers(visit.snapshot, event) if event is not None else None
    found = answered.file(key) if answered is not None else None
    path = files.path_of(found) if found is not None else None
    if found is None or path is None or not path.is_file():
        raise NotFound
    response = send_file(
        path, mimetype=found.content_type, as_attachment=True, download_name=found.name, etag=found.sha256
    )
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _described(one: Standing, type_name: str) -> str:
    """A line for search engines and previews: what it invites to, by its words in the reader's language."""
    return " – ".join(part for part in (type_name, str(WINDOWS[one.window][0])) if part)
