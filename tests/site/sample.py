"""A conference with one of everything that public pages show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import Access, EventState, SpeakerRole
from tests import factories

DAY = date(2027, 6, 15)
HOUR = timedelta(hours=1)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """Return a wall time in Quito (UTC−5) as an instant."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour + 5, minutes=minute)


def build(app: Flask, **over: Any) -> str:
    """Make and release the conference; return its slug."""
    with app.app_context(), transaction():
        given: dict[str, Any] = {
            "slug": "quito",
            "short_name": "Quito 2027",
            "names": {"en": "Conference on Housing", "fr": "Conférence sur le logement"},
            "descriptions": {"en": "Five days on **housing**."},
            "cities": {"en": "Quito", "ar": "كيتو"},
            "contact_email": "secretariat@example.org",
            "symbol": "A/CONF.300",
            "languages": ["en", "fr"],
            "accent": "#00695c",
        }
        conference = factories.make_conference(**{**given, **over})
        house = factories.make_venue(
            conference,
            slug="house",
            names={"en": "House of Culture", "fr": "Maison de la culture"},
            address="Avenida 6 de Diciembre",
            directions={"en": "Bus 11, *north* gate."},
            latitude=-0.2105,
            longitude=-78.4957,
        )
        hall = factories.make_room(
            conference,
            venue=house,
            slug="hall",
            names={"en": "Great Hall", "fr": "Grande salle"},
            capacity=800,
            step_free=True,
            booths=6,
            equipment=["projector"],
            aliases=["R1"],
        )
        annex = factories.make_room(
            conference, venue=house, slug="annex", names={"en": "Annex"}, step_free=False
        )
        plenary = factories.make_type(
            conference, slug="plenary", names={"en": "Plenary", "fr": "Plénière"}, colour=1
        )
        side = factories.make_type(
            conference, slug="side", names={"en": "Side event", "fr": "Événement parallèle"}, colour=3
        )
        land = factories.make_theme(
            conference, slug="land", names={"en": "Land"}, areas={"en": "Space"}, number=4
        )
        water = factories.make_theme(
            conference, slug="water", names={"en": "Water"}, areas={"en": "Services"}
        )
        women = factories.make_constituency(conference, slug="women", names={"en": "Women"})
        iom = factories.make_organization(
            slug="iom",
            type=OrganizationType.UN_ENTITY,
            names={
                "en": "International Organization for Migration",
                "fr": "Organisation internationale pour les migrations",
            },
            acronyms={"en": "IOM", "fr": "OIM"},
            website="https://www.iom.int/",
        )
        uclg = factories.make_organization(
            slug="uclg",
            type=OrganizationType.NETWORK,
            names={"en": "United Cities and Local Governments"},
            acronyms={"en": "UCLG"},
            aliases=["Cities United"],
            country="ES",
        )
        amina = factories.make_speaker(
            conference, slug="amina-diallo", name="Amina Diallo", biographies={"en": "Mayor of *somewhere*."}
        )
        opening = factories.make_event(
            conference,
            code="PL-001",
            type=plenary,
            titles={"en": "Opening plenary", "fr": "Plénière d’ouverture", "ar": "الجلسة الافتتاحية"},
            subtitles={"en": "With all heads of delegation"},
            summaries={"en": "The conference begins."},
            descriptions={"en": "## Agenda\n\n1. Opening\n2. Election"},
            room=hall,
            start=at(9),
            end=at(11),
            leads=[iom],
            co_organizers=[uclg],
            themes=[land],
            constituencies=[women],
            speakers=[(amina, SpeakerRole.CHAIR, "City of Example")],
            languages=["en", "fr"],
            interpretation=["ar", "zh"],
            access=Access.REGISTERED,
            contact_name="Protocol",
            contact_email="protocol@example.org",
            online_url="https://example.org/live",
        )
        factories.make_material(opening, titles={"en": "Concept note"}, url="https://example.org/note")
        factories.make_event(
            conference,
            code="SE-001",
            type=side,
            titles={"en": "Migration toolbox"},
            room=hall,
            start=at(12),
            end=at(13),
            leads=[iom],
            co_organizers=[uclg],
            themes=[land, water],
            languages=["es"],
            access=Access.BOOKING,
            seats=30,
            seats_taken=23,
        )
        factories.make_event(
            conference,
            code="SE-002",
            type=side,
            titles={"en": "Full house"},
            room=annex,
            start=at(12),
            end=at(13),
            leads=[uclg],
            access=Access.BOOKING,
            seats=2,
            seats_taken=2,
        )
        factories.make_event(
            conference, code="SE-003", type=side, titles={"en": "Some time that day"}, day=DAY, leads=[uclg]
        )
        factories.make_event(conference, code="SE-004", type=side, titles={"en": "Some day"})
        factories.make_event(
            conference,
            code="EX-001",
            type=side,
            titles={"en": "Exhibition of models"},
            room=annex,
            start=at(9),
            end=at(18),
            end_day=date(2027, 6, 17),
            stand="B 12",
        )
        factories.make_event(
            conference,
            code="NI-001",
            type=side,
            titles={"en": "Long night of the cities"},
            room=hall,
            start=at(24, 30),
            end=at(26),
            day=DAY,
        )
        cancelled = factories.make_event(
            conference,
            code="SE-005",
            type=side,
            titles={"en": "Called off"},
            room=annex,
            start=at(15),
            end=at(16),
        )
        moved = factories.make_event(
            conference,
            code="SE-006",
            type=side,
            titles={"en": "On the move"},
            room=annex,
            start=at(16),
            end=at(17),
        )
        factories.release(conference)
        cancelled.state = EventState.CANCELLED
        cancelled.cancellation_reasons = {"en": "The delegation cannot travel."}
        factories.place(moved, room=hall, start=at(17), end=at(18))
        factories.make_event(conference, code="DR-001", titles={"en": "Not released"}, state=EventState.DRAFT)
        factories.release(conference)
        factories.make_news(
            conference,
            slug="doors-open",
            titles={"en": "Doors open early"},
            published_at=clock.now() - timedelta(days=2),
        )
        factories.make_news(
            conference,
            slug="later",
            titles={"en": "Secret until June"},
            published_at=clock.now() + timedelta(days=2),
        )
        factories.make_page(
            conference,
            slug="visa",
            titles={"en": "Visa and travel"},
            bodies={"en": "# Visa\n\nAsk early."},
            published=True,
        )
        return str(conference.slug)


PAGES = (
    "",
    "programme",
    "programme?day=2027-06-15&type=side",
    "programme?q=nothing+like+it",
    "programme?view=grid",
    "programme?view=now",
    "events/PL-001",
    "events/SE-001",
    "events/SE-003",
    "events/SE-004",
    "events/SE-005",
    "events/SE-006",
    "events/EX-001",
    "events/NI-001",
    "organizations",
    "organizations?q=migrations&type=un_entity",
    "organizations/iom",
    "speakers",
    "speakers/amina-diallo",
    "venue",
    "rooms/hall",
    "rooms/hall/display",
    "pages/visa",
    "news",
    "news/doors-open",
)
