"""The checks of translations find what is wrong with one."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Message

from scripts.catalogs import extract, mistakes


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("Room %(room)s", "Salle %(room)s"),
        ("<strong>%(count)s</strong> rooms", "<strong>%(count)s</strong> salles"),
        (("%(num)d seat", "%(num)d seats"), ("une place", "%(num)d places")),
        ("100%% full", "Complet à 100%%"),
    ],
)
def test_a_sound_translation_has_no_mistakes(original, translation):
    assert list(mistakes(Message(original, translation), 2)) == []


@pytest.mark.parametrize(
    ("original", "translation", "said"),
    [
        ("Room %(room)s", "Salle", "placeholders"),
        ("Room %(room)s", "Salle %(salle)s", "placeholders"),
        ("<strong>Full</strong>", "<b>Complet</b>", "markup"),
        ("Until ", "Jusqu'au", "white space"),
        (("%(num)d seat", "%(num)d seats"), ("%(num)d place",), "plural forms"),
        (
            ("%(num)d of %(all)d seat", "%(num)d of %(all)d seats"),
            ("une place", "%(num)d places"),
            "placeholders",
        ),
    ],
)
def test_a_translation_that_does_not_fit_is_named(original, translation, said):
    found = list(mistakes(Message(original, translation), 2))
    assert found != []
    assert all(said in text for text in found)


def test_texts_are_found_in_code_and_templates():
    places = {name.split("/")[0] for message in extract() for name, _ in message.locations}
    assert places == {"eventsapp", "templates"}
