"""Recorded answers of the Instagram Graph API through the real parser, row by row: read, refused, or no question of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.graph_errors import PermissionMissingError, graph_error, raised
from microinf_pipeline.sources.graph_paging import cursor_of
from microinf_pipeline.sources.instagram_parse import parse_pages
from microinf_pipeline_tests.real.recordings import RECORDINGS

pytestmark = pytest.mark.real

SEEN: Final = datetime(2026, 11, 20, tzinfo=UTC)
#: Recorded file → the kind of page it is, and the rule that asked.
ASKED: Final = {
    "instagram/apidata/hashtags/hashtag_recent_medias_p1.json": "recent",
    "instagram/apidata/hashtags/hashtag_recent_medias_p2.json": "recent",
    "instagram/apidata/hashtags/hashtag_top_medias_p1.json": "top",
    "instagram/apidata/hashtags/hashtag_top_medias_p2.json": "top",
    "instagram/apidata/users/tagged_medias.json": "tagged",
    "instagram/apidata/users/medias_p1.json": "media",
    "instagram/apidata/users/medias_p2.json": "media",
    "instagram/apidata/medias/comments_p1.json": "comments",
    "instagram/apidata/medias/comments_p2.json": "comments",
    "instagram/apidata/comments/replies.json": "comments",
    "instagram/apidata/users/mentioned_media.json": "mention",
    "instagram/apidata/users/mentioned_comment.json": "comment_mention",
    "instagram/apidata/discovery/medias_p1.json": "discovery",
    "instagram/apidata/discovery/medias_p2.json": "discovery",
    "instagram/apidata/discovery/user_fields.json": "discovery",
    "facebook/base/discovery_medias_p1.json": "discovery",
    "facebook/base/discovery_medias_p2.json": "discovery",
    "instagram/apidata/users/user_fields.json": "own",
    "instagram/models/ig_user.json": "own",
}
#: Objects that were asked for one by one or by ids; a list of ours holds the same, so they are read as one.
SINGLE: Final = {
    "instagram/apidata/medias/media_default.json": "media",
    "instagram/apidata/medias/medias_fields.json": "media",
    "instagram/models/ig_media.json": "media",
    "instagram/apidata/comments/comment_fields.json": "comments",
    "instagram/apidata/comments/comments_fields.json": "comments",
    "instagram/models/ig_comment.json": "comments",
    "instagram/models/ig_reply.json": "comments",
}
#: Answers to questions a night never asks, by the beginning of their path.
NEVER_ASKED: Final = {
    "apidata/publish/": "publishing", "apidata/stories/": "stories, which only their owner sees for a day",
    "apidata/users/stories": "stories", "models/ig_story": "stories", "apidata/medias/children": "parts of an album",
    "apidata/medias/insights": "insights", "apidata/users/user_insights": "insights", "models/ig_insight": "insights",
    "apidata/medias/product_tags": "shops", "apidata/users/product_appeal": "shops",
    "apidata/users/catalog_product_search": "shops", "apidata/users/available_catalogs": "shops",
    "apidata/users/live_medias": "live video, which has no counts", "apidata/users/content_publish_limit": "publishing",
    "models/ig_container": "publishing", "models/ig_publish_limit": "publishing",
    "apidata/hashtags/hashtag_info": "ids of hashtags", "apidata/hashtags/hashtags_info": "ids of hashtags",
    "models/ig_hashtag": "ids of hashtags", "apidata/users/hashtag_search": "ids of hashtags",
    "apidata/users/recently_searched_hashtags": "ids of hashtags",
}  # fmt: skip


def page_of(name: str, kind: str, body: Any) -> Page:
    request = {"params": [], "about": {"account": "1", "username": "us", "media": "2", "handle": "them", "known": []}}
    return Page(name, kind, "acme", "timelines them", request, 200, SEEN, json.dumps(body))


def recorded() -> Iterator[tuple[Page, list[dict[str, Any]]]]:
    """Pages, each with the rows a plain look at its JSON finds."""
    for name, kind in ASKED.items():
        body = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
        yield page_of(name, kind, body), rows_in(kind, body)
    for name, kind in SINGLE.items():
        body = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
        items = [body] if "id" in body else list(body.values())
        yield page_of(name, kind, {"data": items}), rows_in(kind, {"data": items})


def rows_in(kind: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    if kind == "own":
        return [body]
    if kind in ("mention", "comment_mention"):
        return [body[f"mentioned_{'media' if kind == 'mention' else 'comment'}"]]
    if kind == "discovery":
        profile = body["business_discovery"]
        return [profile, *profile.get("media", {}).get("data", [])]
    answers = (
        [answer for item in body["data"] for answer in item.get("replies", {}).get("data", [])] if kind == "comments" else []
    )
    return [*body["data"], *answers]


RECORDED: Final = list(recorded())


@pytest.mark.parametrize(("page", "items"), RECORDED, ids=[page.name for page, _ in RECORDED])
def test_every_recorded_row_is_delivered_with_the_counts_that_were_there(page: Page, items: list[dict[str, Any]]) -> None:
    parsed = parse_pages([page])
    assert parsed.rejects.is_empty()
    delivered = [
        *parsed.posts.select("post_id", "likes").iter_rows(),
        *parsed.accounts.select("account_id", "followers").iter_rows(),
    ]
    wanted = [(one["id"], one.get("like_count", one.get("followers_count"))) for one in items]
    assert sorted(delivered, key=repr) == sorted(wanted, key=repr)


def test_no_post_of_a_recorded_hashtag_has_an_author() -> None:
    pages = [page for page, _ in RECORDED if page.kind in ("recent", "top")]
    posts = parse_pages(pages).posts
    assert posts.height == sum(len(items) for page, items in RECORDED if page.kind in ("recent", "top"))
    assert set(posts.select("account_id", "handle").iter_rows()) == {(None, None)}


def test_no_recorded_file_of_instagram_is_forgotten() -> None:
    files = [path.relative_to(RECORDINGS).as_posix() for path in sorted((RECORDINGS / "instagram").rglob("*.json"))]
    never = tuple(f"instagram/{beginning}" for beginning in NEVER_ASKED)
    assert [one for one in files if one not in ASKED and one not in SINGLE and not one.startswith(never)] == []


def test_recorded_lists_are_turned_by_a_cursor_that_holds_no_token() -> None:
    linked = [json.loads(page.body)["paging"] for page, _ in RECORDED if "paging" in json.loads(page.body)]
    turned = [cursor_of(paging) for paging in linked if "next" in paging]
    assert turned == ["after=after"] * len(turned)
    assert len(turned) == 4


def test_a_recorded_error_of_the_graph_api_is_told_as_a_missing_permission() -> None:
    told = graph_error(json.loads((RECORDINGS / "facebook/base/error_data.json").read_text(encoding="utf-8")))
    assert told is not None
    assert type(raised(told, "there")) is PermissionMissingError
