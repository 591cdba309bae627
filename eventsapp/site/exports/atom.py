"""The releases of a programme as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from flask_babel import gettext as _
from lxml import etree

from eventsapp.core.translations import clean_text
from eventsapp.programme.snapshot import Snapshot
from eventsapp.site.changes import Release

CONTENT_TYPE: Final = "application/atom+xml; charset=utf-8"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_ATOM: Final = f"{{{_NAMESPACE}}}"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


def write(
    releases: Sequence[Release],
    snapshot: Snapshot,
    language: str,
    site: str,
    *,
    page: str,
    feed: str,
    content: Callable[[Release], str],
) -> bytes:
    """Return the feed in ``language``, the newest release first (UTF-8).

    ``site`` is the address of the site, ``page`` and ``feed`` those of the releases' page and of this feed, all absolute;
    ``content`` gives a release's differences as HTML with absolute links. The ids are tag URIs (RFC 4151) of the
    conference's number, so that they stay when its slug changes.
    """
    conference = snapshot.conference
    # The year is that of this scheme, and never changes (RFC 4151, 2.1).
    tag = f"tag:{urlsplit(site).hostname},2026"
    base = f"{tag}:conference/{conference.id}/releases/{language}"
    root = etree.Element(f"{_ATOM}feed", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]
    root.set(f"{_XML}lang", language)
    updated = releases[0].released_at if releases else conference.updated_at
    _text(root, "id", base)
    _text(root, "title", _("Changes of the programme: %(conference)s", conference=conference.short_name))
    _text(root, "updated", updated.isoformat())
    _link(root, "self", feed, "application/atom+xml")
    _link(root, "alternate", page, "text/html")
    _text(etree.SubElement(root, f"{_ATOM}author"), "name", snapshot.text(conference.names, language))
    for release in releases:
        entry = etree.SubElement(root, f"{_ATOM}entry")
        _text(entry, "id", f"{base}/{release.number}")
        _text(entry, "title", _("Release %(number)s", number=release.number))
        _text(entry, "updated", release.released_at.isoformat())
        _text(entry, "published", release.released_at.isoformat())
        _link(entry, "alternate", f"{page}#release-{release.number}", "text/html")
        note = snapshot.text(release.notes, language)
        if note:
            _text(entry, "summary", note)
        written = _text(entry, "content", content(release))
        written.set("type", "html")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _text(parent: etree._Element, name: str, text: str) -> etree._Element:
    made = etree.SubElement(parent, f"{_ATOM}{name}")
    made.text = clean_text(text)
    return made


def _link(parent: etree._Element, rel: str, href: str, type_: str) -> None:
    etree.SubElement(parent, f"{_ATOM}link", rel=rel, href=href, type=type_)
