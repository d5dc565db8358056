"""Recorded answers of X through the real parser: every row is a delivery, a reject with its reason, or no row of ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import Page, Parsed
from microinf_pipeline.sources.x import READ_WAIT
from microinf_pipeline.sources.x_fields import time_of_id
from microinf_pipeline.sources.x_parse import parse_pages
from microinf_pipeline_tests.real.recordings import RECORDINGS

pytestmark = pytest.mark.real

RECORDED = RECORDINGS / "x" / "tweepy_v2"
SEEN = datetime(2026, 11, 20, tzinfo=UTC)
#: What a path answers with; counts and jobs are asked for by nothing here that becomes rows.
KINDS = {
    r"/(users|retweeted_by|followers)(/by)?(/username/\w+)?$": "profiles",
    r"/(tweets|mentions|quote_tweets|recent|all)(/\d+)?$": "search",
    r"/counts/|/compliance/": "out of scope",
}


def kind_of(path: str) -> str:
    found = [kind for pattern, kind in KINDS.items() if re.search(pattern, path)]
    return "out of scope" if "out of scope" in found else found[0]


def exchanges() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(RECORDED.glob("*.json")):
        for number, exchange in enumerate(json.loads(file.read_text(encoding="utf-8"))):
            yield f"{file.stem}-{number}", exchange


EXCHANGES = list(exchanges())


def rows_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    data = body.get("data", [])
    return data if isinstance(data, list) else [data]


def parsed(name: str, kind: str, body: dict[str, Any]) -> Parsed:
    return parse_pages([Page(name, kind, None, "recorded", {}, 200, SEEN, json.dumps(body))])


def test_all_34_exchanges_are_there() -> None:
    kinds = Counter(kind_of(one["request"]["uri"].partition("?")[0]) for _, one in EXCHANGES)
    assert kinds == {"search": 16, "profiles": 8, "out of scope": 10}


@pytest.mark.parametrize(("name", "exchange"), EXCHANGES, ids=[name for name, _ in EXCHANGES])
def test_every_recorded_row_is_accounted_for(name: str, exchange: dict[str, Any]) -> None:
    kind, body = kind_of(exchange["request"]["uri"].partition("?")[0]), exchange["body"]
    told = parsed(name, kind, body)
    wanted = [] if kind == "out of scope" else [row["id"] for row in rows_of(body)]
    delivered = told.accounts["account_id"] if kind == "profiles" else told.posts["post_id"]
    assert (delivered.to_list(), told.rejects.height) == (wanted, 0)


def test_recorded_texts_stay_whole_but_for_escapes() -> None:
    for name, exchange in EXCHANGES:
        if kind_of(exchange["request"]["uri"].partition("?")[0]) == "search":
            told = dict(parsed(name, "search", exchange["body"]).posts.select("post_id", "text").iter_rows())
            plain = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
            wanted = {row["id"]: row["text"] for row in rows_of(exchange["body"])}
            for escape, character in plain.items():
                wanted = {key: text.replace(escape, character) for key, text in wanted.items()}
            assert told == wanted


def test_times_read_from_ids_are_those_some_recorded_texts_state() -> None:
    stated = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) tweepy$")
    rows = [row for _, exchange in EXCHANGES for row in rows_of(exchange["body"])]
    found = [(row["id"], said[1]) for row in rows if (said := stated.match(row.get("text", "")))]
    assert len(found) >= 10
    for post_id, moment in found:
        read = time_of_id(post_id)
        assert read is not None
        assert abs(read - datetime.fromisoformat(moment)) < timedelta(seconds=2)


def test_every_recorded_answer_says_until_when_to_wait() -> None:
    waits = [
        READ_WAIT(exchange["headers"], datetime.fromtimestamp(int(exchange["headers"]["x-rate-limit-reset"]) - 60, UTC))
        for _, exchange in EXCHANGES
    ]
    assert waits == [60.0] * 34
