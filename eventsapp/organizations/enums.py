"""Kinds of organizations."""

from enum import StrEnum


class OrganizationType(StrEnum):
    """What kind of body an organization is."""

    MEMBER_STATE = "member_state"
    UN_ENTITY = "un_entity"
    INTERGOVERNMENTAL = "igo"
    LOCAL_GOVERNMENT = "local_government"
    NGO = "ngo"
    ACADEMIA = "academia"
    PRIVATE_SECTOR = "private_sector"
    FOUNDATION = "foundation"
    PROFESSIONAL_ASSOCIATION = "professional_association"
    NETWORK = "network"
    OTHER = "other"


class MemberRole(StrEnum):
    """What a person is in an organization. Members work on its proposals; focal points also answer for it."""

    FOCAL_POINT = "focal_point"
    MEMBER = "member"


class MembershipState(StrEnum):
    """Life of somebody's acting for an organization."""

    REQUESTED = "requested"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"
