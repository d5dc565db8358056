"""How many posts a second one core reads from raw pages, for every network: `python -m …bench.parse [network …]`.

Pages are what a capture keeps of the network's small server of the contract, whose posts get hashtags, mentions, links and
media here, as real ones have them; a network that lists few posts at a time has its pages read several times. Put here:
making pages and timing. Keep out: how long captures take (`capture.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline_tests.bench.measure import Cost, Line
from microinf_pipeline_tests.bench.volumes import VOLUMES
from microinf_pipeline_tests.contract.case import NOW, Case
from microinf_pipeline_tests.contract.registry import cases
from microinf_pipeline_tests.contract.sections import name_of
from microinf_pipeline_tests.unit.sources.local_server import local_server
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

_CASES: Final = {name_of(case): case for case in cases()}
_AUTHORS: Final = 500
_POSTS: Final = 20_000
_GOAL: Final = 50_000
#: So many posts are made; networks whose look-ups are searched through one by one have fewer.
_MADE: Final = {"bluesky": 9_000, "mastodon": 20_000, "x": 4_000, "threads": 4_000, "tiktok_research": 4_000}
_WORDS: Final = "A slow morning with two cups of tea, a good book and far too many biscuits; more of it next week. "


def _bluesky(case: Any) -> None:
    for number, view in enumerate(case.views.values()):
        features: list[list[dict[str, Any]]] = [[{"$type": "app.bsky.richtext.facet#tag", "tag": "acme"}]]
        if number % 2:
            features.append([{"$type": "app.bsky.richtext.facet#link", "uri": f"https://shop.example.test/{number}"}])
        if number % 3 == 0:
            features.append([{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:author1"}])
        facets = [{"index": {"byteStart": 9, "byteEnd": 14}, "features": one} for one in features]
        view["record"] |= {"text": _WORDS + view["record"]["text"], "langs": ["en"], "facets": facets}
        if number % 2 == 0:
            blob = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/jpeg", "size": 51_000}
            view["record"]["embed"] = {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": blob}]}
            shown = {"thumb": "https://cdn.example.test/t", "fullsize": "https://cdn.example.test/f", "alt": ""}
            view["embed"] = {"$type": "app.bsky.embed.images#view", "images": [shown]}


def _mastodon(case: Any) -> None:
    for number, post in enumerate(case.fake.posts):
        post["content"] = (
            f'<p>{_WORDS}<a href="https://social.example/tags/acme" class="mention hashtag" rel="tag">#<span>acme</span></a>'
            f' &amp; <a href="https://shop.example.test/{number}" rel="nofollow">shop</a></p>'
        )
        post["tags"] = [{"name": "acme", "url": "https://social.example/tags/acme"}, {"name": "tea", "url": ""}]
        if number % 2 == 0:
            post["media_attachments"] = [{"id": "1", "type": "image", "url": "https://cdn.example.test/a", "meta": {}}]
        if number % 3 == 0:
            post["mentions"] = [
                {"id": "71", "username": "author1", "acct": "author1", "url": "https://social.example/@author1"}
            ]


def _x(case: Any) -> None:
    for number, post in enumerate(case.fake.posts):
        link = {"start": 9, "end": 32, "url": f"https://t.co/{number}", "expanded_url": f"https://shop.example.test/{number}"}
        entities: dict[str, Any] = {"hashtags": [{"start": 1, "end": 5, "tag": "acme"}], "urls": [link] if number % 2 else []}
        if number % 3 == 0:
            entities["mentions"] = [{"start": 1, "end": 9, "username": "author_1", "id": "1001"}]
        post |= {"text": f"{_WORDS}{post['text']} {link['url']}", "entities": entities}


_RICHER: Final[dict[str, Callable[[Any], None]]] = {"bluesky": _bluesky, "mastodon": _mastodon, "x": _x}


def pages_of(name: str) -> tuple[Case, list[Page]]:
    """Pages of about 20,000 posts, and the case whose source reads them."""
    volume = VOLUMES[name]
    case: Case = type(name, (_CASES[name],), {"page_size": volume.page_size})()
    case.fill(_MADE.get(name, min(volume.posts, 1_000)), min(volume.authors, _AUTHORS))
    _RICHER.get(name, lambda _: None)(case)
    store = MemoryPageStore()

    async def run() -> None:
        async with local_server(case.handler) as server:
            limits = HttpLimits(rate=(1e6, 1.0))
            await case.source(server.base, lambda **own: HttpClient(limits, **own)).capture(case.task(), store)

    with clock.frozen(NOW):
        asyncio.run(run())
    pages = [store.pages[one] for one in sorted(store.pages)]
    posts = case.source("http://127.0.0.1:9", HttpClient).parse(pages).posts.height
    times = max(1, round(_POSTS / posts))
    return case, [replace(page, name=f"{page.name}-{n}") for n in range(times) for page in pages]


def speed(case: Case, pages: Sequence[Page]) -> tuple[int, float]:
    """Posts, and the CPU seconds of the best of three readings."""
    source = case.source("http://127.0.0.1:9", HttpClient)
    best, posts = float("inf"), 0
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        posts = source.parse(pages).posts.height
        best = min(best, time.process_time() - start)
    return posts, best


def lines(_folder: Path, names: Sequence[str] = tuple(VOLUMES)) -> Iterator[Line]:
    """(g) Every network's parser."""
    for name in names:
        case, pages = pages_of(name)
        posts, seconds = speed(case, pages)
        size = sum(len(page.body) for page in pages) / posts
        what = f"(g) {name}: {posts:,} posts of {size:,.0f} characters"
        yield Line(what, Cost(seconds, seconds, 0), f"≥ {_GOAL:,} posts/s", f"{posts / seconds:,.0f}")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("networks", nargs="*", default=list(VOLUMES))
    given.add_argument("--profile", action="store_true", help="tell where the time goes")
    asked = given.parse_args()
    if asked.profile:
        for name in asked.networks:
            case, pages = pages_of(name)
            source = case.source("http://127.0.0.1:9", HttpClient)
            with cProfile.Profile() as profile:
                source.parse(pages)
            pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(22)
        return
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(Path(folder), asked.networks):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
