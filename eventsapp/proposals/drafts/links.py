"""The signed address by which an organization says whether it consents to being named in a proposal.

It carries ``ProposalOrganization.secret_version``, which every new invitation raises, so that older addresses are dead.
"""

from __future__ import annotations

from eventsapp.core import secrets
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.proposals import notices
from eventsapp.proposals.models import ProposalOrganization

PURPOSE = "consent"


def token(named: ProposalOrganization) -> str:
    """Return the secret part of the address."""
    return secrets.sign(PURPOSE, named.id, named.secret_version)


def address(named: ProposalOrganization, language: str) -> str:
    """Return the absolute address, in a language of the interface."""
    return absolute(notices.path("proposals.consent", lang=language, token=token(named)))


def holder(said: str) -> ProposalOrganization | None:
    """Return whose address it is; None for one that was never given out, or is dead."""
    id_ = secrets.read_id(said)
    named = None if id_ is None else db.session.get(ProposalOrganization, id_)
    if named is None or not secrets.matches(said, PURPOSE, named.id, named.secret_version):
        return None
    return named
