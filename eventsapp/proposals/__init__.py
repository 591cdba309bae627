"""Calls for events, from opening to confirmed events: proposals made together, review, mergers, decisions and offers."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.proposals import (
        calls,
        decisions,
        drafts,
        mergers,
        offers,
        organizations,
        review,
        state_names,
        tabs,
    )

    organizations.register()
    app.add_template_global(tabs.tabs, "call_tabs")
    app.add_template_global(state_names.state_name, "proposal_state")
    app.add_template_global(state_names.state_tone, "proposal_tone")
    for part in (calls, drafts, review, mergers, decisions, offers):
        part.register(app)
