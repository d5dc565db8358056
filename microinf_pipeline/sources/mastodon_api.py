"""One server under the Mastodon API: what it can do, and how its pages are asked for and walked through.

Put here: addresses, parameters and cursors, for Mastodon and the servers that speak its API. Keep out: which questions
a night asks (`mastodon.py`) and what the answers mean (`mastodon_parse.py`).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from microinf_pipeline.catalog.capture import Page, PageStore
from microinf_pipeline.errors import GiveUpError, ItemGoneError
from microinf_pipeline.sources.addresses import parts_of
from microinf_pipeline.sources.answers import HttpResponse
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.sources.mastodon_records import read_time, without_private
from microinf_pipeline.sources.paging import Walked, walk_pages

LIMIT: Final = 40  # the most that tag timelines and searches give
IDS_PER_CALL: Final = 20  # more statuses are refused with 422
TAGS_PER_CALL: Final = 4  # Mastodon's TagFeed::LIMIT_PER_MODE counts the tag of the path too
OWN: Final = "own"  # kind of a page of what an owned account posted
TIMELINE: Final = "timeline"  # kind of a page of a candidate's last posts
BATCHES_SINCE: Final = (4, 3)

#: Mastodon's ids are made of the time; a post may get its id up to 92 s after its own time (measured), never a day.
_ID_MARGIN: Final = timedelta(hours=1)
_LINK_NEXT: Final = re.compile(r'<([^>]*)>\s*;\s*rel="?next"?')
_LOCAL_ID: Final = re.compile(r"/(?:statuses|notice|@[^/]+)/([A-Za-z0-9]+)/?$")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Instance:
    """A server to ask. `address` with scheme; the token of a user adds search, mentions and look-ups by address."""

    address: str
    token: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, host: str, token: str | None = None) -> Instance:
        """From a host name, or an address."""
        return cls((host if "://" in host else f"https://{host}").rstrip("/"), token)

    @property
    def host(self) -> str:
        return parts_of(self.address).netloc


@dataclass(frozen=True)
class Capabilities:
    """What a server says about itself."""

    domain: str  # of its handles
    is_mastodon: bool  # and not only compatible
    batches: bool  # `id[]` look-ups
    shows_follower_counts: bool = True  # snac answers 0 for everybody
    tag_access: Mapping[str, str] = field(default_factory=dict)  # local, remote → public | authenticated | disabled


@dataclass(frozen=True)
class Query:
    """One question with all its pages."""

    brand_id: str | None
    rule: str
    kind: str
    path: str
    params: Sequence[Pair] = ()


def tag_query(brand_id: str | None, tags: Sequence[str]) -> Query:
    """The timeline of any of the tags (without '#'), at most `TAGS_PER_CALL`."""
    params = [("limit", str(LIMIT)), *(("any[]", tag) for tag in tags[1:])]
    rule = " ".join(f"#{tag}" for tag in tags)
    return Query(brand_id, rule, "tag", f"/api/v1/timelines/tag/{quote(tags[0], safe='')}", params)


def search_query(brand_id: str | None, rule: str) -> Query:
    """Full-text search; a rule of several words is a phrase."""
    text = f'"{rule}"' if " " in rule else rule
    return Query(brand_id, rule, "search", "/api/v2/search", [("q", text), ("type", "statuses"), ("limit", str(LIMIT))])


def own_rule(account: str) -> str:
    """The rule by which posts of an owned account (user@domain) come."""
    return f"@{account} posts"


def own_query(brand_id: str, account: str, known_as: str) -> Query:
    """What an account posted, replies included; `known_as` is its id on the server that is asked."""
    path = f"/api/v1/accounts/{quote(known_as, safe='')}/statuses"
    return Query(brand_id, own_rule(account), OWN, path, [("limit", str(LIMIT))])


MENTIONS: Final = Query(
    None, "@mentions", "notifications", "/api/v1/notifications", [("types[]", "mention"), ("limit", str(LIMIT))]
)


class InstanceApi:
    """Asks one server and keeps its pages. Raises what `HttpClient.request` raises."""

    def __init__(self, http: HttpClient, instance: Instance, store: PageStore) -> None:
        self.instance, self.host = instance, instance.host
        self.can = Capabilities(instance.host, is_mastodon=False, batches=False)
        self._http, self._store = http, store
        self._headers = {"authorization": f"Bearer {instance.token}"} if instance.token else {}
        self._walks = 0

    async def connect(self) -> None:
        """Find out what the server is."""
        try:
            page = await self.page("instance-v2", "instance", "/api/v2/instance")
        except ItemGoneError:
            page = await self.page("instance-v1", "instance", "/api/v1/instance")
        self.can = read_capabilities(page, self.host)

    async def page(
        self,
        name: str,
        kind: str,
        path: str,
        params: Sequence[Pair] = (),
        *,
        rule: str | None = None,
        asked: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Page:
        """One answer, from the store when it is there. `asked` (what was asked for → uri) is kept with the request."""
        full_name = self._name(name)
        if self._store.has(full_name):
            return self._store.load(full_name)
        response = await self._get(path, params, accept)
        page = self._kept(response.page(full_name, kind, rule=rule), {} if asked is None else {"asked": dict(asked)})
        self._store.save(page)
        return page

    def walk(self, query: Query, since: datetime, until: datetime) -> AsyncIterator[Walked]:
        """The pages of a query, newest first, until one holds nothing of the window."""
        self._walks += 1
        seen: set[str] = set()
        before: list[str] = []
        start = self._start(query, until)

        async def fetch(name: str, cursor: str | None) -> Page:
            given = parse_qsl(cursor or "", keep_blank_values=True) or start
            replaced = {key for key, _ in given}
            params = [*(pair for pair in query.params if pair[0] not in replaced), *given]
            response = await self._get(query.path, params)
            page = self._kept(response.page(name, query.kind, brand_id=query.brand_id, rule=query.rule), _next_link(response))
            listed_in(page)
            return page

        def next_cursor(page: Page) -> str | None:
            items = items_in(page)
            ids = [str(item.get("id")) for item in items]
            if not ids or not any(is_recent(item, since) for item in items):
                return None
            if before and seen.issuperset(ids):  # a server that repeats its page: had it more than that one?
                return before[-1] if page.kind != "search" or len(ids) >= LIMIT else None
            seen.update(ids)
            cursor = _cursor_after(page, ids[-1], len(seen))
            before.extend([cursor] if cursor else [])
            return cursor

        prefix = self._name(f"{query.kind}-{self._walks:04d}")
        return walk_pages(fetch, next_cursor, store=self._store, prefix=prefix)

    def _start(self, query: Query, until: datetime) -> list[Pair]:
        """Where the first page starts: Mastodon's ids let a night of long ago be reached at once."""
        if query.kind not in ("tag", OWN) or not self.can.is_mastodon:
            return []
        return [("max_id", str(int((until + _ID_MARGIN).timestamp() * 1000) << 16))]

    def _name(self, name: str) -> str:
        return f"{self.host.replace(':', '_')}-{name}"

    async def _get(self, path: str, params: Sequence[Pair], accept: Collection[int] = ()) -> HttpResponse:
        return await self._http.get(self.instance.address + path, list(params), headers=self._headers, accept=accept)

    def _kept(self, page: Page, more: Mapping[str, Any]) -> Page:
        """As stored: without what is not public, with what the parser must know beside the body."""
        known = {"domain": self.can.domain, "shows_follower_counts": self.can.shows_follower_counts}
        return replace(page, body=without_private(page.body), request={**page.request, **known, **more})


def read_capabilities(page: Page, host: str) -> Capabilities:
    """From `/api/v2/instance`, or from version 1, which older and other servers have."""
    about = msgspec.json.decode(page.body)
    about = about if isinstance(about, dict) else {}
    version = str(about.get("version", ""))
    number = re.match(r"(\d+)\.(\d+)", version)
    is_mastodon = "(" not in version and number is not None
    configuration = about.get("configuration")
    access = configuration.get("timelines_access") if isinstance(configuration, dict) else None
    feeds = access.get("hashtag_feeds") if isinstance(access, dict) else None
    return Capabilities(
        domain=_bare_host(about.get("domain") or about.get("uri")) or host,
        is_mastodon=is_mastodon,
        batches=number is not None and is_mastodon and (int(number[1]), int(number[2])) >= BATCHES_SINCE,
        shows_follower_counts="snac" not in version,
        tag_access=feeds if isinstance(feeds, dict) else {},
    )


def items_in(page: Page) -> Any:
    """The list of a page as plain dictionaries; whatever else the body is when it holds none."""
    body = msgspec.json.decode(page.body)
    if page.kind in ("search", "resolve"):
        body = body.get("statuses") if isinstance(body, dict) else None
    return [item for item in body if isinstance(item, dict)] if isinstance(body, list) else body


def listed_in(page: Page) -> list[dict[str, Any]]:
    """The same, for an answer that must be a list. Raises `GiveUpError` when it is none."""
    items = items_in(page)
    if not isinstance(items, list):
        raise GiveUpError("the answer is not a list of posts", where=page.request["url"], fix="check the address")
    return items


def created_at(item: Mapping[str, Any]) -> datetime | None:
    """The time of a status or notification, aware."""
    value = item.get("created_at")
    moment = read_time(value) if isinstance(value, str) else None
    return moment.replace(tzinfo=UTC) if moment else None


def is_recent(item: Mapping[str, Any], since: datetime) -> bool:
    """Whether an item may be of the window; one cut down to its id tells no time."""
    created = created_at(item)
    return created is None or created >= since


def local_id(post_id: str, url: str | None) -> str | None:
    """The id that the post's home server knows it by, when its addresses tell."""
    found = _LOCAL_ID.search(parts_of(post_id).path) or _LOCAL_ID.search(parts_of(url or "").path)
    return found[1] if found else None


def _next_link(response: HttpResponse) -> dict[str, Any]:
    """`next`: the query of the next page, '' on the last; nothing when the server sends no Link header."""
    header = response.headers.get("link")
    if header is None:
        return {}
    found = _LINK_NEXT.search(header)
    return {"next": parts_of(found[1]).query if found else ""}


def _cursor_after(page: Page, last_id: str, seen: int) -> str | None:
    if page.kind == "search":
        return f"offset={seen}"
    link = page.request.get("next")
    return urlencode({"max_id": last_id}) if link is None else link or None


def _bare_host(value: Any) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    return parts_of(value).netloc if "://" in value else value.strip("/")
