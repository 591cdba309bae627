"""A blind review."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.proposals.review.shielding import BLACK, Shield


def test_names_and_addresses_are_blacked_out_and_nothing_else():
    shield = Shield(["Alliance of Small Cities", "ASC", "Ana María Ruiz", "城市联盟", "WHO", "UN"])
    assert shield.text("The alliance  of small\ncities (ASC) asks.") == f"The {BLACK} ({BLACK}) asks."
    assert shield.text("ana maría ruiz, who leads the BASC") == f"{BLACK}, who leads the BASC"
    assert shield.text("由城市联盟主办") == f"由{BLACK}主办"
    assert shield.text("Write to info@asc.example or see https://asc.example/a?b=1.") == (
        f"Write to {BLACK} or see {BLACK}"
    )
    assert shield.text("A [page](https://asc.example/x) of the UN") == f"A [page]({BLACK}) of the UN"
    assert shield.texts({"en": "ASC", "fr": "L’ASC"}) == {"en": BLACK, "fr": f"L’{BLACK}"}


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=200))
def test_any_names_can_be_taken_out_of_any_text(names: list[str], text: str):
    assert isinstance(Shield(names).text(text), str)
    for name in names:
        plain = " ".join(name.split())
        if len(plain) > 3 and plain.isalnum() and plain.isascii():
            assert plain not in Shield(names).text(f"{text} {plain} .").split()
