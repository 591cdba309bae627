"""A big call: 1,400 proposals of six hundred organizations and 5,000 reviews of seventy people, as for a World Urban Forum.

Made with a seed by bulk inserts, beside the conference of ``bench.data``; and the people who look at it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from eventsapp.accounts import passwords
from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.core.search import searchable
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import OrganizationMember
from eventsapp.programme.enums import Access, OrganizationRole
from eventsapp.proposals.enums import (
    Consent,
    EventFormat,
    Gender,
    LatePolicy,
    ProposalState,
    ReviewState,
)
from eventsapp.proposals.models import (
    Call,
    Proposal,
    ProposalOrganization,
    ProposalVersion,
    proposal_theme,
)
from eventsapp.proposals.review.models import Criterion, Review
from eventsapp.questions.models import Questionnaire

CALL: Final = "side-events"
OPEN_CALL: Final = 2
"""Id of the call that is open."""
OFFICER: Final = "officer@example.org"
REVIEWER: Final = "reviewer1@example.org"
PASSWORD: Final = "a long walk along the river"
PLACES: Final = 350
FIRST_WRITER: Final = 1000
"""Id of the first of those who have a draft each (``closing-minute``)."""

Insert = Callable[[Any, Iterable[Mapping[str, Any]]], None]


@dataclass(frozen=True, slots=True)
class CallSize:
    """How many of everything; ``writers`` have an own draft in a second call, which is open."""

    proposals: int = 1400
    reviews: int = 5000
    reviewers: int = 72
    writers: int = 500


BIG: Final = CallSize()


def fill(insert: Insert, size: CallSize, *, organizations: int, texts: Any, now: datetime) -> None:
    """Write the call into conference 1, which has 22 themes and types 1 to 6, through ``insert(table, rows)``."""
    _People(insert, size).write(now)
    _Proposals(insert, size, organizations, texts, now).write()


class _People:
    def __init__(self, insert: Insert, size: CallSize) -> None:
        self.insert, self.size = insert, size

    def write(self, now: datetime) -> None:
        kept = passwords.hashed(PASSWORD)

        def user(id_: int, email: str, name: str) -> dict[str, Any]:
            return {
                "id": id_, "email": email, "name": name, "password_hash": kept, "language": "en",
                "email_confirmed_at": now, "is_administrator": False, "is_active": True, "secret_version": 0,
            }  # fmt: skip

        rows = [user(1, OFFICER, "Officer")]
        rows += [
            user(n + 1, f"reviewer{n}@example.org", f"Reviewer {n}")
            for n in range(1, self.size.reviewers + 1)
        ]
        rows += [
            user(FIRST_WRITER + n, f"writer{n}@example.org", f"Writer {n}") for n in range(self.size.writers)
        ]
        self.insert(User.__table__, rows)
        roles = [{"user_id": 1, "conference_id": 1, "role": Role.PROGRAMME_OFFICER}]
        roles += [
            {"user_id": n + 1, "conference_id": 1, "role": Role.REVIEWER}
            for n in range(1, self.size.reviewers + 1)
        ]
        self.insert(ConferenceRole.__table__, roles)


class _Proposals:
    def __init__(self, insert: Insert, size: CallSize, organizations: int, texts: Any, now: datetime) -> None:
        self.insert, self.size, self.organizations, self.texts, self.now = (
            insert,
            size,
            organizations,
            texts,
            now,
        )
        self.chance: random.Random = texts.chance

    def write(self) -> None:
        self._calls()
        self._proposals()
        self._reviews()

    def _calls(self) -> None:
        self.insert(Questionnaire.__table__, [{"id": n, "conference_id": 1} for n in (1, 2)])
        common = {
            "conference_id": 1, "type_id": 1, "names": {"en": "Call for side events"}, "descriptions": {}, "published": True,
            "late": LatePolicy.REFUSED, "places": PLACES, "reviews_wanted": 3, "formats": [], "lengths": [], "rules": {},
            "targets": {"gender": {"woman": 50}, "least_developed": {"yes": 15}},
        }  # fmt: skip
        self.insert(
            Call.__table__,
            [
                common | {"id": 1, "questionnaire_id": 1, "slug": CALL, "opens_at": self.now - timedelta(days=60),
                          "closes_at": self.now - timedelta(days=20)},
                common | {"id": 2, "questionnaire_id": 2, "slug": "open", "opens_at": self.now - timedelta(days=10),
                          "closes_at": self.now + timedelta(days=1), "names": {"en": "Call that is open"}},
            ],
        )  # fmt: skip
        self.insert(
            Criterion.__table__,
            [
                {"id": n, "call_id": 1, "names": {"en": name}, "guidances": {}, "weight": weight, "scale": 5, "position": n}
                for n, (name, weight) in enumerate((("Relevance", 3), ("Quality", 2), ("Partnership", 2)), 1)
            ],
        )  # fmt: skip

    def _row(self, id_: int, titles: Mapping[str, str], state: ProposalState) -> dict[str, Any]:
        chance, texts = self.chance, self.texts
        code = f"P-{id_:04d}"
        draft = state is ProposalState.DRAFT
        return {
            "id": id_, "conference_id": 1, "call_id": 2 if draft else 1, "code": code, "state": state,
            "state_changed_at": self.now - timedelta(days=19), "version": 1,
            "submitted_at": None if draft else self.now - timedelta(days=20, minutes=id_),
            "titles": titles, "subtitles": {}, "summaries": {"en": texts.sentences(500)},
            "descriptions": {"en": texts.sentences(1500)}, "languages": chance.sample(("en", "fr", "es"), k=1),
            "interpretation": [], "format": chance.choice(list(EventFormat)), "access": Access.REGISTERED,
            "length_minutes": 90, "expected_attendance": chance.choice((40, 80, 150)), "equipment": [],
            "step_free": False, "wished_days": [], "wished_halves": [],
            "speakers": [
                {
                    "key": f"{id_:x}-{n}", "name": texts.person(), "email": None, "role": "speaker",
                    "affiliation": texts.words(3), "country": chance.choice(("KE", "BR", "FR", "BD", "NP")),
                    "gender": chance.choice((*[one.value for one in Gender], None)), "online": False, "absences": [],
                }
                for n in range(chance.randint(2, 5))
            ],
            "answers": {}, "search_text": searchable([code, *titles.values()]),
        }  # fmt: skip

    def _proposals(self) -> None:
        states = [ProposalState.UNDER_REVIEW] * 36 + [ProposalState.INELIGIBLE, ProposalState.SUBMITTED]
        rows, organizations, themes = [], [], []
        for n in range(1, self.size.proposals + 1):
            rows.append(self._row(n, self.texts.title(), states[n % len(states)]))
            chosen = self.chance.sample(range(1, self.organizations + 1), k=self.chance.randint(2, 4))
            for position, organization in enumerate(chosen):
                organizations.append(self._named(n, organization, position))
            themes += [
                {"proposal_id": n, "theme_id": theme}
                for theme in self.chance.sample(range(1, 23), k=self.chance.randint(1, 2))
            ]
        members = []
        for n in range(self.size.writers):
            id_ = self.size.proposals + 1 + n
            rows.append(
                self._row(id_, {"en": f"Draft {n}"}, ProposalState.DRAFT)
                | {"created_by_id": FIRST_WRITER + n}
            )
            organization = n % self.organizations + 1
            organizations.append(self._named(id_, organization, 0))
            members.append(
                {
                    "user_id": FIRST_WRITER + n, "organization_id": organization, "role": MemberRole.FOCAL_POINT,
                    "state": MembershipState.ACTIVE, "decided_at": self.now, "decided_by": "somebody",
                }
            )  # fmt: skip
            themes.append({"proposal_id": id_, "theme_id": 1})
        # Rows of one insert have the same columns.
        self.insert(Proposal.__table__, [{"created_by_id": None, **row} for row in rows])
        self.insert(ProposalOrganization.__table__, organizations)
        self.insert(proposal_theme, themes)
        self.insert(OrganizationMember.__table__, members)
        self.insert(
            ProposalVersion.__table__,
            [
                {
                    "proposal_id": row["id"], "number": 1, "at": self.now - timedelta(days=30), "actor": "somebody",
                    "changes": {f"titles.{language}": [None, text] for language, text in row["titles"].items()},
                }
                for row in rows
            ],
        )  # fmt: skip

    def _named(self, proposal: int, organization: int, position: int) -> dict[str, Any]:
        return {
            "proposal_id": proposal, "organization_id": organization,
            "role": OrganizationRole.LEAD if position == 0 else OrganizationRole.CO_ORGANIZER,
            "consent": Consent.ACCEPTED if position < 3 else Consent.INVITED, "position": position,
            "email": "somebody@example.org", "secret_version": 0,
        }  # fmt: skip

    def _reviews(self) -> None:
        habits = [self.chance.gauss(0, 0.15) for _ in range(self.size.reviewers)]
        quality = [self.chance.gauss(0.6, 0.2) for _ in range(self.size.proposals)]
        rows = []
        for n in range(self.size.reviews):
            # Each comes back to a proposal with another reviewer.
            proposal, turn = n % self.size.proposals, n // self.size.proposals
            reviewer = (proposal * 7 + turn) % self.size.reviewers
            done = n % 25 != 0
            points = {
                str(criterion): min(5, max(0, round(5 * (quality[proposal] + habits[reviewer] + self.chance.gauss(0, 0.1)))))
                for criterion in (1, 2, 3)
            }  # fmt: skip
            rows.append(
                {
                    "proposal_id": proposal + 1, "reviewer_id": reviewer + 2,
                    "state": ReviewState.DONE if done else ReviewState.ASSIGNED, "scores": points if done else {},
                    "note": self.texts.sentences(80) if done else None, "to_team": None,
                    "assigned_at": self.now - timedelta(days=18), "assigned_by": "Officer",
                    "done_at": self.now - timedelta(days=5) if done else None,
                }
            )  # fmt: skip
        self.insert(Review.__table__, rows)
