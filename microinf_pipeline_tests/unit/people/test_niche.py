from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.people.niche import load_taxonomy, niches

TEXT = {"network": pl.String(), "account_id": pl.String(), "text": pl.String(), "mentioned": pl.List(pl.String())}
USUAL = load_taxonomy()


def account(bio: str | None = None, handle: str = "kai", key: str = "1", category: str | None = None) -> dict[str, str | None]:
    return {"network": "x", "account_id": key, "handle": handle, "display_name": None, "bio": bio, "category": category}


def frame(*rows: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema=dict.fromkeys(["network", "account_id", "handle", "display_name", "bio", "category"], pl.String())
    )


def posts(*texts: str) -> pl.DataFrame:
    return pl.DataFrame([("x", "1", text, []) for text in texts], schema=TEXT, orient="row")


def niche(bio: str | None = None, *texts: str, handle: str = "kai", category: str | None = None) -> str | None:
    found = niches(frame(account(bio, handle, category=category)), posts(*texts), USUAL)["niche"][0]
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("bio", "expected"),
    [
        ("Babymode und Modeblog", "fashion"),
        ("Recetas y cocina", "food"),
        ("Voyages et randonnée", "travel"),
        ("Ricette di casa, cucina", "food"),
        ("Hundetrainerin, Hunde und Welpen", "pet"),
        ("Gamer, Videospiele", "gaming"),
        ("Forschung und Wissenschaft", "science"),
        ("Leseratte, Buchblog und Bücher", "books"),
        ("Actriz, cine y teatro", "entertainment"),
        ("Unternehmerin, Gründerin", "business"),
    ],
)
def test_a_bio_in_any_language_tells_the_topic(bio: str, expected: str) -> None:
    assert niche(bio) == expected


def test_whom_posts_name_or_tag_tells_the_topic_by_the_rules_words_alone() -> None:
    named = ["kai", "oceanhotel_and_travel", "hikingtours@mastodon.example", "did:plc:foodfoodfood", None]
    found = niches(frame(account()), pl.DataFrame([("x", "1", "Monday", named)], schema=TEXT, orient="row"), USUAL)
    assert found.select("niche", "niche_evidence").rows() == [("travel", "hiking, travel, hotel, ocean")]


def test_a_hashtag_written_together_tells_the_topic() -> None:
    assert niche(None, "Montag! #fitnessmotivation #gymlife") == "fitness"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#travelphotography", "travel"),
        ("#kitchenrenovation", "interior"),
        ("#hotdog", "food"),
        ("#makeupartist", "beauty"),
        ("#boymom #mybabyboy", "family"),
    ],
)
def test_the_longer_of_words_in_one_another_tells_the_topic(text: str, expected: str) -> None:
    assert niche(None, text) == expected


def test_words_that_hold_a_word_and_do_not_mean_it_are_no_evidence() -> None:
    assert niche(None, "#lifestyle #mylifestyle", "#signatureflashes") is None


def test_a_word_marked_as_whole_is_found_in_no_compound(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "version: 1\nweights: {strong: 3, words: 1}\nplaces: {category: 1, bio: 1, name: 1, tag: 1, text: 1}\n"
        "least_confidence: 0.5\nniches:\n  lace: {strong: [=lace], words: []}\n  sailing: {strong: [sail*], words: []}\n"
    )
    said = [niches(frame(account(bio)), posts(), load_taxonomy(own))["niche"][0] for bio in ("lace", "laces", "#placelace")]
    assert said == ["lace", None, None]


def test_a_taxonomy_of_few_topics_says_nothing_of_words_without_one(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "version: 1\nweights: {strong: 3, words: 1}\nplaces: {category: 1, bio: 1, name: 1, tag: 1, text: 1}\n"
        "least_confidence: 0.5\nniches:\n  bees: {strong: [bee*], words: []}\n  sailing: {strong: [sail*], words: []}\n"
        "no_topic: [beech*]\n"
    )
    said = [niches(frame(account(bio)), posts(), load_taxonomy(own))["niche"][0] for bio in ("beehive", "beechwood")]
    assert said == ["bees", None]


def test_the_shipped_words_fit_the_form() -> None:
    words = USUAL.weights["word"].unique().to_list()
    assert [word for word in words if not word.strip("*=") or " " in word or "#" in word or "@" in word] == []


def test_handle_and_category_tell_the_topic() -> None:
    assert niche("Travel", handle="kai_travels") == "travel"
    assert niche("hello", category="Bakery") == "food"


def test_too_little_to_go_by_is_no_topic() -> None:
    assert niche("hello there", "a nice day") is None
    assert niches(frame(account()), posts(), USUAL).row(0)[2:] == (None, None, None)


def test_links_and_handles_of_others_are_no_words() -> None:
    assert niche(None, "see https://fitness.example/gym with @fitness.gym") is None


def test_evidence_stands_in_the_text_heaviest_first() -> None:
    found = niches(frame(account("Foodblog")), posts("breakfast in the sun"), USUAL).row(0, named=True)
    assert (found["niche"], found["niche_evidence"]) == ("food", "foodblog, breakfast")


def test_a_user_taxonomy_replaces_the_shipped(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "version: 1\nweights: {strong: 3, words: 1}\nplaces: {category: 1, bio: 1, name: 1, tag: 1, text: 1}\n"
        "least_confidence: 0.5\nniches:\n  beekeeping: {strong: [bee*], words: []}\n  sailing: {strong: [sail*], words: []}\n"
    )
    assert niches(frame(account("Beekeeper")), posts(), load_taxonomy(own))["niche"].to_list() == ["beekeeping"]


def test_a_taxonomy_of_another_form_is_refused_with_its_place(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("niches: {bees: [bee]}\n")
    with pytest.raises(FixConfigurationError, match=r"own\.yaml"):
        load_taxonomy(own)


def test_special_categories_are_no_niches(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "version: 1\nweights: {strong: 3, words: 1}\nplaces: {category: 1, bio: 1, name: 1, tag: 1, text: 1}\n"
        "least_confidence: 0.5\nniches:\n  Religion: {strong: [pray*], words: []}\n  sailing: {strong: [sail*], words: []}\n"
    )
    with pytest.raises(FixConfigurationError, match="special categories: Religion"):
        load_taxonomy(own)


def test_a_taxonomy_that_is_not_there_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match="cannot be read"):
        load_taxonomy(tmp_path / "none.yaml")


@settings(max_examples=8, deadline=None)
@given(st.permutations(["Rezept für Brot", "Flug nach Rom #travel", "Outfit", "Kuchen backen", "Strand und Meer"]))
def test_the_order_of_posts_changes_nothing(texts: list[str]) -> None:
    rows = frame(account("Food und Reise"))
    assert niches(rows, posts(*texts), USUAL).equals(niches(rows, posts(*sorted(texts)), USUAL))
