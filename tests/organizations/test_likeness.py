"""Names that are spelt otherwise are found; others are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from eventsapp.core.audit import Actor
from eventsapp.core.search import normalize
from eventsapp.core.transaction import transaction
from eventsapp.organizations import queries, service
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.likeness import SAME, Likeness
from eventsapp.organizations.service import OrganizationData
from tests import factories
from tests.support.statements import statements

NAMES = [
    "Habitat for Humanity International",
    "Slum Dwellers International",
    "ICLEI – Local Governments for Sustainability",
    "International Union for Conservation of Nature",
    "International Organization for Migration",
    "Universidad Politécnica de Madrid",
    "United Cities and Local Governments",
    "Cités et gouvernements locaux unis",
    "Ministry of Health",
    "Women in Cities International",
    "WIEGO",
    "جامعة الدول العربية",
    "Организация Объединенных Наций по населенным пунктам",
    "城市联盟",
]


@pytest.fixture(scope="module")
def directory() -> Likeness:
    return Likeness((number, [normalize(name)]) for number, name in enumerate(NAMES, 1))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Habitat for Humantiy", "Habitat for Humanity International"),
        ("Slum Dwelers Internationl", "Slum Dwellers International"),
        ("Iclei, local goverments", "ICLEI – Local Governments for Sustainability"),
        ("IUCN", "International Union for Conservation of Nature"),
        ("I.U.C.N.", "International Union for Conservation of Nature"),
        ("Intl Org. for Migration", "International Organization for Migration"),
        ("universidad politecnica madird", "Universidad Politécnica de Madrid"),
        ("Local Governments United Cities", "United Cities and Local Governments"),
        ("gouvernement local uni", "Cités et gouvernements locaux unis"),
        ("Women in Informal Employment: Globalizing and Organizing", "WIEGO"),
        ("جامعه الدول العربيه", "جامعة الدول العربية"),
        ("Организация обьединенных наций по населенным пунктам", NAMES[12]),
    ],
)
def test_what_is_spelt_otherwise_is_found_first(directory: Likeness, typed: str, meant: str):
    found = directory.like(typed)
    assert [NAMES[one.id - 1] for one in found[:1]] == [meant]


@pytest.mark.parametrize("typed", ["", "x", "zz", "Quite another thing", "of the and", "???"])
def test_what_is_not_there_is_not_found(directory: Likeness, typed: str):
    assert directory.like(typed) == []


def test_whole_names_are_the_same_only_when_they_are_much_alike(directory: Likeness):
    def same(text: str) -> list[str]:
        return [NAMES[one.id - 1] for one in directory.like(text, whole=True, least=SAME)]

    assert same("International Organisation for Migration") == ["International Organization for Migration"]
    assert same("Women Cities International") == ["Women in Cities International"]
    assert same("Ministry of Housing") == []
    assert directory.like("Ministry of Health", whole=True, but=9) == []


@pytest.mark.sqlite_only
def test_the_directory_offers_them_and_notices_what_changes(app: Flask):
    def offered(text: str) -> list[str]:
        return [one.label for one in queries.near(text)]

    data = OrganizationData(type=OrganizationType.NGO, names={"en": "Slum Dweller International"})
    with app.test_request_context(), transaction():
        factories.make_organization(names={"en": "Slum Dwellers International"}, acronyms={})
        factories.make_organization(
            names={"en": "Slum Dwellers Internationale"}, acronyms={}, confirmed=False
        )
        assert offered("Slum Dwelers Internationl") == ["Slum Dwellers International"]
        assert [one.label for one in service.alike(data)] == ["Slum Dwellers International"]
        with statements(app) as sent:
            offered("Slum Dwelers Internationl")
        assert len(sent) <= 4
        made = service.create(data, actor=Actor("Ana"))
        both = {"Slum Dwellers International", "Slum Dweller International"}
        assert set(offered("Slum Dwelers Internationl")) == both
        service.update(made, replace(data, names={"en": "Water for All"}), slug=None, actor=Actor("Ana"))
        assert offered("Slum Dwelers Internationl") == ["Slum Dwellers International"]
        assert offered("Watre for All") == ["Water for All"]
        service.delete(made, actor=Actor("Ana"))
        assert offered("Watre for All") == []
