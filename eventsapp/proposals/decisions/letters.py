"""Templates of decision letters: placeholders, their defaults, and what is filled in. Pure but for the reader's language.

A placeholder is *trusted* when its value is the conference's own, or a number; else it is what people typed (a title, the name
of an organization, comments). What people typed is never a template, and loses its links as ``mail.cleaning`` says. A
paragraph with a placeholder that has no value for a proposal is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.mail.cleaning import one_line, unlinked
from eventsapp.proposals.enums import LetterKind

K = LetterKind
_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,60})\}")
_ALL: Final = frozenset(LetterKind)
COMMENTS_MOST: Final = 4_000
"""Characters of each reviewer's comments."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands for something in a letter. ``lines``: its value may have several lines."""

    name: str
    meaning: object
    trusted: bool
    kinds: frozenset[LetterKind] = _ALL
    lines: bool = False


PLACEHOLDERS: Final = {
    one.name: one
    for one in (
        Placeholder("title", _l("the title of the proposal"), trusted=False),
        Placeholder("code", _l("the code of the proposal"), trusted=True),
        Placeholder("organization", _l("the lead organization"), trusted=False),
        Placeholder("name", _l("the name of whoever gets the letter"), trusted=False),
        Placeholder("conference", _l("the name of the conference"), trusted=True),
        Placeholder("call", _l("the name of the call"), trusted=True),
        Placeholder("score", _l("the mean of the scores, from 0 to 100"), trusted=True),
        Placeholder(
            "reviewer_comments",
            _l("what the reviewers want the team to know"),
            trusted=False,
            lines=True,
        ),
        Placeholder(
            "deadline",
            _l("the day until which an offer of today can be answered"),
            trusted=True,
            kinds=frozenset({K.ACCEPTED}),
        ),
        Placeholder(
            "position", _l("the place on the waiting list"), trusted=True, kinds=frozenset({K.WAITLISTED})
        ),
        Placeholder(
            "reason", _l("why it is not eligible"), trusted=False, kinds=frozenset({K.INELIGIBLE}), lines=True
        ),
        Placeholder("contact", _l("the address of the secretariat"), trusted=True),
    )
}

NAMES: Final[Mapping[LetterKind, object]] = {
    K.ACCEPTED: _l("Accepted"),
    K.WAITLISTED: _l("On the waiting list"),
    K.DECLINED: _l("Declined"),
    K.INELIGIBLE: _l("Not eligible"),
}

_DEFAULTS: Final[Mapping[LetterKind, tuple[Callable[[], str], tuple[Callable[[], str], ...]]]] = {
    K.ACCEPTED: (
        lambda: _("{code}: your proposal has been accepted"),
        (
            lambda: _("We are glad to tell you that your proposal “{title}” ({code}), led by {organization}, has been accepted for {conference}."),
            lambda: _("The secretariat offers you a place in the programme next. You are written to again, and have to answer in time: otherwise the place goes to another proposal."),
            lambda: _("The reviewers want you to know:") + "\n{reviewer_comments}",
            lambda: _("Questions? Write to {contact}, or on the page of your proposal."),
        ),
    ),
    K.WAITLISTED: (
        lambda: _("{code}: your proposal is on the waiting list"),
        (
            lambda: _("Your proposal “{title}” ({code}), led by {organization}, could not be given a place at {conference} yet. It is on the waiting list, at place {position}."),
            lambda: _("When a place becomes free, it is offered to the next on the list. You need do nothing now; if you no longer want a place, withdraw the proposal on its page."),
            lambda: _("The reviewers want you to know:") + "\n{reviewer_comments}",
            lambda: _("Questions? Write to {contact}, or on the page of your proposal."),
        ),
    ),
    K.DECLINED: (
        lambda: _("{code}: your proposal has not been accepted"),
        (
            lambda: _("Thank you for your proposal “{title}” ({code}), led by {organization}. There were more good proposals for {conference} than places, and we are sorry to tell you that it has not been accepted."),
            lambda: _("The reviewers want you to know:") + "\n{reviewer_comments}",
            lambda: _("We hope to see you at the conference. Questions? Write to {contact}, or on the page of your proposal."),
        ),
    ),
    K.INELIGIBLE: (
        lambda: _("{code}: your proposal is not eligible"),
        (
            lambda: _("Thank you for your proposal “{title}” ({code}), led by {organization}. It does not meet the rules of the call “{call}” and cannot take part in it."),
            lambda: _("The reason:") + "\n{reason}",
            lambda: _("If you think that this is a mistake, write to {contact}, or on the page of your proposal."),
        ),
    ),
}  # fmt: skip


def default_subject(kind: LetterKind) -> str:
    """Return the subject of a letter that nobody has written, in the current language."""
    return _DEFAULTS[kind][0]()


def default_body(kind: LetterKind) -> str:
    """Return the text of a letter that nobody has written, in the current language."""
    return "\n\n".join(paragraph() for paragraph in _DEFAULTS[kind][1])


def placeholders(kind: LetterKind) -> list[Placeholder]:
    """Return what can stand in a letter of a kind."""
    return [one for one in PLACEHOLDERS.values() if kind in one.kinds]


def used(text: str) -> list[str]:
    """Return the names of the placeholders in a template, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def unknown(text: str, kind: LetterKind) -> list[str]:
    """Return those that a letter of this kind does not know."""
    known = {one.name for one in placeholders(kind)}
    return [name for name in used(text) if name not in known]


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its placeholders filled; paragraphs of which a value is empty or missing are left out.

    Values are filled in once: braces in them mean nothing.
    """
    ready = {name: _clean(name, value) for name, value in values.items()}
    paragraphs = re.split(r"\n[ \t]*\n+", template.strip())
    kept = [one for one in paragraphs if all(ready.get(name) for name in used(one))]
    return "\n\n".join(_PLACEHOLDER.sub(lambda found: ready[found[1]], one) for one in kept)


def fill_line(template: str, values: Mapping[str, str]) -> str:
    """Return a subject with its placeholders filled, in one line; what has no value is left out of it."""
    ready = {name: _clean(name, value) for name, value in values.items()}
    return one_line(_PLACEHOLDER.sub(lambda found: ready.get(found[1], ""), template), 250)


def _clean(name: str, value: str) -> str:
    placeholder = PLACEHOLDERS.get(name)
    trusted = placeholder is not None and placeholder.trusted
    lines = value.splitlines() if placeholder is not None and placeholder.lines else [value]
    clean = [one_line(line, COMMENTS_MOST) for line in lines]
    if not trusted:
        clean = [unlinked(line) for line in clean]
    # Blank lines would end the paragraph that the value stands in.
    return "\n".join(line for line in clean if line)
