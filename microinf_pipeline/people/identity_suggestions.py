"""Accounts on two networks that look like one person's by handle and name: suggestions, which never merge.

Put here: finding candidates by keys, never all pairs, and keeping those that fit each other best. Keep out: how names are
compared (`identity_names`), numbers (`rules/identity.toml`), evidence that merges (`identity_evidence`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import polars as pl

from microinf_pipeline.people import identity_names as names
from microinf_pipeline.people.identity_rules import SuggestionRules, suggestion_rules

SUGGESTIONS: Final = {
    "network": pl.String(), "account_id": pl.String(), "other_network": pl.String(), "other_account_id": pl.String(),
    "evidence": pl.String(), "confidence": pl.Float64(), "words": pl.String(),
}  # fmt: skip

_Named = tuple[str, str | None, str | None, tuple[str, ...]]  # network, handle key, stem, name parts


def suggest(accounts: pl.DataFrame, rules: SuggestionRules | None = None) -> pl.DataFrame:
    """Pairs of accounts of different networks whose handles and names look like one person's.

    `accounts`: network, account_id, handle, display_name (either may be NULL); any order. Returns SUGGESTIONS, one row a
    pair, the smaller (network, account_id) first. Of an account's candidates on one network only the surest is suggested,
    and none where two are equally sure: handles that fit many fit nobody.
    """
    rules = rules or suggestion_rules()
    known = _named(accounts, rules)
    people: list[_Named] = [
        (network, key, stem, tuple(parts))
        for network, key, stem, parts in known.select("network", "key", "stem", "parts").iter_rows()
    ]
    shared = _shared_parts(known, rules)
    likeness: list[tuple[int, int, str, float]] = []
    for one, other in _candidates(known, rules).iter_rows():
        kind = _kind(people[one], people[other], rules)
        if kind == "stem_within_stem" and min(people[one][2] or "", people[other][2] or "", key=len) in shared:
            continue
        if kind is not None and rules.confidence[kind] >= rules.least_confidence:
            likeness.append((one, other, kind, rules.confidence[kind]))
    found = pl.DataFrame(
        likeness, {"one": pl.UInt32, "other": pl.UInt32, "evidence": pl.String, "confidence": pl.Float64}, orient="row"
    )
    return _told(_sole(found, known), known)


def _named(accounts: pl.DataFrame, rules: SuggestionRules) -> pl.DataFrame:
    """One row an account in order of its key, with what is compared."""
    rows = (
        accounts.select("network", "account_id", "handle", "display_name")
        .unique(["network", "account_id"])
        .sort("network", "account_id")
    )
    keys = [names.handle_key(network, handle) for network, handle in rows.select("network", "handle").iter_rows()]
    parts = [list(names.name_parts(name, rules)) for name in rows["display_name"]]
    compared = {"key": keys, "stem": [names.stem(key, rules) for key in keys], "parts": parts}
    schema = {"key": pl.String(), "stem": pl.String(), "parts": pl.List(pl.String())}
    return rows.hstack(pl.DataFrame(compared, schema=schema)).with_row_index("row")


def _candidates(known: pl.DataFrame, rules: SuggestionRules) -> pl.DataFrame:
    """Pairs (one < other) of different networks that share a key no more than `most_in_a_block` of one network have."""
    keys = [(row, key) for row, key in _blocks(known, rules)]
    blocks = pl.DataFrame(keys, {"row": pl.UInt32, "block": pl.String}, orient="row").unique()
    blocks = blocks.join(known.select("row", "network"), on="row")
    crowded = blocks.group_by("block", "network").len().filter(pl.col("len") > rules.most_in_a_block)
    quiet = blocks.join(crowded, on="block", how="anti")
    pairs = quiet.join(quiet, on="block", suffix="_other").filter(
        (pl.col("row") < pl.col("row_other")) & (pl.col("network") != pl.col("network_other"))
    )
    return pairs.select(one="row", other="row_other").unique().sort("one", "other")


def _shared_parts(known: pl.DataFrame, rules: SuggestionRules) -> set[str]:
    """Stems that are part of two longer ones which do not fit each other: a last name several people have."""
    stems = sorted(set(known["stem"].drop_nulls()))
    longer: dict[str, list[str]] = {one: [] for one in stems}
    for one in stems:
        for size in range(rules.shortest_part, len(one)):
            for part in {one[:size], one[-size:]} & longer.keys():
                longer[part].append(one)
    return {
        part
        for part, ones in longer.items()
        if len(ones) > rules.most_in_a_block or not all(_fit(a, b, rules) for a, b in combinations(ones, 2))
    }


def _fit(one: str, other: str, rules: SuggestionRules) -> bool:
    shortest = rules.shortest_part
    return names.is_within(one, other, shortest) or names.is_initial_and_rest(one, other, shortest)


def _blocks(known: pl.DataFrame, rules: SuggestionRules) -> Iterator[tuple[int, str]]:
    """(row, key) under which an account can be found: its handle, its stem, how that begins and ends, its name."""
    for row, key, stem, parts in known.select("row", "key", "stem", "parts").iter_rows():
        if key is not None:
            yield row, f"handle {key}"
        if stem is not None:
            yield row, f"stem {stem}"
            for size in range(rules.shortest_part, len(stem) + 1):
                yield row, f"part {stem[:size]}"
                yield row, f"part {stem[-size:]}"
            yield row, f"part {stem}"
        for made in names.names_as_stems(tuple(parts)):
            yield row, f"stem {made}"
            yield row, f"part {made}"
        if len(parts) > 1:
            yield row, f"name {parts[0]} {parts[-1]}"
            yield row, f"part {parts[-1]}"


def _kind(one: _Named, other: _Named, rules: SuggestionRules) -> str | None:
    """The surest kind of likeness of two accounts, None where there is none or their names contradict it."""
    (_, key_a, stem_a, name_a), (_, key_b, stem_b, name_b) = one, other
    same_name, other_name = names.same_name(name_a, name_b), names.other_name(name_a, name_b)
    if key_a is not None and key_a == key_b and len(key_a) >= rules.shortest_stem:
        return None if other_name else "same_handle_and_name" if same_name else "same_handle"
    if other_name:
        return None
    if stem_a is not None and stem_a == stem_b:
        return "same_stem_and_name" if same_name else "same_stem"
    if same_name:
        return "same_name"
    if stem_b in set(names.names_as_stems(name_a)) or stem_a in set(names.names_as_stems(name_b)):
        return "name_is_handle"
    if stem_a and stem_b and names.is_within(stem_a, stem_b, rules.shortest_part):
        return "stem_within_stem"
    if (stem_b and names.fits_name(stem_b, name_a)) or (stem_a and names.fits_name(stem_a, name_b)):
        return "name_within_handle"
    if stem_a and stem_b and names.is_initial_and_rest(stem_a, stem_b, rules.shortest_part):
        return "initial_and_rest"
    return None


def _sole(found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Pairs in which each is the other's only surest candidate on its network."""
    network = known.select("row", "network")
    both = found.join(network.rename({"row": "one", "network": "network_one"}), on="one").join(
        network.rename({"row": "other", "network": "network_other"}), on="other"
    )
    for side, there in (("one", "network_other"), ("other", "network_one")):
        surest = pl.col("confidence").max().over(side, there)
        several = (pl.col("confidence") == surest).sum().over(side, there) > 1
        both = both.with_columns(((pl.col("confidence") == surest) & ~several).alias(f"sole_{side}"))
    return both.filter("sole_one", "sole_other").select(found.columns)


_WORDS: Final = {
    "same_handle_and_name": "the same handle and the same name",
    "same_handle": "the same handle",
    "same_name": "the same name",
    "same_stem_and_name": "the same handle but for role words or numbers, and the same name",
    "same_stem": "the same handle but for role words or numbers",
    "name_is_handle": "the handle of one is made of the other's name",
    "stem_within_stem": "one handle begins or ends with the other",
    "name_within_handle": "one handle holds the last name of the other",
    "initial_and_rest": "the handles differ in an initial or a middle name",
}


def _told(pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    account = known.select("row", "network", "account_id", shown=pl.coalesce("handle", "display_name", "account_id"))
    joined = pairs.join(account.rename({"row": "one"}), on="one").join(
        account.rename({"row": "other", "network": "other_network", "account_id": "other_account_id", "shown": "other_shown"}),
        on="other",
    )
    words = (
        pl.col("evidence").replace_strict(_WORDS, return_dtype=pl.String)
        + ": "
        + pl.col("shown")
        + " ~ "
        + pl.col("other_shown")
    )
    return joined.select(
        "network", "account_id", "other_network", "other_account_id", "evidence", "confidence", words=words
    ).sort("network", "account_id", "other_network", "other_account_id")
