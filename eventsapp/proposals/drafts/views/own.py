"""The proposal's own page: what its team sees of it at every stage."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask_login import current_user

from eventsapp.accounts.guards import signed_in
from eventsapp.core.errors import NotFound
from eventsapp.core.translations import LANGUAGES
from eventsapp.proposals import access

blueprint = Blueprint("proposals", __name__)

_LANGUAGE = f"/<any({','.join(LANGUAGES)}):lang>"


@blueprint.get(f"{_LANGUAGE}/proposals/<token>")
@signed_in
def own(lang: str, token: str) -> str:
    """Show a proposal to its team. ``token`` is its id."""
    if not token.isdigit():
        raise NotFound
    standing = access.standing(int(token), current_user)
    g.default_language = standing.proposal.conference.default_language
    return render_template("proposals/own.html", standing=standing, proposal=standing.proposal)
