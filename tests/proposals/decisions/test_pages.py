"""The pages of the decision board, letters and sending, without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.proposals.decisions.models import Scenario
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Proposal
from tests import factories
from tests.support.workspace import make_workspace

pytestmark = pytest.mark.sqlite_only


class Stage:
    """Three reviewed proposals and a place for one."""

    def __init__(self, app: Flask) -> None:
        self.app, self.space = app, make_workspace(app)
        with app.app_context(), transaction():
            conference = self.space.conference()
            call = factories.make_call(conference, places=1, reviews_wanted=1)
            criterion, reviewer = factories.make_criterion(call, scale=100), factories.make_user()
            self.call, self.ids, self.codes = call.slug, [], []
            for n in range(3):
                lead = factories.make_organization(acronyms={"en": f"ORG{n}"}, country="KE" if n else "FR")
                factories.make_member(factories.make_user(name=f"Ana {n}"), lead)
                proposal = factories.make_proposal(
                    call, lead=lead, state=ProposalState.UNDER_REVIEW, titles={"en": f"Water {n} <b>"}
                )
                factories.make_review(proposal, reviewer, scores={criterion.id: 90 - 10 * n})
                self.ids.append(proposal.id)
                self.codes.append(proposal.code)
        self.officer = self.space.client("programme_officer")

    def at(self, more: str = "") -> str:
        return f"/manage/{self.space.slug}/calls/{self.call}/decisions/{more}"

    def begin(self) -> str:
        self.officer.post(self.at("scenarios"), data={"name": "First"})
        with self.app.app_context():
            return str(db.session.query(Scenario).one().id)

    def move(self, scenario: str, n: int, said: str, version: int, **more: Any) -> TestResponse:
        data = {"version": version, "move": f"{self.ids[n]}:{said}"}
        return self.officer.post(self.at(f"scenarios/{scenario}/move"), data=data, **more)


@pytest.fixture
def stage(app: Flask) -> Stage:
    return Stage(app)


def test_moving_one_across_the_line_and_back(stage: Stage):
    assert "Begin a scenario" in stage.officer.get(stage.at()).text
    scenario = stage.begin()
    page = stage.officer.get(stage.at()).text
    codes = re.findall(r'<span class="ltr num">(P-\d+)</span>', page)
    assert codes == stage.codes
    assert page.index("Here the 1 places end") > page.index(codes[0])
    assert "Water 0 &lt;b&gt;" in page
    assert stage.move(scenario, 1, "accept", 0).location.endswith(f"scenario={scenario}#p-{stage.ids[1]}")
    part = stage.move(scenario, 0, "accept", 1, headers={"X-Board": "1"})
    assert part.text.lstrip().startswith('<div class="board"')
    assert "There is 1 more accepted than there are places." in part.text
    assert 'aria-pressed="true"' in part.text
    late = stage.move(scenario, 2, "accept", 1, headers={"Accept": "application/json"})
    assert late.status_code == 409
    said = f"The programme_officer changed this scenario meanwhile ({stage.codes[0]}). Nothing was changed; look again."
    assert late.get_json()["error"]["detail"] == said
    assert stage.move(scenario, 2, "celebrate", 2).status_code == 422
    only = stage.officer.get(stage.at(f"?decision=none&scenario={scenario}")).text
    assert re.findall(r'<span class="ltr num">(P-\d+)</span>', only) == stage.codes[2:]
    # A viewer sees it all and presses nothing; a reviewer sees nothing.
    viewer = stage.space.client("viewer")
    assert 'name="move"' not in viewer.get(stage.at()).text
    assert viewer.post(stage.at(f"scenarios/{scenario}/move")).status_code == 403
    assert viewer.post(stage.at("scenarios"), data={"name": "Mine"}).status_code == 403
    assert stage.space.client("reviewer").get(stage.at()).status_code == 403


def test_targets_filling_and_comparing(stage: Stage):
    first = stage.begin()
    wrong = stage.officer.post(stage.at("targets"), data={"t-region-africa": "500"})
    assert wrong.status_code == 422
    assert "This has to be a number from 0 to 100." in wrong.text
    assert stage.officer.post(stage.at("targets"), data={"t-region-africa": "60"}).status_code == 302
    stage.officer.post(stage.at("scenarios"), data={"name": "Second", "copy_of": first})
    filled = stage.officer.post(
        stage.at(f"scenarios/{first}/fill"),
        data={"version": "0", "how": "balance", "measure": "mean", "waiting": "1"},
    ).text
    assert re.findall(r'<span class="ltr num">(P-\d+)</span>', filled) == [stage.codes[1], stage.codes[0]]
    assert "Region of the lead: <bdi>Africa</bdi>" in filled
    assert "target 60 %, reached" in stage.officer.get(stage.at()).text
    compared = stage.officer.get(stage.at("compare")).text
    assert "2 proposals differ" in compared
    assert stage.officer.get(stage.at("scenarios")).text.count("Second") == 2


def test_letters_are_written_previewed_and_sent_once(stage: Stage):
    scenario = stage.begin()
    page = stage.officer.get(stage.at("letters/declined")).text
    assert "{title}" in page
    wrong = stage.officer.post(
        stage.at("letters/declined"), data={"subjects-en": "No", "bodies-en": "Dear {nobody}"}
    )
    assert wrong.status_code == 422
    assert "{nobody} is no placeholder of this letter." in wrong.text
    assert "Dear {nobody}" in wrong.text
    stage.officer.post(
        stage.at("letters/declined"), data={"subjects-en": "No", "bodies-en": "“{title}”: no."}
    )
    stage.move(scenario, 0, "accept", 0)
    stage.move(scenario, 1, "decline", 1)
    seen = stage.officer.get(stage.at(f"letters/preview?code={stage.codes[1].lower()}")).text
    assert "Ana 1" in seen
    assert "“Water 1 &lt;b&gt;”: no." in seen
    check = stage.officer.get(stage.at("send")).text
    assert "1 proposal has no decision. Nothing is sent for it." in check
    data = {"scenario": scenario, "version": "2", "measure": "mean"}
    assert stage.officer.post(stage.at("send"), data={**data, "version": "1"}).status_code == 409
    assert stage.officer.post(stage.at("send"), data=data).status_code == 302
    assert stage.officer.post(stage.at("send"), data=data).status_code == 422
    assert "2 of 2 proposals, 2 letters" in stage.officer.get(stage.at("send")).text
    with stage.app.app_context():
        sent = {one.to_name: one.text_body for one in db.session.query(Message)}
        assert set(sent) == {"Ana 0", "Ana 1"}
        # What was previewed is what was sent.
        assert sent["Ana 1"].replace("<", "&lt;").replace(">", "&gt;").strip() in seen.replace("&#34;", '"')
        assert [db.session.get_one(Proposal, id_).state for id_ in stage.ids] == [
            ProposalState.ACCEPTED,
            ProposalState.DECLINED,
            ProposalState.UNDER_REVIEW,
        ]
    assert stage.move(scenario, 0, "decline", 2).status_code == 409


def test_the_first_page_of_the_workspace_tells_of_drafted_decisions(stage: Stage):
    scenario = stage.begin()
    stage.move(scenario, 0, "accept", 0)
    assert "1 decision is drafted and not sent." in stage.officer.get(f"/manage/{stage.space.slug}/").text
