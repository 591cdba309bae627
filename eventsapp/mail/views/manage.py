"""The messages of a conference in the organizers' workspace: what was sent to whom and when."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import Conflict
from eventsapp.core.forms import ActionForm
from eventsapp.core.logs import without_secrets
from eventsapp.mail import queries, service
from eventsapp.mail.models import MessageState
from eventsapp.mail.names import STATES, kind_name

manage = Blueprint("messages_manage", __name__, url_prefix="/manage/<conference>/messages")

Answer = str | BaseResponse


@manage.get("/")
@manages(Permission.VIEW_MESSAGES)
def index(conference: Conference) -> Answer:
    """List the messages, filtered by the address: ``state``, ``template``, ``q``, ``page``."""
    filters = {name: request.args.get(name, "")[:200] for name in ("state", "template", "q")}
    found = queries.messages(
        conference.id,
        state=filters["state"],
        template=filters["template"],
        search=filters["q"],
        page=request.args.get("page", 1, int),
    )
    return render_template(
        "messages/index.html",
        conference=conference,
        filters=filters,
        found=found,
        counts=queries.counts(conference.id),
        templates=[(name, kind_name(name)) for name in queries.templates(conference.id)],
        states=STATES,
        kind_name=kind_name,
        MessageState=MessageState,
    )


@manage.get("/<int:id>")
@manages(Permission.VIEW_MESSAGES)
def message(conference: Conference, id: int) -> Answer:
    """Show one message. Its secret links are masked: they let their recipient act, and nobody else."""
    found = queries.message_of(conference.id, id)
    return render_template(
        "messages/message.html",
        conference=conference,
        message=found,
        text=without_secrets(found.text_body),
        state=STATES[found.state],
        kind=kind_name(found.template),
        resendable=found.state in (MessageState.SENT, MessageState.DEAD),
        MessageState=MessageState,
        form=ActionForm(),
    )


@manage.post("/<int:id>/resend")
@manages(Permission.SEND_MESSAGES)
def resend(conference: Conference, id: int) -> Answer:
    """Send a message again; what was given up is tried anew, of what was sent a copy goes out."""
    found = queries.message_of(conference.id, id)
    if not ActionForm().validate_on_submit():
        raise Conflict(_("Your session had expired. Please try again."))
    service.resend(found, actor=actor())
    flash(_("The message is in the queue again."), "good")
    return redirect(url_for("messages_manage.message", conference=conference.slug, id=id))
