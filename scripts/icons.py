"""Pictures of the app at the door for the screens of devices, from static/favicon.svg.

icons.py        write static/icons/*.png; they are kept with the sources
"""

from __future__ import annotations

from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "static" / "icons"
# (name, pixels, part of the width that the sign takes: what devices mask keeps to the middle)
ICONS = (("check-in-192", 192, 1.0), ("check-in-512", 512, 1.0), ("check-in-maskable-512", 512, 0.7))


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    compiler = typst.Compiler(root=str(ROOT / "static"))
    for name, pixels, part in ICONS:
        fill = 'rgb("#1f5fa8")' if part < 1 else "none"
        page = f"#set page(width: {pixels}pt, height: {pixels}pt, margin: 0pt, fill: {fill})\n"
        page += f'#align(center + horizon, image("favicon.svg", width: {pixels * part}pt))\n'
        picture = compiler.compile(input=page.encode(), format="png", ppi=72)
        assert isinstance(picture, bytes)
        (FOLDER / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
