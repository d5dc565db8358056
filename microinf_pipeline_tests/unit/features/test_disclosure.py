from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.features.disclosure import LABELS, VERDICTS, labels, verdicts
from microinf_pipeline.features.disclosure_words import rules, wordings

PHOTO = "instagram"


def found_in(text: str | None, network: str | None = PHOTO) -> pl.DataFrame:
    return labels(pl.Series([text], dtype=pl.String), pl.Series([network], dtype=pl.String))


def verdict(
    text: str, where: str, connection: str | None = "gift", *, platform_label: bool = False, brand: str = "acme"
) -> tuple[str, str]:
    case = pl.DataFrame(
        {
            "row": [0], "jurisdiction": [where], "connection_type": pl.Series([connection], dtype=pl.String),
            "platform_label": [platform_label], "brand_names": [[brand]],
        }
    )  # fmt: skip
    row = verdicts(case, found_in(text)).row(0, named=True)
    return row["verdict"], row["rule_id"]


@pytest.mark.parametrize(
    ("text", "wording", "offset", "line"),
    [
        ("#ad New shoes", "ad", 0, 1), ("New shoes #Werbung", "werbung", 10, 1), ("Hallo\nAnzeige\nSchuhe", "werbung", 6, 2),
        ("[AD] shoes", "ad", 1, 1), ("Paid\npartnership with acme", "paid_partnership", 0, 1), ("＃ad shoes", "ad", 0, 1),
        ("new shoes – Werbung", "werbung", 12, 1), ("thanks to Acme for the free shoes", "free_product", 0, 1),
        ("PUBLICITÉ : chaussures", "publicite", 0, 1), ("مرحبا #ad", "ad", 6, 1),
    ],
)  # fmt: skip
def test_a_label_is_found_at_its_place(text: str, wording: str, offset: int, line: int) -> None:
    assert found_in(text).select("wording", "char_offset", "line_no").rows() == [(wording, offset, line)]


@pytest.mark.parametrize(
    "text",
    [None, "", "👟", "I saw an ad for shoes", "Eine Anzeige bei der Polizei", "#adidas #adventure #spontan", "mail@ad.example",
     "https://acme.example/#ad", "Adam: hello", "free hugs", "The party was great"],
)  # fmt: skip
def test_words_with_another_meaning_are_no_label(text: str | None) -> None:
    assert found_in(text).equals(pl.DataFrame(schema=LABELS))


def test_the_place_in_a_run_of_hashtags_is_counted() -> None:
    places = found_in("Shoes #run #ad\n#sport and #sponsored").select("wording", "tag_place", "tags_in_run").rows()
    assert places == [("ad", 2, 3), ("sponsored", 1, 1)]


@pytest.mark.parametrize(("network", "before"), [("instagram", False), ("linkedin", True), ("mastodon", True), (None, True)])
def test_the_fold_is_the_networks(network: str | None, before: bool) -> None:
    assert found_in("x" * 150 + " #ad", network)["before_fold"].to_list() == [before]


def test_the_fourth_line_is_behind_the_fold() -> None:
    assert found_in("a\nb\nc\n#ad")["before_fold"].to_list() == [False]


def test_a_longer_wording_takes_the_place_of_the_shorter() -> None:
    assert found_in("Unbezahlte Werbung")["wording"].to_list() == ["unbezahlte_werbung"]


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("#ad shoes", "US", ("adequate", "US.ad.ok")), ("#ad shoes", "UK", ("adequate", "UK.ad.ok")),
        ("#ad shoes", "DE", ("weak", "DE.ad.weak")), ("👟 #Werbung Schuhe", "DE", ("adequate", "DE.werbung.ok")),
        ("Schuhe #Werbung", "DE", ("weak", "DE.werbung.ok_misplaced")), ("shoes #a #b #c #ad", "US", ("weak", "US.ad.ok_misplaced")),
        ("x" * 130 + " #ad", "UK", ("weak", "UK.ad.ok_misplaced")), ("#spon shoes", "US", ("weak", "US.spon.refused")),
        ("#acmepartner shoes", "US", ("adequate", "US.brand_role.ok")), ("#gympartner", "US", ("weak", "US.brand_role.unstated")),
        ("#spon #ad", "US", ("adequate", "US.ad.ok")), ("shoes", "EU", ("missing", "EU.no_label")),
    ],
)  # fmt: skip
def test_wording_and_place_make_the_verdict_where_something_was_given(text: str, where: str, expected: tuple[str, str]) -> None:
    assert verdict(text, where) == expected


@pytest.mark.parametrize("tag", ["pub", "ads", "partner", "collab", "ambassador", "sp"])
@pytest.mark.parametrize("where", ["US", "DE", "UK", "EU"])
def test_ambiguous_tags_are_never_adequate(tag: str, where: str) -> None:
    assert verdict(f"#{tag} shoes", where)[0] == "weak"


def test_an_unknown_connection_is_never_called_adequate_or_missing() -> None:
    assert verdict("#ad shoes", "US", None) == ("not_assessable", "US.connection_unknown")
    assert verdict("shoes", "US", "none") == ("not_required", "US.no_connection")


def test_the_platforms_label_tells_the_connection_but_not_the_text() -> None:
    assert verdict("shoes", "US", None, platform_label=True) == ("weak", "US.platform_label_alone")
    assert verdict("#ad shoes", "US", None, platform_label=True) == ("adequate", "US.ad.ok")
    assert found_in("shoes").is_empty()


def test_contest_and_employee_tags_tell_of_their_own_connection_only() -> None:
    assert verdict("#acmecontest entry", "US", "contest") == ("adequate", "US.contest.ok")
    assert verdict("#acmecontest entry", "US", "fee") == ("missing", "US.no_label")
    assert verdict("#acmeemployee here", "US", "employee") == ("adequate", "US.brand_employee.ok")


def test_a_megabyte_is_read_as_far_as_a_post_can_be_long() -> None:
    assert found_in("#ad " * 250_000).height <= 5_000


def test_every_wording_has_a_source_and_known_grades() -> None:
    for entry in rules()["wordings"]:
        assert entry["source"]
        assert entry["valid_from"]
    grades = {grade for wording in wordings().values() for grade in wording.says.values()}
    places = {where for wording in wordings().values() for where in wording.says}
    assert grades == {"ok", "weak", "refused"}
    assert places == set(rules()["jurisdictions"]) == set(rules()["place"])


@given(
    st.lists(st.sampled_from(["#ad", "shoes", "\n", "Werbung:", "#pub", "👟", "مرحبا", "sponsored by acme"]), max_size=12).map(
        " ".join
    )
)
def test_what_was_found_stands_in_the_text_where_it_is_said_to(text: str) -> None:
    for label in found_in(text).iter_rows(named=True):
        start = label["char_offset"]
        assert text[start : start + len(label["label_found"])] == label["label_found"]
        assert text[:start].count("\n") + 1 == label["line_no"]


@given(st.permutations(["#ad a", "b", "Anzeige: c", "d #pub"]))
def test_each_text_is_judged_by_itself(texts: list[str]) -> None:
    found = labels(pl.Series(texts), pl.Series([PHOTO] * len(texts)))
    by_text = {texts[row]: wording for row, wording in found.select("row", "wording").rows()}
    assert by_text == {"#ad a": "ad", "Anzeige: c": "werbung", "d #pub": "pub"}


def test_no_case_gives_no_row() -> None:
    none = pl.DataFrame(schema=dict.fromkeys(("row", "jurisdiction", "connection_type", "platform_label"), pl.String))
    assert verdicts(none, found_in("#ad")).equals(pl.DataFrame(schema=VERDICTS))
