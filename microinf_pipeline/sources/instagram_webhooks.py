"""Stored webhook payloads of Instagram: which posts and comments name one of our accounts.

Mentions in captions and comments have no list; Meta tells of each once, at a web address of the app's owner. Whatever answers
there stores the payloads as files (JSON, or one payload a line); this reads them. A payload holds ids alone.
Put here: reading the files. Keep out: asking for the posts (`instagram.py`), receiving anything.
Source: developers.facebook.com/docs/graph-api/webhooks and .../instagram-platform/webhooks/examples, read in November 2026:
payloads come in any order, may repeat, and hold `changes[]` or, in the newer form, `field` and `value` flat.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

#: From here on a time is in milliseconds (1e11 s is the year 5138).
_MILLISECONDS: Final = 1e11


@dataclass(frozen=True, order=True)
class Mention:
    """A post (or a comment on it) that names an account."""

    account_id: str
    media_id: str
    comment_id: str | None
    told_at: datetime  # when Meta sent it, not when it was written


@dataclass(frozen=True)
class Told:
    """What the files hold, and how many of their payloads cannot be read."""

    mentions: tuple[Mention, ...]
    unreadable: int


def mentions_in(files: Iterable[Path]) -> Told:
    """Every mention once, told when it was told first; oldest first."""
    first: dict[tuple[str, str, str | None], Mention] = {}
    unreadable = 0
    for file in files:
        for payload in _payloads(file.read_text(encoding="utf-8", errors="replace")):
            if payload is None:
                unreadable += 1
                continue
            for one in _mentions(payload):
                key = (one.account_id, one.media_id, one.comment_id)
                first[key] = min(first.get(key, one), one, key=lambda m: m.told_at)
    ordered = sorted(first.values(), key=lambda m: (m.told_at, m.account_id, m.media_id, m.comment_id or ""))
    return Told(tuple(ordered), unreadable)


def _payloads(text: str) -> Iterator[dict[str, Any] | None]:
    """Payloads of a file: one object, a list of them, or one a line; None for each that is none."""
    try:
        whole = [json.loads(text)]
    except ValueError:
        whole = [_decoded(line) for line in text.splitlines() if line.strip()]
    for one in whole:
        for payload in one if isinstance(one, list) else [one]:
            yield payload if isinstance(payload, dict) and isinstance(payload.get("entry"), list) else None


def _decoded(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _mentions(payload: dict[str, Any]) -> Iterator[Mention]:
    if payload.get("object") not in (None, "instagram"):
        return
    for entry in payload["entry"]:
        if not isinstance(entry, dict):
            continue
        changes = entry.get("changes")
        for change in changes if isinstance(changes, list) else [entry]:
            found = _mention(entry, change) if isinstance(change, dict) and change.get("field") == "mentions" else None
            if found is not None:
                yield found


def _mention(entry: dict[str, Any], change: dict[str, Any]) -> Mention | None:
    value, account, told = change.get("value"), _id(entry.get("id")), entry.get("time")
    media = _id(value.get("media_id")) if isinstance(value, dict) else None
    if account is None or media is None or not isinstance(value, dict) or not isinstance(told, int | float):
        return None
    seconds = told / 1000 if told >= _MILLISECONDS else told
    return Mention(account, media, _id(value.get("comment_id")), datetime.fromtimestamp(seconds, UTC))


def _id(told: Any) -> str | None:
    """Ids are texts of digits; some senders write them as numbers."""
    text = str(told) if isinstance(told, str | int) and not isinstance(told, bool) else ""
    return text if text.isdigit() else None
