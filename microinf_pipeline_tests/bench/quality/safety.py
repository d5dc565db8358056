"""Brand-safety flags on labelled texts: abuse (germeval2018), spam (youtube_spam), and who is flagged wrongly.

Protocol: words and patterns were written from general knowledge; errors were looked at on the even rows of germeval2018
and on the first three files of youtube_spam, the figures to go by are those of the odd rows and of the last two files.
OFFENSE is wider than the flag: it holds political abuse without any such word, which a word list cannot see. Comments are
stripped of HTML as a source does. airline_sentiment: how many complaints are called abuse; ig_influencers: how many posts
of creators, most of whom do ask to be followed, are called spam.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import process_time

import polars as pl

from microinf_pipeline.features.safety import FLAGS, safety_evidence
from microinf_pipeline_tests.bench.quality.result import Result


def run(data: Path) -> Iterable[Result]:
    """Precision and recall on both labelled sets, shares flagged on the two others, speed."""
    yield from _abuse(data / "germeval2018_tweets" / "germeval2018.training.txt")
    yield from _spam(sorted((data / "youtube_spam").glob("*.csv")))
    yield from _complaints(data / "airline_sentiment" / "Tweets.csv")
    yield from _creators(data / "ig_influencers" / "posts_part1.jsonl.gz")


def _abuse(path: Path) -> Iterator[Result]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    offensive = pl.Series([row[1] == "OFFENSE" for row in rows])
    flags = safety_evidence(pl.Series([row[0] for row in rows]))
    any_flag = _has(flags, "abuse") | _has(flags, "adult") | _has(flags, "violence")
    for name, rest in (("even rows", 0), ("odd rows", 1)):
        part = pl.int_range(len(rows), eager=True) % 2 == rest
        yield from _figures(f"abuse, {name}", _has(flags, "abuse").filter(part), offensive.filter(part), "germeval2018 OFFENSE")
        yield from _figures(f"any but spam, {name}", any_flag.filter(part), offensive.filter(part), "germeval2018 OFFENSE")


def _spam(paths: list[Path]) -> Iterator[Result]:
    for name, chosen in (("files 1-3", paths[:3]), ("files 4-5", paths[3:])):
        rows = [row for path in chosen for row in csv.DictReader(path.open(encoding="utf-8-sig"))]
        texts = pl.Series([html.unescape(re.sub(r"<[^>]{1,500}>", " ", row["CONTENT"])) for row in rows])
        yield from _figures(
            f"spam, {name}",
            _has(safety_evidence(texts), "spam"),
            pl.Series([row["CLASS"] == "1" for row in rows]),
            "youtube_spam",
        )


def _complaints(path: Path) -> Iterator[Result]:
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    started = process_time()
    flags = safety_evidence(pl.Series([row["text"] for row in rows]))
    yield Result("safety", "texts a CPU second", len(rows) / (process_time() - started), "airline_sentiment")
    negative = pl.Series([row["airline_sentiment"] == "negative" for row in rows])
    for flag in FLAGS:
        share = _has(flags, flag).filter(negative).mean()
        assert isinstance(share, float)
        yield Result("safety", f"complaints flagged {flag}", share, f"{negative.sum()} negative tweets of airline_sentiment")


def _creators(path: Path) -> Iterator[Result]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = pl.Series([json.loads(line)["caption"] for line in lines], dtype=pl.String).drop_nulls()
    flags = safety_evidence(texts)
    for flag in FLAGS:
        share = _has(flags, flag).mean()
        assert isinstance(share, float)
        yield Result("safety", f"creators' posts flagged {flag}", share, f"{len(texts)} captions of ig_influencers, unlabelled")


def _has(flags: pl.Series, flag: str) -> pl.Series:
    return flags.str.contains(f'"flag":"{flag}"', literal=True)


def _figures(measure: str, flagged: pl.Series, truth: pl.Series, of: str) -> Iterator[Result]:
    right, raised, wanted = (int(mask.sum()) for mask in (flagged & truth, flagged, truth))
    yield Result("safety", f"{measure}: precision", right / max(1, raised), f"{of}, n = {len(truth)}", aim=0.8)
    yield Result("safety", f"{measure}: recall", right / wanted, f"{of}, n = {len(truth)}")
