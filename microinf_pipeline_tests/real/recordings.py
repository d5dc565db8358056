"""Recorded answers of Bluesky, Mastodon and Reddit servers as closed raw captures, as if a night had received them.

Put here: which recorded answer is which page. Keep out: what the parsers make of them (the tests).
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from microinf_pipeline.catalog.capture import Page, QueryOutcome
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.raw import Capture, Manifest, outcome_rows
from microinf_pipeline_tests.real.nights import DATA

RECORDINGS = DATA / "recordings"

#: Recorded exchange → the kind of page it is.
_BSKYR = {
    "f_search": "search", "f_getposts": "posts", "f_getquotes": "posts", "f_autfeed": "feed", "f_timeline": "feed",
    "f_get_list_feed": "feed", "n_notifications": "notifications",
}  # fmt: skip
_MASTODON = {
    "tag": r"/timelines/(tag/\w+|public|home)$|/accounts/\d+/statuses$",
    "status": r"/v1/statuses(/\d+)?(/reblog|/quotes/\d+/revoke|/interaction_policy)?$",
    "search": r"/v2/search$",
    "notifications": r"/v1/notifications$",
    "account": r"/v1/accounts/(lookup|verify_credentials|\d+)$",
    "accounts": r"/v1/accounts$|/reblogged_by$",
}


def bluesky_pages(received: datetime) -> Iterator[Page]:
    """Exchanges recorded by bskyr, and the posts and profiles twitwi collected, as pages received at that time."""
    folder = RECORDINGS / "bluesky"

    def collected(name: str) -> Any:
        return json.loads((folder / "twitwi" / name).read_text(encoding="utf-8"))

    def page(name: str, kind: str, body: Any) -> Page:
        return Page(name, kind, "bluesky", "bluesky", {"params": []}, 200, received, json.dumps(body, ensure_ascii=False))

    for name, kind in _BSKYR.items():
        (only,) = yaml.load((folder / "bskyr" / f"{name}.yml").read_text(), yaml.CSafeLoader)["http_interactions"]
        yield page(f"{kind}-{name}-1", kind, json.loads(only["response"]["body"]["string"]))
    posts = collected("bluesky-posts.json") + collected("bluesky-hydrated-firehose-posts.json")
    yield page("feed-twitwi-1", "feed", {"feed": [item if "post" in item else {"post": item} for item in posts]})
    yield page("profiles-twitwi-1", "profiles", {"profiles": collected("bluesky-profiles.json")})


def mastodon_pages() -> Iterator[Page]:
    """Every recorded answer that holds posts or profiles, received when it was recorded."""
    for file in sorted((RECORDINGS / "mastodon" / "mastodon_py").glob("*.yaml")):
        for number, exchange in enumerate(yaml.load(file.read_text(), yaml.CSafeLoader)["interactions"]):
            url, response = exchange["request"]["uri"].partition("?")[0], exchange["response"]
            kind = next((kind for kind, pattern in _MASTODON.items() if re.search(pattern, url)), None)
            if kind is not None and response["status"]["code"] == 200 and exchange["request"]["method"] != "DELETE":
                seen = _recorded_at(response["headers"])
                yield Page(
                    f"{kind}-{file.stem}-{number}",
                    kind,
                    "mastodon",
                    "mastodon",
                    {"url": url, "params": []},
                    200,
                    seen,
                    _body(response),
                )


def _body(response: dict[str, Any]) -> str:
    body = response["body"]["string"]
    if isinstance(body, bytes):
        return (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode()
    return str(body)


def _recorded_at(headers: dict[str, list[str]]) -> datetime:
    told = {name.lower(): values[0] for name, values in headers.items()}.get("date")
    return parsedate_to_datetime(told) if told else datetime(2026, 8, 4, tzinfo=UTC)


def reddit_files() -> list[Path]:
    """Every recording of PRAW and of its low-level client."""
    return sorted((RECORDINGS / "reddit").glob("*/*.json"))


def reddit_exchanges(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Every exchange of a recording, and the text of its answer."""
    for exchange in json.loads(path.read_text(encoding="utf-8"))["interactions"]:
        body = exchange["response"]["body"]
        if "base64_string" in body:
            raw = base64.b64decode(body["base64_string"])
            yield exchange, (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode()
        else:
            yield exchange, body.get("string") or ""


def reddit_pages(path: Path, received: datetime) -> Iterator[tuple[Page, list[dict[str, Any]]]]:
    """Answers with things or profiles as pages, and what stands in them; comments of a thread one by one, as listed."""
    for number, (exchange, text) in enumerate(reddit_exchanges(path)):
        uri, status = exchange["request"]["uri"], exchange["response"]["status"]["code"]
        if status != 200 or "access_token" in uri or not text.startswith(("{", "[")):
            continue
        body = _decoded(text)
        kind = _kind_of(urlsplit(uri).path)
        things = list(body.items()) if kind == "users" else [body] if kind == "about" else list(_things_in(body))
        if kind == "listing":
            text = json.dumps({"kind": "Listing", "data": {"children": things, "after": None}})
        request = {"params": parse_qsl(urlsplit(uri).query)}
        if things:
            yield Page(f"{path.stem}-{number}", kind, None, None, request, 200, received, text), things


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _kind_of(path: str) -> str:
    last = path.rstrip("/").rpartition("/")[2]
    return {"info": "info", "user_data_by_account_ids": "users", "about": "about", "mentions": "mentions"}.get(last, "listing")


def _things_in(body: Any) -> Iterator[dict[str, Any]]:
    """The things of a listing or of a thread, answers below answers included."""
    if isinstance(body, list):
        for one in body:
            yield from _things_in(one)
    elif isinstance(body, dict) and body.get("kind") in ("t1", "t3", "t5", "more"):
        replies = body["data"].get("replies")
        yield body
        yield from _things_in(replies)
    elif isinstance(body, dict):
        yield from _things_in(
            body.get("data", {}).get("children", [])
            if "kind" in body
            else body.get("json", {}).get("data", {}).get("things", [])
        )


def lay_down(home: Home, source: str, night: date, pages: Iterable[Page]) -> None:
    """Store the pages as a complete capture of the night, so that a replay finds it closed."""
    capture = Capture(home.raw, source, night, 1)
    Path(capture.pages.folder).mkdir(parents=True, exist_ok=True)
    kept = 0
    for page in pages:
        capture.pages.save(page)
        kept += 1
    outcome = QueryOutcome(None, "recorded", captured=kept)
    capture.close(
        Manifest(source, night.isoformat(), 1, "complete", queries=outcome_rows([outcome]), pages=capture.pages.names())
    )
