"""The words of posts that mention a brand are read: their language, how they feel, what in them is unsafe for a brand.

Put here: which texts are read, each once a month of posts, and from where readings are carried over. Keep out: the reading
(`features/language`, `sentiment`, `safety`), and what becomes of it (`core_posts`).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.batches import apart
from microinf_pipeline.features.language import with_language
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.safety import languages as safety_languages
from microinf_pipeline.features.safety import safety
from microinf_pipeline.features.sentiment import languages as sentiment_languages
from microinf_pipeline.features.sentiment import sentiment
from microinf_pipeline.night.model_runs import register_inputs, sql_of
from microinf_pipeline.night.run import NightRun

_READINGS: Final = TABLES["_post_readings"]
_READ: Final = ("text_key", "lang", "lang_source", "sentiment", "safety_flags", "safety_evidence")
_NOTHING: Final = pl.DataFrame(schema={name: pl.Float64() if name == "sentiment" else pl.String() for name in _READ})
#: Decimals of a chance that a reader can use; the last bits of a float are not the same on every machine.
_DECIMALS: Final = 3


def read_texts(run: NightRun) -> None:
    """The session relations `mentioning_posts` and `read_texts`, over the touched months.

    A rebuild reads everything again: the rules of reading may be others."""
    engine = run.engine
    months = set() if run.touched.everything else run.touched.post_months
    register_inputs(run, _READINGS)
    run.candidate.register(engine, _READINGS, months, view="_post_readings_before", accepted=True)
    engine.define_table("mentioning_posts", sql_of("mentioning_posts"), {})
    engine.define_table("read_before", sql_of("read_before"), {})
    fresh = [apart(readings_of(texts)) for texts in engine.batches(sql_of("texts_to_read"))]
    engine.register_frame("read_tonight", pl.concat([_NOTHING, *fresh]))
    engine.define_table("read_texts", "SELECT * FROM read_before UNION ALL SELECT * FROM read_tonight", {})


def readings_of(texts: pl.DataFrame) -> pl.DataFrame:
    """text_key, lang, lang_source, sentiment, safety_flags, safety_evidence of `texts` (text_key, title, text, lang), in
    their order. Only languages that can be read are named where the source named none."""
    if texts.is_empty():  # weights and word lists cost a second to set up
        return _NOTHING
    known = with_language(texts.with_columns(text=said(texts)), sorted({*sentiment_languages(), *safety_languages()}))
    feels = sentiment(known["text"], known["lang"]).select(pl.col("sentiment").round(_DECIMALS))
    unsafe = safety(known["text"], known["lang"])
    return pl.concat([known.select("text_key", "lang", "lang_source"), feels, unsafe], how="horizontal")
