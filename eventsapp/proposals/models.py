"""Tables of calls and proposals. Those of review, mergers, decisions and offers are in their packages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.conferences.models import Conference, EventType, OfConference, Theme
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model, db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import Access, OrganizationRole
from eventsapp.proposals.enums import (
    CommentAudience,
    Consent,
    EventFormat,
    LatePolicy,
    Promotion,
    ProposalState,
)
from eventsapp.questions.models import Questionnaire

call_theme = Table(
    "call_theme",
    db.metadata,
    Column("call_id", ForeignKey("call.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True),
)
proposal_theme = Table(
    "proposal_theme",
    db.metadata,
    Column("proposal_id", ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Call(OfConference, Stamped, Model):
    """A dated invitation to propose events of a type. Whether it is open follows from the times (``calls.rules``)."""

    __table_args__ = (
        UniqueConstraint("conference_id", "slug"),
        CheckConstraint("closes_at > opens_at", name="times"),
        CheckConstraint("places IS NULL OR places >= 0", name="places"),
        CheckConstraint("reviews_wanted >= 0 AND offer_days > 0 AND report_days > 0", name="counts"),
    )
    __unseen__ = (
        "reviews_wanted",
        "blind",
        "review_due_at",
        "offer_days",
        "offer_reminder_days",
        "promotion",
        "consent_reminder_days",
        "approve_changes",
        "lock_at",
        "report_days",
        "targets",
        "next_waiting",
    )

    type_id: Mapped[int] = mapped_column(ForeignKey("event_type.id"), index=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), unique=True)
    names: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    """Markdown."""
    published: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The first instant that is too late."""
    late: Mapped[LatePolicy] = mapped_column(choice(LatePolicy), default=LatePolicy.REFUSED)
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Eligibility: settings of ``eligibility.Rules``; what is missing does not apply."""
    lengths: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Minutes that can be asked for; empty: the type's own length."""
    formats: Mapped[list[str]] = mapped_column(default=list)
    """Values of :class:`EventFormat` that can be asked for; empty: all."""
    summary_words: Mapped[int] = mapped_column(default=100)
    description_words: Mapped[int] = mapped_column(default=600)
    decision_on: Mapped[date | None]
    """When applicants are told, as the call says."""
    places: Mapped[int | None]
    """How many events there is room for: where the board draws its line."""
    reviews_wanted: Mapped[int] = mapped_column(default=3)
    """For each proposal; 0: no review."""
    blind: Mapped[bool] = mapped_column(default=False)
    """Whether reviewers do not see who proposes."""
    review_due_at: Mapped[datetime | None]
    consent_reminder_days: Mapped[int] = mapped_column(default=5)
    offer_days: Mapped[int] = mapped_column(default=14)
    offer_reminder_days: Mapped[int] = mapped_column(default=3)
    """Before an offer lapses."""
    promotion: Mapped[Promotion] = mapped_column(choice(Promotion), default=Promotion.CONSENT)
    lock_at: Mapped[datetime | None]
    """From then on organizers change nothing of their events by themselves. None: the conference's first day."""
    approve_changes: Mapped[bool] = mapped_column(default=False)
    """Whether an officer looks at changes before the public sees them."""
    report_days: Mapped[int] = mapped_column(default=14)
    """After the event."""
    targets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Balance wished: dimension → {value: per cent at least} (``decisions.balance``)."""
    next_waiting: Mapped[int] = mapped_column(default=1)
    """The next place of the waiting list to be given out."""

    conference: Mapped[Conference] = relationship()
    type: Mapped[EventType] = relationship()
    questionnaire: Mapped[Questionnaire] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=call_theme, order_by="Theme.position, Theme.id")
    """Empty: all of the conference."""


class Extension(Model):
    """A later closing time for one organization, or for one person by e-mail address."""

    __table_args__ = (CheckConstraint("(organization_id IS NULL) <> (email IS NULL)", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    email: Mapped[str | None] = mapped_column(String(254))
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(String(200))

    organization: Mapped[Organization | None] = relationship()


class Proposal(Stamped, Model):
    """An event that organizations propose together. What it says mirrors what an event says (``drafts.content``)."""

    __table_args__ = (
        UniqueConstraint("conference_id", "code"),
        UniqueConstraint("call_id", "waiting_position"),
        Index("ix_proposal_list", "call_id", "state", "id"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        CheckConstraint("(state = 'merged') = (merged_from IS NOT NULL)", name="merged_from"),
        CheckConstraint("waiting_position IS NULL OR state = 'waitlisted'", name="waiting"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn', 'merged') OR submitted_at IS NOT NULL", name="submitted"
        ),
        CheckConstraint("state <> 'confirmed' OR event_id IS NOT NULL", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    code: Mapped[str] = mapped_column(String(20))
    """Such as P-0042; never changes."""
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState), default=ProposalState.DRAFT)
    state_changed_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    """Number of the newest :class:`ProposalVersion`."""
    submitted_at: Mapped[datetime | None]
    submitted_version: Mapped[int | None]
    """The version that was submitted last."""
    late: Mapped[bool] = mapped_column(default=False)
    composed: Mapped[bool] = mapped_column(default=False)
    """Whether it was made of others (``mergers``)."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    merged_from: Mapped[ProposalState | None] = mapped_column(choice(ProposalState, "mergedfrom"))
    waiting_position: Mapped[int | None]
    """Place in the call's waiting list: given out once, in order."""
    decided_at: Mapped[datetime | None]
    """When the decision was sent."""
    screening_note: Mapped[str | None] = mapped_column(Text)
    """Why it is not eligible, as the team is told."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), unique=True)

    titles: Mapped[dict[str, str]]
    subtitles: Mapped[dict[str, str]]
    summaries: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    """Markdown: the concept note."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    interpretation: Mapped[list[str]] = mapped_column(default=list)
    format: Mapped[EventFormat | None] = mapped_column(choice(EventFormat))
    access: Mapped[Access | None] = mapped_column(choice(Access))
    length_minutes: Mapped[int | None]
    expected_attendance: Mapped[int | None]
    equipment: Mapped[list[str]] = mapped_column(default=list)
    step_free: Mapped[bool] = mapped_column(default=False)
    wished_days: Mapped[list[str]] = mapped_column(default=list)
    wished_halves: Mapped[list[str]] = mapped_column(default=list)
    apart_from: Mapped[str | None] = mapped_column(String(500))
    """"Not at the same time as": codes of events or proposals, and names, as the team writes them."""
    contact_name: Mapped[str | None] = mapped_column(String(200))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    speakers: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """``drafts.content.SpeakerLine`` as JSON: name, email, role, affiliation, country, gender, online, absences."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """To the call's questions, by key (``questions.models.Question``)."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Code, titles and names of organizations as ``core.search.normalize`` writes them."""

    conference: Mapped[Conference] = relationship()
    call: Mapped[Call] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=proposal_theme, order_by="Theme.position, Theme.id")
    organizations: Mapped[list[ProposalOrganization]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="ProposalOrganization.position"
    )
    merged_into: Mapped[Proposal | None] = relationship(remote_side=[id])

    def __shown_in__(self) -> Collection[int]:
        # Answers to public questions are shown with the event that it became.
        return [self.conference_id] if self.event_id is not None else []


class ProposalOrganization(Stamped, Model):
    """An organization named in a proposal. One that is invited by e-mail has no ``organization_id`` until it answers.

    Exactly one leads; the lead has accepted by proposing. ``secret_version`` is part of the signed link for its consent.
    """

    __table_args__ = (
        UniqueConstraint("proposal_id", "organization_id"),
        Index(
            "uq_proposal_organization_lead",
            "proposal_id",
            unique=True,
            sqlite_where=text("role = 'lead'"),
            postgresql_where=text("role = 'lead'"),
        ),
        CheckConstraint("role <> 'lead' OR consent = 'accepted'", name="lead"),
        CheckConstraint("consent <> 'accepted' OR organization_id IS NOT NULL", name="accepted"),
        CheckConstraint("organization_id IS NOT NULL OR email IS NOT NULL", name="reached"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[OrganizationRole] = mapped_column(choice(OrganizationRole))
    consent: Mapped[Consent] = mapped_column(choice(Consent), default=Consent.INVITED)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str | None] = mapped_column(String(250))
    """As the team wrote it, where the directory does not have it."""
    email: Mapped[str | None] = mapped_column(String(254))
    """Who is asked for consent; never public."""
    language: Mapped[str | None] = mapped_column(String(8))
    invited_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))
    """Of a refusal."""
    lead_asked_at: Mapped[datetime | None]
    """When it was asked to take over the lead, as long as it has not answered."""
    secret_version: Mapped[int] = mapped_column(default=0)

    proposal: Mapped[Proposal] = relationship(back_populates="organizations")
    organization: Mapped[Organization | None] = relationship()


class ProposalVersion(Model):
    """Who changed what in a proposal. Numbered without gaps; what one person types in one go is one version.

    ``changes``: name of a field → [before, after], as ``drafts.content`` writes them in JSON.
    """

    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(200))
    changes: Mapped[dict[str, Any]]


class ProposalComment(Model):
    """Something said about a proposal, to one of three circles."""

    __table_args__ = (Index("ix_proposal_comment_list", "proposal_id", "audience", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    audience: Mapped[CommentAudience] = mapped_column(choice(CommentAudience))
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    author: Mapped[str] = mapped_column(String(200))
    from_secretariat: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(Text)
