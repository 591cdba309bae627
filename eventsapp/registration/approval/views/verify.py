"""For authorities: whether a letter that somebody shows is genuine and still holds."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import open_to_all
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import answer
from eventsapp.core.limits import Limit, by_address, limited
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import private
from eventsapp.extensions import db
from eventsapp.programme.current import new_slug
from eventsapp.registration.approval import letters
from eventsapp.registration.approval.forms import CodeForm, by_link

bp = Blueprint("registration_letters", __name__)


@bp.route(f"/<any({','.join(LANGUAGES)}):lang>/<conference>/letters/verify", methods=["GET", "POST"])
@open_to_all
@limited(Limit("letter", "LIMIT_ADDRESS", by_address))
def verify(lang: str, conference: str) -> Response | BaseResponse:
    """Check the code on a letter. The address on it fills the code in; only the button asks."""
    found = db.session.scalar(select(Conference).where(Conference.slug == conference))
    if found is None or found.state is ConferenceState.DRAFT:
        today = new_slug(conference)
        if today is None:
            raise NotFound
        return redirect(url_for(".verify", lang=lang, conference=today, code=request.args.get("code")), 301)
    g.default_language = found.default_language
    form = by_link(CodeForm, data={"code": request.args.get("code", "")[:40]})
    verdict = letters.verify(found.id, form.code.data) if form.validate_on_submit() else None
    page = answer(form, "registration/approval/verify.html", conference=found, verdict=verdict)
    return private(make_response(page))
