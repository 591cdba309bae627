"""Which part of a picture becomes the photo. Pure; ``static/js/registration/crop.js`` reckons the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RATIO: Final = (3, 4)
"""Width to height of a photo."""
MOST_ZOOM: Final = 4.0


@dataclass(frozen=True, slots=True)
class Crop:
    """``zoom`` 1 (all that fits) to 4; ``across`` and ``down`` 0 to 1: where the part lies in what is left over."""

    zoom: float = 1.0
    across: float = 0.5
    down: float = 0.5

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom edge in pixels of a picture with this width and height."""
        zoom = min(max(self.zoom, 1.0), MOST_ZOOM)
        wide = min(width, height * RATIO[0] / RATIO[1]) / zoom
        high = wide * RATIO[1] / RATIO[0]
        left = (width - wide) * min(max(self.across, 0.0), 1.0)
        top = (height - high) * min(max(self.down, 0.0), 1.0)
        right, bottom = max(round(left + wide), round(left) + 1), max(round(top + high), round(top) + 1)
        return round(left), round(top), min(right, width), min(bottom, height)


def crop_of(zoom: str | None, across: str | None, down: str | None) -> Crop:
    """Return the part that a form names; the middle where it names none, or nonsense."""
    return Crop(_number(zoom, 1.0), _number(across, 0.5), _number(down, 0.5))


def _number(text: str | None, default: float) -> float:
    try:
        found = float(text or "")
    except ValueError:
        return default
    # Neither infinite nor "not a number".
    return found if -1000 < found < 1000 else default
