"""The lists that every conference has, described for the catalogue."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import forms
from eventsapp.conferences.catalogue import Action, Column, Kind, State
from eventsapp.conferences.models import (
    Conference,
    Constituency,
    EventType,
    NewsItem,
    Page,
    Room,
    Theme,
    Venue,
)
from eventsapp.core import clock, locale
from eventsapp.core.templating import clock_time, day
from eventsapp.core.translations import pick


def _plain(name: str) -> Any:
    def text(row: Any, conference: Conference) -> object:
        value = getattr(row, name)
        return "" if value is None else value

    return text


def _colour(row: EventType, conference: Conference) -> object:
    return Markup('<span class="type-mark type-{0}"></span>{0}').format(row.colour)


def _minutes(row: EventType, conference: Conference) -> object:
    return _("%(minutes)s min", minutes=row.default_minutes) if row.default_minutes else ""


def _venue(row: Room, conference: Conference) -> object:
    return pick(row.venue.names, locale.current(), conference.default_language)


def _step_free(row: Room, conference: Conference) -> object:
    return {True: _("yes"), False: _("no"), None: ""}[row.step_free]


VENUES = Kind(
    name="venues",
    model=Venue,
    form=forms.VenueForm,
    one=_l("Venue"),
    many=_l("Venues"),
    new=_l("New venue"),
    about=_l("The places where the conference is held. Rooms belong to a venue."),
    columns=(Column(_l("Postal address"), _plain("address")),),
    preview=("directions",),
)
ROOMS = Kind(
    name="rooms",
    model=Room,
    form=forms.RoomForm,
    one=_l("Room"),
    many=_l("Rooms"),
    new=_l("New room"),
    about=_l("Where events take place. The order here is the order of columns in the timetable."),
    columns=(
        Column(_l("Venue"), _venue),
        Column(_l("Seats"), _plain("capacity"), numeric=True),
        Column(_l("Step-free"), _step_free),
    ),
    public_endpoint="site.room",
    prepare=forms.prepare_room,
    loads=(joinedload(Room.venue),),
    preview=("directions",),
    needs=("venues", _l("A room belongs to a venue: add the venue first.")),
)
EVENT_TYPES = Kind(
    name="types",
    model=EventType,
    form=forms.EventTypeForm,
    one=_l("Event type"),
    many=_l("Event types"),
    new=_l("New event type"),
    about=_l("Such as plenary, special session, side event, networking event, training event."),
    columns=(
        Column(_l("Colour"), _colour),
        Column(_l("Usual length"), _minutes, numeric=True),
        Column(_l("Rank"), _plain("rank"), numeric=True),
    ),
)
THEMES = Kind(
    name="themes",
    model=Theme,
    form=forms.ThemeForm,
    one=_l("Theme"),
    many=_l("Themes"),
    new=_l("New theme"),
    about=_l("What events are about. Visitors filter the programme by theme."),
    columns=(Column(_l("Number"), _plain("number"), numeric=True),),
)
CONSTITUENCIES = Kind(
    name="constituencies",
    model=Constituency,
    form=forms.ConstituencyForm,
    one=_l("Constituency"),
    many=_l("Constituencies"),
    new=_l("New constituency"),
    about=_l("Groups of partners used for balance, such as women, local authorities, or academia."),
)


def _page_state(row: Page) -> State:
    return State(_("Published"), "good") if row.published else State(_("Draft"))


def _set_published(value: bool) -> Any:
    def apply(row: Page) -> None:
        row.published = value

    return apply


PAGES = Kind(
    name="pages",
    model=Page,
    form=forms.PageForm,
    one=_l("Page"),
    many=_l("Pages"),
    new=_l("New page"),
    about=_l("Such as visas, accommodation, accessibility, contact."),
    permission=Permission.EDIT_CONTENT,
    title="titles",
    state=_page_state,
    actions=(
        Action(
            "publish",
            _l("Publish"),
            _l("It is public now."),
            lambda row: not row.published,
            _set_published(True),
        ),
        Action(
            "withdraw",
            _l("Withdraw"),
            _l("It is a draft again."),
            lambda row: row.published,
            _set_published(False),
        ),
    ),
    public_endpoint="site.page",
    preview=("bodies",),
)


def _news_state(row: NewsItem) -> State:
    if row.published_at is None:
        return State(_("Draft"))
    if row.published_at > clock.now():
        return State(_("Scheduled"), "info")
    return State(_("Published"), "good")


def _news_time(row: NewsItem, conference: Conference) -> object:
    if row.published_at is None:
        return ""
    local = row.published_at.astimezone(ZoneInfo(conference.zone))
    return f"{day(local.date(), 'medium')} {clock_time(row.published_at, conference.zone)}"


def _publish_now(row: NewsItem) -> None:
    row.published_at = clock.now()


def _make_draft(row: NewsItem) -> None:
    row.published_at = None


NEWS = Kind(
    name="news",
    model=NewsItem,
    form=forms.NewsForm,
    one=_l("News item"),
    many=_l("News"),
    new=_l("New news item"),
    about=_l("What participants should know now. The newest stands first, whatever the order here."),
    permission=Permission.EDIT_CONTENT,
    title="titles",
    columns=(Column(_l("Public from"), _news_time),),
    state=_news_state,
    actions=(
        Action(
            "publish",
            _l("Publish now"),
            _l("It is public now."),
            lambda row: row.published_at is None or row.published_at > clock.now(),
            _publish_now,
        ),
        Action(
            "withdraw",
            _l("Withdraw"),
            _l("It is a draft again."),
            lambda row: row.published_at is not None,
            _make_draft,
        ),
    ),
    public_endpoint="site.news_item",
    preview=("bodies",),
)

OWN = (VENUES, ROOMS, EVENT_TYPES, THEMES, CONSTITUENCIES, PAGES, NEWS)
