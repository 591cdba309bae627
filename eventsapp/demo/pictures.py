"""Pictures for the demo's conferences, drawn from a seed: a skyline before a sky. Nobody's work, so free to ship."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageColor, ImageDraw

WIDTH, HEIGHT = 1600, 640


def skyline(accent: str, *, seed: int) -> bytes:
    """Return a PNG of 1600 × 640 pixels: rows of houses in shades of ``accent`` (``#rrggbb``). The same for one seed."""
    chance = random.Random(seed)
    colour = ImageColor.getrgb(accent)[:3]
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        draw.line([(0, y), (WIDTH, y)], fill=_mix(colour, (255, 244, 226), 0.55 + 0.4 * y / HEIGHT))
    sun = chance.randint(200, WIDTH - 400)
    draw.ellipse([sun, 90, sun + 150, 240], fill=_mix(colour, (255, 236, 190), 0.92))
    for row, share in enumerate((0.45, 0.22, 0.0)):
        shade = _mix(colour, (255, 255, 255), share)
        x = -chance.randint(0, 60)
        while x < WIDTH:
            width = chance.randint(46, 130)
            top = HEIGHT - chance.randint(110, 260) + row * 55
            draw.rectangle([x, top, x + width, HEIGHT], fill=_mix(shade, (0, 0, 0), chance.uniform(0, 0.12)))
            if chance.random() < 0.35:
                draw.polygon(
                    [(x, top), (x + width // 2, top - chance.randint(20, 60)), (x + width, top)], fill=shade
                )
            window = _mix(shade, (255, 250, 220), 0.35)
            for wx in range(x + 10, x + width - 14, 20):
                for wy in range(top + 14, HEIGHT - 10, 28):
                    if chance.random() < 0.6:
                        draw.rectangle([wx, wy, wx + 8, wy + 12], fill=window)
            x += width + chance.randint(-6, 10)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _mix(one: tuple[int, ...], other: tuple[int, ...], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
