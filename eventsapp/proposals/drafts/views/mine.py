"""Everything that somebody proposes, over all conferences, and the invitations that wait for their answer."""

from __future__ import annotations

from flask import render_template
from flask_login import current_user

from eventsapp.accounts.guards import signed_in
from eventsapp.accounts.views.account import own_frame
from eventsapp.proposals.drafts import queries
from eventsapp.proposals.drafts.views import blueprint


@blueprint.get("/account/proposals")
@signed_in
def mine() -> str:
    """Show the person's proposals and invitations, what waits for them first."""
    rows = queries.own(current_user.id)
    return render_template(
        "proposals/mine.html",
        going_on=[one for one in rows if not one.is_over],
        over=[one for one in rows if one.is_over],
        invitations=queries.invitations(current_user.id, current_user.email),
        **own_frame(),
    )
