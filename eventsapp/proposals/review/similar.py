"""Pairs of similar proposals and what officers say of them. Queries, and a service for the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select, update

from eventsapp.conferences.models import Conference, Theme
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.programme.enums import PairKind
from eventsapp.programme.models import EventPair
from eventsapp.proposals import life, service
from eventsapp.proposals.enums import Action, ProposalState, Verdict
from eventsapp.proposals.models import Call, Proposal, proposal_theme
from eventsapp.proposals.panels import Panel
from eventsapp.proposals.review import similarity
from eventsapp.proposals.review.models import SimilarVerdict
from eventsapp.proposals.review.similarity import Pair

LOOKED_AT: Final = life.IN_THE_RUNNING | life.HAS_PLACE | {ProposalState.WAITLISTED}
"""Proposals that are compared: those that may still become events, or are to."""
PER_PAGE: Final = 25
NEAREST: Final = 5
_KEPT_MOST: Final = 20_000

_Said = tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]

_words: dict[int, tuple[_Said, Counter[str]]] = {}
"""By proposal: its title, its texts, its themes, and their words. Taking texts apart is most of the work, and they rarely change."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two."""

    id: int
    code: str
    titles: Texts
    state: ProposalState


@dataclass(frozen=True, slots=True)
class Alike:
    """Two proposals that are alike: how much (0 to 100), in which words and themes, and what was said of them."""

    first: Side
    second: Side
    percent: int
    words: tuple[str, ...]
    themes: tuple[Texts, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of pairs; ``pages`` is at least 1."""

    rows: list[Alike]
    total: int
    page: int
    pages: int


def documents(call_id: int) -> dict[int, Counter[str]]:
    """Return the words of the proposals of a call that are compared. Two statements."""
    themes: dict[int, list[int]] = {}
    for proposal_id, theme_id in db.session.execute(
        select(proposal_theme.c.proposal_id, proposal_theme.c.theme_id)
        .join(Proposal, Proposal.id == proposal_theme.c.proposal_id)
        .where(Proposal.call_id == call_id)
        .order_by(proposal_theme.c.theme_id)
    ):
        themes.setdefault(proposal_id, []).append(theme_id)
    rows = db.session.execute(
        select(Proposal.id, Proposal.titles, Proposal.subtitles, Proposal.summaries)
        .where(Proposal.call_id == call_id, Proposal.state.in_(LOOKED_AT))
        .order_by(Proposal.id)
    )
    found: dict[int, Counter[str]] = {}
    for id_, titles, subtitles, summaries in rows:
        said: _Said = (
            tuple(titles.values()),
            (*subtitles.values(), *summaries.values()),
            tuple(themes.get(id_, ())),
        )
        kept = _words.get(id_)
        if kept is None or kept[0] != said:
            if len(_words) >= _KEPT_MOST:
                _words.clear()
            kept = _words[id_] = (said, similarity.words(*said))
        found[id_] = kept[1]
    return found


def listing(call: Call, *, all_: bool = False, page: int = 1) -> Page:
    """Return a page of the pairs of a call, the most alike first. Five statements at most.

    Without ``all_`` those of which something was said are left out.
    """
    pairs = similarity.pairs(documents(call.id))
    said = verdicts(call.id)
    chosen = [one for one in pairs if all_ or (one.first, one.second) not in said]
    pages = max(1, -(-len(chosen) // PER_PAGE))
    page = min(max(1, page), pages)
    rows = _alike(call, chosen[(page - 1) * PER_PAGE : page * PER_PAGE], said)
    return Page(rows, len(chosen), page, pages)


def nearest(proposal: Proposal) -> list[Alike]:
    """Return the pairs of one proposal, the most alike first, but for those that were found not to be. Five statements."""
    if proposal.state not in LOOKED_AT:
        return []
    said = verdicts(proposal.call_id)
    pairs = [
        one
        for one in similarity.pairs(documents(proposal.call_id), only=proposal.id, most=4 * NEAREST)
        if said.get((one.first, one.second)) is not Verdict.DIFFERENT
    ]
    return _alike(proposal.call, pairs[:NEAREST], said)


def verdicts(call_id: int) -> dict[tuple[int, int], Verdict]:
    """Return what was said of pairs of a call. One statement."""
    rows = db.session.execute(
        select(SimilarVerdict.first_id, SimilarVerdict.second_id, SimilarVerdict.verdict)
        .join(Proposal, Proposal.id == SimilarVerdict.first_id)
        .where(Proposal.call_id == call_id)
    )
    return {(first, second): verdict for first, second, verdict in rows}


def _alike(call: Call, pairs: list[Pair], said: Mapping[tuple[int, int], Verdict]) -> list[Alike]:
    ids = {id_ for one in pairs for id_ in (one.first, one.second)}
    sides = {
        row.id: Side(row.id, row.code, row.titles, row.state)
        for row in db.session.execute(
            select(Proposal.id, Proposal.code, Proposal.titles, Proposal.state).where(Proposal.id.in_(ids))
        )
    }
    themes: dict[int, Texts] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Theme.id, Theme.names).where(Theme.conference_id == call.conference_id)
        )
    }
    return [
        Alike(
            sides[one.first],
            sides[one.second],
            round(100 * one.likeness),
            one.words,
            tuple(themes[id_] for id_ in one.theme_ids if id_ in themes),
            said.get((one.first, one.second)),
        )
        for one in pairs
    ]


# --- verdicts


def judge(call: Call, first_id: int, second_id: int, verdict: Verdict | None, *, actor: Actor) -> None:
    """Say of two proposals of a call that they are kept apart, or not alike; None takes back what was said.

    Raises :class:`NotFound` for proposals of another call, :class:`Conflict` for one with itself. Writes; does not commit.
    """
    service.writable(call.conference)
    first_id, second_id = sorted((first_id, second_id))
    if first_id == second_id:
        raise Conflict(_("These are one and the same proposal."))
    found = {
        one.id: one
        for one in db.session.scalars(
            select(Proposal).where(Proposal.call_id == call.id, Proposal.id.in_((first_id, second_id)))
        )
    }
    if len(found) != 2:
        raise NotFound
    row = db.session.scalar(
        select(SimilarVerdict).where(
            SimilarVerdict.first_id == first_id, SimilarVerdict.second_id == second_id
        )
    )
    if verdict is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(
            SimilarVerdict(
                first_id=first_id, second_id=second_id, verdict=verdict, at=clock.now(), actor=actor.name
            )
        )
    else:
        db.session.execute(
            update(SimilarVerdict)
            .where(SimilarVerdict.id == row.id)
            .values(verdict=verdict, at=clock.now(), actor=actor.name)
        )
    db.session.flush()
    audit.record(
        actor,
        "similar.judge",
        service.subject(found[first_id]),
        conference_id=call.conference_id,
        detail={"other": found[second_id].code, "verdict": verdict.value if verdict else None},
    )
    if verdict is Verdict.APART:
        _pair(found[first_id].event_id, found[second_id].event_id, call.conference, actor)


def keep_apart(proposal: Proposal, action: Action, _before: ProposalState, actor: Actor) -> None:
    """Make a wish of the programme of what was said of two proposals, as soon as both are events. A hook of ``moved``."""
    if action is not Action.CONFIRM or proposal.event_id is None:
        return
    rows = db.session.execute(
        select(SimilarVerdict.first_id, SimilarVerdict.second_id).where(
            SimilarVerdict.verdict == Verdict.APART,
            (SimilarVerdict.first_id == proposal.id) | (SimilarVerdict.second_id == proposal.id),
        )
    ).all()
    others = [second if first == proposal.id else first for first, second in rows]
    for event_id in db.session.scalars(
        select(Proposal.event_id).where(Proposal.id.in_(others), Proposal.event_id.is_not(None))
    ):
        _pair(proposal.event_id, event_id, proposal.conference, actor)


def _pair(one: int | None, other: int | None, conference: Conference, actor: Actor) -> None:
    if one is None or other is None or one == other:
        return
    there = db.session.scalar(
        select(EventPair.id).where(
            EventPair.kind == PairKind.APART,
            ((EventPair.first_id == one) & (EventPair.second_id == other))
            | ((EventPair.first_id == other) & (EventPair.second_id == one)),
        )
    )
    if there is not None:
        return
    db.session.add(EventPair(first_id=one, second_id=other, kind=PairKind.APART))
    audit.record(actor, "event.wish", f"event:{one}", conference_id=conference.id, detail={"apart": other})


def panel(conference: Conference, proposal: Proposal) -> Panel | None:
    """Return the panel of an officer's page with the proposals that are most like this one; none where there is none."""
    found = nearest(proposal)
    if not found:
        return None
    return Panel(
        "proposals/manage/_similar.html",
        {"rows": found, "conference": conference, "proposal": proposal, "action": ActionForm()},
        order=60,
    )
