"""What forms ask while somebody types the name of an organization."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from eventsapp.accounts.guards import open_to_all
from eventsapp.core.errors import NotFound
from eventsapp.core.translations import LANGUAGES
from eventsapp.organizations import queries

blueprint = Blueprint("organizations", __name__)


@blueprint.get("/suggest/<lang>/organizations")
@open_to_all
def suggest(lang: str) -> Response:
    """Answer up to eight organizations that ``q`` may mean: ``{"organizations": ["Name (ACRONYM)", …]}``.

    Each is a text that a form's organization field understands.
    """
    if lang not in LANGUAGES:
        raise NotFound
    found = queries.near(request.args.get("q", "")[:200])
    labels = [one.label for one in found]
    return jsonify(organizations=[one.exact if labels.count(one.label) > 1 else one.label for one in found])
