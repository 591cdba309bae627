"""Pages of those who propose."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.core.translations import LANGUAGES
from eventsapp.proposals import access
from eventsapp.proposals.access import Standing
from eventsapp.proposals.models import Proposal

blueprint = Blueprint("proposals", __name__)

LANGUAGE = f"/<any({','.join(LANGUAGES)}):lang>"
OWN = f"{LANGUAGE}/proposals/<int:token>"

Answer = str | tuple[str, int] | Response | BaseResponse


def standing(token: int) -> Standing:
    """Return how the signed-in person stands to a proposal of theirs. Raises ``NotFound`` for anybody else."""
    return _set(access.standing(token, current_user))


def leading(token: int) -> Standing:
    """The same for what only the lead decides. Raises ``NotFound``, ``NotAllowed``."""
    return _set(access.leading(token, current_user))


def _set(found: Standing) -> Standing:
    g.default_language = found.proposal.conference.default_language
    return found


def frame(proposal: Proposal, **more: Any) -> dict[str, Any]:
    """Return what every page about a proposal shows of it."""
    return {"proposal": proposal, "conference": proposal.conference, "call": proposal.call, **more}
