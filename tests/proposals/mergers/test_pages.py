"""The pages of mergers: what a lead, a partner, a stranger and an officer can see and do."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.enums import MergerState, ProposalState
from eventsapp.proposals.mergers.models import Merger
from tests import factories
from tests.support.signing import sign_in
from tests.support.workspace import make_workspace

pytestmark = pytest.mark.sqlite_only


class Stage:
    def __init__(self, app: Flask) -> None:
        self.app, self.space = app, make_workspace(app)
        with app.app_context(), transaction():
            call = factories.make_call(self.space.conference())
            self.call, self.ids, self.codes, self.people = call.slug, [], [], []
            for n in range(2):
                person, lead = factories.make_user(), factories.make_organization(acronyms={"en": f"ORG{n}"})
                factories.make_member(person, lead)
                proposal = factories.make_proposal(
                    call, lead=lead, by=person, state=ProposalState.SUBMITTED,
                    descriptions={"en": f"Secret concept {n}"},
                )  # fmt: skip
                self.ids.append(proposal.id)
                self.codes.append(proposal.code)
                self.people.append(person.get_id())

    def lead(self, n: int):
        client = self.app.test_client()
        sign_in(client, self.people[n])
        return client

    def at(self, n: int, more: str = "") -> str:
        return f"/en/proposals/{self.ids[n]}/merger{more}"

    def manage(self, more: str = "") -> str:
        return f"/manage/{self.space.slug}/calls/{self.call}/mergers/{more}"

    def merger(self) -> tuple[MergerState, list[int], int]:
        with self.app.app_context():
            found = db.session.query(Merger).one()
            return found.state, [part.id for part in found.parts], found.target_id


@pytest.fixture
def stage(app: Flask) -> Stage:
    return Stage(app)


def test_two_leads_agree_on_their_pages(stage: Stage):
    one, other = stage.lead(0), stage.lead(1)
    wrong = one.post(stage.at(0), data={"proposals": "P-9999", "note": "Let us."})
    assert wrong.status_code == 422
    assert "There is no proposal P-9999 in this call." in wrong.text
    assert "Let us." in wrong.text
    assert one.post(stage.at(0), data={"proposals": stage.codes[1].lower()}).status_code == 302
    _state, parts, target = stage.merger()
    seen = one.get(stage.at(0)).text
    assert "ORG1" in seen
    assert "Secret concept 1" not in seen
    assert other.get(stage.at(1)).text.count("Secret concept") == 0
    # Nobody answers for another's proposal, or before there is a draft.
    assert one.post(stage.at(0, "/answer"), data={"part": parts[1], "said": "join"}).status_code == 404
    assert other.post(stage.at(1, "/answer"), data={"part": parts[1], "said": "accept"}).status_code == 409
    assert other.post(stage.at(1, "/answer"), data={"part": parts[1], "said": "join"}).status_code == 302
    assert "Secret concept 1" in one.get(stage.at(0)).text
    for n, client in enumerate((one, other)):
        page = client.get(stage.at(n)).text
        mark = re.search(r'name="content" value="(\w{64})"', page)
        assert mark
        data = {"part": parts[n], "said": "accept", "content": mark[1]}
        assert client.post(stage.at(n, "/answer"), data=data).status_code == 302
    assert stage.merger()[0] is MergerState.AGREED
    assert other.get(f"/en/proposals/{target}").status_code == 200
    assert other.post(stage.at(1, "/undo"), data={"reason": "No."}).status_code == 302
    assert stage.merger()[0] is MergerState.UNDONE


def test_strangers_find_nothing_and_only_who_proposed_it_calls_it_off(stage: Stage):
    one, other = stage.lead(0), stage.lead(1)
    one.post(stage.at(0), data={"proposals": stage.codes[1]})
    stranger = stage.space.client("stranger")
    assert stranger.get(stage.at(0)).status_code == 404
    assert one.get(stage.at(1)).status_code == 404
    assert other.post(stage.at(1, "/abandon")).status_code == 403
    assert one.post(stage.at(0, "/abandon")).status_code == 302
    assert stage.merger()[0] is MergerState.ABANDONED


def test_an_officer_proposes_looks_and_calls_off(stage: Stage):
    officer, viewer = stage.space.client("programme_officer"), stage.space.client("viewer")
    reviewer = stage.space.client("reviewer")
    assert f'value="{stage.codes[0]}"' in officer.get(stage.manage(f"new?proposals={stage.codes[0]}")).text
    assert (
        "Choose two proposals at least."
        in officer.post(stage.manage("new"), data={"proposals": stage.codes[0]}).text
    )
    assert viewer.post(stage.manage("new"), data={"proposals": " ".join(stage.codes)}).status_code == 403
    made = officer.post(stage.manage("new"), data={"proposals": " ".join(stage.codes), "note": "Alike."})
    assert made.status_code == 302
    page = viewer.get(made.location)
    assert all(f"Secret concept {n}" in page.text for n in range(2))
    assert reviewer.get(made.location).status_code == 403
    assert reviewer.get(stage.manage()).status_code == 403
    again = officer.post(stage.manage("new"), data={"proposals": " ".join(stage.codes)})
    assert f"{stage.codes[0]} takes part in another merger already." in again.text
    assert viewer.post(f"{made.location}/abandon").status_code == 403
    assert officer.post(f"{made.location}/abandon", data={"reason": "Not now."}).status_code == 302
    assert stage.codes[0] in officer.get(stage.manage()).text
