"""Beginning a proposal and writing it, alone or with others; the form works without scripts, and saves by itself with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import (
    Response,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, files, locale
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import Form, RadiosField, answer, refused, saving
from eventsapp.core.templating import clock_time, t
from eventsapp.core.web import private, wants_json
from eventsapp.extensions import db
from eventsapp.organizations import members
from eventsapp.proposals.access import Standing
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.drafts import beginning, completeness, content, differences, queries, submission
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.drafts.forms import add_speaker, draft_form, values_of
from eventsapp.proposals.drafts.service import Saved
from eventsapp.proposals.drafts.views import LANGUAGE, OWN, Answer, blueprint, frame, standing
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.questions import forms as question_forms
from eventsapp.questions import rules as questions
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import Asked

MOST_MARKS = 2_000


# --- beginning


class BeginForm(Form):
    """Which organization leads."""

    organization = RadiosField(required=True)


@blueprint.route(f"{LANGUAGE}/<conference>/calls/<slug>/propose", methods=["GET", "POST"])
@signed_in
def begin(lang: str, conference: str, slug: str) -> Answer:
    """Choose the organization that leads, and begin."""
    call = _call(conference, slug)
    organizations = {one.id: one for one in members.organizations_of(current_user.id)}
    form = BeginForm(data={"organization": next(iter(organizations))} if len(organizations) == 1 else None)
    form.organization.label.text = _("Which organization leads the proposal?")
    form.organization.choices = [(id_, t(one.names)) for id_, one in organizations.items()]
    if request.method == "POST" and len(organizations) == 1 and "organization" not in request.form:
        form.organization.typed = str(next(iter(organizations)))
        form.organization.data = next(iter(organizations))
    if form.validate_on_submit():
        lead = organizations[form.organization.data]
        proposal = beginning.begin(call, lead, current_user, actor=actor())
        return redirect(url_for(".edit", lang=lang, token=proposal.id), 303)
    timing = submission.timing(call, list(organizations), [current_user.email], clock.now())
    return answer(
        form,
        "proposals/begin.html",
        call=call,
        conference=call.conference,
        organizations=organizations,
        timing=timing,
    )


def _call(conference: str, slug: str) -> Call:
    found = db.session.scalar(select(Conference).where(Conference.slug == conference))
    if found is None or found.state is ConferenceState.DRAFT:
        raise NotFound
    g.default_language = found.default_language
    call = calls.one(found.id, slug)
    if not call.published:
        raise NotFound
    return call


# --- writing


@blueprint.route(f"{OWN}/edit", methods=["GET", "POST"])
@signed_in
def edit(lang: str, token: int) -> Answer:
    """Write a proposal. The script posts the same form and gets JSON: what was saved, what others did, what is to be chosen."""
    own = standing(token)
    proposal = own.proposal
    if request.method == "GET" and not own.may_write:
        return redirect(url_for(".own", lang=lang, token=token))
    asked = questions.asked(proposal.call.questionnaire)
    form = draft_form(proposal, asked)
    if request.method == "GET":
        return _page(own, form, asked)
    valid = form.validate()
    wrong = list(form.marks.errors)
    if "csrf_token" in form:
        wrong += form.csrf_token.errors
    if wrong:
        return _refused(own, form, asked)
    if not valid and not wants_json():
        return _refused(own, form, asked)
    saved: Saved | None = None
    try:
        with saving(form):
            values = values_of(form, proposal, asked)
            saved = drafts.save(
                proposal, values, base=_base(form, proposal), seen=_seen(form, values), actor=actor()
            )
    except Conflict as error:
        # It was submitted meanwhile, say: what was typed stays in the form.
        if wants_json():
            raise
        form.form_errors.append(str(error))
    if wants_json():
        return _told(own, form, asked, saved)
    if saved is None or refused(form):
        return _refused(own, form, asked)
    if saved.conflicts:
        # Answered with 200, so that what could be saved is saved.
        return _page(own, form, asked, saved)
    if request.form.get("then") == "done":
        flash(_("Saved."), "good")
        return redirect(url_for(".own", lang=lang, token=token), 303)
    if request.form.get("then") == "submit":
        return redirect(url_for(".submit", lang=lang, token=token), 303)
    flash(_("Saved."), "good")
    anchor = "speakers" if request.form.get("then") == "more" else ""
    return redirect(url_for(".edit", lang=lang, token=token, _anchor=anchor or None), 303)


def _page(own: Standing, form: Any, asked: tuple[Asked, ...], saved: Saved | None = None) -> str:
    proposal = own.proposal
    if not form.errors:
        languages = proposal.conference.languages
        question_forms.tell(form, questions.check(asked, proposal.answers, languages, complete=False))
    marks = content.marks(content.parts(content.snapshot(proposal)))
    if saved is not None:
        # The form shows what was sent: but for what was saved, by the marks of what this person saw.
        marks = _read_marks(form) | {part: marks.get(part, "") for part in saved.changed}
    return render_template(
        "proposals/edit.html",
        form=form,
        standing=own,
        asked=asked,
        marks=json.dumps(marks, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
        conflicts=_conflicts(own, asked, saved),
        refused=False,
        **_around(own),
    )


def _around(own: Standing) -> dict[str, Any]:
    """What stands beside the form: how far it is, what eligibility lacks, who proposes, and until when."""
    proposal = own.proposal
    lacking = completeness.missing(proposal)
    return frame(
        proposal,
        sections=completeness.SECTIONS,
        lacking={name: [one for one in lacking if one.section == name] for name in completeness.SECTIONS},
        failures=submission.failures(proposal),
        organizations=queries.organizations(proposal.id),
        timing=submission.timing_of(proposal, actor=actor(), now=clock.now()),
        file_href=lambda key: url_for(".file", lang=locale.current(), token=proposal.id, key=key),
    )


def _refused(own: Standing, form: Any, asked: tuple[Asked, ...]) -> Answer:
    if wants_json():
        said = [sentence for _id, _label, found in form.summary for sentence in found]
        answered = jsonify(
            error={"status": 422, "title": _("This cannot be taken"), "detail": " ".join(said)}
        )
        answered.status_code = 422
        return private(answered)
    if not form.speakers.entries:
        add_speaker(form)
    marks = form.marks.data or "{}"
    return (
        render_template(
            "proposals/edit.html",
            form=form,
            standing=own,
            asked=asked,
            marks=marks,
            conflicts=[],
            refused=True,
            **_around(own),
        ),
        422,
    )


def _read_marks(form: Any) -> dict[str, str]:
    """The marks of what the person saw, as the form carried them; nothing of what is not marks."""
    try:
        read = json.loads(form.marks.data or "")
    except ValueError:
        return {}
    if not isinstance(read, dict) or len(read) > MOST_MARKS:
        return {}
    return {str(part): mark for part, mark in read.items() if isinstance(mark, str)}


def _seen(form: Any, values: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the marks by which a save is judged: those carried along, but where the person has chosen between two texts."""
    if not form.marks.data:
        return None
    seen = _read_marks(form)
    mine = content.parts(values)
    for name, said in request.form.items():
        if not name.startswith("choose-"):
            continue
        part = name.removeprefix("choose-")
        whose, _sign, mark = said.partition(":")
        # Mine over theirs, if theirs is still what was shown; or theirs: then mine was not touched.
        if whose == "mine":
            seen[part] = mark
        elif whose == "theirs":
            seen[part] = content.mark(mine.get(part))
    return seen


def _base(form: Any, proposal: Proposal) -> int:
    typed = form.base.data or ""
    number = int(typed) if typed.isascii() and typed.isdigit() else 0
    return min(number, proposal.version)


def _conflicts(own: Standing, asked: Iterable[Asked], saved: Saved | None) -> list[dict[str, Any]]:
    """What has to be chosen: for each part both texts, who wrote the other one, and the mark of it."""
    if saved is None or not saved.conflicts:
        return []
    names = differences.names(own.proposal, tuple(asked))
    newest = queries.versions(own.proposal.id, most=20)
    found = []
    for clash in saved.conflicts:
        by = next((one for one in newest if clash.part in one.changes), None)
        found.append(
            {
                "part": clash.part,
                "label": names.part(clash.part),
                "theirs": names.value(clash.part, clash.theirs),
                "mine": names.value(clash.part, clash.mine),
                "mark": content.mark(clash.theirs),
                "by": by.actor if by else "",
            }
        )
    return found


def _told(own: Standing, form: Any, asked: tuple[Asked, ...], saved: Saved | None) -> Response:
    """Answer the script."""
    proposal = own.proposal
    now = content.marks(content.parts(content.snapshot(proposal)))
    seen = _read_marks(form)
    clashing = {clash.part for clash in saved.conflicts} if saved else set()
    changed = set(saved.changed) if saved else set()
    others = [
        part
        for part in {*now, *seen}
        if part not in clashing and part not in changed and now.get(part, "") != seen.get(part, "")
    ]
    around = _around(own)
    soft = questions.check(asked, proposal.answers, proposal.conference.languages, complete=False)
    errors = [(id_, list(map(str, found))) for id_, _label, found in form.summary if id_]
    errors += [(question_forms.name_of(one), soft[one.key]) for one in asked if one.key in soft]
    return private(
        jsonify(
            saved=clock_time(clock.now(), proposal.conference.zone),
            version=proposal.version,
            marks={part: now.get(part, "") for part in changed},
            changed=sorted(changed),
            others=sorted(others),
            errors=errors,
            conflicts=[
                {
                    "part": one["part"],
                    "html": render_template(
                        "proposals/_conflict.html", one=one, conference=proposal.conference
                    ),
                }
                for one in _conflicts(own, asked, saved)
            ],
            html={
                "progress": render_template("proposals/_progress.html", standing=own, **around),
                "eligibility": render_template("proposals/_eligibility.html", standing=own, **around),
            },
        )
    )


@blueprint.get(f"{OWN}/marks")
@signed_in
def marks(lang: str, token: int) -> Response:
    """Return the marks of all parts, by which the script finds out what others have changed."""
    own = standing(token)
    found = content.marks(content.parts(content.snapshot(own.proposal)))
    writable = own.proposal.state is ProposalState.DRAFT
    return private(jsonify(version=own.proposal.version, marks=found, writable=writable))


@blueprint.get(f"{OWN}/files/<key>")
@signed_in
def file(lang: str, token: int, key: str) -> Response:
    """Return a file that was given as an answer."""
    proposal = standing(token).proposal
    asked = [one for one in questions.asked(proposal.call.questionnaire) if one.key == key]
    stored = [*question_forms.stored_files(asked, proposal.answers).values()]
    if not stored or asked[0].kind is not QuestionKind.FILE:
        raise NotFound
    path = files.path_of(stored[0])
    if not path.is_file():
        raise NotFound
    response = send_file(
        path, mimetype=stored[0].content_type, as_attachment=True, download_name=stored[0].name
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return private(response)
