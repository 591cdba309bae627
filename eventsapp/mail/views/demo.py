"""The mailbox of the demo: every message that the site has written, to anybody. Only with the setting DEMO."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup, escape

from eventsapp.accounts.guards import open_to_all
from eventsapp.core.errors import NotFound
from eventsapp.core.web import HEADERS, private
from eventsapp.extensions import db
from eventsapp.mail import queries
from eventsapp.mail.models import Message
from eventsapp.mail.names import kind_name

demo = Blueprint("messages_demo", __name__, url_prefix="/demo/messages")

# The HTML part stands in a frame: nothing in it runs, nothing is fetched, and links open in the page around it.
_FRAMED = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
_FRAMING = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; frame-src 'self'",
}


def _only_in_the_demo() -> None:
    if not current_app.config["DEMO"]:
        raise NotFound


@demo.get("/")
@open_to_all
def index() -> str:
    """List all messages, the newest first; ``to`` and ``q`` narrow the list."""
    _only_in_the_demo()
    search = " ".join(request.args.get(name, "")[:200] for name in ("to", "q")).strip()
    found = queries.messages(search=search, page=request.args.get("page", 1, int))
    return render_template("messages/demo_index.html", found=found, search=search, kind_name=kind_name)


@demo.get("/<int:id>")
@open_to_all
def message(id: int) -> Response:
    """Show one message: its text with links, and its HTML part in a frame."""
    _only_in_the_demo()
    found = _message(id)
    html = render_template("messages/demo_message.html", message=found, text=_linked(found.text_body))
    response = current_app.make_response(html)
    response.headers.update(_FRAMING)
    return private(response)


@demo.get("/<int:id>/html")
@open_to_all
def html(id: int) -> Response:
    """Return the HTML part alone, under a policy that lets it do nothing."""
    _only_in_the_demo()
    found = _message(id)
    response = current_app.make_response(found.html_body.replace("<head>", '<head><base target="_top">', 1))
    response.headers.update(_FRAMED)
    return private(response)


def _message(id: int) -> Message:
    found = db.session.get(Message, id)
    if found is None:
        raise NotFound
    return found


def _linked(text: str) -> Markup:
    """Return a text part with the addresses of our own site as links."""
    own = re.compile(f"({re.escape(current_app.config['PUBLIC_URL'])}(?:/[!-~]*)?)")
    parts = own.split(text)
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
