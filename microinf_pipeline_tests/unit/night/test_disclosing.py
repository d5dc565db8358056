from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from microinf_pipeline.features.disclosure_words import jurisdiction_of
from microinf_pipeline.night.disclosing import judged, labels_of
from microinf_pipeline_tests.homes import SmallHome, a_post

DAY = date(2026, 4, 1)
NAMES = pl.DataFrame({"brand_id": ["acme"], "brand_names": [["acme"]]})


def posts(*titles_and_texts: tuple[str | None, str | None]) -> pl.DataFrame:
    rows = [("youtube", str(n), DAY, *pair) for n, pair in enumerate(titles_and_texts)]
    return pl.DataFrame(
        rows,
        {"network": pl.String, "post_id": pl.String, "posted_on": pl.Date, "title": pl.String, "text": pl.String},
        orient="row",
    )


def case(post_id: str, connection: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {"day": [DAY], "network": ["youtube"], "post_id": [post_id], "brand_id": ["acme"],
         "connection_type": pl.Series([connection], dtype=pl.String), "platform_label": [False]},
    )  # fmt: skip


def test_titles_and_texts_are_read_each_by_itself() -> None:
    found = labels_of(posts(("Werbung: shoes", "#ad"), (None, "x" * 200 + " #ad"), ("x" * 200 + " #ad", None)))
    assert found.select("post_id", "label_in", "label_found", "char_offset", "before_fold").rows() == [
        ("0", "title", "Werbung", 0, True), ("2", "title", "#ad", 201, True), ("0", "text", "#ad", 0, True), ("1", "text", "#ad", 201, False),
    ]  # fmt: skip


def test_a_case_is_judged_in_every_jurisdiction_by_the_best_label_of_title_and_text() -> None:
    found = labels_of(posts(("Werbung: shoes", "#ad")))
    rows = judged(case("0", "gifted"), found, NAMES).select("jurisdiction", "verdict", "label_in").rows()
    assert rows == [
        ("US", "adequate", "text"),
        ("DE", "adequate", "title"),
        ("UK", "adequate", "text"),
        ("EU", "adequate", "title"),
    ]


def test_without_a_connection_the_label_is_told_and_not_judged() -> None:
    rows = judged(case("0", None), labels_of(posts((None, "#ad"))), NAMES).select("verdict", "label_found").unique().rows()
    assert rows == [("not_assessable", "#ad")]


def test_no_case_gives_no_verdict() -> None:
    assert judged(case("0", None).clear(), labels_of(posts()), NAMES).height == 0


def test_a_brand_is_bound_where_its_time_zone_lies() -> None:
    zones = ("Europe/Berlin", "Europe/London", "America/Chicago", "Europe/Vienna", "UTC", "Asia/Tokyo")
    assert [jurisdiction_of(zone) for zone in zones] == ["DE", "UK", "US", "EU", None, None]


@pytest.mark.nights
def test_labels_follow_the_text_of_the_last_delivery_and_stay_where_no_night_touches_them(tmp_path: Path) -> None:
    nights = ("2026-03-02", "2026-03-10")
    home = SmallHome(tmp_path, {"posts": [
        a_post(nights[0], "kept", text="#ad for #acme"), a_post(nights[0], "edited", text="#ad #acme", created="2026-03-01T10:00:00Z"),
        a_post(nights[1], "edited", text="I like #acme", created="2026-03-01T10:00:00Z"),
        a_post(nights[0], "silent"), a_post(nights[0], "own", user="acme_official", uid="o1", text="#acme #ad"),
    ]})  # fmt: skip
    home.run(nights[0])
    assert {row["post_id"] for row in home.rows("_post_labels")} == {"kept", "edited", "own"}
    home.run(nights[1])
    told = home.rows("mart_disclosure", "post_id, jurisdiction, connection_type, verdict")
    assert {row["post_id"] for row in home.rows("_post_labels")} == {"kept", "own"}
    assert {(row["post_id"], row["connection_type"], row["verdict"]) for row in told} == {
        ("kept", None, "not_assessable"), ("own", "owned", "not_required"),
    }  # fmt: skip
    assert len(told) == 8
