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
