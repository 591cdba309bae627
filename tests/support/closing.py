"""Many people write proposals in the last seconds of a call, over HTTP, and submit them around the closing instant.

Two people write each proposal at the same time, each another text of it: one of the lead, who submits, and one of a partner.
They do what the page's script does: get the form once, then send all of it again and again.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from lxml import html
from sqlalchemy import select, update

from eventsapp.accounts.models import User
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Call, Proposal, ProposalVersion

BEFORE = 4.0
"""Seconds before the closing in which people save and submit."""
AFTER = 2.0


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who is signed in (``cookies``) and writes one text of a proposal; with ``submits`` also submits it."""

    proposal_id: int
    cookies: str
    part: str
    """The field, such as ``summaries.en``."""
    submits: bool


@dataclass(slots=True)
class Save:
    """A save and its answer: 0 is no answer. ``seconds``: how long it took."""

    text: str
    status: int
    seconds: float
    taken: bool = False
    """Acknowledged: the answer says that it is kept."""


@dataclass(slots=True)
class Told:
    """What somebody was told."""

    writer: Writer
    saves: list[Save] = field(default_factory=list)
    submitted: int | None = None
    """Status of the answer to the submission."""
    sent_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def last_taken(self) -> str | None:
        """The text of the last save that was acknowledged."""
        return next((one.text for one in reversed(self.saves) if one.taken), None)


@dataclass(frozen=True, slots=True)
class Rush:
    """What came of it. ``closes_at`` is the first instant that is too late."""

    closes_at: datetime
    told: list[Told]
    seconds: float

    @property
    def saves(self) -> list[Save]:
        """All saves."""
        return [save for one in self.told for save in one.saves]


def cookies(app: Flask, user: User) -> str:
    """Return the cookie of somebody who is signed in, as the application itself would make it."""
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    said = serializer.dumps({"_user_id": user.get_id(), "_fresh": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={said}"


class _Person:
    """One person's browser, on a connection of its own."""

    def __init__(self, url: str, writer: Writer) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port)
        self._cookies = dict([writer.cookies.split("=", 1)])
        self._path = f"/en/proposals/{writer.proposal_id}"
        self.told = Told(writer)
        self.fields: list[tuple[str, str]] = []
        self.chance = random.Random(f"{writer.proposal_id} {writer.part}")

    def ask(
        self, method: str, path: str, body: str | None = None, accept: str = "text/html"
    ) -> tuple[int, str]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Accept": accept,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(*self._address, timeout=120)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, text

    def open(self) -> None:
        """Get the form, and save once."""
        status, page = self.ask("GET", f"{self._path}/edit")
        assert status == 200, f"{self._path}/edit answers {status}"
        found: Any = html.document_fromstring(page).xpath("//form[.//*[@name='marks']]")
        self.fields = [(name, value) for name, value in found[0].form_values() if name != "then"]
        self.save(0)

    def save(self, number: int) -> None:
        """Send the whole form with another text of one's own in it."""
        part = self.told.writer.part
        text = f"Save {number} of {part} of {self._path}"
        name = part.replace(".", "-")
        kept = [(one, value) for one, value in self.fields if one != name]
        begin = time.perf_counter()
        status, answer = self.ask(
            "POST", f"{self._path}/edit", urlencode([*kept, (name, text)]), accept="application/json"
        )
        one = Save(text, status, time.perf_counter() - begin)
        self.told.saves.append(one)
        if status != 200:
            return
        said = json.loads(answer)
        # Nothing had to be chosen, so it is kept.
        one.taken = not said["conflicts"] and not said["errors"]
        marks = json.loads(dict(kept)["marks"]) | said["marks"]
        self.fields = [
            (field_, json.dumps(marks) if field_ == "marks" else value) for field_, value in kept
        ] + [(name, text)]

    def submit(self) -> None:
        """Hand it in."""
        token = dict(self.fields).get("csrf_token", "")
        self.told.sent_at = datetime.now(UTC)
        body = urlencode({"csrf_token": token, "sure": "y"})
        self.told.submitted, _page = self.ask("POST", f"{self._path}/submit", body)
        self.told.answered_at = datetime.now(UTC)

    def early(self) -> None:
        """Submit at once, if this is one of those who are early."""
        if self.told.writer.submits and self.told.writer.proposal_id % 4 == 0:
            self.submit()

    def rush(self, closes: float, saves: int, before: float) -> None:
        """Save, and submit, at instants of one's own around the closing (seconds as of ``time.time``)."""
        for number in range(1, saves):
            _wait_for(closes - before * (1 - number / saves + self.chance.random() / saves))
            self.save(number)
        if self.told.writer.submits and self.told.submitted is None:
            # Some come when it is over, whatever the machine is busy with.
            late = AFTER if self.told.writer.proposal_id % 4 == 1 else 0
            _wait_for(closes - before / 3 + late + self.chance.random() * (before / 3 + AFTER))
            self.submit()


def _wait_for(instant: float) -> None:
    left = instant - time.time()
    if left > 0:
        threading.Event().wait(left)


def rush(
    app: Flask,
    url: str,
    call_id: int,
    writers: Sequence[Writer],
    *,
    saves: int = 3,
    at_once: int = 64,
    before: float = BEFORE,
) -> Rush:
    """Let all of them get their forms and save, set the call to close in a few seconds, and let the rush begin.

    A quarter submits before that. ``before``: how many seconds the rest have.
    """
    people = [_Person(url, one) for one in writers]
    _all(people, lambda one: one.open(), at_once)
    _all(people, lambda one: one.early(), at_once)
    # A whole second, as the form has it.
    closes_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=before + 2)
    with app.app_context(), transaction():
        db.session.execute(update(Call).where(Call.id == call_id).values(closes_at=closes_at))
    begin = time.perf_counter()
    _all(people, lambda one: one.rush(closes_at.timestamp(), saves, before), len(people))
    return Rush(closes_at, [one.told for one in people], time.perf_counter() - begin)


def _all(people: Sequence[_Person], work: Callable[[_Person], None], at_once: int) -> None:
    with ThreadPoolExecutor(at_once) as pool:
        for _none in pool.map(work, people):
            pass


def wrong(app: Flask, found: Rush) -> list[str]:
    """Return a sentence for everything that was lost, or is otherwise than was said. Nothing should be."""
    with app.app_context():
        said = _Facts()
        db.session.rollback()
    problems = [f"a save was answered {one.status}" for one in found.saves if one.status not in (200, 409)]
    for one in found.told:
        name, part = f"proposal {one.writer.proposal_id}", one.writer.part
        state, text = said.state(one), said.text(one)
        if one.last_taken is not None and text != one.last_taken:
            problems.append(f"{name}: {part} is {text!r}, acknowledged was {one.last_taken!r}")
        if one.writer.submits:
            problems += [f"{name}: {problem}" for problem in _of_submission(one, state, found.closes_at)]
    problems += said.gaps()
    return problems


def _of_submission(one: Told, state: ProposalState, closes_at: datetime) -> list[str]:
    assert one.sent_at is not None
    assert one.answered_at is not None
    is_in = state is ProposalState.SUBMITTED
    problems = []
    if one.submitted not in (303, 422):
        problems.append(f"the submission was answered {one.submitted}")
    if (one.submitted == 303) is not is_in:
        problems.append(f"answered {one.submitted}, but it is {state}")
    if one.answered_at < closes_at and not is_in:
        problems.append(f"{state}, though it was submitted before the closing")
    if one.sent_at >= closes_at and is_in:
        problems.append("submitted after the closing")
    return problems


class _Facts:
    """What the database says afterwards."""

    def __init__(self) -> None:
        self._proposals = {one.id: one for one in db.session.scalars(select(Proposal))}
        self._texts = {
            id_: {f"{name}.{language}": text for name in ("summaries", "descriptions")
                  for language, text in getattr(one, name).items()}
            for id_, one in self._proposals.items()
        }  # fmt: skip
        self._states = {id_: one.state for id_, one in self._proposals.items()}
        self._newest = {id_: one.version for id_, one in self._proposals.items()}
        self._numbers: dict[int, list[int]] = {}
        for id_, number in db.session.execute(
            select(ProposalVersion.proposal_id, ProposalVersion.number).order_by(ProposalVersion.number)
        ):
            self._numbers.setdefault(id_, []).append(number)

    def state(self, one: Told) -> ProposalState:
        return self._states[one.writer.proposal_id]

    def text(self, one: Told) -> str | None:
        return self._texts[one.writer.proposal_id].get(one.writer.part)

    def gaps(self) -> list[str]:
        return [
            f"proposal {id_} has the versions {self._numbers.get(id_)}, its newest is {newest}"
            for id_, newest in self._newest.items()
            if self._numbers.get(id_, []) != list(range(1, newest + 1))
        ]
