"""The matrix: which role holds which permission. Pure.

A site administrator holds every permission in every conference. Somebody without a role in a conference holds none,
and is told that the conference's workspace does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable

from eventsapp.accounts.enums import Permission, Role

P = Permission

MATRIX: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(P),
    Role.PROGRAMME_OFFICER: frozenset(
        {
            P.VIEW_WORKSPACE,
            P.EDIT_CONTENT,
            P.VIEW_PROGRAMME,
            P.EDIT_PROGRAMME,
            P.RELEASE_PROGRAMME,
            P.EDIT_ORGANIZATIONS,
            P.EDIT_CALLS,
            P.VIEW_PROPOSALS,
            P.EDIT_PROPOSALS,
            P.DECIDE_PROPOSALS,
            P.VIEW_MESSAGES,
        }
    ),
    Role.REVIEWER: frozenset({P.VIEW_WORKSPACE, P.VIEW_PROGRAMME, P.REVIEW_PROPOSALS}),
    Role.REGISTRAR: frozenset(
        {
            P.VIEW_WORKSPACE,
            P.VIEW_PROGRAMME,
            P.EDIT_ORGANIZATIONS,
            P.VIEW_REGISTRATIONS,
            P.EDIT_REGISTRATIONS,
            P.VIEW_SEALED,
            P.CHECK_IN,
            P.VIEW_MESSAGES,
            P.SEND_MESSAGES,
        }
    ),
    Role.DESK_OFFICER: frozenset({P.VIEW_WORKSPACE, P.VIEW_PROGRAMME, P.VIEW_REGISTRATIONS, P.CHECK_IN}),
    Role.VIEWER: frozenset({P.VIEW_WORKSPACE, P.VIEW_PROGRAMME, P.VIEW_PROPOSALS}),
}


def permissions(roles: Iterable[Role], *, administrator: bool = False) -> frozenset[Permission]:
    """Return what somebody with these ``roles`` in a conference may do there."""
    if administrator:
        return frozenset(Permission)
    return frozenset().union(*(MATRIX[role] for role in roles))
