"""People of the demo praise and complain so that it shows, and the brand answers some of them and not others."""

from __future__ import annotations

import polars as pl

from microinf_pipeline.features.safety import safety
from microinf_pipeline.features.sentiment import sentiment
from microinf_pipeline_tests.unit.demo.reading import Demo

_CROSS = "enttäuscht|Nie wieder|Geld zurück|ärgerlich|disappointed|refund|I hate it|never again"
_GLAD = "Ich liebe|Großes Lob|herzlichen Dank|I love|Huge thanks|Amazing service"


def _told(made: Demo, words: str) -> pl.DataFrame:
    posts = made.posts.drop_nulls("post_id").unique(["network", "post_id"]).filter(pl.col("text").str.contains(words))
    return posts.filter(pl.col("lang").is_in(["de", "en"]))


def test_complaints_read_as_cross_and_praise_as_glad_in_both_languages(made: Demo) -> None:
    cross, glad = _told(made, _CROSS), _told(made, _GLAD)
    assert set(cross["lang"]) == set(glad["lang"]) == {"de", "en"}
    assert max(sentiment(cross["text"], cross["lang"])["sentiment"].to_list()) < -0.33
    assert min(sentiment(glad["text"], glad["lang"])["sentiment"].to_list()) > 0.33
    assert set(safety(cross["text"], cross["lang"])["safety_flags"]) == {"[]"}


def test_the_listening_export_says_the_mood_of_what_has_one(made: Demo) -> None:
    cross, glad = (
        made.posts.filter(pl.col("source") == "listening", pl.col("text").str.contains(words)) for words in (_CROSS, _GLAD)
    )
    assert min(cross.height, glad.height) > 0
    assert (set(cross["mood"]), set(glad["mood"])) == ({"negativ"}, {"positiv"})


def test_some_swear_and_are_flagged(made: Demo) -> None:
    rude = _told(made, "Vollidioten|Trottel|idiots|morons")
    assert rude.height > 10
    assert set(safety(rude["text"], rude["lang"])["safety_flags"]) == {'["abuse"]'}


def test_the_brand_answers_most_complaints_and_not_all(made: Demo) -> None:
    answers = made.posts.filter(pl.col("text").str.contains("Das tut uns leid|We are sorry")).select(
        "network", post_id="reply_to"
    )
    cross = _told(made, _CROSS)
    answered = cross.join(answers.unique(), on=["network", "post_id"], how="semi")
    assert 0.4 < answered.height / cross.height < 0.9
