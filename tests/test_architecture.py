"""The order in which the parts of the program know each other, and the guard on every route.

``docs/architecture.md`` explains the orders. All imports count, also those inside functions; the few that go against
the order stand in a list here, each with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from eventsapp.accounts import links as account_links
from eventsapp.accounts.enums import Permission, Role
from eventsapp.conferences import accreditation
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.extensions import Model, db
from eventsapp.mail import service as mail
from eventsapp.mail.models import MessageState
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.programme import edits
from eventsapp.programme.conflicts import load_conflicts
from eventsapp.programme.releases import NOWHERE
from eventsapp.programme.scheduling import service as scheduling
from eventsapp.proposals.decisions.models import Scenario
from eventsapp.proposals.drafts import links as consent_links
from eventsapp.proposals.enums import ProposalState
from eventsapp.registration import links as registration_links
from eventsapp.registration.approval import letters
from eventsapp.registration.approval.models import ReplyTemplate
from eventsapp.registration.badges import service as badges
from eventsapp.registration.door.models import DoorDevice
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.nominations import links as nomination_links
from tests import factories
from tests.support.signing import sign_in

PACKAGE = Path(__file__).resolve().parent.parent / "eventsapp"

# --- who may import whom

FEATURES = (
    "core", "mail", "accounts", "organizations", "conferences", "questions", "programme", "registration", "proposals",
    "calendars", "site", "demo", "cli",
)  # fmt: skip
CORE = {"config", "extensions", "__init__"}
"""Modules beside the features that count as core: settings, the extensions, the version."""

AGAINST_THE_ORDER = {
    ("mail.views.demo", "accounts.guards"): "mail is used by accounts, but its pages need their guards",
    ("mail.views.manage", "accounts.enums"): "the same",
    ("mail.views.manage", "accounts.guards"): "the same",
    ("mail.views.manage", "conferences.models"): "the type of the conference that the guard hands over",
    (
        "accounts.guards",
        "conferences.models",
    ): "the guard of the workspace loads the conference of the address",
    ("__init__", "*"): "create_app binds the features",
    ("wsgi", "*"): "makes the application",
    ("core.locale", "extensions"): "binds the extension to the application",
    (
        "core.stamps",
        "core.stamps_postgresql",
    ): "loaded only where the database is PostgreSQL: the driver is large",
}

LAYERS = {"enums": 0, "models": 1, "queries": 2, "service": 3, "forms": 4, "views": 5}
"""Inside a feature. Other modules stand where their imports put them: nothing below may import them."""

IN_FEATURES_AGAINST_THE_LAYERS: dict[tuple[str, str], str] = {}


def modules() -> dict[str, Path]:
    """Return all modules by their dotted name below ``eventsapp``, but for migrations."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        if not name.startswith("migrations"):
            found[name] = path
    return found


@lru_cache
def imports() -> list[tuple[str, str]]:
    """Return (module, imported module) for every import inside the package."""
    known = modules()
    found: set[tuple[str, str]] = set()
    for name, path in known.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name}: imports are absolute"
                module = node.module or ""
                # A name may be a module of its own: `from eventsapp.core import clock`.
                names = [f"{module}.{alias.name}" for alias in node.names]
                names = [one if one.removeprefix("eventsapp.") in known else module for one in names]
            else:
                continue
            for one in names:
                if one == "eventsapp":
                    found.add((name, "__init__"))
                elif one.startswith("eventsapp."):
                    found.add((name, one.removeprefix("eventsapp.")))
    return sorted(found - {(name, name) for name in known})


def feature_of(module: str) -> str:
    first = module.split(".")[0]
    return "core" if first in CORE else first


def layer_of(module: str) -> int | None:
    """Return the layer of a module of a feature by its name, or None for one that is named after what it does."""
    parts = module.split(".")
    return LAYERS.get(parts[1]) if len(parts) > 1 else None


def excused(module: str, imported: str, list_: dict[tuple[str, str], str]) -> bool:
    return (module, imported) in list_ or (module, "*") in list_


def test_features_know_only_those_before_them():
    wrong = [
        f"{module} imports {imported}"
        for module, imported in imports()
        if feature_of(module) in FEATURES
        and feature_of(imported) in FEATURES
        and FEATURES.index(feature_of(imported)) > FEATURES.index(feature_of(module))
        and not excused(module, imported, AGAINST_THE_ORDER)
    ]
    assert wrong == []


def test_every_module_belongs_somewhere():
    elsewhere = {feature_of(module) for module in modules()} - set(FEATURES) - {"wsgi", "__main__"}
    assert elsewhere == set()


def test_layers_know_only_those_below_them():
    inside = [
        (module, imported)
        for module, imported in imports()
        # A feature's own __init__ binds all of it.
        if feature_of(module) == feature_of(imported) and "." in module
    ]
    below: dict[str, set[str]] = {}
    for module, imported in inside:
        below.setdefault(module, set()).add(imported)

    @lru_cache
    def height(module: str) -> int:
        """The layer of a module: by its name, or where its imports put it."""
        named = layer_of(module)
        return max(map(height, below.get(module, ())), default=1) if named is None else named

    wrong = [
        f"{module} imports {imported}"
        for module, imported in inside
        if layer_of(module) is not None
        and height(imported) > height(module)
        and not excused(module, imported, IN_FEATURES_AGAINST_THE_LAYERS)
    ]
    assert wrong == []


def test_no_module_is_imported_in_a_circle():
    graph: dict[str, set[str]] = {}
    for module, imported in imports():
        if "." in module and "." in imported and not excused(module, imported, AGAINST_THE_ORDER):
            graph.setdefault(module, set()).add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_exceptions_are_still_needed():
    found = set(imports())
    stale = [
        pair
        for pair in {**AGAINST_THE_ORDER, **IN_FEATURES_AGAINST_THE_LAYERS}
        if pair[1] != "*" and pair not in found
    ]
    assert stale == []


def test_no_module_is_called_utils():
    assert [name for name in modules() if re.search(r"(^|\.)(utils?|helpers?|misc|common)$", name)] == []


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of all calls in a file, such as ``db.session.commit``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def test_only_the_transaction_commits():
    wrong = [
        f"{name}:{line} {call}"
        for name, path in modules().items()
        for line, call in calls(path)
        if call.endswith(".commit") and name != "core.transaction"
    ]
    assert wrong == []


def test_only_the_clock_asks_what_time_it_is():
    wrong = [
        f"{name}:{line} {call}"
        for name, path in modules().items()
        for line, call in calls(path)
        if re.fullmatch(r"(datetime\.)?(datetime|date)\.(now|utcnow|today)", call) and name != "core.clock"
    ]
    assert wrong == []


def test_services_know_no_request():
    """Whatever can be called on the command line asks neither who is signed in nor what was sent."""
    wrong = []
    for name, path in modules().items():
        if (
            layer_of(name) not in (LAYERS["service"], LAYERS["models"], LAYERS["enums"])
            or feature_of(name) == "core"
        ):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login"):
                wrong += [
                    f"{name} imports {alias.name}"
                    for alias in node.names
                    if alias.name in ("request", "session", "current_user", "g", "flash")
                ]
    assert wrong == []


# --- who may come in

GUARDS = {"permission", "permission-anywhere", "administrator", "login", "token", "open"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def settings() -> dict[str, object]:
    """As in production, with tokens; limits wide enough to ask for everything."""
    wide = dict.fromkeys(("LIMIT_SIGN_IN", "LIMIT_REGISTER", "LIMIT_MAIL", "LIMIT_ADDRESS"), (100000, 600))
    return {"WTF_CSRF_ENABLED": True, **wide}


def rules(app: Flask) -> list[Rule]:
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=str)


def guard_of(app: Flask, rule: Rule) -> str:
    return str(getattr(app.view_functions[rule.endpoint], "guard", ""))


@pytest.mark.sqlite_only
def test_every_route_is_guarded(app: Flask):
    unguarded = []
    for rule in rules(app):
        guard = guard_of(app, rule)
        kind, _, permission = guard.partition(":")
        if kind not in GUARDS or (permission and permission not in set(Permission)):
            unguarded.append(f"{rule.endpoint}: {guard!r}")
    assert unguarded == []


@pytest.mark.sqlite_only
def test_what_everybody_can_send_is_limited(app: Flask):
    unlimited = [
        rule.endpoint
        for rule in rules(app)
        if (rule.methods or set()) & UNSAFE
        and guard_of(app, rule) == "open"
        and not getattr(app.view_functions[rule.endpoint], "limits", ())
    ]
    assert unlimited == []


@pytest.mark.sqlite_only
def test_the_workspace_is_never_open(app: Flask):
    wrong = [
        rule.rule
        for rule in rules(app)
        if rule.rule.startswith(("/manage", "/account/"))
        and guard_of(app, rule) in ("open", "token")
        and not rule.rule.startswith("/account/")
    ]
    assert wrong == []


@pytest.fixture
def world(app: Flask) -> dict[str, Any]:
    """A conference with one of everything, and what stands for each argument of an address."""
    with app.app_context(), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        venue = factories.make_venue(conference)
        room = factories.make_room(conference, venue=venue)
        organization = factories.make_organization()
        kind = factories.make_type(conference)
        theme = factories.make_theme(conference)
        category = factories.make_category(conference)
        speaker = factories.make_speaker(conference)
        event = factories.make_event(conference, type=kind, seats=5, leads=[organization])
        factories.place(event, room=room, start=factories.START)
        factories.release(conference)
        material = factories.make_material(event)
        absence = factories.make_absence(speaker)
        pair = factories.make_pair(event, factories.make_event(conference, type=kind))
        closure, _slot = factories.make_closure(room), factories.make_slot(kind)
        page, news = factories.make_page(conference), factories.make_news(conference)
        constituency = factories.make_constituency(conference)
        person = factories.make_user(is_administrator=True, password_hash="x")
        other = factories.make_user(password_hash="x", pending_email="pending@example.org")
        factories.make_role(other, conference, Role.VIEWER)
        begun = factories.make_user(email_confirmed_at=None)
        registration = factories.make_registration(conference, category=category)
        registration_form = factories.make_form(conference)
        asked_of_people = factories.make_question(registration_form)
        booking = factories.make_booking(event, registration)
        factories.make_ticket(event, registration)
        block = factories.make_block(event, organization)
        offered_seat = factories.make_transfer(booking)
        # Outside of its room's opening times: a conflict.
        factories.make_event(conference, type=kind, room=room, start=factories.START + timedelta(hours=12))
        facts = load_conflicts(conference).found[0].facts
        bumped = factories.make_event(conference, type=kind, room=room, start=factories.START)
        [bump] = edits.apply(conference, [edits.Move(bumped.id, NOWHERE)], actor=COMMAND_LINE)
        run = scheduling.ask(conference, actor=COMMAND_LINE)
        call = factories.make_call(conference, type=kind)
        invited = factories.make_organization()
        proposal = factories.make_proposal(call, lead=organization, invited=[invited], by=person)
        asked = proposal.organizations[-1]
        for one in (organization, invited):
            factories.make_member(person, one)
        offered = factories.make_proposal(call, lead=organization, by=person, state=ProposalState.OFFERED)
        offer = factories.make_offer(offered)
        confirmed = factories.make_proposal(
            call,
            lead=organization,
            by=person,
            state=ProposalState.CONFIRMED,
            event_id=factories.make_event(conference, type=kind).id,
        )
        change = factories.make_change(confirmed)
        report = factories.make_report(change.event)
        accepted = factories.make_proposal(call, lead=organization, state=ProposalState.ACCEPTED)
        criterion = factories.make_criterion(call)
        reviewed = factories.make_proposal(call, state=ProposalState.UNDER_REVIEW)
        review = factories.make_review(reviewed, person)
        reviewer = factories.make_user()
        factories.make_role(reviewer, conference, Role.REVIEWER)
        merger = factories.make_merger(proposal, factories.make_proposal(call, lead=organization))
        question, extension = factories.make_question(call), factories.make_extension(call)
        member = factories.make_member(other, organization, role=MemberRole.MEMBER)
        twice, awaiting = factories.make_organization(), factories.make_organization(confirmed=False)
        asking = factories.make_member(other, twice, state=MembershipState.REQUESTED)
        accreditation.add(conference, [organization.names["en"]], actor=COMMAND_LINE)
        quota = factories.make_quota(conference, organization, category, taken=1)
        nominee = factories.make_registration(
            conference,
            category=category,
            state=RegistrationState.DRAFT,
            confirmed_at=None,
            nominated_for_id=organization.id,
            quota_id=quota.id,
        )
        scenario = Scenario(call_id=call.id, name="First", made_by="somebody")
        db.session.add(scenario)
        gate = factories.make_gate(conference)
        device = DoorDevice(conference_id=conference.id, key="x", name="Phone", seen_at=clock.now())
        db.session.add(device)
        message = _message(conference.id)
        second = factories.make_registration(conference, category=category)
        endorsing = factories.make_registration(
            conference, category=category, organization=organization, state="endorsing", confirmed_at=None
        )
        letter = letters.issue(registration, language="en", actor=COMMAND_LINE)
        reply = ReplyTemplate(conference_id=conference.id, slug="reply", kind="ask", names={}, bodies={})
        db.session.add(reply)
        db.session.flush()
        badge_run = badges.prepare([registration], actor=COMMAND_LINE)
        with app.test_request_context():
            made = {
                "registration_approval other_id": second.id,
                "letter_id": letter.id,
                "registration_standing code": letter.code,
                "registration_endorsing slug": organization.slug,
                "registration_endorsing registration_id": endorsing.id,
                "setup_replies id_": reply.id,
                "lang": "en",
                "conference": conference.slug,
                "code": event.code,
                "call": call.slug,
                "proposals token": str(proposal.id),
                "proposals.consent token": consent_links.token(asked),
                "proposals named_id": asked.id,
                "proposals number": 0,
                "proposals slug": call.slug,
                "proposals key": "question",
                "proposal_id": proposal.id,
                "calls_questions key": question.key,
                "calls_questions kind": question.kind.value,
                "extension_id": extension.id,
                "calls_proposals code": proposal.code,
                "reviews code": reviewed.code,
                "criterion_id": criterion.id,
                "review_id": review.id,
                "calls_review user_id": reviewer.id,
                "file_id": 1,
                "device_id": device.id,
                "door_gates what": "block",
                "proposal_offer proposal_id": offered.id,
                "proposal_event proposal_id": confirmed.id,
                "position": 0,
                "calls_offers offer_id": offer.id,
                "change_id": change.id,
                "proposal_report proposal_id": confirmed.id,
                "proposal_report file_id": 1,
                "calls_reports report_id": report.id,
                "calls_reports file_id": 1,
                "calls_reports action": "waive",
                "calls_offers file_id": 1,
                "calls_offers code": accepted.code,
                "calls_mergers merger_id": merger.id,
                "calls_decisions scenario_id": scenario.id,
                "calls_decisions kind": "accepted",
                "absence_id": absence.id,
                "closure_id": closure.id,
                "pair_id": pair.id,
                "material_id": material.id,
                "speaker_id": speaker.id,
                "registration_id": registration.id,
                "registration_enrolment category": category.slug,
                "registration_forms slug": registration_form.slug,
                "registration_forms key": asked_of_people.key,
                "registration_forms kind": "text",
                "registration_files key": "letter",
                "registration_manage kind": "csv",
                "registration_reports kind": "csv",
                "door_attendance kind": "csv",
                "registration_badges slug": factories.make_badge_template(conference).slug,
                "registration_badges run": badge_run,
                "user_id": other.id,
                "role": Role.VIEWER.value,
                "token": registration_links.page_token(registration.id, registration.secret_version),
                "registration.confirm token": _end(
                    registration_links.confirm_address(registration.id, 0, "en")
                ),
                "accounts.confirm token": _end(account_links.confirm_link(begun)),
                "accounts.reset token": _end(account_links.reset_link(other)),
                "accounts.confirm_email token": _end(account_links.email_link(other)),
                "messages_manage.resend id": message.id,
                "programme_scheduling run_id": run.id,
                "programme_conflicts.conflict facts": facts,
                "programme_manage.bumped group": bump.group,
                "programme_manage.schedule_bumped group": bump.group,
                "programme_manage.return_to number": 1,
                "programme_conflicts.take_back facts": facts,
                "users_manage.administrator id": other.id,
                "users_manage.close id": other.id,
                "users_manage.reopen id": other.id,
                "organizations_manage id_": organization.id,
                "organizations_merging id_": organization.id,
                "organizations_merging other_id": twice.id,
                "organizations_members id_": organization.id,
                "organizations_members.confirm id_": awaiting.id,
                "organizations_members.refuse id_": awaiting.id,
                "organizations_members.decide member_id": asking.id,
                "organizations_own slug": organization.slug,
                "delegation_seats slug": organization.slug,
                "delegation_seats what": "give",
                "registration_own_seats what": "take",
                "block_id": block.id,
                "transfer_id": offered_seat.id,
                "organizations_own.ask slug": twice.slug,
                "organizations_own action": "refuse",
                "organizations_members.decide action": "refuse",
                "organizations_members.change action": "remove",
                "delegations slug": organization.slug,
                "delegations registration_id": nominee.id,
                "delegations kind": "csv",
                "registration_quotas quota_id": quota.id,
                "registration_quotas kind": "csv",
                "nomination token": nomination_links.token(nominee.id, 0),
                "organization_id": organization.id,
                "member_id": member.id,
                "setup_categories id_": category.id,
                "setup_gates id_": gate.id,
                "setup_constituencies id_": constituency.id,
                "setup_news id_": news.id,
                "setup_pages id_": page.id,
                "setup_rooms id_": room.id,
                "setup_themes id_": theme.id,
                "setup_types id_": kind.id,
                "setup_venues id_": venue.id,
                "action": "publish",
                "person": person.get_id(),
            }
    return made


def _end(address: str) -> str:
    return address.removesuffix("/confirm").rsplit("/", 1)[1]


def _message(conference_id: int) -> Any:
    message = mail.queue(
        "password_changed",
        to_name="Ana",
        to_email="ana@example.org",
        language="en",
        context={"link": "http://localhost/"},
        conference_id=conference_id,
    )
    message.state, message.sent_at = MessageState.SENT, clock.now()
    db.session.flush()
    return message


def address(app: Flask, rule: Rule, world: dict[str, Any], method: str) -> str:
    """Return the address of a rule in the world. Raises ``KeyError`` for an argument that the world does not know."""
    values = {}
    for name in rule.arguments:
        choices = (f"{rule.endpoint} {name}", f"{rule.endpoint.split('.')[0]} {name}", name)
        values[name] = next((world[key] for key in choices if key in world), None)
        if values[name] is None:
            raise KeyError(f"{rule.rule}: say in `world` what stands for {choices[0]!r}")
    built = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    assert isinstance(built, str)
    return built


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, but for the counts of limits."""
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Model.metadata.sorted_tables
        if table.name != "rate_count"
    }


def whole(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    with app.app_context():
        return contents()


@pytest.mark.sqlite_only
def test_nothing_changes_without_the_form_s_token(app: Flask, world: dict[str, Any]):
    """Each route that takes a form, with a real thing of each kind, asked by somebody who may do everything.

    But for those behind a secret address: no other site knows it, so it is a token itself.
    """
    client: FlaskClient = app.test_client()
    sign_in(client, world["person"])
    before = whole(app)
    wrong: list[str] = []
    asked = 0
    for rule in rules(app):
        if guard_of(app, rule) == "token":
            continue
        for method in sorted((rule.methods or set()) & UNSAFE):
            where = address(app, rule, world, method)
            answer = client.open(where, method=method, data={"name": "x", "email": "x@example.org"})
            # A form is shown again, a button leads back to its page.
            if answer.status_code not in (302, 303, 400, 409, 422):
                wrong.append(f"{method} {where} did not get to the form: {answer.status}")
            if whole(app) != before:
                pytest.fail(f"{method} {where} changed something: {answer.status}")
            asked += 1
    assert wrong == [], "\n".join(wrong)
    assert asked > 40


@pytest.mark.sqlite_only
def test_looking_never_changes_anything(app: Flask, world: dict[str, Any]):
    """Every page and feed, with a real thing of each kind."""
    client: FlaskClient = app.test_client()
    sign_in(client, world["person"])
    before = whole(app)
    for rule in rules(app):
        if "GET" not in (rule.methods or set()):
            continue
        try:
            where = address(app, rule, world, "GET")
        except KeyError:
            if (rule.methods or set()) & UNSAFE:
                raise
            continue  # pages of the public site: their own tests know what to ask for
        answer = client.get(where)
        assert answer.status_code < 500, where
        answer.close()
        assert whole(app) == before, f"GET {where} changed something"
