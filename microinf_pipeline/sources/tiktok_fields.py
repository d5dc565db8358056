"""What TikTok's two interfaces have in common: ids that tell a time, addresses that tell a handle, labels of paid posts.

Put here: reading of values that both parsers meet. Keep out: pages and rows (`tiktok_research_parse`, `tiktok_business_parse`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from microinf_pipeline.catalog.capture import CaptureTask

_HANDLE_IN: Final = re.compile(r"tiktok\.com/@([^/?#]+)")
#: Numbers of a branded `video_tag`: 1 is a paid partnership, 7 a creator who earns a commission.
_PAID_NUMBERS: Final = frozenset({1, 7})
_PAID_STATUSES: Final = {"PAID_PARTNERSHIP": True, "CREATOR_EARNS_COMMISSION": True, "NONE": False}


def created_of(post_id: str) -> datetime | None:
    """When a post was made, from the upper half of its id; NULL for what is no id. Good to some seconds: of 40 real
    posts none was more than 5 s off. Only used to choose the days that a request covers, never as a post's time.
    """
    return at_second(int(post_id) >> 32) if post_id.isdecimal() else None


def at_second(told: Any) -> datetime | None:
    """Unix seconds, as number or text, as a moment in UTC without zone; NULL for anything else."""
    if isinstance(told, bool) or not isinstance(told, int | str) or not str(told).isdecimal():
        return None
    seconds = int(told)
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if seconds < 1 << 33 else None


def address_of(handle: str | None, post_id: str) -> str:
    """A post's address; TikTok finds the post by its id, whoever is named."""
    return f"https://www.tiktok.com/@{handle or ''}/video/{post_id}"


def handle_in(address: str | None) -> str | None:
    """The author that an address names; short addresses name none."""
    found = _HANDLE_IN.search(address) if address else None
    return found[1].lower() if found else None


def is_handle(name: str) -> bool:
    """Handles hold a letter; accounts are also known by numbers, which no request takes."""
    return bool(name) and not name.isdecimal()


def handles(accounts: Iterable[str], known: Mapping[str, str] | None = None) -> list[str]:
    """Accounts that can be asked for: by handle, however they are keyed (`h:name`, or a number whose handle is `known`)."""
    told = known or {}
    names = (told.get(account, account.removeprefix("h:")).lower() for account in accounts)
    return list(dict.fromkeys(name for name in names if is_handle(name)))


def of_other_roads(task: CaptureTask, origin: str) -> frozenset[str]:
    """Stored videos that came by another road than this one, which may not show them though they are there."""
    return frozenset(post.post_id for post in task.refresh_posts if post.origin not in (None, origin))


def paid_by_tag(tag: Any) -> bool | None:
    """Whether a `video_tag` (type and number, one or several) says that somebody pays. NULL where it is silent: how an
    unpaid post is tagged is not documented.
    """
    tags = tag if isinstance(tag, list) else [tag]
    branded = [one for one in tags if isinstance(one, dict) and "brand" in str(one.get("type", "")).lower()]
    return True if any(str(one.get("number")) in {str(n) for n in _PAID_NUMBERS} for one in branded) else None


def paid_by_status(status: str | None) -> bool | None:
    """What a `collaboration_status` of the creator marketplace says."""
    return _PAID_STATUSES.get(status or "")
