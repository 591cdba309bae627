"""Organizations: shared by all conferences, found by any of their names or acronyms."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from flask_babel import ngettext

    from eventsapp.core import references
    from eventsapp.organizations.views import manage, members, merging, own, public

    for view in (manage, members, merging, own, public):
        app.register_blueprint(view.blueprint)
    references.words["organization_member"] = lambda n: str(ngettext("%(num)s person", "%(num)s people", n))
    references.words["accreditation"] = lambda n: str(
        ngettext("%(num)s accreditation", "%(num)s accreditations", n)
    )
    references.words["extension"] = lambda n: str(ngettext("%(num)s extension", "%(num)s extensions", n))
