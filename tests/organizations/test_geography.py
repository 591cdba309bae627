"""Which region a country belongs to."""

from __future__ import annotations

from eventsapp.core.forms import countries
from eventsapp.organizations.geography import (
    LEAST_DEVELOPED,
    MEMBER_STATES,
    Region,
    region_name,
    region_of,
)


def test_the_groups_have_all_193_member_states_each_in_one():
    sizes = {region: len(states) for region, states in MEMBER_STATES.items()}
    assert sizes == {
        Region.AFRICA: 54,
        Region.ASIA_PACIFIC: 54,
        Region.EASTERN_EUROPE: 23,
        Region.LATIN_AMERICA_CARIBBEAN: 33,
        Region.WESTERN_EUROPE_OTHERS: 29,
    }
    assert len(frozenset().union(*MEMBER_STATES.values())) == 193


def test_every_country_that_a_form_offers_has_a_region():
    assert [code for code, _name in countries("en") if region_of(code) is None] == []


def test_some_countries_are_where_people_look_for_them():
    told = {
        "KE": Region.AFRICA,
        "EG": Region.AFRICA,
        "EC": Region.LATIN_AMERICA_CARIBBEAN,
        "PR": Region.LATIN_AMERICA_CARIBBEAN,
        "CY": Region.ASIA_PACIFIC,
        "PS": Region.ASIA_PACIFIC,
        "KI": Region.ASIA_PACIFIC,
        "GE": Region.EASTERN_EUROPE,
        "TR": Region.WESTERN_EUROPE_OTHERS,
        "US": Region.WESTERN_EUROPE_OTHERS,
        "VA": Region.WESTERN_EUROPE_OTHERS,
        "ZZ": None,
        "": None,
        None: None,
    }
    assert {code: region_of(code) for code in told} == told


def test_there_are_44_least_developed_countries_all_of_them_member_states():
    assert len(LEAST_DEVELOPED) == 44
    assert frozenset().union(*MEMBER_STATES.values()) >= LEAST_DEVELOPED
    assert "EC" not in LEAST_DEVELOPED


def test_regions_have_names():
    assert region_name(Region.ASIA_PACIFIC) == "Asia and the Pacific"
    assert region_name(None) == "International"
