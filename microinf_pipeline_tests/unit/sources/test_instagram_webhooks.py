"""Stored webhook payloads: every mention once, whatever the form, the order and the number of its payloads."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.sources.instagram_webhooks import Mention, mentions_in

TOLD = datetime(2026, 11, 19, 9, tzinfo=UTC)
SECONDS = int(TOLD.timestamp())


def payload(value: Any, *, time: Any = SECONDS, flat: bool = False, field: str = "mentions") -> dict[str, Any]:
    change = {"field": field, "value": value}
    entry = change if flat else {"changes": [change]}
    return {"object": "instagram", "entry": [{"id": "17840001", "time": time, **entry}]}


def mention(media: str, comment: str | None = None, told: datetime = TOLD) -> Mention:
    return Mention("17840001", media, comment, told)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(payload({"media_id": "7"})),
        json.dumps([payload({"media_id": "7"})]),
        json.dumps(payload({"media_id": "7"}, flat=True)),
        json.dumps(payload({"media_id": 7}, time=int(TOLD.timestamp() * 1000))),
        json.dumps(payload({"media_id": "7"})) + "\n\n" + json.dumps(payload({"media_id": "7"})) + "\n",
        json.dumps(payload({"media_id": "7", "comment_id": None})),
    ],
)
def test_payloads_are_read_in_every_form_they_come_in(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    told = mentions_in([tmp_path / "a.json"])
    assert (told.mentions, told.unreadable) == ((mention("7"),), 0)


def test_what_is_no_mention_is_left_and_what_is_no_payload_is_counted(tmp_path: Path) -> None:
    lines = [
        payload({"media_id": "7", "comment_id": "71"}), payload({"text": "hi"}, field="comments"), payload({"media_id": "x"}),
        payload(None), payload({"media_id": "8"}, time="soon"), {"object": "page", "entry": []}, {"entry": 7}, [1],
        {"object": "instagram", "entry": [None, {"changes": [None]}]},
    ]  # fmt: skip
    (tmp_path / "a.ndjson").write_text("\n".join([*map(json.dumps, lines), "{broken"]))
    told = mentions_in([tmp_path / "a.ndjson"])
    assert (told.mentions, told.unreadable) == ((mention("7", "71"),), 3)


@given(st.permutations([("7", None, 0), ("7", None, 60), ("7", "71", 5), ("8", None, 1), ("8", None, 1)]))
def test_repeated_payloads_in_any_order_are_one_mention_told_when_it_was_told_first(
    order: list[tuple[str, str | None, int]],
) -> None:
    lines = [payload({"media_id": m, "comment_id": c}, time=int(TOLD.timestamp()) + late) for m, c, late in order]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{n}.json" for n in range(len(lines))]
        for file, line in zip(files, lines, strict=True):
            file.write_text(json.dumps(line))
        told = mentions_in(files)
    assert [(m.media_id, m.comment_id, int((m.told_at - TOLD).total_seconds())) for m in told.mentions] == [
        ("7", None, 0), ("8", None, 1), ("7", "71", 5),
    ]  # fmt: skip
