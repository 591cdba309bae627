"""Everything that anybody may read. Each page is made from the conference's snapshot; none of them asks for more.

Pages are the same for everybody: no session, no account. What depends on the time says until when it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import open_to_all, permissions_in
from eventsapp.calendars.links import links_to
from eventsapp.core import clock, files, locale, markdown, search
from eventsapp.core.errors import NotFound
from eventsapp.core.templating import day as say_day
from eventsapp.core.templating import language_name
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import absolute, public
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.filters import UNDATED, Filters, current, parse
from eventsapp.programme.forms import ACCESS, ORGANIZATION_ROLES, SPEAKER_ROLES
from eventsapp.proposals.calls.snapshot import standing
from eventsapp.registration.rules import Window
from eventsapp.site import colour, facets, grid, presentation, queries, structured
from eventsapp.site.current import new_slug, snapshot_of
from eventsapp.site.views.visit import Moved, Visit, find, here, visit_of

bp = Blueprint("site", __name__)

_LANG = f"/<any({','.join(LANGUAGES)}):lang>"
_CONFERENCE = f"{_LANG}/<conference>"

ALL_DAYS_MOST = 200
"""Events up to which all days stand on one page of the programme; with more of them it shows one day."""

Answer = Response | BaseResponse


def _page(
    template: str, visit: Visit, active: str = "", *, changes_at: datetime | None = None, **shown: Any
) -> Response:
    """Return a page of a conference, public, good until ``changes_at`` or until any page would change."""
    registration = presentation.registration(visit.conference, visit.now)
    news = [visit.snapshot.news[n] for n in presentation.shown_news(visit.snapshot, visit.now)]
    calling = [
        one
        for one in standing(presentation.calls(visit.snapshot), visit.now)
        if one.takes or one.call.opens_at > visit.now
    ]
    body = render_template(
        f"site/{template}.html",
        visit=visit,
        snapshot=visit.snapshot,
        conference=visit.conference,
        now=visit.now,
        today=visit.today,
        zone=visit.conference.zone,
        active=active,
        registration=registration,
        registering=registration is Window.OPEN,
        news=news,
        calling=calling,
        access_words=ACCESS,
        organization_roles=ORGANIZATION_ROLES,
        speaker_roles=SPEAKER_ROLES,
        organization_types=ORGANIZATION_TYPES,
        **shown,
    )
    return public(body, changes_at=presentation.next_change(visit.snapshot, visit.now, changes_at))


# --- all conferences


@bp.get("/", defaults={"lang": None})
@bp.get(f"{_LANG}/")
@open_to_all
def home(lang: str | None) -> Answer:
    """Conferences: current, coming, past."""
    if lang is None:
        g.language = locale.from_browser()
    now = clock.now()
    found: dict[presentation.Phase, list[queries.ConferenceRow]] = {one: [] for one in presentation.Phase}
    changes: list[datetime | None] = []
    registering = set()
    for row in queries.conferences():
        found[presentation.phase(row.start_date, row.end_date, row.zone, now)].append(row)
        if presentation.registration(row, now) is Window.OPEN:
            registering.add(row.slug)
        changes += presentation.instants(row)
    found[presentation.Phase.PAST].reverse()
    body = render_template(
        "site/home.html", conferences=found, Phase=presentation.Phase, registering=registering
    )
    response = public(body, changes_at=presentation.next_of(changes, now))
    if lang is None:
        response.headers["Vary"] = "Accept-Language"
    return response


@bp.get("/<conference>/")
@open_to_all
def choose_language(conference: str) -> Answer:
    """Send on to the reader's language."""
    return _to_language(conference, "")


@bp.get("/<conference>/<path:rest>")
@open_to_all
def choose_language_of_page(conference: str, rest: str) -> Answer:
    """Send a page's address without a language on to the reader's."""
    return _to_language(conference, rest)


def _to_language(conference: str, rest: str) -> Answer:
    snapshot = snapshot_of(conference)
    if snapshot is None:
        today = new_slug(conference)
        if today is None:
            raise NotFound
        snapshot = snapshot_of(today)
        if snapshot is None:
            raise NotFound
    language = request.accept_languages.best_match(list(LANGUAGES)) or snapshot.conference.default_language
    target = url_for("site.conference", lang=language, conference=snapshot.conference.slug) + rest
    query = request.query_string.decode("ascii", "ignore")
    response = redirect(f"{target}?{query}" if query else target, 302)
    response.headers["Vary"] = "Accept-Language"
    return response


# --- one conference


@bp.get(f"{_CONFERENCE}/")
@open_to_all
def conference(lang: str, conference: str) -> Answer:
    """What, when, where; what comes next; how to follow it."""
    visit = visit_of(lang, conference)
    snapshot = visit.snapshot
    upcoming = presentation.next_events(snapshot, visit.now)
    return _page(
        "conference",
        visit,
        "conference",
        changes_at=min(
            (one.starts_at for one in upcoming if one.starts_at and one.starts_at > visit.now), default=None
        ),
        upcoming=upcoming,
        phase=presentation.phase(
            snapshot.conference.start_date, snapshot.conference.end_date, snapshot.conference.zone, visit.now
        ),
        days=presentation.by_day(snapshot.events, visit.conference.tzinfo),
        areas=presentation.themes_by_area(snapshot.themes),
        links=links_to(visit.url("calendars.conference_feed"), snapshot.conference.short_name),
        data=structured.conference_data(snapshot, lang, visit.base, visit.picture),
    )


@bp.get(f"{_CONFERENCE}/programme")
@open_to_all
def programme(lang: str, conference: str) -> Answer:
    """The programme: as a list by day, as a grid by room, or what is on now."""
    visit = visit_of(lang, conference)
    filters = current(parse(request.args), visit.snapshot)
    view = request.args.get("view", "list")
    shows: Callable[[Visit, Filters, facets.Found], Response] = {"grid": _grid, "now": _now}.get(view, _list)
    return shows(visit, filters, facets.Found(visit.snapshot))


def _words(visit: Visit) -> facets.Words:
    return facets.Words(
        text=visit.text,
        day=lambda day: say_day(day, "weekday"),
        language=language_name,
        access={access.value: str(word) for access, word in ACCESS.items()},
        undated=_("Day to be announced"),
    )


def _programme(
    visit: Visit,
    filters: Filters,
    found: facets.Found,
    view: str,
    *,
    changes_at: datetime | None,
    **shown: Any,
) -> Response:
    snapshot, words = visit.snapshot, _words(visit)

    def link(asked: Filters, view: str = view) -> str:
        pairs = [*([("view", view)] if view != "list" else []), *asked.pairs()]
        query = urlencode(pairs)
        return visit.url("site.programme") + (f"?{query}" if query else "")

    matching = len(found(filters))
    return _page(
        f"programme_{view}",
        visit,
        "programme",
        changes_at=changes_at,
        view=view,
        filters=filters,
        link=link,
        nothing=Filters(),
        matching=matching,
        total=len(snapshot.events),
        # The grid always has one day, and "now" has its own.
        chips=facets.chips(snapshot, filters if view == "list" else filters.without("day"), words),
        facets=facets.facets(found, filters, words),
        ways_out=[] if matching else facets.ways_out(found, filters, words),
        day_counts=facets.counts(found, filters, "day"),
        all_days=presentation.all_days(snapshot),
        UNDATED=UNDATED,
        feed=visit.url("calendars.programme_feed") + (f"?{filters.query()}" if filters else ""),
        **shown,
    )


def _asked_days(filters: Filters) -> list[date]:
    found = []
    for value in filters.day:
        try:
            found.append(date.fromisoformat(value))
        except ValueError:
            continue
    return found


def _list(visit: Visit, filters: Filters, found: facets.Found) -> Response:
    events = found(filters)
    zone = visit.conference.tzinfo
    days = presentation.by_day(events, zone, _asked_days(filters) if filters.day else None)
    undated = presentation.undated(events)
    split = not filters.day and len(events) > ALL_DAYS_MOST and len(days) > 1
    if split:
        chosen = presentation.day_to_show([one.day for one in days], visit.today)
        days, undated = [one for one in days if one.day == chosen], []
    return _programme(
        visit,
        filters,
        found,
        "list",
        changes_at=presentation.midnight_after(visit.now, visit.conference.zone),
        days=days,
        undated=undated,
        split=split,
        every_day=len(found(filters.without("day"))) <= ALL_DAYS_MOST,
    )


def _grid(visit: Visit, filters: Filters, found: facets.Found) -> Response:
    zone = visit.conference.tzinfo
    events = found(filters)
    days = presentation.by_day(events, zone, _asked_days(filters) if filters.day else None)
    chosen = presentation.day_to_show([one.day for one in days], visit.today)
    shown = None
    for one in days:
        if one.day == chosen:
            on_it = [*(occurrence for start in one.starts for occurrence in start.occurrences), *one.untimed]
            rooms = visit.snapshot.rooms
            if filters.room:
                rooms = tuple(room for room in rooms if room.slug in filters.room)
            shown = grid.layout(one.day, on_it, rooms, zone)
    return _programme(
        visit,
        filters,
        found,
        "grid",
        changes_at=presentation.midnight_after(visit.now, visit.conference.zone),
        grid=shown,
        chosen=chosen,
    )


def _now(visit: Visit, filters: Filters, found: facets.Found) -> Response:
    around = presentation.around(found(filters), visit.conference.tzinfo, visit.now)
    soon = around.coming and presentation.minutes_until(around.coming[0].starts_at, visit.now) <= 24 * 60
    # What comes next is said in minutes while it is near.
    next_minute = visit.now.replace(second=0) + timedelta(minutes=1)
    changes_at = next_minute if around.running or soon else around.changes_at
    return _programme(
        visit,
        filters,
        found,
        "now",
        changes_at=changes_at,
        around=around,
        minutes_until=presentation.minutes_until,
        by_room=presentation.by_room(around.running, visit.snapshot.rooms),
    )


@bp.get(f"{_CONFERENCE}/events/<code>")
@open_to_all
def event(lang: str, conference: str, code: str) -> Answer:
    """One event, with all that is known of it."""
    visit = visit_of(lang, conference)
    snapshot = visit.snapshot
    found = snapshot.event_by_code.get(code)
    if found is None:
        today = snapshot.old_slugs.get(("event", code))
        if today is None:
            raise NotFound
        raise Moved(here(code=today))
    title = visit.text(found.titles)
    answered = presentation.public_answers(snapshot, found)
    return _page(
        "event",
        visit,
        "programme",
        event=found,
        answers=answered.shown(visit.conference.default_language) if answered else [],
        answer_files=answered.files if answered else {},
        occurrences=presentation.occurrences(found, visit.conference.tzinfo),
        roles=presentation.in_roles(found),
        related=presentation.related(snapshot, found),
        links=links_to(visit.url("calendars.event_feed", code=found.code), title),
        address=f"{visit.base}/events/{found.code}",
        description=structured.described(snapshot, found, lang),
        data=structured.event_data(snapshot, found, lang, visit.base, visit.picture),
    )


@bp.get(f"{_CONFERENCE}/organizations")
@open_to_all
def organizations(lang: str, conference: str) -> Answer:
    """All organizations that stand behind events; ``q`` and ``type`` choose among them."""
    visit = visit_of(lang, conference)
    snapshot = visit.snapshot
    words = search.terms(request.args.get("q", ""))
    kind = request.args.get("type", "")
    everything = list(snapshot.organizations.values())
    found = [
        one
        for one in everything
        if (not kind or one.type.value == kind)
        and all(word in search.searchable(one.names, one.acronyms, one.aliases) for word in words)
    ]
    kinds = [
        (one, sum(organization.type is one for organization in everything))
        for one in OrganizationType
        if any(organization.type is one for organization in everything)
    ]
    return _page(
        "organizations",
        visit,
        "organizations",
        letters=presentation.organizations_by_letter(found, lang, visit.conference.default_language),
        kinds=kinds,
        kind=kind,
        q=request.args.get("q", "")[:200],
        found=len(found),
        total=len(everything),
    )


@bp.get(f"{_CONFERENCE}/organizations/<slug>")
@open_to_all
def organization(lang: str, conference: str, slug: str) -> Answer:
    """An organization: its names, and what it leads, co-organizes and supports."""
    visit = visit_of(lang, conference)
    snapshot = visit.snapshot
    found = find(visit, "organization", slug, snapshot.organizations.values())
    name, acronym = visit.text(found.names), visit.text(found.acronyms)
    return _page(
        "organization",
        visit,
        "organizations",
        organization=found,
        name=name,
        acronym=acronym if acronym != name else "",
        other_names=presentation.other_names(found.names, name),
        other_acronyms=presentation.other_names(found.acronyms, acronym),
        by_role=presentation.events_in_roles(snapshot, found.slug),
        LEAD=OrganizationRole.LEAD,
        links=links_to(visit.url("calendars.organization_feed", slug=found.slug), found.short(lang)),
    )


@bp.get(f"{_CONFERENCE}/speakers")
@open_to_all
def speakers(lang: str, conference: str) -> Answer:
    """All speakers; ``q`` chooses among them."""
    visit = visit_of(lang, conference)
    snapshot = visit.snapshot
    words = search.terms(request.args.get("q", ""))
    affiliations = {slug: presentation.affiliation_of(snapshot, slug) for slug in snapshot.speakers}
    found = [
        one
        for one in snapshot.speakers.values()
        if all(word in search.searchable(one.name, affiliations[one.slug]) for word in words)
    ]
    return _page(
        "speakers",
        visit,
        "speakers",
        letters=presentation.speakers_by_letter(found),
        affiliations=affiliations,
        q=request.args.get("q", "")[:200],
        found=len(found),
        total=len(snapshot.speakers),
    )


@bp.get(f"{_CONFERENCE}/speakers/<slug>")
@open_to_all
def speaker(lang: str, conference: str, slug: str) -> Answer:
    """A speaker, and where they speak."""
    visit = visit_of(lang, conference)
    snapshot = visit.snapshot
    found = find(visit, "speaker", slug, snapshot.speakers.values())
    return _page(
        "speaker",
        visit,
        "speakers",
        speaker=found,
        affiliation=presentation.affiliation_of(snapshot, found.slug),
        events=snapshot.events_of_speaker[found.slug],
    )


@bp.get(f"{_CONFERENCE}/venue")
@open_to_all
def venue(lang: str, conference: str) -> Answer:
    """The venues, how to get there, and their rooms."""
    visit = visit_of(lang, conference)
    return _page("venue", visit, "venue", rooms=presentation.rooms_by_venue(visit.snapshot.rooms))


@bp.get(f"{_CONFERENCE}/rooms/<slug>")
@open_to_all
def room(lang: str, conference: str, slug: str) -> Answer:
    """A room, and what takes place in it."""
    visit = visit_of(lang, conference)
    found = find(visit, "room", slug, visit.snapshot.rooms)
    events = visit.snapshot.events_of_room.get(found.slug, [])
    return _page(
        "room",
        visit,
        "venue",
        room=found,
        days=presentation.by_day(events, visit.conference.tzinfo),
        undated=presentation.undated(events),
        count=len(events),
        links=links_to(visit.url("calendars.room_feed", slug=found.slug), visit.text(found.names)),
    )


@bp.get(f"{_CONFERENCE}/rooms/<slug>/display")
@open_to_all
def display(lang: str, conference: str, slug: str) -> Answer:
    """The sign at a room's door: what is on, and what comes next today."""
    visit = visit_of(lang, conference)
    found = find(visit, "room", slug, visit.snapshot.rooms)
    events = visit.snapshot.events_of_room.get(found.slug, [])
    around = presentation.around(events, visit.conference.tzinfo, visit.now)
    ahead = [one for start in around.coming for one in start.occurrences]
    return _page(
        "display",
        visit,
        changes_at=presentation.next_of(
            [around.changes_at, presentation.midnight_after(visit.now, visit.conference.zone)], visit.now
        ),
        room=found,
        around=around,
        shown=[*around.running, *ahead],
        ahead=ahead,
        coming=[one for one in ahead if one.day == visit.today or not around.running],
        until=presentation.over_at,
    )


@bp.get(f"{_CONFERENCE}/pages/<slug>")
@open_to_all
def page(lang: str, conference: str, slug: str) -> Answer:
    """A page that the organizers wrote."""
    visit = visit_of(lang, conference)
    return _page("page", visit, page=find(visit, "page", slug, visit.snapshot.pages))


@bp.get(f"{_CONFERENCE}/news")
@open_to_all
def news(lang: str, conference: str) -> Answer:
    """What is new, newest first."""
    return _page("news", visit_of(lang, conference), "news")


@bp.get(f"{_CONFERENCE}/news/<slug>")
@open_to_all
def news_item(lang: str, conference: str, slug: str) -> Answer:
    """A piece of news."""
    visit = visit_of(lang, conference)
    out = [visit.snapshot.news[n] for n in presentation.shown_news(visit.snapshot, visit.now)]
    found = find(visit, "news_item", slug, out)
    return _page(
        "news_item",
        visit,
        "news",
        item=found,
        description=structured.shortened(
            visit.text(found.summaries) or markdown.to_plain(visit.text(found.bodies))
        ),
    )


# --- what is no page


@bp.get("/accent/<value>.css")
@open_to_all
def accent(value: str) -> Answer:
    """The style sheet of an accent for a whole page."""
    return _accent(value, ":root")


@bp.get("/accent/<value>/part.css")
@open_to_all
def accent_of_part(value: str) -> Answer:
    """The style sheet of an accent for parts of a page: those of the class ``accent-{value}``."""
    return _accent(value, f".accent-{value}")


def _accent(value: str, selector: str) -> Response:
    """Answer with a function of the address, which may be kept for ever."""
    try:
        sheet = colour.stylesheet(f"#{value}", selector)
    except ValueError:
        raise NotFound from None
    response = make_response(sheet)
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    g.public = True
    return response


@bp.get("/files/<int:file_id>/<name>")
@open_to_all
def file(file_id: int, name: str) -> Answer:
    """A stored file that something public refers to, or that somebody with a role at its conference may see."""
    found = queries.file_with_id(file_id)
    if found is None or found.name != name:
        raise NotFound
    free = queries.is_public(file_id)
    if not free and not (
        current_user.is_authenticated
        and any(permissions_in(one) for one in queries.conferences_with_file(file_id))
    ):
        raise NotFound
    path = files.path_of(found)
    if not path.is_file():
        raise NotFound
    response = send_file(
        path,
        mimetype=found.content_type,
        # Pictures were made anew from pixels; anything else is somebody's file, which a browser must not open here.
        as_attachment=found.content_type != files.PICTURE_TYPE,
        download_name=found.name,
        etag=found.sha256,
        conditional=True,
    )
    keep = "max-age=31536000, immutable" if request.args.get("v") == found.sha256[:16] else "max-age=300"
    response.headers["Cache-Control"] = f"public, {keep}" if free else "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/robots.txt")
@open_to_all
def robots() -> Answer:
    """What crawlers may read: all pages and feeds (calendar programs ask here too), but not every mix of filters."""
    lines = [
        "User-agent: *",
        "Disallow: /manage/",
        "Disallow: /account/",
        "Disallow: /*/programme?",
        "Allow: /",
        "",
        f"Sitemap: {absolute(url_for('site.sitemap'))}",
        "",
    ]
    response = make_response("\n".join(lines))
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=3600"
    g.public = True
    return response


@bp.get("/sitemap.xml")
@open_to_all
def sitemap() -> Answer:
    """The index of sitemaps: one for each conference and language of its content."""
    rows = [
        (absolute(url_for("site.conference_sitemap", lang=language, conference=row.slug)), row.updated_at)
        for row in queries.conferences()
        for language in (row.languages or [row.default_language])
        if language in LANGUAGES
    ]
    return public(_xml("sitemap_index.xml", entries=rows))


@bp.get(f"{_CONFERENCE}/sitemap.xml")
@open_to_all
def conference_sitemap(lang: str, conference: str) -> Answer:
    """All pages of a conference in one language, with when they last changed."""
    visit = visit_of(lang, conference)
    snapshot = visit.snapshot
    entries: list[tuple[str, datetime | None]] = [(f"{visit.base}/", snapshot.conference.updated_at)]
    entries += [
        (f"{visit.base}/{name}", None) for name in ("programme", "organizations", "speakers", "venue", "news")
    ]
    entries += [(f"{visit.base}/events/{one.code}", one.updated_at) for one in snapshot.events]
    entries += [
        (f"{visit.base}/organizations/{one.slug}", one.updated_at) for one in snapshot.organizations.values()
    ]
    entries += [(f"{visit.base}/speakers/{one.slug}", one.updated_at) for one in snapshot.speakers.values()]
    entries += [(f"{visit.base}/rooms/{one.slug}", one.updated_at) for one in snapshot.rooms]
    entries += [(f"{visit.base}/pages/{one.slug}", one.updated_at) for one in snapshot.pages]
    found = presentation.calls(snapshot)
    entries += [(f"{visit.base}/calls", None)] if found else []
    entries += [(f"{visit.base}/calls/{one.slug}", one.updated_at) for one in found]
    out = [snapshot.news[n] for n in presentation.shown_news(snapshot, visit.now)]
    entries += [(f"{visit.base}/news/{one.slug}", one.updated_at) for one in out]
    response = _xml("sitemap.xml", entries=entries)
    return public(response, changes_at=presentation.next_change(snapshot, visit.now))


def _xml(template: str, **shown: Any) -> Response:
    response = make_response(render_template(f"site/{template}", **shown))
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    return response


@bp.get("/favicon.ico")
@open_to_all
def favicon() -> Answer:
    """The picture that browsers ask for by this name."""
    return redirect(url_for("static", filename="favicon.svg"), 301)
