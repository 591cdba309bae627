"""More registrations over one connection than it takes for the database driver to prepare its statements."""

from __future__ import annotations

from sqlalchemy import func, select

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration import service
from eventsapp.registration.models import Registration
from tests import factories


def test_thirty_people_register_twice_each_over_one_connection(app):
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now())
        category = factories.make_category(conference)
        for _turn in range(2):
            for number in range(30):
                data = service.RegistrationData(
                    name=f"Person {number}", email=f"p{number}@example.org", category_id=category.id
                )
                service.register(conference, data, language="en")
        assert db.session.scalar(select(func.count(Registration.id))) == 30
