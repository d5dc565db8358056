"""What posts of the staff are about, by their words."""

from __future__ import annotations

import polars as pl
import pytest

from microinf_pipeline.people.advocacy_topics import advocacy_topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("We’re hiring! Apply now for our mill.", {"recruiting"}),
        ("Wir suchen Verstärkung, bewirb dich!", {"recruiting"}),
        ("Offene Stellen bei uns #wearehiring", {"recruiting"}),
        ("Good job everyone, what a day", set()),
        ("Die neue Sorte steht jetzt im Handel", {"product"}),
        ("Unsere REZEPTURENTWICKLUNG hat gezaubert", {"product"}),
        ("Betriebsausflug mit den Kolleginnen, tolles Team", {"culture"}),
        ("Feierabend im Büro. Wir suchen noch Leute für den Produkttest", {"recruiting", "product", "culture"}),
        ("rehiring a ghost", set()),
        (None, set()),
        ("", set()),
    ],
)
def test_topics_are_told_by_whole_words(text: str | None, topics: set[str]) -> None:
    [row] = advocacy_topics(pl.Series([text], dtype=pl.String)).to_dicts()
    assert {name.removeprefix("is_") for name, holds in row.items() if holds} == topics


def test_names_of_products_count_as_words_of_the_topic() -> None:
    texts = pl.Series(["Endlich: Hafermond Gold!", "Endlich: Hafermondgold!"])
    assert advocacy_topics(texts, ["Hafermond Gold"])["is_product"].to_list() == [True, False]


def test_no_text_gives_no_row() -> None:
    none, some = (advocacy_topics(pl.Series(texts, dtype=pl.String)) for texts in ([], ["Feierabend"]))
    assert (none.height, none.schema) == (0, some.schema)
