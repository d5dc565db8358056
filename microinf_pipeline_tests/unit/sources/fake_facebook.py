"""A small Facebook of invented Pages for capture tests: posts that tag ours, comments, look-ups by ids that fail as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from microinf_pipeline_tests.unit.sources.fake_graph import listed, of_token, refused, said
from microinf_pipeline_tests.unit.sources.fake_instagram import fields_of
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

#: Id and name of the brand's own Page.
US, NAME = "2001", "acme"


def a_post(key: str, author: str | None = "2002", **over: Any) -> dict[str, Any]:
    post = {
        "id": f"{author or 3001}_{key}", "message": "Two cups today #acme", "created_time": "2026-11-19T10:00:00+0000",
        "permalink_url": f"https://www.facebook.com/{author or 3001}/posts/{key}", "status_type": "added_photos",
        "shares": {"count": 2}, "comments": {"data": [], "summary": {"total_count": 3}},
        "reactions": {"data": [], "summary": {"total_count": 40}},
        "attachments": {"data": [{"media_type": "photo", "type": "photo", "unshimmed_url": "https://www.facebook.com/p"}]},
    }  # fmt: skip
    return post | ({"from": {"id": author, "name": "Anna brews"}} if author else {}) | over


def a_page(key: str, username: str = "anna.brews", **over: Any) -> dict[str, Any]:
    page = {
        "id": key, "name": "Anna brews", "username": username, "about": "Coffee", "website": "https://anna.example.test",
        "link": f"https://www.facebook.com/{username}", "followers_count": 1230, "fan_count": 1100,
        "verification_status": "not_verified", "category": "Blogger",
    }  # fmt: skip
    return page | over


def a_comment(key: str, post: str, **over: Any) -> dict[str, Any]:
    comment = {
        "id": f"{post.partition('_')[2]}_{key}", "message": "How nice", "created_time": "2026-11-19T12:00:00+0000",
        "permalink_url": f"https://www.facebook.com/2001/posts/1?comment_id={key}", "like_count": 1, "comment_count": 0,
    }  # fmt: skip
    return comment | over


@dataclass
class FakeFacebook:
    """`hook` may answer a request instead. The Page has a token of its own; only that one reads what tags it."""

    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)  # ids of users, which are no Pages
    posts: list[dict[str, Any]] = field(default_factory=list)  # newest first
    tagged: list[str] = field(default_factory=list)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    token: str = "of-this-test"
    page_token: str = "of-the-page"
    page_size: int = 50
    hook: Callable[[Request], Reply | None] = lambda _: None

    def __post_init__(self) -> None:
        self.pages.setdefault(US, a_page(US, NAME, name="Acme", followers_count=50_000))

    def __call__(self, request: Request) -> Reply:
        asked, instead = dict(request.query), self.hook(request)
        if instead is not None:
            return instead
        token = asked.get("access_token")
        if token not in (self.token, self.page_token):
            return refused(190, f"Error validating access token {token}", subcode=467)
        node, _, edge = request.path.removeprefix("/v26.0/").partition("/")
        if node == "debug_token":
            return of_token()
        if not node:
            return self._by_ids(asked["ids"].split(","), asked["fields"])
        if edge == "tagged" and token != self.page_token:
            return refused(10, "(#10) This endpoint requires a page access token")
        if edge:
            return self._edge(request, node, edge)
        if node not in self.pages:
            return refused(100, "Unsupported get request", subcode=33)
        return said(_chosen(self.pages[node] | {"access_token": self.page_token}, asked["fields"]))

    def _edge(self, request: Request, node: str, edge: str) -> Reply:
        if edge == "comments":
            items = self.comments.get(node, [])
        elif edge == "tagged":
            tagged = set(self.tagged)
            items = [one for one in self.posts if one["id"] in tagged]
        else:
            items = [one for one in self.posts if one.get("from", {}).get("id") == node]
        asked = dict(request.query)
        size = min(int(asked["limit"]), self.page_size)
        query = [pair for pair in request.query if pair[0] != "limit"]
        paged = Request("GET", request.path, [*query, ("limit", str(size))], {}, b"")
        return said(listed(paged, [_chosen(one, asked["fields"]) for one in items]))

    def _by_ids(self, ids: list[str], fields: str) -> Reply:
        comments = {one["id"]: one for some in self.comments.values() for one in some}
        known = {one["id"]: one for one in [*self.posts, *self.pages.values()]} | comments
        if "shares" in fields_of(fields) and comments.keys() & set(ids):
            return refused(100, "(#100) Tried accessing nonexisting field (shares) on node type (Comment)")
        if any(one in self.people for one in ids):
            return refused(100, "(#100) Tried accessing nonexisting field (username) on node type (User)")
        missing = [one for one in ids if one not in known]
        if missing:
            return refused(803, f"Some of the aliases you requested do not exist: {','.join(missing)}", status=404)
        return said({one: _chosen(known[one], fields) for one in ids})


def _chosen(item: dict[str, Any], fields: str) -> dict[str, Any]:
    names = {name.partition(".")[0] for name in fields_of(fields)}
    return {name: value for name, value in item.items() if name in names}
