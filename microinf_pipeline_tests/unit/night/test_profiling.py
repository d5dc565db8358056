"""What is read of candidates' profiles: one row an account, nothing without evidence, the score only where it holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from microinf_pipeline.night.profiling import profiles_of
from microinf_pipeline.people.niche import load_taxonomy
from microinf_pipeline_tests.homes import SmallHome, a_post

_ACCOUNT = {
    "handle": "kai", "display_name": "Kai", "bio": "Barista. Berlin, Germany", "category": None, "url": None, "account_type": None,
    "followers": 800, "following": 400, "post_count": 120, "verified": None,
    "created_at": datetime(2025, 1, 1), "observed_at": datetime(2026, 1, 1),
}  # fmt: skip
_POSTS = dict.fromkeys(("network", "account_id", "text", "lang", "lang_source"), pl.String()) | {
    "mentioned": pl.List(pl.String())
}
_NO_GROWTH = pl.DataFrame(schema={"network": pl.String(), "account_id": pl.String(), "growth_jump": pl.Float64()})


def _accounts(*networks: str) -> pl.DataFrame:
    rows = [_ACCOUNT | {"network": network, "account_id": f"{network}-1"} for network in networks]
    return pl.DataFrame(rows, {"network": pl.String(), "account_id": pl.String(), **pl.DataFrame([_ACCOUNT]).schema})


def test_each_account_has_one_row_whatever_is_known_of_it() -> None:
    posts = pl.DataFrame(
        [
            ("x", "x-1", "Neuer Kaffee und frischer Kuchen #food", "de", "source", []),
            ("x", "x-1", "so good", "en", "detected", []),
            ("x", "x-1", "Backen", "de", "guessed", None),
        ],
        _POSTS,
        orient="row",
    )
    read = profiles_of(_accounts("x", "instagram"), posts, _NO_GROWTH)
    assert read.select("network", "lang", "country").rows() == [("x", "de", "DE"), ("instagram", None, "DE")]
    assert read["authority"].to_list() == ["practitioner"] * 2
    assert read["authority_evidence"].to_list() == ["Barista"] * 2


def test_one_post_in_a_sure_language_outweighs_guesses() -> None:
    told = [("Guten Morgen zusammen", "de", "detected"), ("ok", "en", "guessed"), ("nice", "en", "guessed")]
    posts = pl.DataFrame([("x", "x-1", *one, []) for one in told], _POSTS, orient="row")
    assert profiles_of(_accounts("x"), posts, _NO_GROWTH)["lang"].to_list() == ["de"]
    assert profiles_of(_accounts("x"), posts[1:], _NO_GROWTH)["lang"].to_list() == ["en"]


def test_the_kind_of_account_comes_with_the_words_that_said_it() -> None:
    accounts = _accounts("x", "instagram").with_columns(
        account_type=pl.Series([None, "person"], dtype=pl.String), display_name=pl.Series(["News bot", "News bot"])
    )
    read = profiles_of(accounts, pl.DataFrame(schema=_POSTS), _NO_GROWTH)
    assert read.select("account_type", "account_type_evidence").rows() == [("bot", "name: bot"), ("person", "network")]


def test_a_taxonomy_of_the_users_own_takes_the_shipped_ones_place(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "version: 1\nweights: {strong: 3, words: 1}\nplaces: {category: 1, bio: 1, name: 1, tag: 1, text: 1}\n"
        "least_confidence: 0.5\nniches:\n  kettles: {strong: [barista], words: []}\n  sailing: {strong: [sail*], words: []}\n"
    )
    read = profiles_of(_accounts("x"), pl.DataFrame(schema=_POSTS), _NO_GROWTH, load_taxonomy(own))
    assert read.select("niche", "niche_evidence").rows() == [("kettles", "barista")]


def test_authenticity_is_shown_only_on_networks_where_it_was_measured() -> None:
    read = profiles_of(_accounts("x", "instagram"), pl.DataFrame(schema=_POSTS), _NO_GROWTH)
    score = dict(read.select("network", "authenticity_score").iter_rows())
    assert score["x"] is None
    assert 0 < score["instagram"] < 1
    assert read["authenticity_reasons"].is_null().to_list() == [True, False]


def test_no_accounts_give_no_rows_of_the_same_columns() -> None:
    some = profiles_of(_accounts("x"), pl.DataFrame(schema=_POSTS), _NO_GROWTH)
    none = profiles_of(_accounts(), pl.DataFrame(schema=_POSTS), _NO_GROWTH)
    assert none.is_empty()
    assert none.schema == some.schema


def test_a_night_reads_whom_a_candidates_posts_tag(tmp_path: Path) -> None:
    night = "2026-03-02"
    posts = [a_post(night, str(n), text=f"Acme day {n} with @ocean_hotel and @acme_official") for n in (1, 2)]
    home = SmallHome(tmp_path, {"feed": posts})
    home.run(night)
    (account,) = home.rows("core_accounts", "niche, niche_evidence")
    assert tuple(account.values()) == ("travel", "hotel, ocean")
