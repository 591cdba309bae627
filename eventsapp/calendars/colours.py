"""The CSS3 colour name nearest to a colour: COLOR of a calendar takes names only (RFC 7986, 5.9). Pure."""

from __future__ import annotations

from typing import Final

# Names that tell calendars apart; near-white ones are left out, as nobody could read an event in them.
_NAMES: Final = {
    "black": 0x000000, "dimgray": 0x696969, "gray": 0x808080, "darkgray": 0xA9A9A9, "slategray": 0x708090,
    "darkslategray": 0x2F4F4F, "navy": 0x000080, "midnightblue": 0x191970, "darkblue": 0x00008B,
    "mediumblue": 0x0000CD, "blue": 0x0000FF, "royalblue": 0x4169E1, "steelblue": 0x4682B4,
    "dodgerblue": 0x1E90FF, "cornflowerblue": 0x6495ED, "deepskyblue": 0x00BFFF, "cadetblue": 0x5F9EA0,
    "teal": 0x008080, "darkcyan": 0x008B8B, "lightseagreen": 0x20B2AA, "darkturquoise": 0x00CED1,
    "darkgreen": 0x006400, "green": 0x008000, "forestgreen": 0x228B22, "seagreen": 0x2E8B57,
    "mediumseagreen": 0x3CB371, "limegreen": 0x32CD32, "olivedrab": 0x6B8E23, "olive": 0x808000,
    "darkolivegreen": 0x556B2F, "yellowgreen": 0x9ACD32, "darkgoldenrod": 0xB8860B, "goldenrod": 0xDAA520,
    "gold": 0xFFD700, "orange": 0xFFA500, "darkorange": 0xFF8C00, "chocolate": 0xD2691E, "peru": 0xCD853F,
    "sienna": 0xA0522D, "saddlebrown": 0x8B4513, "coral": 0xFF7F50, "tomato": 0xFF6347, "orangered": 0xFF4500,
    "red": 0xFF0000, "crimson": 0xDC143C, "firebrick": 0xB22222, "brown": 0xA52A2A, "darkred": 0x8B0000,
    "maroon": 0x800000, "indianred": 0xCD5C5C, "salmon": 0xFA8072, "hotpink": 0xFF69B4, "deeppink": 0xFF1493,
    "mediumvioletred": 0xC71585, "palevioletred": 0xDB7093, "orchid": 0xDA70D6, "mediumorchid": 0xBA55D3,
    "purple": 0x800080, "darkmagenta": 0x8B008B, "darkviolet": 0x9400D3, "blueviolet": 0x8A2BE2,
    "rebeccapurple": 0x663399, "indigo": 0x4B0082, "mediumpurple": 0x9370DB, "slateblue": 0x6A5ACD,
    "darkslateblue": 0x483D8B, "mediumslateblue": 0x7B68EE,
}  # fmt: skip


def nearest_name(colour: str) -> str:
    """Return the CSS3 name nearest to ``colour`` (``#rrggbb``), by squared distance weighted as eyes weigh it."""
    asked = _channels(int(colour[1:], 16))
    return min(_NAMES, key=lambda name: _distance(asked, _channels(_NAMES[name])))


def _channels(value: int) -> tuple[int, int, int]:
    return value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF


def _distance(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    red, green, blue = (x - y for x, y in zip(a, b, strict=True))
    return 2 * red * red + 4 * green * green + 3 * blue * blue
