"""The structure of one conference as the start of another."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import User
from eventsapp.conferences import copying, hooks
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, EventType, Page, Room, RoomClosure, Slot, Theme, Venue
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.core.errors import Conflict
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import settings
from eventsapp.programme.models import Event, Speaker
from eventsapp.programme.planning import rules_of
from eventsapp.registration.approval.models import ReplyTemplate
from eventsapp.registration.badges.models import BadgeTemplate
from eventsapp.registration.door.models import Gate
from eventsapp.registration.enums import Approval, GateKind, ReplyKind
from eventsapp.registration.models import Category, Registration, RegistrationForm
from tests import factories
from tests.factories import START
from tests.support.workspace import make_workspace


def of(model: Any, conference: Conference) -> list[Any]:
    found = select(model).where(model.conference_id == conference.id)
    return list(db.session.scalars(found.order_by(model.position, model.id)))


def full(**over: Any) -> Conference:
    """A conference of five days with one of everything."""
    made = factories.make_conference(**over)
    venue = factories.make_venue(made, slug="main", latitude=1.5, longitude=2.5)
    room = factories.make_room(
        made, venue=venue, slug="red", capacity=40, safety_limit=50, equipment=["Hoist"], booths=2, step_free=True,
        opens=time(9), closes=time(1),
    )  # fmt: skip
    factories.make_closure(room)
    kind = factories.make_type(made, slug="side", rank=3, colour=4)
    factories.make_slot(kind)
    for day, starts in ((date(2027, 6, 15), 9), (date(2027, 6, 18), 10)):
        factories.make_slot(kind, day=day, starts=time(starts), ends=time(starts + 1))
    factories.make_theme(made, slug="water", number=7)
    factories.make_constituency(made, slug="women")
    form = factories.make_form(made, slug="press")
    factories.make_question(form)
    badge = factories.make_badge_template(made, slug="press", design={"name_size": "huge"})
    factories.make_category(
        made, slug="media", open=False, form_id=form.id, approval=Approval.REGISTRAR, colour=4,
        badge_template_id=badge.id,
    )  # fmt: skip
    factories.make_gate(made, slug="north", lanes=4)
    factories.make_gate(made, slug="red-door", room=room)
    db.session.add(
        ReplyTemplate(
            conference_id=made.id,
            slug="late",
            kind=ReplyKind.REJECT,
            names={"en": "Late"},
            bodies={"en": "Too late."},
        )
    )
    factories.make_page(made, slug="visas")
    speaker = factories.make_speaker(made)
    factories.make_event(made, type=kind, room=room, start=START, speakers=[speaker])
    factories.make_registration(made)
    factories.make_proposal(factories.make_call(made, type=kind))
    settings.save(made, settings.SettingsData(turnover_minutes=20, sole_rank=50), actor=COMMAND_LINE)
    return made


def test_a_draft_is_given_all_that_another_conference_is_made_of_but_no_events_and_no_people(
    app: Any,
) -> None:
    with app.app_context(), transaction():
        source = full()
        target = factories.make_conference(
            state=ConferenceState.DRAFT, start_date=date(2028, 2, 28), end_date=date(2028, 3, 1)
        )
        copied = copying.copy_structure(source, target, actor=COMMAND_LINE, pages=True)
        assert copied.counts == {
            "venue": 1, "room": 1, "event_type": 1, "theme": 1, "constituency": 1, "slot": 2, "page": 1, "category": 1,
            "programme_settings": 1, "call": 1, "registration_form": 1, "reply_template": 1,
            "badge_template": 1, "gate": 2,
        }  # fmt: skip
        [form], [category] = of(RegistrationForm, target), of(Category, target)
        assert (category.form_id, category.approval, category.colour) == (form.id, Approval.REGISTRAR, 4)
        assert len(form.questionnaire.questions) == 1
        [look], gates = of(BadgeTemplate, target), of(Gate, target)
        assert (category.badge_template_id, look.design) == (look.id, {"name_size": "huge"})
        assert [(one.slug, one.kind, one.lanes, one.room_id) for one in gates] == [
            ("north", GateKind.CONFERENCE, 4, None),
            ("red-door", GateKind.ROOM, 1, of(Room, target)[0].id),
        ]
        room, original = of(Room, target)[0], of(Room, source)[0]
        same = (
            "slug",
            "names",
            "capacity",
            "safety_limit",
            "equipment",
            "booths",
            "step_free",
            "opens",
            "closes",
        )
        assert [getattr(room, name) for name in same] == [getattr(original, name) for name in same]
        assert room.venue_id == of(Venue, target)[0].id != original.venue_id
        assert (of(Theme, target)[0].number, of(EventType, target)[0].rank) == (7, 3)
        # From Tuesday of the five days to Tuesday of the three; Friday is none of them.
        slots = db.session.execute(
            select(Slot.day, Slot.starts).where(Slot.type_id == of(EventType, target)[0].id).order_by(Slot.id)
        ).all()
        assert [tuple(row) for row in slots] == [(None, time(13, 15)), (date(2028, 2, 29), time(9))]
        assert copied.left_out == 1
        assert [(one.slug, one.open) for one in of(Category, target)] == [("media", False)]
        assert [(one.slug, one.published) for one in of(Page, target)] == [("visas", False)]
        rules = rules_of(target.id)
        assert (rules.turnover, rules.sole_rank) == (timedelta(minutes=20), 50)
        for model in (Event, Speaker, Registration):
            assert db.session.scalars(select(model).where(model.conference_id == target.id)).all() == []
        assert factories.count(RoomClosure) == 1
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "conference.copy_structure")
        ).one()
        assert entry.detail["from"] == source.slug
        # Nothing is there twice after copying twice, and what has changed meanwhile is kept.
        room.capacity = 41
        category.badge_template_id = None
        again = copying.copy_structure(source, target, actor=COMMAND_LINE)
        assert again.total == 0
        assert (room.capacity, category.badge_template_id) == (41, None)
        # The copy does not share what can be changed in place.
        room.names["en"] = "Blue"
        assert original.names["en"] != "Blue"


@pytest.mark.sqlite_only
def test_only_drafts_are_given_a_structure(app: Any) -> None:
    with app.app_context(), transaction():
        source, target = full(), factories.make_conference()
        with pytest.raises(Conflict):
            copying.copy_structure(source, target, actor=COMMAND_LINE)
        assert len(hooks.structure_copied) == len(set(hooks.structure_copied)) >= 2


@pytest.mark.sqlite_only
def test_owners_copy_from_conferences_they_own_and_from_no_others(app: Any) -> None:
    workspace = make_workspace(app, state=ConferenceState.DRAFT)
    with app.app_context(), transaction():
        other = db.session.get_one(Conference, workspace.other_ids["conference"])
        theme = db.session.get_one(Theme, workspace.other_ids["themes"]).slug
        other_slug = other.slug
        # Somebody who may look at the other one may not look into its drafts by copying them.
        user = db.session.get_one(User, workspace.user_ids["owner"])
        factories.make_role(user, other, Role.PROGRAMME_OFFICER)
    owner, administrator = workspace.client("owner"), workspace.client("administrator")
    path = f"/manage/{workspace.slug}/setup/copy"
    assert "You do not own any other conference." in owner.get(path).text
    assert owner.post(path, data={"source": other_slug}).status_code == 422
    assert administrator.post(path, data={"source": workspace.slug}).status_code == 422
    assert administrator.post(path, data={"source": other_slug}).status_code == 302
    new = {
        "name": "The next one", "short_name": "Next", "start_date": "2028-06-12", "end_date": "2028-06-16", "zone": "UTC",
        "languages": ["en"], "default_language": "en", "source": other_slug, "pages": "y",
    }  # fmt: skip
    assert administrator.post("/manage/new", data={**new, "source": "nowhere"}).status_code == 422
    assert administrator.post("/manage/new", data=new).location == "/manage/next/"
    with app.app_context():
        made = db.session.scalars(select(Conference).where(Conference.slug == "next")).one()
        assert [one.slug for one in of(Theme, made)] == [theme]
        assert theme in [one.slug for one in of(Theme, workspace.conference())]
        assert [one.published for one in of(Page, made)] == [False]
        assert of(Page, workspace.conference())[0].published
