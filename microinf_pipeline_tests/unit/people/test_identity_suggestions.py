"""Who looks like one person by handle and name, and who only has a common name."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.people.identity_rules import link_rules, suggestion_rules
from microinf_pipeline.people.identity_suggestions import SUGGESTIONS, suggest


def accounts(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    """Network, handle, display name; the id is the position."""
    named = [(network, str(i), handle, name) for i, (network, handle, name) in enumerate(rows)]
    return pl.DataFrame(named, dict.fromkeys(("network", "account_id", "handle", "display_name"), pl.String), orient="row")


def kinds(*rows: tuple[str, str | None, str | None]) -> dict[tuple[str, str], str]:
    found = suggest(accounts(*rows))
    return {(one, other): kind for one, other, kind in found.select("account_id", "other_account_id", "evidence").iter_rows()}


def test_each_kind_of_likeness_is_told_apart() -> None:
    ig = "instagram"
    assert kinds((ig, "anna.lind", "Anna Lind"), ("x", "AnnaLind", "anna lind")) == {("0", "1"): "same_handle_and_name"}
    assert kinds((ig, "anna.lind", None), ("x", "AnnaLind", "Wanderlust")) == {("0", "1"): "same_handle"}
    assert kinds((ig, "the.real.anna.lind", None), ("x", "AnnaLind_tv", None)) == {("0", "1"): "same_stem"}
    assert kinds((ig, "anna.lindberg", None), ("x", "lindberg", None)) == {("0", "1"): "stem_within_stem"}
    assert kinds((ig, "mlindberg", None), ("x", "marialindberg", None)) == {("0", "1"): "initial_and_rest"}
    assert kinds((ig, "wolkenmeer", "Anna Lind"), ("x", "AnnaLind", None)) == {("0", "1"): "name_is_handle"}
    assert kinds((ig, "wolkenmeer", "Anna Lind"), ("x", "waldrand", "Anna M. Lind")) == {("0", "1"): "same_name"}
    assert kinds((ig, "wolkenmeer", "Anna Lindberg"), ("x", "anlindberg", None)) == {("0", "1"): "name_within_handle"}


def test_other_names_contradict_a_handle() -> None:
    assert kinds(("instagram", "sunny", "Anna Lind"), ("x", "sunny", "Ben Kurz")) == {}


def test_accounts_of_one_network_are_not_suggested() -> None:
    assert kinds(("x", "anna.lind", None), ("x", "annalind", None)) == {}


def test_two_equally_sure_candidates_are_none() -> None:
    assert kinds(("instagram", "anna_lind", None), ("instagram", "anna.lind", None), ("x", "annalind", None)) == {}


def test_the_surer_candidate_of_a_network_wins() -> None:
    found = kinds(("instagram", "lindberg", None), ("x", "lindberg", None), ("x", "annalindberg", None))
    assert found == {("0", "1"): "same_handle"}


def test_a_last_name_of_several_people_tells_nobody_apart() -> None:
    assert kinds(("x", "lindberg", None), ("instagram", "annalindberg", None), ("tiktok", "karllindberg", None)) == {}


def test_ids_in_the_place_of_handles_name_nobody() -> None:
    assert kinds(("facebook", "100012345", None), ("x", "100012345", None)) == {}


def test_nothing_gives_nothing() -> None:
    assert suggest(accounts()).equals(pl.DataFrame(schema=SUGGESTIONS))


def test_no_suggestion_reaches_the_merging_threshold() -> None:
    assert max(suggestion_rules().confidence.values()) < link_rules().merging_threshold


def test_a_suggestion_says_what_it_rests_on() -> None:
    [row] = suggest(accounts(("x", "AnnaLind", None), ("instagram", "anna.lind.official", None))).rows(named=True)
    assert row["words"] == "the same handle but for role words or numbers: anna.lind.official ~ AnnaLind"


def test_many_accounts_of_one_handle_make_no_pairs() -> None:
    crowd = [("x" if i % 2 else "instagram", f"anna_{'_' * (i % 7)}lind{i}", None) for i in range(400)]
    assert kinds(*crowd) == {}


WORDS = st.sampled_from(["anna", "lind", "berg", "annalind", "annalindberg", "alindberg", "official", "1", "_", "."])
ACCOUNTS = st.tuples(
    st.sampled_from(["x", "instagram", "tiktok"]),
    st.lists(WORDS, max_size=3).map("".join),
    st.sampled_from([None, "Anna Lind", "Ben Kurz"]),
)


@given(st.lists(ACCOUNTS, max_size=12), st.integers(0, 999))
def test_the_order_of_accounts_does_not_matter(rows: list[tuple[str, str, str | None]], order: int) -> None:
    frame = accounts(*rows)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=order)
    assert suggest(shuffled).equals(suggest(frame))
