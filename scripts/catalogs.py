"""Interface texts and their translations.

    catalogs.py update             bring every messages.po up to date with code and templates
    catalogs.py compile [FILE…]    write messages.mo beside every messages.po (or those named)
    catalogs.py check              0 when all translations are complete, up to date and sound

English is the language of the sources and has no catalog. Entries carry the names of the files they come
from but no line numbers, so that moving code does not change catalogs. Texts that are gone are removed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "eventsapp" / "translations"
LANGUAGES = ("ar", "es", "fr", "ru", "zh")
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(
    ["_", "_l", "_n:1,2", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "lazy_npgettext:1c,2,3"]
)
COMMENT_TAGS = ("Translators:",)
# A date that never changes keeps an update that changes nothing from changing the file.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

# Folders that hold no texts of the interface.
SKIPPED = {
    ".venv",
    ".git",
    "node_modules",
    "instance",
    "tests",
    "bench",
    "docs",
    "dist",
    "static",
    "translations",
}

PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|%%|%[sd]")
TAG = re.compile(r"</?[a-z][a-z0-9]*")


def path_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """All texts of the interface, as code and templates have them now."""
    catalog = Catalog(project="eventsapp", charset="utf-8", creation_date=EPOCH)
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    current = ""

    def enter(name: str, method: str, options: dict[str, object]) -> None:
        nonlocal current
        current = name

    texts = extract_from_dir(
        ROOT,
        method_map=methods,
        options_map=options,
        keywords=KEYWORDS,
        comment_tags=COMMENT_TAGS,
        directory_filter=lambda folder: Path(folder).name not in SKIPPED,
        callback=enter,
        strip_comment_tags=True,
    )
    try:
        found = list(texts)
    except Exception as error:
        error.add_note(f"in {current}")
        raise
    for name, line, text, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        catalog.add(text, None, [(name, line)], auto_comments=comments, context=context)
    return catalog


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def text_of(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def update() -> int:
    """Add new texts, drop those that are gone, keep every translation; write only files that change."""
    template = extract()
    for language in LANGUAGES:
        path = path_of(language)
        if path.exists():
            catalog = read(path)
        else:
            catalog = Catalog(
                locale=language,
                project="eventsapp",
                charset="utf-8",
                header_comment="",
                creation_date=EPOCH,
                revision_date=EPOCH,
                fuzzy=False,
            )
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        new = text_of(catalog)
        if not path.exists() or path.read_bytes() != new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new)
        missing = sum(1 for message in catalog if message.id and not translated(message))
        print(f"{language}: {len(catalog)} texts, {missing} not translated")
    return 0


def compile_all(paths: list[Path]) -> int:
    for path in paths or [path_of(language) for language in LANGUAGES if path_of(language).exists()]:
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))
    return 0


def translated(message: Message) -> bool:
    """Whether every form of the message has a text."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


def faults(language: str, template: Catalog) -> Iterator[str]:
    """What is wrong with one language's catalog, one sentence each."""
    path = path_of(language)
    if not path.exists():
        yield "there is no catalog (make messages)"
        return
    catalog = read(path)
    wanted = {key(message): message for message in template if message.id}
    present = {key(message): message for message in catalog if message.id}
    for missing in sorted(wanted.keys() - present.keys(), key=str):
        yield f"is not in the catalog (make messages): {missing[1]!r}"
    for gone in sorted(present.keys() - wanted.keys(), key=str):
        yield f"is in no template and no code any more (make messages): {gone[1]!r}"
    for name, message in present.items():
        if name not in wanted:
            continue
        if isinstance(wanted[name].id, tuple) != isinstance(message.id, tuple):
            yield f"has, or has not, plural forms (make messages): {name[1]!r}"
        elif not translated(message):
            yield f"is not translated: {name[1]!r}"
        elif message.fuzzy:
            yield f"is marked fuzzy: {name[1]!r}"
        else:
            yield from mistakes(message, catalog.num_plurals)


def mistakes(message: Message, forms: int) -> Iterator[str]:
    """Where a translation does not fit its original: placeholders, markup, white space at the ends."""
    originals = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
    plural = isinstance(message.id, tuple | list)
    given = message.string if isinstance(message.string, tuple | list) else [message.string]
    strings = [string or "" for string in given]
    if plural and len(strings) != forms:
        yield f"has {len(strings)} plural forms instead of {forms}: {originals[0]!r}"
    allowed = {found.group() for original in originals for found in PLACEHOLDER.finditer(original)}
    # A form such as "one seat" may leave out the number; anything else must be there.
    required = {item for item in allowed if not (plural and item in ("%(num)d", "%(num)s"))} - {"%%"}
    if plural:
        required = {item for item in required if all(item in original for original in originals)}
    for string in strings:
        used = {found.group() for found in PLACEHOLDER.finditer(string)}
        if used - allowed - {"%%"} or required - used:
            yield f"has other placeholders than its original: {originals[0]!r} -> {string!r}"
        tags = sorted(TAG.findall(string))
        if all(tags != sorted(TAG.findall(original)) for original in originals):
            yield f"has other markup than its original: {originals[0]!r} -> {string!r}"
        if all(ends(string) != ends(original) for original in originals):
            yield f"begins or ends with other white space than its original: {originals[0]!r}"


def ends(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def check() -> int:
    template = extract()
    count = 0
    for language in LANGUAGES:
        for fault in faults(language, template):
            count += 1
            print(f"{language}: {fault}", file=sys.stderr)
    if count:
        print(f"{count} faults in the translations", file=sys.stderr)
    return 1 if count else 0


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            return update()
        case ["compile", *paths]:
            return compile_all([Path(path) for path in paths])
        case ["check"]:
            return check()
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
