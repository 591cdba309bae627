"""What people are asked when they register, what they agree to, and what they hand over."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.core import sweeps
    from eventsapp.registration import hooks
    from eventsapp.registration.enrolment import sealed

    # Applications in one process share the hooks.
    if sealed.sweep not in sweeps.sweeps:
        sweeps.sweeps.append(sealed.sweep)
        hooks.moved.append(sealed.follow)
        hooks.erased.append(sealed.erase)
