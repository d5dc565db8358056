"""A small Instagram of invented people for capture tests: hashtags without authors, tags without links, profiles by name,
own posts with comments, mentions by id, thirty hashtags a week. It gives the fields that are asked for and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from microinf_pipeline_tests.unit.sources.fake_graph import listed, of_token, refused, said
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

#: Id of the brand's own account, and its name.
US, NAME = "17840001", "acme"


def at(moment: datetime) -> str:
    """As the Graph API writes times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def a_post(key: str, username: str = "anna.brews", **over: Any) -> dict[str, Any]:
    post = {
        "id": key, "caption": "Two cups today #acme", "media_type": "IMAGE", "media_product_type": "FEED",
        "permalink": f"https://www.instagram.com/p/C{key}/", "timestamp": "2026-11-19T10:00:00+0000", "username": username,
        "like_count": 40, "comments_count": 3,
    }  # fmt: skip
    return post | over


def a_profile(key: str, username: str, **over: Any) -> dict[str, Any]:
    profile = {
        "id": key, "username": username, "name": "Anna brews", "biography": "Coffee", "website": "https://anna.example.test",
        "followers_count": 1230, "follows_count": 80, "media_count": 12,
    }  # fmt: skip
    return profile | over


def a_comment(key: str, username: str = "ben", **over: Any) -> dict[str, Any]:
    return {
        "id": key,
        "text": "How nice",
        "timestamp": "2026-11-19T12:00:00+0000",
        "username": username,
        "like_count": 1,
    } | over


@dataclass
class FakeInstagram:
    """`hook` may answer a request instead."""

    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name; professional accounts alone
    posts: list[dict[str, Any]] = field(default_factory=list)  # newest first
    hashtags: dict[str, list[str]] = field(default_factory=dict)  # tag → ids of its posts
    tagged: list[str] = field(default_factory=list)  # ids of posts in whose picture we are tagged
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by post
    mentions: dict[str, dict[str, Any]] = field(default_factory=dict)  # posts and comments that name us, by id
    token: str = "of-this-test"
    page_size: int = 50
    hashtags_a_week: int = 30
    queried: list[str] = field(default_factory=list)
    hook: Callable[[Request], Reply | None] = lambda _: None

    def __post_init__(self) -> None:
        self.profiles.setdefault(NAME, a_profile(US, NAME, name="Acme", followers_count=50_000))

    def __call__(self, request: Request) -> Reply:
        asked, instead = dict(request.query), self.hook(request)
        if instead is not None:
            return instead
        if asked.get("access_token") != self.token:
            return refused(190, f"Malformed access token {asked.get('access_token')}")
        where = request.path.removeprefix("/v26.0/")
        if where == "debug_token":
            return of_token()
        if where == "ig_hashtag_search":
            return self._search(asked["q"])
        node, _, edge = where.partition("/")
        if edge:
            return self._edge(request, node, edge)
        return self._user(node, asked["fields"])

    def _search(self, tag: str) -> Reply:
        if tag not in self.hashtags:
            return refused(24, "The requested resource does not exist", subcode=2207024)
        if tag not in self.queried and len(self.queried) >= self.hashtags_a_week:
            return refused(18, "You have queried the maximum number of hashtags within a 7 day period", subcode=2207034)
        self.queried.append(tag)
        return said({"data": [{"id": f"178{[*self.hashtags].index(tag)}"}]})

    def _edge(self, request: Request, node: str, edge: str) -> Reply:
        if edge in ("recent_media", "top_media"):
            tag = [*self.hashtags][int(node.removeprefix("178"))]
            return self._list(request, [one for one in self.posts if one["id"] in self.hashtags[tag]], without=("username",))
        if edge == "tags":
            tagged = set(self.tagged)
            return self._list(request, [one for one in self.posts if one["id"] in tagged], links=False)
        if edge == "media":
            return self._list(request, [one for one in self.posts if one["username"] == NAME])
        return self._list(request, self.comments.get(node, []))

    def _list(
        self, request: Request, items: list[dict[str, Any]], *, links: bool = True, without: tuple[str, ...] = ()
    ) -> Reply:
        asked = dict(request.query)
        wanted = [name for name in fields_of(asked["fields"]) if name not in without]
        shown = [{name: one[name] for name in wanted if name in one} for one in items]
        size = min(int(asked["limit"]), self.page_size)
        query = [pair for pair in request.query if pair[0] != "limit"]
        paged = Request("GET", request.path, [*query, ("limit", str(size))], {}, b"")
        return said(listed(paged, shown, links=links))

    def _user(self, node: str, fields: str) -> Reply:
        (name, nested), *more = fields_of(fields).items()
        if not more and name.startswith("business_discovery"):
            return self._discovery(name[len("business_discovery.username(") : -1], nested)
        if not more and name.startswith("mentioned_"):
            kind, _, key = name.partition(".")
            found = self.mentions.get(key[key.index("(") + 1 : -1])
            if found is None:
                return refused(100, "Unsupported get request. Object does not exist", subcode=33)
            return said({kind: {one: found[one] for one in fields_of(nested) if one in found}, "id": node})
        profile = next((one for one in self.profiles.values() if one["id"] == node), None)
        if profile is None:
            return refused(100, "Object does not exist", subcode=33)
        return said({one: profile[one] for one in fields_of(fields) if one in profile})

    def _discovery(self, handle: str, fields: str) -> Reply:
        profile = next((one for one in self.profiles.values() if one["username"].lower() == handle), None)
        if profile is None:
            return refused(110, "Invalid user id", subcode=2207013)
        found: dict[str, Any] = {}
        for name, nested in fields_of(fields).items():
            if name in profile:
                found[name] = profile[name]
            elif name.startswith("media."):
                theirs = [one for one in self.posts if one["username"] == profile["username"]]
                start = int((re.search(r"after\(c(\d+)\)", name) or [0, 0])[1])
                end = start + min(int(re.search(r"limit\((\d+)\)", name)[1]), self.page_size)  # type: ignore[index]
                shown = [{one: post[one] for one in fields_of(nested) if one in post} for post in theirs[start:end]]
                cursors = {"after": f"c{end}"} if end < len(theirs) else {"before": f"c{start}"}
                found["media"] = {"data": shown, "paging": {"cursors": cursors}}
        return said({"business_discovery": found, "id": US})


def fields_of(fields: str) -> dict[str, str]:
    """Names of a `fields` expression with what is asked inside of each."""
    found, depth, name, inside = dict[str, str](), 0, "", ""
    for sign in f"{fields},":
        if sign == "," and depth == 0:
            found[name] = inside
            name = inside = ""
        elif sign == "{" and depth == 0:
            depth = 1
        elif sign == "}" and depth == 1:
            depth = 0
        else:
            depth += (sign == "{") - (sign == "}")
            name, inside = (name + sign, inside) if depth == 0 else (name, inside + sign)
    return found
