"""What a capture reads from pages of TikTok's API for Business while it walks: items, their keys and authors, the next place.

Put here: glances at untyped answers. Keep out: columns (`tiktok_business_parse.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.errors import GiveUpError
from microinf_pipeline.sources.tiktok_fields import handle_in


def _data(page: Page) -> dict[str, Any]:
    body = msgspec.json.decode(page.body)
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, dict) else {}


def items_of(page: Page, name: str) -> list[dict[str, Any]]:
    """The list of an answer. Raises `GiveUpError` where there is none: nothing found would be no true word about it."""
    items = _data(page).get(name)
    if not isinstance(items, list):
        fix = "the network may have changed its answers: look at the stored page"
        raise GiveUpError(f"the answer holds no list of {name}", where=f"{page.request['url']}, page {page.name}", fix=fix)
    return [one for one in items if isinstance(one, dict)]


def cursor_of(page: Page) -> str | None:
    data = _data(page)
    told = data.get("page_info", data)  # lists of creators' posts keep it apart
    has_more = isinstance(told, dict) and told.get("has_more") is True and told.get("cursor") is not None
    return str(told["cursor"]) if has_more else None


def key_of(item: Mapping[str, Any]) -> str:
    return str(item.get("comment_id") or item.get("item_id") or item.get("video_id"))


def creators_in(items: Iterable[Mapping[str, Any]]) -> list[str]:
    told = (item.get("creator_handle_name") or handle_in(item.get("video_link")) for item in items)
    return [name.lower() for name in told if isinstance(name, str) and name]
