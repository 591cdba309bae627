"""What each release of a programme changed, for everybody: a page and a feed."""

from __future__ import annotations

from flask import current_app, make_response, render_template

from eventsapp.accounts.guards import open_to_all
from eventsapp.core import locale
from eventsapp.core.web import absolute, public
from eventsapp.programme.names import CHANGES
from eventsapp.site import changes, queries
from eventsapp.site.exports import atom
from eventsapp.site.views.public import _CONFERENCE, Answer, _page, bp
from eventsapp.site.views.visit import Visit, visit_of


def _releases(visit: Visit) -> list[changes.Release]:
    newest = visit.snapshot.release
    if newest is None:
        return []
    # Up to the snapshot's own: it knows nothing of what has been released in this very moment.
    rows = queries.releases(visit.conference.id, newest.number, changes.MOST_RELEASES)
    return changes.releases(rows, visit.snapshot)


@bp.get(f"{_CONFERENCE}/releases")
@open_to_all
def releases(lang: str, conference: str) -> Answer:
    """The releases, the newest first, with what each changed."""
    visit = visit_of(lang, conference)
    return _page("releases", visit, "programme", releases=_releases(visit), change_words=CHANGES)


@bp.get(f"{_CONFERENCE}/releases.atom")
@open_to_all
def releases_feed(lang: str, conference: str) -> Answer:
    """The same as a feed."""
    visit = visit_of(lang, conference)

    def content(release: changes.Release) -> str:
        return render_template(
            "site/_release.html",
            release=release,
            visit=visit,
            zone=visit.conference.zone,
            change_words=CHANGES,
            site=current_app.config["PUBLIC_URL"],
        )

    with locale.speaking(lang):
        written = atom.write(
            _releases(visit),
            visit.snapshot,
            lang,
            current_app.config["PUBLIC_URL"],
            page=absolute(visit.url("site.releases")),
            feed=absolute(visit.url("site.releases_feed")),
            content=content,
        )
    response = make_response(written)
    response.headers["Content-Type"] = atom.CONTENT_TYPE
    return public(response)
