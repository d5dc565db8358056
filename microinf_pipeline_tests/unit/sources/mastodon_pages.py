"""Hand-made pages of the Mastodon API, after the shapes of its documentation. All people and servers are invented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from microinf_pipeline.catalog.capture import Page

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
HOME, OTHER = "https://social.example", "https://town.example"


def account(acct: str = "ann", **more: Any) -> dict[str, Any]:
    return {
        "id": "7", "username": acct.partition("@")[0], "acct": acct, "display_name": "Ann", "note": "<p>Tea &amp; trains</p>",
        "url": f"{HOME}/@ann", "followers_count": 120, "following_count": 80, "statuses_count": 900, "bot": False,
        "created_at": "2024-02-03T00:00:00.000Z", **more,
    }  # fmt: skip


def status(number: int = 1, **more: Any) -> dict[str, Any]:
    """A public post of ann@social.example as its home instance shows it."""
    return {
        "id": str(1000 + number), "uri": f"{HOME}/users/ann/statuses/{number}", "url": f"{HOME}/@ann/{number}",
        "created_at": "2026-11-19T10:00:00.000Z", "edited_at": None, "visibility": "public", "language": "en",
        "content": f"<p>I like AcmeCola {number}</p>", "spoiler_text": "", "in_reply_to_id": None,
        "in_reply_to_account_id": None, "reblog": None, "replies_count": 1, "reblogs_count": 2, "favourites_count": 3,
        "media_attachments": [], "mentions": [], "tags": [], "card": None, "poll": None, "account": account(), **more,
    }  # fmt: skip


def page(
    *items: Mapping[str, Any], kind: str = "tag", base: str = HOME, name: str = "page-1", seen: datetime = SEEN,
    code: int = 200, rule: str = "#acmecola", body: str | None = None, **request: Any,
) -> Page:  # fmt: skip
    """A stored page of one kind; `request` adds what the capture keeps beside the body."""
    content: Any = list(items)
    if kind in ("search", "resolve"):
        content = {"accounts": [], "statuses": content, "hashtags": []}
    if kind in ("status", "account"):
        content = items[0] if items else {"error": "Record not found"}
    asked = {"method": "GET", "url": f"{base}/api/v1/…", "params": [], **request}
    return Page(name, kind, "acme", rule, asked, code, seen, json.dumps(content) if body is None else body)
