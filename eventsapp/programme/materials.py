"""Links and files of events. They show at once. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from flask_babel import gettext as _

from eventsapp.conferences.models import Conference
from eventsapp.core import audit
from eventsapp.core.errors import Invalid, NotFound
from eventsapp.core.files import FileRefused, store_document
from eventsapp.core.translations import Texts, clean
from eventsapp.extensions import db
from eventsapp.programme.enums import MaterialKind
from eventsapp.programme.models import Event, Material
from eventsapp.programme.service import owned, writable


def add_link(
    conference: Conference,
    event: Event,
    *,
    actor: audit.Actor,
    titles: Texts,
    url: str,
    language: str | None = None,
    kind: MaterialKind = MaterialKind.LINK,
) -> Material:
    """Add a link to an event's materials. ``url`` is http or https (the form checks). Shows at once."""
    writable(conference)
    owned(conference, event)
    material = Material(
        kind=kind, titles=clean(titles), url=url, language=language, position=_last(event.materials)
    )
    return _add_material(conference, event, material, actor)


def add_file(
    conference: Conference,
    event: Event,
    *,
    actor: audit.Actor,
    titles: Texts,
    stream: IO[bytes],
    filename: str,
    language: str | None = None,
) -> Material:
    """Add an uploaded document to an event's materials. Shows at once. Raises :class:`Invalid` (``file``)."""
    writable(conference)
    owned(conference, event)
    try:
        stored = store_document(stream, filename)
    except FileRefused as error:
        raise Invalid(
            {"file": _("Only PDF, Word, PowerPoint, Excel, PNG and JPEG files are taken.")}
        ) from error
    material = Material(
        kind=MaterialKind.FILE,
        titles=clean(titles),
        file=stored,
        language=language,
        position=_last(event.materials),
    )
    return _add_material(conference, event, material, actor)


def _last(materials: Iterable[Material]) -> int:
    return max((material.position for material in materials), default=-1) + 1


def _add_material(conference: Conference, event: Event, material: Material, actor: audit.Actor) -> Material:
    event.materials.append(material)
    db.session.flush()
    audit.record(
        actor, "material.add", f"event:{event.code}", conference_id=conference.id, detail={"id": material.id}
    )
    return material


def remove_material(conference: Conference, event: Event, material_id: int, *, actor: audit.Actor) -> None:
    """Take a link or file off an event. Raises :class:`NotFound` if it is not one of this event."""
    writable(conference)
    owned(conference, event)
    material = next((material for material in event.materials if material.id == material_id), None)
    if material is None:
        raise NotFound
    event.materials.remove(material)
    db.session.flush()
    audit.record(
        actor,
        "material.remove",
        f"event:{event.code}",
        conference_id=conference.id,
        detail={"id": material_id},
    )
