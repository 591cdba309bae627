"""Builds static/vendor/ from the front-end packages in node_modules/ (`make assets`).

File names are fixed, so that style sheets can refer to them; nothing of this is in git.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules" / "@fontsource-variable"
FONTS = ROOT / "static" / "vendor" / "fonts"

# What a style sheet calls it -> where the package keeps it.
FILES = {
    "noto-sans-latin.woff2": "noto-sans/files/noto-sans-latin-wght-normal.woff2",
    "noto-sans-latin-ext.woff2": "noto-sans/files/noto-sans-latin-ext-wght-normal.woff2",
    "noto-sans-cyrillic.woff2": "noto-sans/files/noto-sans-cyrillic-wght-normal.woff2",
    "noto-sans-cyrillic-ext.woff2": "noto-sans/files/noto-sans-cyrillic-ext-wght-normal.woff2",
    "noto-sans-arabic.woff2": "noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2",
    "LICENSE-noto-sans.txt": "noto-sans/LICENSE",
    "LICENSE-noto-sans-arabic.txt": "noto-sans-arabic/LICENSE",
}


def main() -> int:
    """Copy every file; returns 1 and says which one when a package has changed its layout."""
    missing = [path for path in FILES.values() if not (PACKAGES / path).is_file()]
    if missing:
        print(f"not in node_modules/@fontsource-variable: {', '.join(missing)}", file=sys.stderr)
        return 1
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir(parents=True)
    for name, path in FILES.items():
        shutil.copyfile(PACKAGES / path, FONTS / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
