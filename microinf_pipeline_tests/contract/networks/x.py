"""X's case: posts whose ids hold their time, authors that come with them, errors inside answers, a cap of reads."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import NetworkSource, Page
from microinf_pipeline.sources.x import READ_WAIT, X
from microinf_pipeline.sources.x_problems import is_passing
from microinf_pipeline.sources.x_session import XAccess
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, outside, times
from microinf_pipeline_tests.unit.sources.fake_x import FakeX, a_post, an_account, id_at
from microinf_pipeline_tests.unit.sources.fake_x_shapes import problem
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.running_x import nothing_kept


class CASE(Case):
    network = "x"
    shows_timelines = True
    walks_timelines = False
    secrets = ("bearer-9f",)
    cursors = ("next_token", "pagination_token")
    gone_is = frozenset({"deleted"})

    def __init__(self) -> None:
        self.fake = FakeX(page_size=self.page_size, token="bearer-9f")
        self.kept = nothing_kept()
        self.left: int | None = None  # requests until the cap

    def handler(self, request: Request) -> Reply:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                return problem(429, "usage-capped", "UsageCapExceeded", period="Monthly", scope="Product")
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        return X(
            "x", XAccess(bearer="bearer-9f"), self.kept, service=base,
            connect=lambda: connect_with(read_wait=READ_WAIT, is_transient=is_passing),
        )  # fmt: skip

    def fill(self, posts: int, authors: int) -> Filled:
        people = [str(1000 + n) for n in range(authors)]
        self.fake.accounts = [an_account(key, f"author_{n}") for n, key in enumerate(people)]
        inside = [_post(n, people[n % authors], at) for n, at in enumerate(times(posts))]
        beside = [_post(500 + n, people[0], at) for n, at in enumerate(outside())]
        self.fake.posts = [*inside, *beside]
        return Filled(tuple(one["id"] for one in inside), tuple(one["id"] for one in beside), tuple(people))

    def like(self, post_id: str, likes: int) -> None:
        self._of(post_id)["public_metrics"]["like_count"] = likes

    def uncount(self, post_id: str) -> None:
        self._of(post_id)["public_metrics"] = {}

    def delete(self, post_id: str) -> None:
        self.fake.gone.add(post_id)

    def rename(self, account_id: str, handle: str) -> None:
        next(one for one in self.fake.accounts if one["id"] == account_id)["username"] = handle

    def leave(self, account_id: str) -> None:
        self.fake.accounts = [one for one in self.fake.accounts if one["id"] != account_id]
        self.fake.posts = [one for one in self.fake.posts if one["author_id"] != account_id]

    def revoke(self) -> None:
        self.fake.token = "another"

    def spend(self, after: int) -> None:
        self.left = after

    def _of(self, post_id: str) -> dict[str, Any]:
        return next(one for one in self.fake.posts if one["id"] == post_id)

    def rows_in(self, page: Page) -> list[Any]:
        try:
            body = json.loads(page.body)
        except (ValueError, RecursionError):
            return [None]
        lists = [field_of(body, "data"), field_of(body, "includes", "tweets"), field_of(body, "includes", "users")]
        return [field_of(item, "id") for some in lists if isinstance(some, list) for item in some]


def _post(number: int, author: str, at: datetime) -> dict[str, Any]:
    key = id_at(at, number)
    told = {"id": key, "conversation_id": key, "edit_history_ids": [key], "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    return a_post(number, f"A cup of #acme {number}", author) | told
