"""The fonts that printed pages are set in: Noto Sans for Latin, Cyrillic, Arabic and Chinese, out of Python packages.

They are dependencies like others (``pyproject.toml``), so that what is printed does not depend on the machine. Where one of
them is missing the system's fonts are taken as well, under the names that Debian's and others' Noto packages have.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PACKAGES: Final = {
    "fontpkg_noto_sans": "Latin and Cyrillic",
    "fontpkg_noto_sans_arabic": "Arabic",
    "pylopdf_fonts_zh_cn": "Chinese",
}
"""Package → the scripts that its fonts have."""

FAMILIES: Final = ("Noto Sans", "Noto Sans Arabic", "Noto Sans SC", "Noto Sans CJK SC")
"""In the order in which they are asked for a sign."""


@lru_cache(maxsize=1)
def folders() -> tuple[str, ...]:
    """Return the folders in which the packages keep their fonts, of those that are installed."""
    found = []
    for name in PACKAGES:
        spec = find_spec(name)
        for place in spec.submodule_search_locations or () if spec is not None else ():
            found += sorted(
                {str(file.parent) for kind in ("ttf", "otf") for file in Path(place).rglob(f"*.{kind}")}
            )
    return tuple(found)


def missing() -> list[str]:
    """Return the packages that are not installed."""
    return [name for name in PACKAGES if find_spec(name) is None]
