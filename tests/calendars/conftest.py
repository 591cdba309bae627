"""A conference with one of everything that a feed must say."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.programme import service
from eventsapp.programme.enums import Access, EventState, SpeakerRole
from eventsapp.programme.transitions import EventAction
from tests import factories
from tests.factories import START

HOUR = timedelta(hours=1)


@pytest.fixture
def settings():
    return {"PUBLIC_URL": "https://events.example.org"}


@pytest.fixture
def programme(app):
    """Ids of a released conference ``urban`` in Quito: A (a whole event), B (open end), C (days), D (no time),
    E (cancelled), and one that is only a draft.
    """
    with app.app_context(), transaction():
        conference = factories.make_conference(
            slug="urban", short_name="Urban Forum", names={"en": "World Forum", "fr": "Forum mondial"}
        )
        venue = factories.make_venue(
            conference, names={"en": "House of Culture", "fr": "Maison"}, latitude=-0.21, longitude=-78.5
        )
        room = factories.make_room(conference, venue=venue, slug="hall", names={"en": "Hall", "fr": "Salle"})
        factories.make_room(conference, venue=venue, slug="empty")
        side = factories.make_type(
            conference, slug="side-event", names={"en": "Side event", "fr": "Parallèle"}
        )
        fair = factories.make_type(conference, slug="fair", names="Fair", default_minutes=None)
        theme = factories.make_theme(conference, slug="housing", names={"en": "Housing", "fr": "Logement"})
        iom = factories.make_organization(
            slug="iom",
            names={"en": "Migration Office", "fr": "Office des migrations"},
            acronyms={"en": "IOM", "fr": "OIM"},
        )
        uclg = factories.make_organization(slug="uclg", names="United Cities", acronyms="UCLG")
        bank = factories.make_organization(slug="bank", names="Bank", acronyms={})
        make = factories.make_event
        events = {
            "A": make(
                conference,
                code="A",
                type=side,
                leads=[iom],
                co_organizers=[uclg],
                co_sponsors=[bank],
                speakers=[
                    (factories.make_speaker(conference, name="Ana Ruiz"), SpeakerRole.CHAIR, "University"),
                    factories.make_speaker(conference, name="Li Wei"),
                ],
                themes=[theme],
                room=room,
                start=START,
                end=START + 1.5 * HOUR,
                titles={"en": "Homes; migrants, refugees", "fr": "Logement des migrants"},
                subtitles="What to do",
                summaries="In short: **homes**.",
                descriptions={"en": "A *long* text with [a link](https://example.org/x).\n\n- one\n- two"},
                languages=["en", "es"],
                interpretation=["fr"],
                access=Access.BOOKING,
                seats=20,
                contact_name="Maria",
                contact_email="maria@example.org",
                online_url="https://meet.example.org/room 1?x=é",
                stand="B 12",
            ),
            "B": make(
                conference, code="B", type=side, start=START + 24 * HOUR, titles="Open end", leads=[uclg]
            ),
            "C": make(
                conference,
                code="C",
                type=fair,
                room=room,
                day=date(2027, 6, 14),
                end_day=date(2027, 6, 18),
                start=START - 24 * HOUR,
                end=START - 20 * HOUR,
                titles="Exhibition",
            ),
            "D": make(conference, code="D", type=side, leads=[iom], themes=[theme], titles="Some time"),
            "E": make(conference, code="E", type=side, room=room, start=START, titles="Off", leads=[iom]),
        }
        make(conference, code="X", type=side, state=EventState.DRAFT, start=START, titles="Not yet")
        factories.release(conference)
        service.change_state(
            conference, events["E"], EventAction.CANCEL, reasons={"en": "Strike."}, actor=COMMAND_LINE
        )
        return SimpleNamespace(
            conference=conference.id,
            rooms={"hall": room.id},
            events={code: event.id for code, event in events.items()},
            uids={code: f"{event.uid}@eventsapp" for code, event in events.items()},
            organization=iom.id,
            theme=theme.id,
            type=side.id,
        )
