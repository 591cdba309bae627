"""What a proposal still lacks before it can be submitted. Eligibility is another question (``eligibility``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from eventsapp.conferences.models import Theme
from eventsapp.core.templating import language_name
from eventsapp.extensions import db
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.models import Call, Proposal
from eventsapp.questions import forms as question_forms
from eventsapp.questions import rules as questions
from eventsapp.questions import shown
from eventsapp.questions.rules import count_words, words_too_many

SECTIONS = ("about", "people", "wishes", "questions")
"""Of the form, in their order."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing to do: in which section, at which field (``anchor``: the id of its element), and a sentence."""

    section: str
    anchor: str
    sentence: str


def missing(proposal: Proposal) -> list[Missing]:
    """Return all that is missing or too long, in the order of the form, in the reader's language."""
    call, default = proposal.call, proposal.conference.default_language
    found = [*_lead(proposal), *_texts(proposal, call, default), *_choices(proposal, call)]
    if not proposal.languages:
        found.append(Missing("wishes", "languages", _("Say in which languages the event is held.")))
    asked = questions.asked(call.questionnaire)
    said = questions.check(asked, proposal.answers, proposal.conference.languages, complete=True)
    for one in asked:
        for sentence in said.get(one.key, ()):
            label = shown.label_of(one, default)
            anchor = question_forms.name_of(one) + (f"-{default}" if one.translated else "")
            found.append(Missing("questions", anchor, f"{label}: {sentence}"))
    return sorted(found, key=lambda one: SECTIONS.index(one.section))


def _lead(proposal: Proposal) -> list[Missing]:
    if any(one.role is OrganizationRole.LEAD for one in proposal.organizations):
        return []
    return [Missing("people", "organizations", _("No organization leads the proposal yet."))]


def _texts(proposal: Proposal, call: Call, default: str) -> list[Missing]:
    found = []
    if not proposal.titles:
        found.append(Missing("about", f"titles-{default}", _("Give the event a title.")))
    if not proposal.summaries:
        found.append(Missing("about", f"summaries-{default}", _("Say in a summary what the event is about.")))
    for name, texts, most, label in (
        ("summaries", proposal.summaries, call.summary_words, _("Summary")),
        ("descriptions", proposal.descriptions, call.description_words, _("Concept note")),
    ):
        for language, text in texts.items():
            count = count_words(text)
            if most and count > most:
                said = f"{label} ({language_name(language)}): {words_too_many(count, most)}"
                found.append(Missing("about", f"{name}-{language}", said))
    return found


def _choices(proposal: Proposal, call: Call) -> list[Missing]:
    found = []
    if not proposal.themes and themes_of(call):
        found.append(Missing("about", "theme_ids", _("Choose at least one theme.")))
    if proposal.format is None and len(call.formats) != 1:
        found.append(Missing("wishes", "format", _("Say how people take part.")))
    elif call.formats and proposal.format is not None and proposal.format.value not in call.formats:
        found.append(Missing("wishes", "format", _("The call does not take events of this format.")))
    if call.lengths and proposal.length_minutes is not None and proposal.length_minutes not in call.lengths:
        found.append(Missing("wishes", "length_minutes", _("The call does not take events of this length.")))
    elif len(call.lengths) > 1 and proposal.length_minutes is None:
        found.append(Missing("wishes", "length_minutes", _("Say how long the event is.")))
    return found


def themes_of(call: Call) -> Sequence[Theme]:
    """Return the themes that a proposal can have: those of the call, else all of the conference."""
    if call.themes:
        return call.themes
    statement = db.select(Theme).where(Theme.conference_id == call.conference_id)
    return list(db.session.scalars(statement.order_by(Theme.position, Theme.id)))
