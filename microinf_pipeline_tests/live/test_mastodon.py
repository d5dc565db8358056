"""The Mastodon source against two servers that really answer: snac (its own ways) and the fake (Mastodon's ways, faults)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, KnownPost, Parsed
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.mastodon import READ_WAIT, Mastodon
from microinf_pipeline.sources.mastodon_api import Instance
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

_numbers = count(1)


@dataclass
class Captured:
    """What one capture left."""

    result: CaptureResult
    store: MemoryPageStore
    parsed: Parsed = field(init=False)

    def __post_init__(self) -> None:
        self.parsed = Mastodon("fedi", []).parse(self.store.pages.values())

    @property
    def outcomes(self) -> list[tuple[int, str, str | None]]:
        return [(one.captured, one.status, one.gap_reason) for one in self.result.queries]

    @property
    def uris(self) -> list[str]:
        return sorted(self.parsed.posts["post_id"])


def capture(
    *servers: Any, user: str | None = None, brand: BrandTerms, refresh: Sequence[KnownPost] = (), accounts: Sequence[str] = (),
    timelines: Sequence[str] = (),
) -> Captured:  # fmt: skip
    store, now = MemoryPageStore(), clock.now()
    limits = HttpLimits(first_backoff_seconds=0.02, max_backoff_seconds=0.1, rate=(1000.0, 1.0), read_seconds=5.0)
    task = CaptureTask(
        now.date(), now - timedelta(hours=1), now + timedelta(hours=1), (brand,), tuple(refresh), tuple(accounts),
        timelines=tuple(timelines),
    )  # fmt: skip
    instances = [Instance.at(one.base, one.tokens[user] if user else None) for one in servers]

    async def no_sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))

    source = Mastodon("fedi", instances, connect=lambda: HttpClient(limits, read_wait=READ_WAIT, sleep=no_sleep))
    return Captured(asyncio.run(source.capture(task, store)), store)


@pytest.fixture(params=["snac", "mastodon_mock"])
def server(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def faulty(mastodon_mock: Any) -> Iterator[Any]:
    yield mastodon_mock
    mastodon_mock.clear_faults()


@pytest.fixture
def tag() -> str:
    """A tag that no other test uses."""
    return f"acmecola{next(_numbers)}x"


def is_snac(server: Any) -> bool:
    return bool(server.domain.startswith("localhost"))


def on(tag: str) -> BrandTerms:
    return BrandTerms("acme", hashtags=(tag,))


def until(found: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Poll: a server may need a moment until a post is in its timelines, or gone from them."""
    end = time.monotonic() + seconds
    while not (done := found()) and time.monotonic() < end:
        time.sleep(0.05)
    return done


def test_every_post_of_a_tag_is_found_once_over_several_pages(server: Any, tag: str) -> None:
    uris = sorted(server.post(f"post {n} #{tag}")["uri"] for n in range(90))
    assert until(lambda: capture(server, brand=on(tag)).uris == uris)
    captured = capture(server, brand=on(tag))
    assert captured.outcomes == [(90, "complete", None)]
    assert sum(page.kind == "tag" for page in captured.store.pages.values()) >= 3
    assert captured.parsed.rejects.is_empty()


def test_a_delivered_post_is_complete(server: Any, tag: str) -> None:
    post = server.post(f"Tea & trains with #{tag} https://shop.example/a?b=1&c=2")
    assert until(lambda: capture(server, brand=on(tag)).uris == [post["uri"]])
    captured = capture(server, brand=on(tag))
    row, author = captured.parsed.posts.row(0, named=True), captured.parsed.accounts.row(0, named=True)
    handle = f"alice@{server.domain}"
    assert (row["handle"], row["account_id"], author["account_id"]) == (handle, handle, handle)
    assert row["text"] == f"Tea & trains with #{tag} https://shop.example/a?b=1&c=2"
    assert (row["post_type"], row["likes"], row["quotes"], row["views"]) == ("original", 0, post.get("quotes_count"), None)
    assert row["given_hashtags"] == [tag]
    assert (row["followers"], author["followers_precision"]) == ((None, "hidden") if is_snac(server) else (0, "exact"))
    assert abs(row["created_at"] - clock.now().replace(tzinfo=None)) < timedelta(minutes=5)


def test_an_unknown_tag_is_a_complete_answer_without_posts(server: Any, tag: str) -> None:
    captured = capture(server, brand=on(tag))
    assert (captured.outcomes, captured.uris) == ([(0, "complete", None)], [])


def test_new_posts_are_found_by_the_next_night(server: Any, tag: str) -> None:
    first = server.post(f"one #{tag}")["uri"]
    assert until(lambda: capture(server, brand=on(tag)).uris == [first])
    second = server.post(f"two #{tag}")["uri"]
    assert until(lambda: capture(server, brand=on(tag)).uris == sorted([first, second]))


def test_several_tags_are_found_although_the_server_ignores_any(server: Any, tag: str) -> None:
    tags = [f"{tag}{letter}" for letter in "abcde"]
    uris = sorted(server.post(f"with #{one}")["uri"] for one in tags)
    assert until(lambda: capture(server, brand=BrandTerms("acme", hashtags=tuple(tags))).uris == uris)


def test_a_word_is_searched_with_a_token(server: Any, tag: str) -> None:
    post = server.post(f"{tag}word in a text")
    assert until(
        lambda: capture(server, user="alice", brand=BrandTerms("acme", keywords=(f"{tag}word",))).uris == [post["uri"]]
    )
    captured = capture(server, user="alice", brand=BrandTerms("acme", keywords=(f"{tag}word",)))
    assert captured.outcomes[0] == (1, "complete", None)


def test_a_deleted_post_leaves_the_timeline_and_the_refresh_notices(server: Any, tag: str) -> None:
    kept, lost = server.post(f"kept #{tag}"), server.post(f"lost #{tag}")
    known = [KnownPost("mastodon", one["uri"], one["url"]) for one in (kept, lost)]
    server.delete(lost)
    assert until(lambda: capture(server, brand=on(tag)).uris == [kept["uri"]])
    nothing = BrandTerms("acme")
    last = dict(capture(server, user="alice", brand=nothing, refresh=known).parsed.statuses.select("post_id", "status").rows())
    # snac's addresses hold no id to ask for, so it is searched by address, and an absence stays an absence
    gone = "unknown" if is_snac(server) else "deleted"
    assert last == {kept["uri"]: "available", lost["uri"]: gone}


def test_profiles_are_looked_up_and_an_unknown_one_is_no_row(server: Any) -> None:
    names = [f"alice@{server.domain}", f"nobody@{server.domain}"]
    captured = capture(server, brand=BrandTerms("acme"), accounts=names)
    assert captured.parsed.accounts.select("account_id", "with_post").rows() == [(names[0], False)]


def test_a_timeline_is_what_an_account_posted_last(server: Any, tag: str) -> None:
    mine = {server.post(f"about nothing {tag} {n}")["uri"] for n in range(3)}
    names = [f"alice@{server.domain}", f"nobody@{server.domain}"]
    assert until(lambda: mine <= {*capture(server, brand=BrandTerms("acme"), timelines=names).uris})
    captured = capture(server, brand=BrandTerms("acme"), timelines=names)
    posts = captured.parsed.posts
    assert captured.outcomes == [(posts.height, "complete", None)]
    assert set(posts["account_id"]) == {names[0]}
    assert set(posts["capture_reason"]) == {"timeline"}


def test_two_servers_are_united(snac: Any, mastodon_mock: Any, tag: str) -> None:
    uris = sorted(one.post(f"both #{tag}")["uri"] for one in (snac, mastodon_mock))
    assert until(lambda: capture(snac, mastodon_mock, brand=on(tag)).uris == uris)


def test_a_private_post_to_the_token_owner_is_not_stored(mastodon_mock: Any) -> None:
    mastodon_mock.post("@bob a secret", visibility="direct")
    public = mastodon_mock.post("@bob hello")
    captured = capture(mastodon_mock, user="bob", brand=BrandTerms("acme"))
    assert captured.uris == [public["uri"]]
    assert captured.parsed.rejects["reason"].to_list() == ["not public"]
    assert not any("secret" in page.body for page in captured.store.pages.values())


@pytest.mark.parametrize("effect", [{"type": "ratelimit"}, {"type": "status", "status": 503}, {"type": "malformed"}])
def test_a_passing_fault_costs_a_retry_and_no_post(faulty: Any, tag: str, effect: dict[str, Any]) -> None:
    post = faulty.post(f"hello #{tag}")
    faulty.fault("/api/v1/timelines/tag/*", effect, count=1)
    captured = capture(faulty, brand=on(tag))
    assert (captured.uris, captured.outcomes) == ([post["uri"]], [(1, "complete", None)])


@pytest.mark.parametrize(
    ("effect", "status", "reason"),
    [
        ({"type": "ratelimit"}, "failed", "HTTP 429"),
        ({"type": "status", "status": 503}, "failed", "HTTP 503"),
        ({"type": "malformed"}, "failed", "HTTP 200 without a JSON body"),
    ],
)
def test_a_lasting_fault_fails_the_query_and_says_why(
    faulty: Any, tag: str, effect: dict[str, Any], status: str, reason: str
) -> None:
    faulty.post(f"hello #{tag}")
    faulty.fault("/api/v1/timelines/tag/*", effect, count=None)
    assert capture(faulty, brand=on(tag)).outcomes == [(0, status, reason)]
