"""A letter as an answer: set now, kept by nobody."""

from __future__ import annotations

from flask import Response, make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.conferences.models import Conference
from eventsapp.core.printing import press
from eventsapp.core.web import error_answer, private
from eventsapp.registration.approval import letters
from eventsapp.registration.approval.models import ConfirmationLetter
from eventsapp.registration.models import Registration


def paper(
    conference: Conference, registration: Registration, letter: ConfirmationLetter
) -> Response | BaseResponse:
    """Return a letter as PDF, or that there is a queue (503). Starts a process."""
    try:
        body = letters.printed(conference, registration, letter)
    except press.Busy:
        wait = str(press.RETRY_AFTER)
        text = _(
            "Others are being printed for at this moment. This page asks again by itself in a few seconds."
        )
        return error_answer(503, _("One moment, please"), text, **{"Retry-After": wait, "Refresh": wait})
    response = make_response(body)
    response.headers["Content-Type"] = press.CONTENT_TYPE
    name = f"{conference.slug}-{registration.id}-{letter.language}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return private(response)
