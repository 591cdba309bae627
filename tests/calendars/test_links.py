"""Addresses to subscribe by, and colour names."""

from __future__ import annotations

import pytest

from eventsapp.calendars.colours import nearest_name
from eventsapp.calendars.links import SubscribeLinks, links_to, personal_path, subscribe_links


def test_each_program_gets_the_address_in_its_own_way():
    address = "https://events.example.org/en/urban/programme.ics?type=a&q=x%20y"
    quoted = "events.example.org%2Fen%2Furban%2Fprogramme.ics%3Ftype%3Da%26q%3Dx%2520y"
    assert subscribe_links(address, "Urban & more – été") == SubscribeLinks(
        address=address,
        webcal="webcal://events.example.org/en/urban/programme.ics?type=a&q=x%20y",
        google=f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F{quoted}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2F{quoted}"
        "&name=Urban%20%26%20more%20%E2%80%93%20%C3%A9t%C3%A9",
        office=f"https://outlook.office.com/calendar/0/addfromweb?url=https%3A%2F%2F{quoted}"
        "&name=Urban%20%26%20more%20%E2%80%93%20%C3%A9t%C3%A9",
    )


@pytest.mark.sqlite_only
def test_links_of_a_page_use_the_sites_public_address(app):
    with app.test_request_context(headers={"Host": "evil.example.org"}):
        links = links_to("/en/urban/calendar.ics", "Urban")
        secret = links_to(personal_path(7, 0), "Mine")
    assert links.address == "https://events.example.org/en/urban/calendar.ics"
    assert links.webcal == "webcal://events.example.org/en/urban/calendar.ics"
    assert secret.address.startswith("https://events.example.org/calendars/7-")
    assert secret.address.endswith(".ics")


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000080", "navy"),
        ("#1f5fa8", "steelblue"),
        ("#dc143b", "crimson"),
        ("#00857c", "teal"),
        ("#FFA500", "orange"),
        ("#663398", "rebeccapurple"),
        ("#ffffff", "darkgray"),
    ],
)
def test_a_calendar_has_the_colour_name_nearest_to_the_conferences(colour, name):
    assert nearest_name(colour) == name
