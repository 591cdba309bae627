"""States, roles and kinds of calls and proposals."""

from enum import StrEnum


class ProposalState(StrEnum):
    """Where a proposal stands (``life.TRANSITIONS``)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    OFFERED = "offered"
    CHANGE_REQUESTED = "change_requested"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    """It became part of another (``Proposal.merged_into_id``), and comes back from there to where it was."""


class Action(StrEnum):
    """What can be done with a proposal's state."""

    SUBMIT = "submit"
    RECALL = "recall"
    """Back to a draft, by the team while the call is open, or by the secretariat to have something completed."""
    SCREEN_IN = "screen_in"
    SCREEN_OUT = "screen_out"
    REOPEN = "reopen"
    """The screening is taken back."""
    START_REVIEW = "start_review"
    ACCEPT = "accept"
    WAITLIST = "waitlist"
    DECLINE = "decline"
    RECONSIDER = "reconsider"
    """A decision is taken back."""
    OFFER = "offer"
    CONFIRM = "confirm"
    REQUEST_CHANGE = "request_change"
    GIVE_BACK = "give_back"
    """The offer is declined by those who have it."""
    LAPSE = "lapse"
    REVOKE = "revoke"
    """The offer is taken back by those who made it."""
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"


class Party(StrEnum):
    """Who acts on a proposal."""

    TEAM = "team"
    SECRETARIAT = "secretariat"
    SYSTEM = "system"
    """The clock, or something that follows from another proposal."""


class Consent(StrEnum):
    """What an organization says to being named. Only those who have accepted count and are shown in public."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class EventFormat(StrEnum):
    """How people take part."""

    IN_PERSON = "in_person"
    HYBRID = "hybrid"
    VIRTUAL = "virtual"


class Gender(StrEnum):
    """Of a speaker, where it is given."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class LatePolicy(StrEnum):
    """What becomes of proposals submitted after the closing time."""

    REFUSED = "refused"
    WAITLIST = "waitlist"


class Promotion(StrEnum):
    """How a place that became free goes to the next on the waiting list."""

    AUTOMATIC = "automatic"
    CONSENT = "consent"
    """An officer says yes to each."""


class CommentAudience(StrEnum):
    """Who reads a comment. Team: the organizations of the proposal. Secretariat: they and the secretariat (messages)."""

    TEAM = "team"
    SECRETARIAT = "secretariat"
    REVIEWERS = "reviewers"


class ReviewState(StrEnum):
    """Life of one review."""

    ASSIGNED = "assigned"
    BEGUN = "begun"
    DONE = "done"
    DECLINED = "declined"
    """The reviewer gave it back, or has an interest."""


class Verdict(StrEnum):
    """What an officer says of two proposals that are alike."""

    APART = "apart"
    """Not at the same time."""
    DIFFERENT = "different"
    """Not alike, after all."""


class MergerState(StrEnum):
    """Life of a merger. Open: the leads edit the composed draft and answer."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    UNDONE = "undone"
    """Agreed, and taken apart again."""
    ABANDONED = "abandoned"
    """Called off before all had answered."""


class Answer(StrEnum):
    """What the lead of one proposal says to a merger."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Decision(StrEnum):
    """What is drafted for a proposal on the decision board. The values are those of the actions that make it so."""

    ACCEPT = "accept"
    WAITLIST = "waitlist"
    DECLINE = "decline"


class LetterKind(StrEnum):
    """What a letter says."""

    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"


class OfferState(StrEnum):
    """Life of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CHANGE_REQUESTED = "change_requested"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"


class ChangeState(StrEnum):
    """Life of a change that organizers ask for in the public texts of their event."""

    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"


class ReportState(StrEnum):
    """Whether the report about an event has come."""

    OWED = "owed"
    SENT = "sent"
    WAIVED = "waived"
