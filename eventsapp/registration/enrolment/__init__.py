"""What people are asked when they register, what they agree to, and what they hand over."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.core import sweeps
    from eventsapp.registration import hooks, panels
    from eventsapp.registration.enrolment import sealed, states
    from eventsapp.registration.enrolment.views import apply, files, people, questions, settings

    for blueprint in (apply.bp, people.bp, files.blueprint, settings.blueprint):
        app.register_blueprint(blueprint)
    questions.register(app)
    panels.add(panels.officers, states.SAID)
    panels.add(panels.own, states.OWN)
    # Applications in one process share the hooks.
    if sealed.sweep not in sweeps.sweeps:
        sweeps.sweeps.append(sealed.sweep)
        hooks.moved.append(sealed.follow)
        hooks.erased.append(sealed.erase)
