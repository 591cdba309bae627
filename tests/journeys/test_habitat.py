"""What a person in Quito would have looked for: the events on migration, in French, by the organizations' French names.

The sources give these events a day and no time. So their pages say that the time is to be announced, and calendars get
the day with the same words: nobody invents an hour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

import pytest
from flask_babel import force_locale, gettext
from playwright.sync_api import expect
from sqlalchemy import select

from eventsapp.demo.build import DATA
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from tests.journeys.steps import feed, follow


@dataclass(frozen=True)
class Known:
    """What the sources say of an event: organizations by slug with their French acronyms."""

    title: str
    leads: dict[str, str]
    others: dict[str, str] = field(default_factory=dict)
    room: str = ""


EVENTS = {
    "h3-046": Known(
        "Migrants, displaced and refugees in urban areas", {"iom": "OIM", "unhcr": "HCR", "ohchr": "HCDH"}
    ),
    "h3-041": Known(
        "Migration Toolbox for Urban Governance", {"iom": "OIM"}, {"uclg": "CGLU"}, "Pavillon One UN"
    ),
    "h3-042": Known(
        "Managing Migration Well: For More Inclusive and Resilient Cities",
        {"unitar": "UNITAR", "iom": "OIM", "un-habitat": "ONU-Habitat"},
        room="Pavillon One UN",
    ),
}
NAMES = {
    "iom": "Organisation internationale pour les migrations",
    "unhcr": "Haut-Commissariat des Nations Unies pour les réfugiés",
    "ohchr": "Haut-Commissariat des Nations Unies aux droits de l'homme",
    "uclg": "Cités et Gouvernements Locaux Unis",
    "un-habitat": "Programme des Nations Unies pour les établissements humains",
    "unitar": "Institut des Nations Unies pour la formation et la recherche",
}
HABITAT = "/fr/habitat-iii"


def sources(source_id: str) -> list[str]:
    programme = json.loads((DATA / "habitat-iii.json").read_text(encoding="utf-8"))
    (found,) = [event for event in programme["events"] if event["id"] == source_id]
    return list(found["sources"])


@pytest.mark.parametrize("source_id", EVENTS)
def test_an_event_on_migration_in_french(demo, page, source_id):
    known = EVENTS[source_id]
    with demo.app.test_request_context(), force_locale("fr"):
        event = db.session.scalars(select(Event).where(Event.source_id == source_id)).one()
        code, uid, no_time = event.code, f"{event.uid}@eventsapp", gettext("Time to be announced")
        db.session.rollback()
    french = page(demo.url, locale="fr-FR", viewport="phone")

    def check_entry(address: str) -> None:
        entry = next(one for one in feed(demo.url + address) if one.uid == uid)
        assert (entry.start, entry.end) == (date(2016, 10, 19), date(2016, 10, 20))
        assert entry.status == "TENTATIVE"
        assert known.title in entry.summary
        assert no_time.lower() in entry.summary.lower()

    # Its page: who leads it, under which French name and acronym, where, which day, and that no time is known.
    french.goto(f"{HABITAT}/events/{code}")
    main = french.locator("main")
    expect(french.locator("h1")).to_have_text(known.title)
    expect(french.locator("h1")).to_have_attribute("lang", "en")
    leads = french.locator(".organization-list").first.locator("li")
    expect(leads).to_have_count(len(known.leads))
    for slug, acronym in (known.leads | known.others).items():
        line = main.locator(
            ".organization-list li", has=french.locator(f"a[href='{HABITAT}/organizations/{slug}']")
        )
        expect(line).to_contain_text(NAMES[slug])
        expect(line).to_contain_text(acronym)
    facts = french.locator(".event-facts")
    expect(facts).to_contain_text("mercredi 19 octobre 2016")
    expect(facts).to_contain_text(no_time)
    expect(facts.locator("time[datetime*=T]")).to_have_count(0)
    if known.room:
        expect(facts).to_contain_text(known.room)
    # Its materials: where what is known of it comes from.
    links = main.locator("a[href^='http']").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert set(sources(source_id)) <= set(links)
    # In its organizations' pages and feeds.
    for slug, acronym in (known.leads | known.others).items():
        french.goto(f"{HABITAT}/organizations/{slug}")
        expect(french.locator("h1")).to_have_text(NAMES[slug])
        expect(french.locator(".profile-acronym")).to_have_text(acronym)
        entry = french.locator(".entry", has=french.locator(f"a[href='{HABITAT}/events/{code}']"))
        expect(entry.locator(".entry-organizations")).to_contain_text(acronym)
        check_entry(f"{HABITAT}/organizations/{slug}.ics")
    check_entry(f"{HABITAT}/events/{code}.ics")
    check_entry(f"{HABITAT}/calendar.ics")


def test_the_programme_is_searched_by_french_acronyms(demo, page):
    french = page(demo.url, locale="fr-FR")
    french.goto("/")
    follow(french, f"{HABITAT}/")
    follow(french, f"{HABITAT}/programme")
    for words in ("OIM HCR HCDH", "réfugiés migrations"):
        french.fill("#search-all", words)
        french.press("#search-all", "Enter")
        expect(
            french.locator(".programme-main .entry-title", has_text=EVENTS["h3-046"].title)
        ).to_be_visible()
    french.goto(f"{HABITAT}/programme?organization=uclg")
    expect(french.locator(".entry-title", has_text=EVENTS["h3-041"].title)).to_be_visible()
    expect(french.locator(".chips")).to_contain_text("CGLU")
