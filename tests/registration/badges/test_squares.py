"""The QR code of a badge, worked out here, is the one that a known library makes."""

from __future__ import annotations

import random
import re

import pytest
import segno

from eventsapp.registration.badges import codes, squares

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def test_the_symbol_is_that_of_a_known_library():
    chance = random.Random(5)
    for _ in range(40):
        code = "".join(chance.choices(LETTERS, k=squares.LENGTH))
        made = segno.make_qr(code, error="m", mask=2, boost_error=False)
        assert made.designator == "5-M"
        assert squares.squares(code) == ["".join(map(str, row)) for row in made.matrix]


def test_the_picture_has_the_dark_squares_and_no_others():
    code = "A2" * 60
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", squares.svg(code)):
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}
    rows = squares.squares(code)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, square in enumerate(row) if square == "1"}


def test_other_texts_are_refused():
    assert squares.LENGTH == codes.LENGTH
    for text in ("", "A" * 119, "a" * 120, "Ä" * 120):
        with pytest.raises(ValueError, match="not the code"):
            squares.svg(text)
