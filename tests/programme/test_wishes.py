"""What people type in so that a timetable can be made: needs and wishes of events, contacts and absences of speakers."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import HalfDay, PairKind
from eventsapp.programme.models import Event, EventPair, Speaker, SpeakerAbsence
from eventsapp.programme.pairs import MOST, Wish, wishes
from eventsapp.programme.planning import load_planning
from tests import factories
from tests.factories import START
from tests.support.signing import sign_in


class Stage:
    """A released event with a speaker and a lead, two more events, an officer and an owner elsewhere."""

    def __init__(self, app: Any) -> None:
        self.app = app
        with app.app_context(), transaction():
            conference, elsewhere = factories.make_conference(), factories.make_conference()
            room = factories.make_room(conference, equipment=["Projector", "Video link"])
            self.speaker_id = factories.make_speaker(conference, name="Ana Ruiz").id
            speaker = db.session.get_one(Speaker, self.speaker_id)
            lead = factories.make_organization(names={"en": "Habitat Office"}, acronyms={})
            event = factories.make_event(
                conference, code="SE-1", leads=[lead], speakers=[speaker], room=room, start=START, end=START + timedelta(hours=1),
                titles={"en": "Water for cities"},
            )  # fmt: skip
            others = [
                factories.make_event(conference, code=f"SE-{n}", titles={"en": f"Cities at work {n}"})
                for n in (2, 3)
            ]
            factories.release(conference)
            self.event_id, self.other_ids, self.lead_id = event.id, [one.id for one in others], lead.id
            self.foreign_id = factories.make_event(elsewhere, code="SE-9").id
            self.type_id = event.type_id
            self.slug, self.id, self.elsewhere = conference.slug, conference.id, elsewhere.slug
            officer, stranger = factories.make_user(), factories.make_user()
            factories.make_role(officer, conference, Role.PROGRAMME_OFFICER)
            factories.make_role(stranger, elsewhere, Role.OWNER)
            self.officer, self.stranger = officer.get_id(), stranger.get_id()
        self.client = app.test_client()
        sign_in(self.client, self.officer)

    def at(self, page: str) -> str:
        return f"/manage/{self.slug}/programme/{page}"

    def revision(self) -> int:
        with self.app.app_context():
            return db.session.get_one(Conference, self.id).revision

    def planning(self) -> Any:
        return load_planning(db.session.get_one(Conference, self.id))


@pytest.fixture
def stage(app: Any) -> Stage:
    return Stage(app)


def event_form(stage: Stage, **over: Any) -> dict[str, Any]:
    return {
        "titles-en": "Water for cities",
        "titles-fr": "",
        "type_id": stage.type_id,
        "organizations-0-organization": "Habitat Office",
        "organizations-0-role": "lead",
        "speakers-0-name": "Ana Ruiz",
        "speakers-0-role": "speaker",
        **over,
    }


def test_an_event_says_what_it_needs_and_wishes_and_the_public_notices_nothing(stage: Stage) -> None:
    before = stage.revision()
    form = event_form(
        stage,
        **{
            "expected_attendance": "120",
            "equipment": ["Projector", "projector\nHoist"],
            "step_free": "y",
            "wished_days": ["2027-06-16", "2027-06-15"],
            "wished_halves": ["evening", "morning"],
            "speakers-0-online": "y",
        },
    )
    assert stage.client.post(stage.at("events/SE-1/edit"), data=form).status_code == 302
    assert stage.revision() == before
    with stage.app.app_context():
        facts = stage.planning().events[stage.event_id]
        assert (facts.attendance, facts.equipment, facts.step_free) == (120, {"projector", "hoist"}, True)
        assert facts.wished_days == {date(2027, 6, 15), date(2027, 6, 16)}
        assert facts.wished_halves == {HalfDay.MORNING, HalfDay.EVENING}
        assert facts.online_ids == {stage.speaker_id}
    shown = stage.client.get(stage.at("events/SE-1/edit")).text
    assert re.search(r'name="equipment" value="Projector" checked', shown)
    assert re.search(r">\s*Hoist</textarea>", shown)
    assert re.search(r'name="wished_days"[^>]*value="2027-06-15" checked', shown)
    assert re.search(r'checked[^>]*name="speakers-0-online"', shown)
    # And all of it can be taken back.
    assert stage.client.post(stage.at("events/SE-1/edit"), data=event_form(stage)).status_code == 302
    with stage.app.app_context():
        facts = stage.planning().events[stage.event_id]
        assert (facts.attendance, facts.equipment, facts.online_ids, facts.wished_days) == (
            None, frozenset(), frozenset(), frozenset(),
        )  # fmt: skip


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"expected_attendance": "-1"}, "expected_attendance"),
        ({"wished_days": "2027-07-15"}, "wished_days"),
        ({"wished_halves": "noon"}, "wished_halves"),
        ({"equipment": "x" * 101}, "equipment"),
    ],
)
def test_needs_that_cannot_be_are_answered_beside_their_fields(
    stage: Stage, over: dict[str, str], field: str
) -> None:
    answer = stage.client.post(stage.at("events/SE-1/edit"), data=event_form(stage, **over))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text


# --- speakers and organizations


def test_speakers_and_organizations_have_contacts_and_speakers_times_when_they_cannot_come(
    stage: Stage,
) -> None:
    before = stage.revision()
    page = stage.at(f"speakers/{stage.speaker_id}")
    sent = {"name": "Ana Ruiz", "email": "Ana@Example.org", "language": "fr", "zone": "Asia/Tokyo"}
    assert stage.client.post(page, data=sent).status_code == 302
    hour = {"starts_at": "2027-06-15T13:00", "ends_at": "2027-06-15T14:00"}
    assert stage.client.post(f"{page}/absences", data=hour).status_code == 302
    for wrong in (hour, {**hour, "ends_at": "2027-06-15T12:00"}, {**hour, "starts_at": ""}):
        answer = stage.client.post(f"{page}/absences", data=wrong)
        assert answer.status_code == 422
        assert 'value="ana@example.org"' in answer.text
    assert stage.client.post(page, data={**sent, "zone": "Mars/Olympus"}).status_code == 422
    lead = {
        "names-en": "Habitat Office",
        "type": "ngo",
        "contact_email": "Desk@Example.org",
        "contact_language": "ar",
    }
    assert stage.client.post(f"/manage/organizations/{stage.lead_id}", data=lead).status_code == 302
    assert stage.revision() == before
    with stage.app.app_context():
        speaker = db.session.get_one(Speaker, stage.speaker_id)
        organization = db.session.get_one(Organization, stage.lead_id)
        assert (organization.contact_email, organization.contact_language) == ("desk@example.org", "ar")
        assert (speaker.email, speaker.language, speaker.zone) == ("ana@example.org", "fr", "Asia/Tokyo")
        facts = stage.planning().speakers[stage.speaker_id]
        assert [(one.start, one.end) for one in facts.absences] == [(START, START + timedelta(hours=1))]
        id_ = db.session.scalars(select(SpeakerAbsence.id)).one()
    sign_in(stage.client, stage.stranger)
    foreign = f"/manage/{stage.elsewhere}/programme/speakers/{stage.speaker_id}/absences/{id_}/remove"
    assert stage.client.post(foreign).status_code == 404
    sign_in(stage.client, stage.officer)
    assert stage.client.post(f"{page}/absences/{id_}/remove").status_code == 302
    with stage.app.app_context():
        assert factories.count(SpeakerAbsence) == 0


def readable(content: bytes) -> str:
    """The text of a page, a feed, a workbook (its parts unpacked) or a PDF (its pages)."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return content.decode(errors="replace")


@pytest.mark.sqlite_only
def test_what_is_for_the_organizers_is_on_no_public_page_feed_or_export(stage: Stage) -> None:
    secret = "kept-for-organizers"
    with stage.app.app_context(), transaction():
        lead, event = (
            db.session.get_one(Organization, stage.lead_id),
            db.session.get_one(Event, stage.event_id),
        )
        speaker = db.session.get_one(Speaker, stage.speaker_id)
        lead.contact_email, lead.contact_language = f"lead@{secret}.example.org", "zh"
        speaker.email, speaker.zone, speaker.language = f"ana@{secret}.example.org", "Antarctica/Troll", "zh"
        event.equipment, event.organizer_notes = [f"hoist {secret}"], secret
        event.expected_attendance, event.wished_days, event.step_free = 98765, ["2027-06-17"], True
        factories.make_absence(speaker)
        factories.make_closure(
            factories.make_room(db.session.get_one(Conference, stage.id)),
            reasons={"en": secret},
        )
        # Read again by the public pages, whatever it was that changed.
        lead.website = "https://example.org/lead"
    visitor = stage.app.test_client()
    seen: set[str] = set()
    todo = [f"/en/{stage.slug}/"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = visitor.get(path)
        assert answer.status_code in (200, 302, 404), path
        text = readable(answer.get_data())
        for hidden in (secret, "98765", "Troll"):
            assert hidden not in text, (path, hidden)
        todo += [
            link.partition("#")[0].replace("&amp;", "&")
            for link in re.findall(r'"(?:(?:https?|webcal)://[^/"]+)?(/en/[^"]*)"', text)
            if f"/{stage.slug}/" in link and "?" not in link
        ]
    # The crawl has been everywhere that matters.
    ends = (
        "/events/SE-1",
        "/events/SE-1.ics",
        "/programme.json",
        "/programme.xml",
        "/programme.csv",
        "/speakers/speaker",
        "/organizations/",
    )
    for end in ends:
        assert any(end in path for path in seen), (end, sorted(seen))


# --- wishes about other events


def test_wishes_about_other_events_are_chosen_by_code_or_title_and_seen_from_both(stage: Stage) -> None:
    before = stage.revision()
    page = stage.at("events/SE-1/pairs")
    assert stage.client.post(page, data={"wish": "apart", "other": "se-2"}).status_code == 302
    several = stage.client.post(page, data={"wish": "after", "other": "cities work"})
    assert several.status_code == 422
    assert f'name="other-pick" id="other-1" value="{stage.other_ids[1]}"' in several.text
    picked = {"wish": "after", "other": "cities work", "other-pick": str(stage.other_ids[1])}
    assert stage.client.post(page, data=picked).status_code == 302
    with stage.app.app_context():
        pairs = {(one.kind, one.first_id, one.second_id) for one in stage.planning().pairs}
        assert pairs == {
            (PairKind.APART, stage.event_id, stage.other_ids[0]),
            (PairKind.BEFORE, stage.other_ids[1], stage.event_id),
        }
        seen = {
            id_: [(row.wish, row.code) for row in wishes(db.session.get_one(Event, id_))]
            for id_ in (stage.event_id, *stage.other_ids)
        }
        assert seen == {
            stage.event_id: [(Wish.APART, "SE-2"), (Wish.AFTER, "SE-3")],
            stage.other_ids[0]: [(Wish.APART, "SE-1")],
            stage.other_ids[1]: [(Wish.BEFORE, "SE-1")],
        }
        pair_id = db.session.scalars(select(EventPair.id).order_by(EventPair.id)).first()
    shown = stage.client.get(stage.at("events/SE-3")).text
    assert "Before the other" in shown
    for refused in (
        {"wish": "apart", "other": "SE-2"},
        {"wish": "before", "other": "SE-3"},
        {"wish": "next", "other": "SE-1"},
        {"wish": "next", "other": "SE-9"},
        {"wish": "next", "other": ""},
        {"wish": "beside", "other": "SE-3"},
    ):
        assert stage.client.post(page, data=refused).status_code == 422, refused
    # From the other side it is the same wish.
    assert (
        stage.client.post(stage.at("events/SE-2/pairs"), data={"wish": "apart", "other": "SE-1"}).status_code
        == 422
    )
    assert stage.client.post(stage.at(f"events/SE-3/pairs/{pair_id}/remove")).status_code == 404
    assert stage.client.post(stage.at(f"events/SE-2/pairs/{pair_id}/remove")).status_code == 302
    assert stage.revision() == before
    with stage.app.app_context():
        assert factories.count(EventPair) == 1
        assert MOST >= 1
