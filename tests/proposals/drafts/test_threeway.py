"""Several people write one proposal: nothing is lost, nothing is overwritten unseen."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.proposals.drafts import content, threeway
from eventsapp.proposals.drafts.content import FIELDS, SpeakerLine

_WORDS = st.sampled_from(["", "a", "b", "Réforme", "مدينة"])
_TEXTS = st.dictionaries(st.sampled_from(["en", "fr", "ar"]), _WORDS, max_size=3)
_SPEAKERS = st.lists(
    st.builds(SpeakerLine, name=_WORDS, online=st.booleans(), key=st.sampled_from(["k1", "k2", "k3"])),
    max_size=3,
    unique_by=lambda line: line.key,
)
_SAID = st.fixed_dictionaries(
    {
        "titles": _TEXTS,
        "theme_ids": st.lists(st.integers(1, 3), max_size=3),
        "apart_from": _WORDS,
        "expected_attendance": st.one_of(st.none(), st.integers(0, 2)),
        "step_free": st.booleans(),
        "speakers": _SPEAKERS,
        "answers": st.dictionaries(
            st.sampled_from(["q", "r"]),
            st.one_of(_WORDS, st.integers(0, 1), _TEXTS, st.lists(_WORDS, max_size=2)),
            max_size=2,
        ),
    }
)


@given(_SAID, _SAID, _SAID)
def test_of_two_who_save_at_once_neither_loses_anything(
    first: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    base = content.parts(first)
    now = threeway.merge(base, content.parts(theirs), content.marks(base), theirs).parts
    mine = content.parts(ours)
    saved = threeway.merge(now, mine, content.marks(base), ours)

    clashing = {clash.part for clash in saved.clashes}
    for part in {*base, *now, *mine}:
        i_changed = mine.get(part) != base.get(part)
        they_changed = now.get(part) != base.get(part)
        if part in clashing:
            assert i_changed
            assert they_changed
            assert mine.get(part) != now.get(part)
            assert saved.parts.get(part) == now.get(part), "theirs stays until somebody chooses"
        elif i_changed:
            assert saved.parts.get(part) == mine.get(part)
        else:
            assert saved.parts.get(part) == now.get(part), "what I did not touch is theirs"
    for clash in saved.clashes:
        assert (clash.theirs, clash.mine) == (now.get(clash.part), mine.get(clash.part))


@given(_SAID, _SAID)
def test_a_retry_changes_nothing_and_every_version_can_be_had_again(
    first: dict[str, Any], ours: dict[str, Any]
) -> None:
    base, mine = content.parts(first), content.parts(ours)
    saved = threeway.merge(base, mine, content.marks(base), FIELDS)
    again = threeway.merge(saved.parts, mine, content.marks(base), FIELDS)

    assert saved.parts == mine
    assert (again.changes, again.clashes) == ({}, ())
    assert threeway.undone(saved.parts, [saved.changes]) == base


@given(_SAID, _SAID, _SAID)
def test_changes_in_one_go_are_one_change(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    a, b, c = (content.parts(one) for one in (first, second, third))
    earlier = threeway.merge(a, b, content.marks(a)).changes
    later = threeway.merge(b, c, content.marks(b)).changes

    both = threeway.joined(earlier, later)

    assert both == threeway.merge(a, c, content.marks(a)).changes
    assert threeway.undone(c, [both]) == a


@given(_SAID)
def test_the_parts_are_the_whole(said: dict[str, Any]) -> None:
    whole = content.whole(content.parts(said))
    assert content.parts(whole) == content.parts(said)
    assert {name: whole[name] for name in said} == content.tidy(said)
    assert set(whole) == set(FIELDS)


def test_a_field_that_was_not_sent_is_not_emptied() -> None:
    current = content.parts({"titles": {"en": "A", "fr": "B"}, "apart_from": "SE-001"})
    merged = threeway.merge(current, {"titles.en": "A2"}, content.marks(current), ["titles"])
    assert merged.changes == {"titles.en": ["A", "A2"], "titles.fr": ["B", None]}
    assert merged.parts == {"titles.en": "A2", "apart_from": "SE-001"}
