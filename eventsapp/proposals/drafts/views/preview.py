"""The workspace: the form of a proposal as an applicant gets it. What is typed is checked, and nothing is kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import manages
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import answer
from eventsapp.extensions import db
from eventsapp.proposals.calls import queries
from eventsapp.proposals.drafts.forms import draft_form
from eventsapp.proposals.drafts.views import Answer
from eventsapp.proposals.models import Call, Proposal
from eventsapp.questions import rules
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.forms import answers_of, name_of, tell

blueprint = Blueprint("calls_preview", __name__, url_prefix="/manage/<conference>/calls/<call>/preview")


@blueprint.route("/", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def preview(conference: Conference, call: str) -> Answer:
    """Show the form of a proposal that does not exist; check what is sent, and keep nothing."""
    found = queries.one(conference.id, call)
    questions = rules.asked(found.questionnaire)
    languages = [conference.default_language, *conference.languages]
    with db.session.no_autoflush:
        form = draft_form(_nothing(conference, found), questions)
        tried = form.validate_on_submit()
        if tried:
            tell(form, rules.check(questions, _answers(form, questions), languages, complete=True))
    return answer(
        form,
        "proposals/manage/preview.html",
        conference=conference,
        call=found,
        questions=questions,
        tried=tried,
    )


def _nothing(conference: Conference, call: Call) -> Proposal:
    """A proposal that says nothing. It never gets into the session."""
    return Proposal(
        conference=conference, call=call, titles={}, subtitles={}, summaries={}, descriptions={}, languages=[],
        interpretation=[], equipment=[], wished_days=[], wished_halves=[], speakers=[], answers={}, step_free=False,
    )  # fmt: skip


def _answers(form: Any, questions: tuple[rules.Asked, ...]) -> dict[str, Any]:
    """The answers as they would be kept, without storing a file."""
    rest = [one for one in questions if one.kind is not QuestionKind.FILE]
    sent = {
        one.key: 1
        for one in questions
        if one.kind is QuestionKind.FILE and form[name_of(one)].data is not None
    }
    return answers_of(form, rest) | sent
