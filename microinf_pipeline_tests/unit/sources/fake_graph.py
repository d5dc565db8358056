"""Answers as Meta's Graph API words them, for the stateful servers of its networks. All ids are invented."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from microinf_pipeline_tests.unit.sources.local_server import Reply, Request


def said(body: Any, headers: dict[str, str] | None = None, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode(), headers or {})


def refused(
    code: int, message: str = "no", *, subcode: int = 0, status: int = 400, transient: bool = False,
    headers: dict[str, str] | None = None,
) -> Reply:  # fmt: skip
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
    if subcode:
        error["error_subcode"] = subcode
    if transient:
        error["is_transient"] = True
    return said({"error": error}, headers, status)


def used(percent: int) -> dict[str, str]:
    """The header of a platform limit."""
    return {"X-App-Usage": json.dumps({"call_count": percent, "total_cputime": 3, "total_time": 4})}


def used_by_business(percent: int, regain_minutes: int = 0) -> dict[str, str]:
    use = {
        "type": "instagram", "call_count": percent, "total_cputime": 1, "total_time": 1,
        "estimated_time_to_regain_access": regain_minutes,
    }  # fmt: skip
    return {"X-Business-Use-Case-Usage": json.dumps({"10203": [use]})}


def listed(request: Request, items: list[Any], *, links: bool = True, same_cursor: bool = False) -> dict[str, Any]:
    """One page of `items`, as asked; like the real ones its address of the next page repeats the access token."""
    query = dict(request.query)
    size, start = int(query.get("limit", "25")), int(query.get("after", "0").removeprefix("c"))
    if same_cursor:
        start = int(query.get("after", "0").partition("-")[2] or 0)
    shown, end = items[start : start + size], start + size
    body: dict[str, Any] = {"data": shown}
    if not shown:
        return body
    body["paging"] = {"cursors": {"before": f"c{start}", "after": f"c{end}"}}
    if links and end < len(items):
        turned = urlencode([*(pair for pair in request.query if pair[0] != "after"), ("after", f"c{end}")])
        body["paging"]["next"] = f"https://graph.facebook.com{request.path}?{turned}"
    return body


def of_token(**over: Any) -> Reply:
    """What `/debug_token` tells of a token that never ends."""
    data = {"app_id": "77", "type": "SYSTEM_USER", "is_valid": True, "expires_at": 0, "data_access_expires_at": 0}
    return said({"data": data | {"scopes": ["pages_show_list"]} | over})
