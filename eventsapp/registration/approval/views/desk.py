"""The approval desk in the workspace: its queue, one registration with everything on it, two side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import templating
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.extensions import db
from eventsapp.registration import lists, panels, places
from eventsapp.registration.approval import desk, letters, service
from eventsapp.registration.approval.forms import SIGNS, STEPS, DecideForm, LetterForm, RemarkForm
from eventsapp.registration.approval.models import ReplyTemplate
from eventsapp.registration.approval.rules import first_approval, same_person
from eventsapp.registration.approval.service import AT_ONCE, Outcome
from eventsapp.registration.approval.views.paper import paper
from eventsapp.registration.enrolment import photos, shown
from eventsapp.registration.enums import Detail, RegistrationState
from eventsapp.registration.forms import REGISTRATION_STATES
from eventsapp.registration.models import Registration

blueprint = Blueprint(
    "registration_approval", __name__, url_prefix="/manage/<conference>/registration/approval"
)

Answer = str | Response | BaseResponse | tuple[str, int]
S = RegistrationState

STEPS_OF: Final[dict[RegistrationState, tuple[str, ...]]] = {
    S.SUBMITTED: ("reject",),
    S.IN_REVIEW: ("approve", "ask", "waitlist", "reject"),
    S.ENDORSING: ("take_over", "reject"),
    S.RETURNED: ("reject",),
    S.WAITLISTED: ("reject",),
    S.OFFERED: ("reject",),
    S.CONFIRMED: ("reject",),
    S.REJECTED: ("take_over",),
}
"""What can be decided in each state; the first is the usual one."""
_DO: Final[dict[str, Callable[..., Outcome]]] = {
    "approve": service.approve,
    "ask": service.ask,
    "waitlist": service.waitlist,
    "reject": service.reject,
    "take_over": service.take_over,
}


def _labels() -> dict[str, str]:
    return {
        "approve": _("Approve"),
        "ask": _("Ask for more"),
        "waitlist": _("Put on the waiting list"),
        "reject": _("Reject"),
        "take_over": _("Put before the registrars"),
    }


def _templates(conference: Conference) -> list[ReplyTemplate]:
    statement = select(ReplyTemplate).where(ReplyTemplate.conference_id == conference.id)
    return list(db.session.scalars(statement.order_by(ReplyTemplate.kind, ReplyTemplate.position)))


def _registration(conference: Conference, id_: int) -> Registration:
    """Return a registration of this conference; of another one there is none."""
    found = db.session.get(Registration, id_) if 0 < id_ < 2**31 else None
    if found is None or found.conference_id != conference.id:
        raise NotFound
    return found


def _form(templates: list[ReplyTemplate]) -> DecideForm:
    form = DecideForm()
    form.offer(templates)
    return form


def _possible(form: DecideForm, step: str, steps: Iterable[str]) -> bool:
    """Return whether a button that was pressed is one of the page's; say so in the form otherwise."""
    if step in steps:
        return True
    form.form_errors.append(_("This is not one of the choices."))
    return False


def _words(form: DecideForm, templates: list[ReplyTemplate]) -> dict[str, Any]:
    reply = next((one.bodies for one in templates if one.id == form.reply.data), None)
    return {"note": form.note.data or None, "reply": reply}


def _say(step: str, outcome: Outcome) -> None:
    """Tell the officer what was done, and what could not be."""
    placed = outcome.done - outcome.waiting - outcome.first
    if step in ("approve", "waitlist"):
        if placed:
            flash(ngettext("%(num)s person is registered and was told.", "%(num)s people are registered and were told.", placed), "good")  # fmt: skip
        if outcome.waiting:
            flash(ngettext("%(num)s person was put on the waiting list and told.", "%(num)s people were put on the waiting list and told.", outcome.waiting), "good")  # fmt: skip
        if outcome.first:
            flash(ngettext("%(num)s registration waits for the approval of a second registrar.", "%(num)s registrations wait for the approval of a second registrar.", outcome.first), "good")  # fmt: skip
    elif step == "take_over" and outcome.done:
        flash(_("Saved."), "good")
    elif outcome.done:
        flash(
            ngettext("Done: %(num)s person was told.", "Done: %(num)s people were told.", outcome.done),
            "good",
        )
    for name, why in outcome.left[:10]:
        flash(f"{name}: {why}", "warning")
    if len(outcome.left) > 10:
        more = len(outcome.left) - 10
        flash(ngettext("And %(num)s more like these.", "And %(num)s more like these.", more), "warning")


# --- the queue


@blueprint.get("/")
@manages(Permission.EDIT_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """List what waits to be decided, who has waited longest first."""
    return _index(conference, _form(_templates(conference)))


def _index(conference: Conference, form: DecideForm) -> Answer:
    filters = desk.Filters.of(request.args)
    steps = STEPS_OF.get(filters.queue, ())
    return answer(
        form,
        "registration/approval/index.html",
        conference=conference,
        filters=asdict(filters),
        queue=filters.queue,
        asked=bool(filters),
        found=desk.listing(conference.id, filters, page=request.args.get("page", 1, int)),
        counts=desk.counts(conference.id),
        categories=lists.categories(conference.id),
        countries=sorted(
            ((code, templating.country_name(code)) for code in lists.countries_used(conference.id)),
            key=lambda pair: pair[1],
        ),
        four_eyes=places.settings_of(conference.id).four_eyes,
        steps=[(step, _labels()[step]) for step in steps],
        at_once=AT_ONCE,
        states=REGISTRATION_STATES,
        ticked=set(request.form.getlist("id")),
    )


@blueprint.post("/many")
@manages(Permission.EDIT_REGISTRATIONS)
def many(conference: Conference) -> Answer:
    """Decide on those that are ticked, or on all that fit the filters."""
    templates = _templates(conference)
    form, filters = _form(templates), desk.Filters.of(request.args)
    step = request.form.get("step", "")
    if form.validate_on_submit() and _possible(form, step, STEPS_OF.get(filters.queue, ())):
        if request.form.get("all") == "1":
            ids = desk.all_ids(conference.id, filters, most=AT_ONCE)
        else:
            typed = [
                int(one)
                for one in request.form.getlist("id")
                if one.isascii() and one.isdigit() and len(one) < 10
            ]
            ids = desk.known_ids(conference.id, typed[:AT_ONCE])
        if not ids:
            flash(_("Nothing is ticked."), "warning")
            return _to(conference, "index")
        with saving(form):
            outcome = _DO[step](ids, actor=actor(), **_words(form, templates))
        if not form.errors:
            _say(step, outcome)
            return _to(conference, "index")
    return _index(conference, form)


def _to(conference: Conference, endpoint: str, **values: Any) -> BaseResponse:
    """Lead on to a page of the desk; the filters stay in the address."""
    filters = {name: value for name, value in asdict(desk.Filters.of(request.args)).items() if value}
    return redirect(url_for(f".{endpoint}", conference=conference.slug, **values, **filters), 303)


# --- one registration


@blueprint.get("/<int:registration_id>")
@manages(Permission.EDIT_REGISTRATIONS)
def one(conference: Conference, registration_id: int) -> Answer:
    """Show one registration with everything on it, to decide."""
    found = _registration(conference, registration_id)
    return _one(conference, found, _form(_templates(conference)), RemarkForm(formdata=None))


def _one(conference: Conference, found: Registration, form: DecideForm, remark_form: RemarkForm) -> Answer:
    filters = desk.Filters.of(request.args)
    before = first_approval(service.steps_of(found.id)) if found.state is S.IN_REVIEW else None
    me = actor()
    html, status = answer(
        form,
        "registration/approval/one.html",
        conference=conference,
        registration=found,
        rows=shown.rows(found),
        photo=photos.address_of(found),
        panels=_panels(conference, found),
        doubles=desk.doubles(found),
        signs=SIGNS,
        history=desk.history(found.id),
        step_names=STEPS,
        changed_words=_changed_words,
        first=before,
        first_is_me=before is not None and same_person(before, actor_id=me.user_id, actor=me.name),
        four_eyes=places.settings_of(conference.id).four_eyes,
        steps=[(step, _labels()[step]) for step in STEPS_OF.get(found.state, ())],
        templates=_templates(conference),
        remark_form=remark_form,
        action=ActionForm(formdata=None),
        states=REGISTRATION_STATES,
        next_id=desk.next_id(conference.id, filters, found),
    )
    return html, 422 if remark_form.errors else status


@blueprint.post("/<int:registration_id>")
@manages(Permission.EDIT_REGISTRATIONS)
def decide(conference: Conference, registration_id: int) -> Answer:
    """Decide, and go on to the next one in the queue."""
    found = _registration(conference, registration_id)
    templates, filters = _templates(conference), desk.Filters.of(request.args)
    form, step = _form(templates), request.form.get("step", "")
    if form.validate_on_submit() and _possible(form, step, _DO):
        following = desk.next_id(conference.id, filters, found)
        with saving(form):
            outcome = _DO[step]([found.id], actor=actor(), **_words(form, templates))
        if not form.errors:
            _say(step, outcome)
            if outcome.left or following is None:
                if not outcome.left:
                    return _to(conference, "index")
                following = registration_id
            return _to(conference, "one", registration_id=following)
    return _one(conference, _registration(conference, registration_id), form, RemarkForm(formdata=None))


@blueprint.post("/<int:registration_id>/remark")
@manages(Permission.EDIT_REGISTRATIONS)
def remark(conference: Conference, registration_id: int) -> Answer:
    """Keep a remark that only officers see."""
    found = _registration(conference, registration_id)
    form = RemarkForm()
    if form.validate_on_submit():
        with saving(form):
            service.remark(found.id, actor=actor(), note=form.remark.data)
        if not form.errors:
            flash(_("Saved."), "good")
            return _to(conference, "one", registration_id=found.id)
    templates = _templates(conference)
    empty = DecideForm(formdata=None)
    empty.offer(templates)
    return _one(conference, found, empty, form)


# --- two side by side


@blueprint.get("/<int:registration_id>/compare/<int:other_id>")
@manages(Permission.EDIT_REGISTRATIONS)
def compare(conference: Conference, registration_id: int, other_id: int) -> Answer:
    """Show two registrations side by side, with what differs."""
    pair = [_registration(conference, registration_id), _registration(conference, other_id)]
    if pair[0].id == pair[1].id:
        raise NotFound
    said = [{row.label: row.text for row in shown.rows(each) if row.text} for each in pair]
    labels = list(dict.fromkeys([*said[0], *said[1]]))
    lines = [(label, said[0].get(label, ""), said[1].get(label, "")) for label in labels]
    found = next(
        (each for each in desk.doubles(pair[0], also=other_id) if each.registration.id == other_id), None
    )
    return render_template(
        "registration/approval/compare.html",
        conference=conference,
        pair=pair,
        photos=[photos.address_of(each) for each in pair],
        lines=lines,
        likeness=found.likeness if found else None,
        signs=SIGNS,
        states=REGISTRATION_STATES,
        action=ActionForm(),
        may_reject=[("reject" in STEPS_OF.get(each.state, ())) for each in pair],
    )


@blueprint.post("/<int:registration_id>/compare/<int:other_id>")
@manages(Permission.EDIT_REGISTRATIONS)
def judge(conference: Conference, registration_id: int, other_id: int) -> Answer:
    """Keep that the two are two people (``two``), or reject one of them (``first``, ``second``) as the same person's."""
    one_, other = _registration(conference, registration_id), _registration(conference, other_id)
    step = request.form.get("step", "")
    if one_.id == other.id:
        raise NotFound
    if step not in ("two", "first", "second") or not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return _to(conference, "compare", registration_id=registration_id, other_id=other_id)
    if step == "two":
        service.not_the_same(one_.id, other.id, actor=actor())
        flash(_("Kept: these are two people."), "good")
    else:
        gone, kept = (one_, other) if step == "first" else (other, one_)
        number = gone.id
        service.is_double(number, of_id=kept.id, actor=actor())
        flash(
            _("Registration %(number)s is rejected, and the person was told which one stays.", number=number),
            "good",
        )
    return _to(conference, "one", registration_id=registration_id)


# --- the letter


@blueprint.post("/<int:registration_id>/letters")
@manages(Permission.EDIT_REGISTRATIONS)
def issue(conference: Conference, registration_id: int) -> Answer:
    """Issue a letter that confirms the registration, in the language that is asked for."""
    found = _registration(conference, registration_id)
    form = LetterForm()
    if not form.validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return _to(conference, "one", registration_id=found.id)
    letter = letters.issue(found, language=form.language.data, actor=actor())
    return _to(conference, "letter", registration_id=found.id, letter_id=letter.id)


@blueprint.get("/<int:registration_id>/letters/<int:letter_id>.pdf")
@manages(Permission.EDIT_REGISTRATIONS)
def letter(conference: Conference, registration_id: int, letter_id: int) -> Answer:
    """Hand over a letter as PDF."""
    found = _registration(conference, registration_id)
    kept = next((each for each in letters.of_registration(found.id) if each.id == letter_id), None)
    if kept is None or kept.revoked_at is not None:
        raise NotFound
    return paper(conference, found, kept)


def _changed_words(note: str) -> str:
    """Return what a step of a change names (``rules.CHANGED``), in words; what has no word of its own is an answer of the form."""
    known = {
        "name": _("Name"),
        "email": _("E-mail address"),
        "organization_id": _("Organization"),
        "organization_name": _("Organization"),
        "country": _("Country"),
        "category_id": _("Category"),
        "photo_id": shown.DETAILS[Detail.PHOTO],
        **{detail.value: word for detail, word in shown.DETAILS.items()},
    }
    return templating.join_list(
        list(dict.fromkeys(str(known.get(name) or _("Answers")) for name in note.split(", ")))
    )


_LEFT_OUT: Final = frozenset({"registration/approval/_decision.html", "registration/privacy/_officers.html"})
"""Panels of the workspace's page of a registration that nobody needs to decide."""
_SAID: Final = "registration/manage/_said.html"


def _panels(conference: Conference, found: Registration) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what the parts of registration add, without what stands on this page already."""
    made = []
    for template, context in panels.shown(panels.officers, conference, found):
        if template == _SAID:
            if not context["passport"] and not context["consents"]:
                continue
            context = {**context, "rows": (), "photo": None}
        if template not in _LEFT_OUT:
            made.append((template, context))
    return made


def decision_panel(conference: Conference, registration: Registration) -> dict[str, Any] | None:
    """Return what the page of a registration says of the decision: where it is made, and what happened so far."""
    steps = desk.history(registration.id)
    if not steps and registration.state not in STEPS_OF:
        return None
    return {
        "history": steps,
        "step_names": STEPS,
        "changed_words": _changed_words,
        "decides": registration.state in STEPS_OF,
    }


def letters_panel(_conference: Conference, registration: Registration) -> dict[str, Any] | None:
    """Return the letters of a confirmed registration, and the form that issues one."""
    if registration.state is not S.CONFIRMED:
        return None
    form = LetterForm(formdata=None, data={"language": registration.language}, prefix="")
    return {"letters": letters.of_registration(registration.id), "letter_form": form}
