"""The workspace: a person's photo, the files they sent, and the page of their passport."""

from __future__ import annotations

import io

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, files
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.core.web import private
from eventsapp.extensions import db
from eventsapp.questions import forms as question_forms
from eventsapp.questions import rules
from eventsapp.questions.enums import QuestionKind
from eventsapp.registration.enrolment import photos, sealed
from eventsapp.registration.models import Registration

blueprint = Blueprint(
    "registration_files", __name__, url_prefix="/manage/<conference>/registration/<int:registration_id>"
)

_LOCKED = "default-src 'none'; sandbox"


def _registration(conference: Conference, id_: int) -> Registration:
    found = db.session.get(Registration, id_)
    if found is None or found.conference_id != conference.id:
        raise NotFound
    return found


@blueprint.get("/photo")
@manages(Permission.VIEW_REGISTRATIONS)
def photo(conference: Conference, registration_id: int) -> Response:
    """Return a person's photo, ``size=small`` or full."""
    path = photos.file_of(_registration(conference, registration_id))
    if path is None:
        raise NotFound
    content = photos.small(path) if request.args.get("size") == photos.SMALL else path
    return private(send_file(content, mimetype=files.PICTURE_TYPE))


@blueprint.get("/files/<key>")
@manages(Permission.VIEW_REGISTRATIONS)
def file(conference: Conference, registration_id: int, key: str) -> Response:
    """Return a file that was given as an answer."""
    row = _registration(conference, registration_id)
    asked = [] if row.form is None else rules.asked(row.form.questionnaire)
    asked = [one for one in asked if one.key == key and one.kind is QuestionKind.FILE]
    stored = [*question_forms.stored_files(asked, row.answers).values()]
    if not stored or not (path := files.path_of(stored[0])).is_file():
        raise NotFound
    response = send_file(
        path, mimetype=stored[0].content_type, as_attachment=True, download_name=stored[0].name
    )
    response.headers["Content-Security-Policy"] = _LOCKED
    return private(response)


@blueprint.post("/passport")
@manages(Permission.VIEW_SEALED)
def passport(conference: Conference, registration_id: int) -> Response | BaseResponse:
    """Open the page of a person's passport. A look is written down, so it is no GET."""
    row = _registration(conference, registration_id)
    if not ActionForm().validate_on_submit():
        return _back(conference, row)
    content, content_type = sealed.open_page(row, actor=actor())
    response = send_file(
        io.BytesIO(content),
        mimetype=content_type,
        as_attachment=content_type != files.PICTURE_TYPE,
        download_name=f"{row.id}.pdf" if content_type == sealed.PDF else f"{row.id}.webp",
    )
    response.headers["Content-Security-Policy"] = _LOCKED
    return private(response)


@blueprint.post("/passport/delete")
@manages(Permission.VIEW_SEALED)
def delete_passport(conference: Conference, registration_id: int) -> BaseResponse:
    """Delete the page of a person's passport."""
    row = _registration(conference, registration_id)
    if ActionForm().validate_on_submit() and sealed.delete(row.id):
        audit.record(
            actor(),
            "registration.passport_deleted",
            f"registration:{row.id}",
            conference_id=conference.id,
        )
        flash(_("The page of the passport was deleted."), "good")
    return _back(conference, row)


def _back(conference: Conference, row: Registration) -> BaseResponse:
    return redirect(
        url_for("registration_manage.registration", conference=conference.slug, registration_id=row.id),
        303,
    )
