"""The servers themselves: each boots, answers, and holds what the other live tests rely on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


def search(network: Any, **params: Any) -> httpx.Response:
    login = {"identifier": network.accounts[0]["handle"], "password": network.accounts[0]["password"]}
    session = httpx.post(f"{network.pds}/xrpc/com.atproto.server.createSession", json=login).json()
    headers = {"Authorization": f"Bearer {session['accessJwt']}"}
    return httpx.get(f"{network.pds}/xrpc/app.bsky.feed.searchPosts", params=params, headers=headers)


def test_the_at_network_finds_its_seeded_posts_by_tag_and_window(atproto: Any) -> None:
    assert len(atproto.accounts) == 20
    tagged = search(atproto, q="*", tag="AcmeCola", limit=100).json()
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert len(tagged["posts"]) == 50
    assert search(atproto, q="*", tag="acmecola", since=later).json()["posts"] == []
    assert search(atproto, q="*", since="no date").status_code == 400


def test_the_at_network_pages_through_all_hits(atproto: Any) -> None:
    uris: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = search(atproto, q="acmecola", limit=40, **cursor).json()
        uris += [post["uri"] for post in page["posts"]]
        if "cursor" not in page:
            break
        cursor = {"cursor": page["cursor"]}
    assert len(uris) == len(set(uris)) == 120  # 50 tagged + 50 mentions + 20 replies


def test_the_limited_at_network_refuses_the_31st_log_in(atproto_with_limits: Any) -> None:
    url = f"{atproto_with_limits.pds}/xrpc/com.atproto.server.createSession"
    login = {"identifier": "user0.test", "password": "pass-0"}
    codes = [httpx.post(url, json=login).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]


def test_a_post_on_either_fediverse_server_is_in_the_tag_timeline_until_deleted(snac: Any, mastodon_mock: Any) -> None:
    for server in (snac, mastodon_mock):
        timeline = f"{server.base}/api/v1/timelines/tag/smoketest"
        post = server.post("hello #smoketest")
        assert [row["uri"] for row in httpx.get(timeline).json()] == [post["uri"]]
        server.delete(post)
        assert httpx.get(timeline).json() == []


def test_the_mock_fails_on_demand_and_then_answers_again(mastodon_mock: Any) -> None:
    mastodon_mock.fault("/api/v1/timelines/tag/*", {"type": "ratelimit"})
    url = f"{mastodon_mock.base}/api/v1/timelines/tag/quiet"
    assert [httpx.get(url).status_code for _ in range(2)] == [429, 200]
