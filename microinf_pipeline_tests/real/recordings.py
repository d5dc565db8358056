"""Recorded answers of Bluesky and Mastodon servers as closed raw captures, as if a night had received them.

Put here: which recorded answer is which page. Keep out: what the parsers make of them (the tests).
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

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
