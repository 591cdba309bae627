"""An accent of any colour leads to readable pages."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.config import folder
from eventsapp.site import colour
from eventsapp.site.colour import DARK_SURFACES, LIGHT_SURFACES, contrast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
TOKENS = (Path(folder("static")) / "css" / "tokens.css").read_text()


@given(COLOURS)
def test_text_is_readable_whatever_the_accent(chosen):
    for accent, surfaces in ((colour.light(chosen), LIGHT_SURFACES), (colour.dark(chosen), DARK_SURFACES)):
        assert contrast(accent.on_fill, accent.fill) >= 4.5
        for surface in (*surfaces, accent.soft):
            assert contrast(accent.text, surface) >= 4.5
    ink, dark_ink = "#15181c", "#eceeef"
    assert contrast(ink, colour.light(chosen).soft) >= 7
    assert contrast(dark_ink, colour.dark(chosen).soft) >= 7


@given(COLOURS)
def test_the_accent_itself_fills_light_pages(chosen):
    assert colour.light(chosen).fill == chosen


@given(COLOURS)
def test_a_colour_survives_the_way_to_oklch_and_back(chosen):
    back = colour.parse(colour.of_oklch(*colour.to_oklch(colour.parse(chosen))))
    assert back == pytest.approx(colour.parse(chosen), abs=0.012)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)],
)
def test_contrast_is_that_of_wcag(one, other, expected):
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("wrong", ["", "red", "#12345", "#1234567", "#gggggg", "123456", "#123456;}"])
def test_what_is_no_colour_is_refused(wrong):
    with pytest.raises(ValueError, match="not a colour"):
        colour.stylesheet(wrong)


def token(name: str) -> tuple[str, str]:
    """The light and the dark value of a token."""
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", TOKENS)
    assert found is not None, name
    return found[1], found[2]


def test_the_surfaces_here_are_those_of_the_style_sheet():
    assert (token("paper")[0], token("sunken")[0]) == LIGHT_SURFACES
    assert (token("paper")[1], token("sunken")[1], token("raised")[1]) == DARK_SURFACES


@pytest.mark.parametrize("name", ["ink", "ink-soft", "accent-text", "good", "warning", "bad"])
def test_the_fixed_inks_are_readable_on_all_surfaces(name):
    for theme in (0, 1):
        surfaces = [token(surface)[theme] for surface in ("paper", "sunken", "raised")]
        if name in ("good", "warning", "bad"):
            surfaces.append(token(f"{name}-soft")[theme])
        for surface in surfaces:
            assert contrast(token(name)[theme], surface) >= 4.5


def test_event_types_are_seen_and_neighbours_differ_in_lightness():
    for theme, paper in ((0, token("paper")[0]), (1, token("paper")[1])):
        marks = [token(f"type-{n}")[theme] for n in range(1, 13)]
        assert len(set(marks)) == 12
        for mark in marks:
            assert contrast(mark, paper) >= 3
        lightness = [colour.to_oklch(colour.parse(mark))[0] for mark in marks]
        assert all(abs(a - b) > 0.03 for a, b in pairwise(lightness))


def test_the_accent_is_a_style_sheet_of_its_own(client):
    answer = client.get("/accent/00695c.css")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--accent:light-dark(#00695c," in answer.text
    assert client.get("/accent/00695c/part.css").text.startswith(".accent-00695c{")
    assert "Set-Cookie" not in answer.headers
    for wrong in ("red", "00695", "00695c;}", "zzzzzz"):
        assert client.get(f"/accent/{wrong}.css").status_code == 404
