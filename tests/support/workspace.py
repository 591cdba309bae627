"""A conference with one person for each role, and a second one, for tests of the workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from tests import factories
from tests.support.signing import sign_in

OUTSIDERS = ("member of another conference", "stranger")
"""People who are signed in and for whom the conference does not exist."""


@dataclass
class Workspace:
    """Two conferences by slug, the ids of rows in both, and people by role (their session ids)."""

    app: Flask
    slug: str
    other: str
    people: dict[str, str] = field(default_factory=dict)
    user_ids: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    other_ids: dict[str, int] = field(default_factory=dict)

    def client(self, who: str | None) -> FlaskClient:
        """A client of somebody; None is nobody."""
        client = self.app.test_client()
        if who is not None:
            sign_in(client, self.people[who])
        return client

    def conference(self) -> Conference:
        """The conference as the database has it. Inside an application context."""
        return db.session.query(Conference).filter_by(slug=self.slug).one()

    def revision(self) -> int:
        """The conference's revision now."""
        with self.app.app_context():
            found = self.conference().revision
            db.session.rollback()
            return found


def make_workspace(app: Flask, **over: Any) -> Workspace:
    """Make one, committed."""
    with app.app_context(), transaction():
        conference = factories.make_conference(**over)
        other = factories.make_conference()
        made = Workspace(app, conference.slug, other.slug)
        for role in Role:
            user = factories.make_user(name=f"The {role.value}", password_hash="x")
            factories.make_role(user, conference, role)
            made.people[role.value], made.user_ids[role.value] = user.get_id(), user.id
        administrator = factories.make_user(name="Administrator", is_administrator=True, password_hash="x")
        stranger = factories.make_user(name="Stranger", password_hash="x")
        neighbour = factories.make_user(name="Neighbour", password_hash="x")
        factories.make_role(neighbour, other, Role.OWNER)
        for who, user in (
            ("administrator", administrator),
            ("stranger", stranger),
            ("member of another conference", neighbour),
        ):
            made.people[who], made.user_ids[who] = user.get_id(), user.id
        for one, ids in ((conference, made.ids), (other, made.other_ids)):
            venue = factories.make_venue(one)
            ids |= {
                "conference": one.id,
                "venues": venue.id,
                "rooms": factories.make_room(one, venue=venue).id,
                "types": factories.make_type(one).id,
                "themes": factories.make_theme(one).id,
                "constituencies": factories.make_constituency(one).id,
                "pages": factories.make_page(one).id,
                "news": factories.make_news(one).id,
                "categories": factories.make_category(one).id,
            }
    return made
