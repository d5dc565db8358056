"""Small servers of the contract, made quick enough for measurements: what they do is not what is measured.

Put here: answers prepared beforehand. Keep out: what a server answers (`contract/networks`).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import Any

from microinf_pipeline_tests.contract.case import Case
from microinf_pipeline_tests.unit.sources.local_server import Handler, Reply, Request


def quick(name: str, case: Case) -> Handler:
    """The case's server: the same answers, in less time where its own way is to go through all posts for every page."""
    return _mastodon(case) if name == "mastodon" else case.handler


def _mastodon(case: Any) -> Handler:
    """Timelines of the brand's tag, which every post of the case has, newest first."""
    ids = [-int(post["id"]) for post in case.fake.posts]
    told = [json.dumps(post) for post in case.fake.posts]
    size, in_order = case.fake.page_size, ids == sorted(ids)

    def answer(request: Request) -> Reply:
        if not (in_order and request.path.startswith("/api/v1/timelines/tag/")):
            return case.handler(request)  # type: ignore[no-any-return]
        below = dict(request.query).get("max_id")
        start = 0 if below is None else bisect_right(ids, -int(below))
        shown = told[start : start + size]
        rest = "&".join(f"{key}={value}" for key, value in request.query if key != "max_id")
        turned = f"<http://elsewhere.example{request.path}?{rest}&max_id="
        headers = {"Link": f'{turned}{-ids[start + size - 1]}>; rel="next"'} if len(shown) == size else {}
        return Reply(body=f"[{','.join(shown)}]".encode(), headers=headers)

    return answer
