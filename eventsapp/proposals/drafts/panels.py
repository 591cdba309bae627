"""The parts of a proposal's page that writing together brings: organizations, messages, content, comments, history."""

from __future__ import annotations

from eventsapp.core.forms import ActionForm
from eventsapp.proposals.access import Standing
from eventsapp.proposals.drafts import content, queries
from eventsapp.proposals.enums import CommentAudience
from eventsapp.proposals.panels import Panel
from eventsapp.questions import rules as questions


def organizations(standing: Standing) -> Panel:
    """Who proposes, and who has consented. One statement."""
    return Panel(
        "proposals/own/_organizations.html",
        {"organizations": queries.organizations(standing.proposal.id), "action": ActionForm(formdata=None)},
        order=30,
    )


def messages(standing: Standing) -> Panel:
    """What was said to the secretariat and by it. One statement."""
    return Panel(
        "proposals/own/_comments.html",
        {
            "audience": CommentAudience.SECRETARIAT,
            "said": queries.comments(standing.proposal.id, CommentAudience.SECRETARIAT),
        },
        order=40,
    )


def text(standing: Standing) -> Panel:
    """What the proposal says. Three statements."""
    proposal = standing.proposal
    return Panel(
        "proposals/own/_text.html",
        {
            "said": content.snapshot(proposal),
            "asked": questions.asked(proposal.call.questionnaire),
            "themes": queries.theme_names_of(proposal.conference_id),
        },
        order=60,
    )


def comments(standing: Standing) -> Panel:
    """What the team says among itself. One statement."""
    return Panel(
        "proposals/own/_comments.html",
        {
            "audience": CommentAudience.TEAM,
            "said": queries.comments(standing.proposal.id, CommentAudience.TEAM),
        },
        order=70,
    )


def history(standing: Standing) -> Panel:
    """The newest versions. One statement."""
    return Panel(
        "proposals/own/_history.html", {"versions": queries.versions(standing.proposal.id, most=5)}, order=80
    )


ALL = (organizations, messages, text, comments, history)
