"""The QR code of a badge's code as a picture, made quickly: hundreds are printed at once. Pure.

All codes have the same length and alphabet (:mod:`eventsapp.registration.badges.codes`), so that all symbols are of one kind:
version 5, level M, mask 2, after ISO/IEC 18004. What they have in common is taken once from a symbol that segno made; here
only the data, their correction and their places are worked out. That takes a twentieth of segno's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

LENGTH: Final = 120
"""Letters that a code must have; they are of the QR code's alphanumeric ones."""
SIDE: Final = 37
"""Squares of a side."""

_MASK: Final = 2
_SIGNS: Final = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
_DATA: Final = 86
"""Bytes of data: two blocks of half as many, each with as many bytes of correction as follow."""
_CORRECTION: Final = 24
_CORRECTION_BITS: Final = _CORRECTION * 8
_REMAINDER: Final = 7
"""Bits that no byte fills."""
_RUNS: Final = re.compile("1+")


class _Kind(NamedTuple):
    """What all symbols have in common."""

    fixed: str
    """The squares that no data change, row by row, ``0`` and ``1``; behind them stand those of the data."""
    order: Callable[[str], tuple[str, ...]]
    """Gets the squares of a symbol, row by row, from ``fixed`` and the data's bits."""
    mask: int
    """What the data's bits are changed by."""
    products: tuple[int, ...]
    """The polynomial that the correction is the rest of, times each byte."""


def svg(code: str) -> str:
    """Return a code's symbol as SVG without a quiet zone, a unit to a square. Raises :class:`ValueError` for other texts."""
    rows = squares(code)
    path = "".join(
        f"M{run.start()} {y}.5h{run.end() - run.start()}"
        for y, row in enumerate(rows)
        for run in _RUNS.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}">'
        f'<path stroke="#000" d="{path}"/></svg>'
    )


def squares(code: str) -> list[str]:
    """Return the rows of a code's symbol, from above: ``1`` for each dark square. Raises :class:`ValueError` for other texts."""
    if len(code) != LENGTH or not _SIGNS.keys() >= set(code):
        raise ValueError("not the code of a badge")
    kind = _kind()
    bits = int.from_bytes(_words(code, kind.products)) << _REMAINDER ^ kind.mask
    number = (_DATA + 2 * _CORRECTION) * 8 + _REMAINDER
    flat = "".join(kind.order(f"{kind.fixed}{bits:0{number}b}"))
    return [flat[at : at + SIDE] for at in range(0, SIDE * SIDE, SIDE)]


def _words(code: str, products: tuple[int, ...]) -> bytes:
    """Return data and correction as they stand in the symbol: by turns of the two blocks."""
    # Alphanumeric, the number of signs, two signs in eleven bits each, an end of four; filled up to bytes and to the last one.
    said = 0b0010 << 9 | LENGTH
    for at in range(0, LENGTH, 2):
        said = said << 11 | _SIGNS[code[at]] * 45 + _SIGNS[code[at + 1]]
    used = 4 + 9 + LENGTH // 2 * 11 + 4
    filled = -used % 8
    whole = (said << 4 + filled).to_bytes((used + filled) // 8)
    data = whole + bytes((0xEC, 0x11)[at % 2] for at in range(_DATA - len(whole)))
    blocks = data[: _DATA // 2], data[_DATA // 2 :]
    corrections = [_correction(block, products) for block in blocks]
    return bytes(
        byte for pair in (*zip(*blocks, strict=True), *zip(*corrections, strict=True)) for byte in pair
    )


def _correction(block: bytes, products: tuple[int, ...]) -> bytes:
    rest, most = 0, (1 << _CORRECTION_BITS) - 1
    for byte in block:
        rest = (rest << 8 & most) ^ products[rest >> _CORRECTION_BITS - 8 ^ byte]
    return rest.to_bytes(_CORRECTION)


@lru_cache(maxsize=1)
def _kind() -> _Kind:
    import segno

    symbol = segno.make_qr("A" * LENGTH, error="m", mask=_MASK, boost_error=False)
    fixed = "".join(str(square & 1) for row in symbol.matrix for square in row)
    places = _places()
    sources = list(range(SIDE * SIDE))
    for number, (x, y) in enumerate(places):
        sources[y * SIDE + x] = SIDE * SIDE + number
    mask = int("".join("1" if x % 3 == 0 else "0" for x, _y in places), 2)
    return _Kind(fixed, itemgetter(*sources), mask, _products())


def _places() -> list[tuple[int, int]]:
    """Return the (x, y) of the data's bits: in columns of two from the right, upwards and downwards by turns."""
    columns = [x for x in range(SIDE - 1, 0, -2) if x > 6] + [5, 3, 1]
    found = []
    for number, right in enumerate(columns):
        rows = range(SIDE - 1, -1, -1) if number % 2 == 0 else range(SIDE)
        found += [(x, y) for y in rows for x in (right, right - 1) if not _taken(x, y)]
    return found


def _taken(x: int, y: int) -> bool:
    """Return whether a square belongs to the finder, timing or alignment patterns or to what tells the format."""
    corner = (x < 9 and y < 9) or (x > SIDE - 9 and y < 9) or (x < 9 and y > SIDE - 9)
    return corner or x == 6 or y == 6 or (SIDE - 9 <= x <= SIDE - 5 and SIDE - 9 <= y <= SIDE - 5)


def _products() -> tuple[int, ...]:
    powers = [1]
    while len(powers) < 255:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0x11D if doubled > 255 else doubled)
    logarithms = {value: exponent for exponent, value in enumerate(powers)}

    def times(one: int, other: int) -> int:
        return powers[(logarithms[one] + logarithms[other]) % 255] if one and other else 0

    polynomial = [1]
    for power in powers[:_CORRECTION]:
        shifted = [*polynomial, 0]
        for at, factor in enumerate(polynomial):
            shifted[at + 1] ^= times(factor, power)
        polynomial = shifted
    return tuple(
        int.from_bytes(bytes(times(factor, byte) for factor in polynomial[1:])) for byte in range(256)
    )
