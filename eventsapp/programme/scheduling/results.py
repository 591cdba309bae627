"""A proposal as the run's row keeps it, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eventsapp.programme.edits import as_json, from_json
from eventsapp.programme.releases import Place
from eventsapp.programme.scheduling.proposal import Proposal


def as_result(
    proposal: Proposal,
    why: Mapping[int, Mapping[str, Any]],
    before: Mapping[str, int],
    after: Mapping[str, int],
) -> dict[str, Any]:
    """Return what ``SchedulerRun.result`` holds. ``before`` and ``after``: kind of constraint → violations."""
    return {
        "places": {str(id_): as_json(place, False) for id_, place in proposal.places.items()},
        "unplaced": {str(id_): dict(why[id_]) for id_ in proposal.unplaced},
        "objective": proposal.objective,
        "bound": proposal.bound,
        "gap": proposal.gap,
        "first_feasible_s": round(proposal.first_feasible_s, 3),
        "seconds": round(proposal.seconds, 2),
        "status": proposal.status.value,
        "before": dict(before),
        "after": dict(after),
    }


def places_of(result: Mapping[str, Any]) -> dict[int, Place]:
    """Return the proposed places, event id → place."""
    return {int(id_): from_json(kept)[0] for id_, kept in result.get("places", {}).items()}


def unplaced_of(result: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """Return the events that stay without a place, event id → why (``reasons.explain``)."""
    return {int(id_): why for id_, why in result.get("unplaced", {}).items()}
