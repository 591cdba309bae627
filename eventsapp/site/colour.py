"""A conference's accent, made readable. Pure.

From one colour chosen by an organizer follow the colours of buttons, links and tints, for light and for dark pages, each
with a contrast that WCAG 2.2 asks for (1.4.3: 4.5 for text). Lightness is moved in Oklab, so that the hue stays.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

RGB = tuple[float, float, float]
"""Red, green and blue, gamma-encoded (sRGB), each from 0 to 1."""

TEXT: Final = 4.5
"""The least contrast of text with what is behind it (WCAG 2.2, 1.4.3)."""

# The surfaces that accented text stands on, as static/css/tokens.css has them.
LIGHT_SURFACES: Final = ("#ffffff", "#f3f4f5")
DARK_SURFACES: Final = ("#121417", "#1a1d21", "#20242a")
LIGHT_INK: Final = "#15181c"


@dataclass(frozen=True, slots=True)
class Accent:
    """The colours that follow from an accent, as ``#rrggbb``: for one of light and dark."""

    fill: str
    """Bands and buttons."""
    on_fill: str
    """Text on ``fill``."""
    text: str
    """The accent as text, on paper and on ``soft``."""
    soft: str
    """A tint of the paper."""


def parse(colour: str) -> RGB:
    """Return the colour of ``#rrggbb``. Raises ``ValueError``."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"not a colour: {colour!r}")
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def to_hex(rgb: RGB) -> str:
    """Return ``#rrggbb``."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in rgb)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def luminance(rgb: RGB) -> float:
    """Return the relative luminance (WCAG 2.2), from 0 to 1."""
    red, green, blue = (_linear(part) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(parse(one)), luminance(parse(other))))
    return (light + 0.05) / (dark + 0.05)


def to_oklch(rgb: RGB) -> tuple[float, float, float]:
    """Return lightness (0 to 1), chroma and hue (radians) in Oklab (Ottosson 2020)."""
    red, green, blue = (_linear(part) for part in rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def of_oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return the colour as ``#rrggbb``, with as much of the chroma as a screen can show."""
    while chroma > 0:
        linear = _from_oklch(lightness, chroma, hue)
        if all(-0.0005 <= part <= 1.0005 for part in linear):
            break
        chroma -= 0.004
    linear = _from_oklch(lightness, max(0.0, chroma), hue)
    return to_hex((_encoded(linear[0]), _encoded(linear[1]), _encoded(linear[2])))


def _on(fill: str) -> str:
    """Return what to write with on ``fill``: white, else ink, else black. One of white and black always has 4.58."""
    for candidate in ("#ffffff", LIGHT_INK):
        if contrast(candidate, fill) >= TEXT:
            return candidate
    return "#000000"


def _readable(colour: RGB, surfaces: tuple[str, ...], step: float) -> str:
    """Return ``colour``, lightness moved by ``step`` until it is readable on all ``surfaces``."""
    lightness, chroma, hue = to_oklch(colour)
    found = to_hex(colour)
    while any(contrast(found, surface) < TEXT for surface in surfaces) and 0 < lightness < 1:
        lightness = min(1.0, max(0.0, lightness + step))
        found = of_oklch(lightness, chroma, hue)
    return found


def light(colour: str) -> Accent:
    """Return what follows from ``colour`` (``#rrggbb``) on light pages. Raises ``ValueError``."""
    rgb = parse(colour)
    _, chroma, hue = to_oklch(rgb)
    soft = of_oklch(0.955, min(chroma, 0.022), hue)
    return Accent(
        fill=to_hex(rgb),
        on_fill=_on(to_hex(rgb)),
        text=_readable(rgb, (*LIGHT_SURFACES, soft), -0.01),
        soft=soft,
    )


def dark(colour: str) -> Accent:
    """Return what follows from ``colour`` (``#rrggbb``) on dark pages. Raises ``ValueError``."""
    rgb = parse(colour)
    lightness, chroma, hue = to_oklch(rgb)
    # A bright band glares in the dark, a nearly black one is not seen.
    fill = of_oklch(min(0.46, max(0.32, lightness)), chroma, hue)
    soft = of_oklch(0.26, min(chroma, 0.04), hue)
    return Accent(
        fill=fill,
        on_fill=_on(fill),
        text=_readable(
            parse(of_oklch(max(0.7, lightness), min(chroma, 0.15), hue)), (*DARK_SURFACES, soft), 0.01
        ),
        soft=soft,
    )


def stylesheet(colour: str, selector: str = ":root") -> str:
    """Return the style sheet that puts an accent in place of the one in ``tokens.css``. Raises ``ValueError``."""
    day, night = light(colour), dark(colour)
    pairs = {
        "accent": (day.fill, night.fill),
        "on-accent": (day.on_fill, night.on_fill),
        "accent-text": (day.text, night.text),
        "accent-soft": (day.soft, night.soft),
    }
    rules = "".join(f"--{name}:light-dark({a},{b});" for name, (a, b) in pairs.items())
    return f"{selector}{{{rules}}}\n"
