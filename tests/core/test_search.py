"""Text is found whatever its marks, case or script."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.core.search import _ARABIC, _OTHER, normalize, searchable, terms


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  Villes \t et\nÉtats  ", "villes et etats"),
        ("L’Œuvre STRASSE Straße Øre", "l'oeuvre strasse strasse ore"),
        ("ЖИЛЬЁ Ёлка", "жилье елка"),
        ("المُدُن والأنهار", "المدن والانهار"),
        ("هجرةٌ إلى المدينـــة", "هجره الي المدينه"),
        ("城市　住房", "城市 住房"),
        ("ﬁne № ①", "fine no 1"),
        ("", ""),
    ],
)
def test_normal_forms(text, normal):
    assert normalize(text) == normal


@given(st.text())
def test_the_quick_way_gives_what_the_plain_way_would(text):
    value = unicodedata.normalize("NFKD", text.casefold().translate(_ARABIC))
    value = "".join(c for c in value if not unicodedata.combining(c))
    value = unicodedata.normalize("NFC", value.casefold().translate(_OTHER).translate(_ARABIC))
    assert normalize(text) == re.sub(r"\s+", " ", value).strip()


def test_what_is_kept_of_something_is_all_its_names_once():
    assert searchable("SE-1", {"en": "Rivers", "fr": "Rivières"}, None, ["rivers", "Fleuves"]) == (
        "se-1 | rivers | rivieres | fleuves"
    )


def test_a_question_is_a_few_words():
    assert terms("  Été   à Paris ") == ["ete", "a", "paris"]
    assert len(terms("a " * 300)) == 8
