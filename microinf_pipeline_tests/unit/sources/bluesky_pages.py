"""Hand-made Bluesky answers: shapes after the lexicons, people and words invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from microinf_pipeline.catalog.capture import Page

RECEIVED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ANNA, BEN = "did:plc:anna", "did:plc:ben"


def uri(key: str, did: str = ANNA) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def author(did: str = ANNA, **fields: Any) -> dict[str, Any]:
    name = did.removeprefix("did:plc:")
    return {"did": did, "handle": f"{name}.example.test", "displayName": name.title(), "labels": [{"val": "x"}], **fields}


def record(text: object = "I like AcmeCola", **fields: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-19T10:00:00.000Z", **fields}


def post(key: str = "3k1", did: str = ANNA, *, view: dict[str, Any] | None = None, **record_fields: Any) -> dict[str, Any]:
    return {
        "uri": uri(key, did), "cid": "bafy", "author": author(did), "record": record(**record_fields),
        "likeCount": 3, "replyCount": 2, "repostCount": 1, "quoteCount": 0, "bookmarkCount": 4,
        "indexedAt": "2026-11-19T10:00:01.000Z", "labels": [], "viewer": {"muted": False}, **(view or {}),
    }  # fmt: skip


def tag(word: str, **index: int) -> dict[str, Any]:
    features = [{"$type": "app.bsky.richtext.facet#tag", "tag": word}]
    return {"index": index or {"byteStart": 0, "byteEnd": 5}, "features": features}


def page(kind: str, body: Any, *, rule: str | None = "#acme", params: list[tuple[str, str]] | None = None) -> Page:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return Page(f"{kind}-1", kind, "acme", rule, {"method": "GET", "params": params or []}, 200, RECEIVED, text)
