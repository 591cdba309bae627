"""Badges: templates, signed codes, printing and revoking."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.registration import hooks
    from eventsapp.registration.badges import service

    # Applications in one process share the hooks.
    if service.registration_moved not in hooks.moved:
        hooks.moved.append(service.registration_moved)
        hooks.changed.append(service.registration_changed)
