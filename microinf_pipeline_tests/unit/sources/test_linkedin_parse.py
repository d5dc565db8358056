"""Which field of a reduced LinkedIn page becomes which column; little text; and what reductions leave."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources import linkedin_members as members
from microinf_pipeline.sources.linkedin_parse import parse_pages
from microinf_pipeline.sources.linkedin_text import hashtags, organizations, plain, without_members
from microinf_pipeline_tests.unit.sources.fake_linkedin import MADE, a_post

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)


def page(kind: str, body: Any, *ids: str, status: int = 200, name: str = "p1", mentions: str | None = None) -> Page:
    request = {"params": [], "ids": list(ids), "mentions": mentions}
    return Page(name, kind, "acme", "rule", request, status, SEEN, json.dumps(body))


def own(*posts: dict[str, Any], texts: bool = True) -> Page:
    return page("own", members.posts({"elements": list(posts), "paging": {}}, texts=texts))


@pytest.mark.parametrize(
    ("little", "shown"),
    [
        ("Hello World", "Hello World"),
        ("{hashtag|\\#|coding} is fun", "#coding is fun"),
        ("{hashtag|#|caf\\_e}", "#caf_e"),
        ("With @[Acme \\(Cola\\)](urn:li:organization:100)!", "With @Acme (Cola)!"),
        ("With @[Devtestco] (urn:li:organization:2)", "With @Devtestco"),
        ("100\\% \\{sure\\} \\\\o/", "100\\% {sure} \\o/"),
        ("an unfinished @[name", "an unfinished @[name"),
    ],
)
def test_little_text_is_read_as_readers_see_it(little: str, shown: str) -> None:
    assert plain(little) == shown


def test_elements_of_little_text_are_told_once_and_in_order() -> None:
    little = "{hashtag|\\#|b} {hashtag|\\#|a} {hashtag|\\#|b} @[X](urn:li:organization:7) @[Y](urn:li:person:y)"
    assert (hashtags(little), organizations(little)) == (["b", "a"], ["7"])
    assert without_members(little).endswith("@[X](urn:li:organization:7) @…")


def test_a_post_tells_its_page_times_media_and_what_it_names() -> None:
    post = a_post("1", lifecycleStateInfo={"isEditedByAuthor": True}, content={"media": {"id": "urn:li:video:1", "title": "t"}})
    (row,) = parse_pages([own(post)]).posts.iter_rows(named=True)
    told = {name: value for name, value in row.items() if value is not None}
    assert told == {
        "network": "linkedin", "post_id": "urn:li:share:1", "url": "https://www.linkedin.com/feed/update/urn:li:share:1/",
        "account_id": "100", "text": "Tea with #acme", "created_at": MADE.replace(tzinfo=None), "post_type": "original",
        "edited_at": MADE.replace(tzinfo=None), "observed_at": SEEN.replace(tzinfo=None), "media_types": ["video"],
        "given_hashtags": ["acme"], "capture_reason": "owned", "file": "p1", "row_number": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("commentary", "kind"), [("", "repost"), (" ", "repost"), ("So true", "quote")])
@pytest.mark.parametrize("texts", [True, False])
def test_a_reshare_points_at_its_original_with_and_without_texts(commentary: str, kind: str, texts: bool) -> None:
    post = a_post("1", commentary=commentary, reshareContext={"parent": "urn:li:share:9", "root": "urn:li:share:8"})
    columns = ("post_type", "repost_of_post_id", "quote_of_post_id")
    (told,) = parse_pages([own(post, texts=texts)]).posts.select(columns).iter_rows()
    assert told == (kind, "urn:li:share:9" if kind == "repost" else None, "urn:li:share:9" if kind == "quote" else None)


def test_reactions_are_all_kinds_together_and_none_told_is_null() -> None:
    told = {
        "urn:li:share:1": {"reactionSummaries": {"LIKE": {"count": 3}, "PRAISE": {"count": 2}}, "commentSummary": {"count": 0}},
        "urn:li:share:2": {"reactionSummaries": {}}, "urn:li:share:3": {"commentsState": "CLOSED"},
    }  # fmt: skip
    counts = page("metadata", members.metadata({"results": told}), name="p2")
    posts = parse_pages([counts, own(a_post("1"), a_post("2"), a_post("3"))]).posts
    assert list(posts.select("likes", "comments").iter_rows()) == [(5, 0), (0, None), (None, None)]


def test_drafts_and_posts_of_members_are_not_kept() -> None:
    kept = members.posts({"elements": [a_post("1", lifecycleState="DRAFT"), a_post("2", "urn:li:person:a")]}, texts=True)
    assert (kept["elements"], kept["shown"]) == ([], 2)


def test_mentions_by_members_are_a_number_and_no_more() -> None:
    def told(owner: str, entity: str) -> dict[str, Any]:
        return {"lastModifiedAt": 1, "decoratedGeneratedActivity": {"share": {"owner": owner, "entity": entity, "text": "x"}}}

    by_member, by_page = told("urn:li:person:a", "urn:li:share:1"), told("urn:li:organization:7", "urn:li:share:2")
    unnamed: dict[str, Any] = {"sourcePost": "urn:li:activity:9", "lastModifiedAt": 1}
    kept = members.mentions({"elements": [by_member, by_page, unnamed], "paging": {"start": 0, "count": 10, "links": ["x"]}})
    assert kept == {
        "elements": [{"post": "urn:li:share:2", "owner": "urn:li:organization:7", "at": 1}], "shown": 3, "mentions": 3,
        "paging": {"start": 0, "count": 10},
    }  # fmt: skip


def test_rows_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    body = members.posts({"elements": [None, a_post("1") | {"createdAt": "soon"}, a_post("2")]}, texts=False)
    parsed = parse_pages([page("own", body), page("statistics", {"elements": [{"share": 1}]}, name="p2")])
    assert parsed.posts["post_id"].to_list() == ["urn:li:share:2"]
    assert sorted(parsed.rejects["reason"]) == ["not of 'own'", "not of 'own'", "not of 'statistics'"]


@pytest.mark.parametrize(
    ("told", "number"), [("urn:li:organization:7", "7"), ("7", "7"), (7, "7"), ("urn:li:person:7", None), (None, None)]
)
def test_an_organisation_is_known_by_its_number(told: Any, number: str | None) -> None:
    assert members.organization_of(told) == number
