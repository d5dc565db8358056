"""What is left of handles and names when habits of writing are gone."""

from __future__ import annotations

import pytest

from microinf_pipeline.people import identity_names as names
from microinf_pipeline.people.identity_rules import suggestion_rules

RULES = suggestion_rules()


@pytest.mark.parametrize(
    ("network", "handle", "key"),
    [
        ("instagram", "@Anna_Lind.Berg", "annalindberg"),
        ("mastodon", "@anna@social.example", "anna"),
        ("bluesky", "anna-lind.bsky.social", "annalind"),
        ("bluesky", "annalind.example", "annalind"),
        ("x", "ÁNNA_Lïnd", "annalind"),
        ("facebook", "100089324793869", None),
        ("youtube", "UC0123456789abcdefghijAB", None),
        ("bluesky", "did:plc:abc", None),
        ("x", "", None),
        ("x", None, None),
        ("x", "...", None),
    ],
)
def test_a_handle_is_its_letters_and_digits_and_an_id_is_none(network: str, handle: str | None, key: str | None) -> None:
    assert names.handle_key(network, handle) == key


@pytest.mark.parametrize(
    ("key", "left"),
    [
        ("therealannalind", "annalind"),
        ("annalindofficial", "annalind"),
        ("annalind1987", "annalind"),
        ("drannalindtv2", "annalind"),
        ("theo", "theo"),
        ("official", "official"),
        ("joe", None),
        (None, None),
    ],
)
def test_a_stem_has_no_role_words_but_keeps_a_name(key: str | None, left: str | None) -> None:
    assert names.stem(key, RULES) == left


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Dr. Anna M. Lind", ("anna", "lind")),
        ("Núñez, Eva", ("nunez", "eva")),
        ('Robert "Bob" Lind Jr.', ("robert", "lind")),
        ("Sinéad O'Hara-Lind 🌿", ("sinead", "oharalind")),
        ("🌿", ()),
        (None, ()),
    ],
)
def test_a_name_is_its_words(name: str | None, parts: tuple[str, ...]) -> None:
    assert names.name_parts(name, RULES) == parts


def test_names_agree_by_first_and_last_and_contradict_when_they_share_nothing() -> None:
    anna, anna_maria, ben = ("anna", "lind"), ("anna", "maria", "lind"), ("ben", "kurz")
    assert names.same_name(anna, anna_maria)
    assert not names.same_name(("anna",), ("anna",))
    assert names.other_name(anna, ben)
    assert not names.other_name(anna, ("eva", "lind"))
    assert not names.other_name(("anna",), ben)


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("alindberg", "annalindberg", True),
        ("annalindberg", "annamlindberg", True),
        ("evalindberg", "annalindberg", False),
        ("lindberg", "annalindberg", False),
        ("annalindberg", "annalindberg", False),
    ],
)
def test_an_initial_stands_for_a_first_name(one: str, other: str, fit: bool) -> None:
    assert names.is_initial_and_rest(one, other, RULES.shortest_part) is fit
    assert names.is_initial_and_rest(other, one, RULES.shortest_part) is fit


@pytest.mark.parametrize(
    ("stem", "fits"),
    [("lindberg", True), ("anlindberg", True), ("annaxlindberg", True), ("evalindberg", False), ("annalindberg2", True)],
)
def test_a_handle_fits_a_name_that_ends_it(stem: str, fits: bool) -> None:
    assert names.fits_name(stem, ("anna", "lindberg")) is fits
