"""Build hook: what a wheel needs beyond the Python files.

The checkout keeps ``templates/`` and ``static/`` at its top; an installed package carries them inside
``eventsapp/``, where the application looks second. Translations are compiled here, so that a wheel never
ships catalogs older than their sources.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface[Any]):
    """Compiles the catalogs; for a wheel also adds templates and static files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files; ``version`` is "standard" or "editable"."""
        root = Path(self.root)
        compile_catalogs(root / "eventsapp" / "translations")
        if version == "editable":
            return
        if not (root / "static" / "vendor" / "fonts").is_dir():
            raise SystemExit(
                "static/vendor is missing: run `make assets` first, it builds the front-end files."
            )
        if self.target_name == "wheel":
            build_data["force_include"][str(root / "templates")] = "eventsapp/templates"
            build_data["force_include"][str(root / "static")] = "eventsapp/static"


def compile_catalogs(translations: Path) -> None:
    """Write ``messages.mo`` beside every ``messages.po`` below ``translations``."""
    for source in sorted(translations.glob("*/LC_MESSAGES/messages.po")):
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
