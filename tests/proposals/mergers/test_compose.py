"""Making one proposal of several: nothing is lost, everybody and everything is named once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.enums import Consent, EventFormat
from eventsapp.proposals.mergers.compose import Difference, Named, Source, compose, fingerprint
from eventsapp.questions.enums import QuestionKind

LEAD, CO, SPONSOR = OrganizationRole
KINDS = {"why": QuestionKind.LONG_TEXT, "pillar": QuestionKind.CHOICE, "goals": QuestionKind.MANY}


def source(code: str, *organizations: Named, themes: tuple[int, ...] = (), **values: Any) -> Source:
    return Source(code, {"titles": {"en": f"Title of {code}"}, **values}, organizations, themes)


def named(id_: int | None, role: OrganizationRole, consent: Consent = Consent.ACCEPTED, **more: Any) -> Named:
    return Named(id_, role, consent, **more)


def test_texts_stand_beside_each_other_under_what_they_come_from():
    made = compose(
        [
            source("P-1", descriptions={"en": "Water.", "fr": "L'eau."}, summaries={"en": "Same."}),
            source("P-2", descriptions={"en": "Land."}, summaries={"en": "same. "}),
            source("P-3", titles={"en": "[x](y)"}, descriptions={"en": "water."}),
        ],
        kinds={},
    )
    assert made.values["titles"] == {"en": "Title of P-1 / Title of P-2 / [x](y)"}
    assert made.values["summaries"] == {"en": "Same."}
    assert made.values["descriptions"] == {
        "en": "## P-1: Title of P-1\n\nWater.\n\n## P-2: Title of P-2\n\nLand.",
        "fr": "L'eau.",
    }


def test_the_first_lead_leads_and_each_organization_is_named_once_with_its_stronger_role_and_consent():
    made = compose(
        [
            source(
                "P-1",
                named(1, LEAD),
                named(2, SPONSOR),
                named(3, CO, Consent.INVITED),
                named(None, CO, Consent.INVITED, email="a@x.org"),
            ),
            source("P-2", named(2, LEAD), named(3, SPONSOR), named(4, CO, Consent.REFUSED)),
            source(
                "P-3", named(5, LEAD), named(None, SPONSOR, Consent.INVITED, email="A@x.org"), named(1, CO)
            ),
        ],
        kinds={},
    )
    assert [(one.organization_id, one.role, one.consent) for one in made.organizations] == [
        (1, LEAD, Consent.ACCEPTED),
        (2, CO, Consent.ACCEPTED),
        (5, CO, Consent.ACCEPTED),
        (3, CO, Consent.ACCEPTED),
        (None, CO, Consent.INVITED),
    ]


def test_speakers_are_the_same_by_address_or_by_name():
    made = compose(
        [
            source("P-1", speakers=[
                {"name": "Ana Ruiz", "email": "ana@x.org", "role": "speaker", "absences": [1]},
                {"name": "Li Wei", "role": "panellist"},
                {"name": "John Smith", "email": "j@one.org"},
            ]),
            source("P-2", speakers=[
                {"name": "Dr. Ana Ruiz", "email": "ANA@x.org", "role": "keynote", "country": "EC", "absences": [2]},
                {"name": "LI  WEI", "email": "li@x.org"},
                {"name": "John Smith", "email": "j@two.org"},
            ]),
        ],
        kinds={},
    )  # fmt: skip
    assert made.values["speakers"] == [
        {"name": "Ana Ruiz", "email": "ana@x.org", "role": "keynote", "country": "EC", "absences": [1, 2]},
        {"name": "Li Wei", "role": "panellist", "email": "li@x.org"},
        {"name": "John Smith", "email": "j@one.org"},
        {"name": "John Smith", "email": "j@two.org"},
    ]


def test_wishes_themes_and_answers_are_united_and_what_can_only_be_one_is_said():
    made = compose(
        [
            source(
                "P-1", themes=(1, 2), wished_days=["2030-01-01"], format=EventFormat.IN_PERSON, length_minutes=60,
                apart_from="SE-1", answers={"why": "Because.", "pillar": "a", "goals": ["g1"]},
            ),
            source(
                "P-2", themes=(2, 3), wished_days=["2030-01-02", "2030-01-01"], format=EventFormat.VIRTUAL,
                length_minutes=90, step_free=True, apart_from="SE-2", contact_email="b@x.org",
                answers={"why": "For all.", "pillar": "b", "goals": ["g2", "g1"]},
            ),
        ],
        kinds=KINDS,
    )  # fmt: skip
    values = made.values
    assert made.theme_ids == (1, 2, 3)
    assert values["wished_days"] == ["2030-01-01", "2030-01-02"]
    assert (values["format"], values["length_minutes"], values["step_free"]) == (EventFormat.HYBRID, 90, True)
    assert (values["apart_from"], values["contact_email"]) == ("SE-1; SE-2", "b@x.org")
    assert values["answers"] == {
        "why": "P-1, Title of P-1:\nBecause.\n\nP-2, Title of P-2:\nFor all.",
        "pillar": "a",
        "goals": ["g1", "g2"],
    }
    assert made.differences == (
        Difference("length_minutes", (("P-1", 60), ("P-2", 90))),
        Difference("format", (("P-1", EventFormat.IN_PERSON), ("P-2", EventFormat.VIRTUAL))),
        Difference("answers.pillar", (("P-1", "a"), ("P-2", "b"))),
    )


_texts = st.dictionaries(
    st.sampled_from(["en", "fr", "ar"]), st.text("ab c", min_size=1).filter(str.strip), max_size=3
)


@given(st.lists(st.tuples(_texts, _texts), min_size=2, max_size=4))
def test_no_text_is_ever_lost(said: list[tuple[dict[str, str], dict[str, str]]]):
    sources = [
        source(f"P-{n}", descriptions=description, summaries=summary)
        for n, (description, summary) in enumerate(said)
    ]
    values = compose(sources, kinds={}).values
    for one in sources:
        for name in ("descriptions", "summaries"):
            for language, text in one.values[name].items():
                folded = " ".join(values[name][language].split()).casefold()
                assert " ".join(text.split()).casefold() in folded


def test_a_fingerprint_moves_with_what_is_said_and_not_with_consent():
    base = source("P-1", named(1, LEAD), named(2, CO, Consent.INVITED))
    mark = fingerprint(base.values, base.organizations, (1,))
    answered = (named(1, LEAD), named(2, CO))
    assert fingerprint(base.values, answered, (1,)) == mark
    assert fingerprint(base.values, base.organizations, (1, 2)) != mark
    assert fingerprint({**base.values, "speakers": [{"name": "Ana"}]}, base.organizations, (1,)) != mark
    assert fingerprint(base.values, (named(1, LEAD), named(3, CO)), (1,)) != mark
