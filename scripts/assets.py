"""Builds static/vendor/ from the front-end packages in node_modules/ (`make assets`).

File names are fixed, so that style sheets can refer to them; nothing of this is in git.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
PACKAGES = MODULES / "@fontsource-variable"
FONTS = ROOT / "static" / "vendor" / "fonts"
BARCODE = ROOT / "static" / "vendor" / "barcode"

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
# The reader of badges' codes, for browsers that cannot do it by themselves (static/js/door/camera.js).
READER = {
    "detector.js": "barcode-detector/dist/iife/ponyfill.js",
    "zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "LICENSE-barcode-detector.txt": "barcode-detector/LICENSE",
    "LICENSE-zxing-wasm.txt": "zxing-wasm/LICENSE",
}


def main() -> int:
    """Copy every file; returns 1 and says which one when a package has changed its layout."""
    wanted = ((FONTS, PACKAGES, FILES), (BARCODE, MODULES, READER))
    missing = [
        str((folder / path).relative_to(ROOT))
        for _target, folder, files in wanted
        for path in files.values()
        if not (folder / path).is_file()
    ]
    if missing:
        print(f"not there: {', '.join(missing)}", file=sys.stderr)
        return 1
    for target, folder, files in wanted:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name, path in files.items():
            shutil.copyfile(folder / path, target / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
