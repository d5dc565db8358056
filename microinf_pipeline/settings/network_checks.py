"""What a network source must name of its brands so that it watches something.

Put here: checks of a network's own keys against `brands:` and `campaigns:`. Keep out: single values (the sections), references
by id (`checks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from microinf_pipeline.settings.model import Brand, Settings
from microinf_pipeline.settings.networks.facebook import FacebookSource
from microinf_pipeline.settings.networks.instagram import InstagramSource
from microinf_pipeline.settings.networks.threads import ThreadsSource
from microinf_pipeline.settings.networks.tiktok import TikTokSource
from microinf_pipeline.settings.problems import Path
from microinf_pipeline.settings.sources import NetworkSection

Finding = tuple[Path, str, str]


def unwatching(index: int, source: NetworkSection, settings: Settings) -> Iterator[Finding]:
    """(path, what, fix) of every key of `sources[index]` by which it would watch nothing; none where there are no brands."""
    brands = [b for b in settings.brands if not source.brands or b.id in source.brands]
    if not brands:
        return
    if isinstance(source, ThreadsSource | TikTokSource) and source.username is not None:
        owner = next((b for b in brands if _has(b, source.type, source.username)), None)
        if owner is None:
            yield from _nobodys(index, source.type, source.username)
        elif isinstance(source, TikTokSource):
            yield from _strange_tags(index, source.hashtags, owner, settings)
    elif isinstance(source, InstagramSource):
        yield from _left_out(index, "accounts", source.accounts, brands, settings)
    elif isinstance(source, FacebookSource):
        yield from _left_out(index, "pages", source.pages, brands, settings)


def _has(brand: Brand, network: str, username: str) -> bool:
    names = (*brand.handles.get(network, ()), *brand.owned_accounts.get(network, ()))
    return username.lower() in {name.lower() for name in names}


def _nobodys(index: int, network: str, username: str) -> Iterator[Finding]:
    what = f"no brand of this source has @{username} among its handles or owned_accounts on {network}"
    fix = f"add it to its brand: owned_accounts: {{{network}: {username}}}, or correct the name"
    yield ("sources", index, "username"), what, fix


def _strange_tags(index: int, tags: Iterable[str], owner: Brand, settings: Settings) -> Iterator[Finding]:
    campaigns = [c.hashtags for c in settings.campaigns if c.brand == owner.id]
    known = {tag.lower() for tag in (*owner.hashtags, *(t for rule in campaigns for t in (*rule.any, *rule.all)))}
    fix = "add it to the brand or a campaign of it, or take it away here"
    for tag in tags:
        if tag.lower() not in known:
            yield ("sources", index, "hashtags"), f"brand '{owner.id}' has no hashtag '{tag}'", fix


def _left_out(index: int, key: str, named: Mapping[str, str], brands: list[Brand], settings: Settings) -> Iterator[Finding]:
    known, wanted = {b.id for b in settings.brands}, {b.id for b in brands}
    fix = "add it to brands:, or take it away here"
    for brand_id in named:
        if brand_id in known - wanted:
            yield ("sources", index, key), f"brand '{brand_id}' is not among the brands of this source", fix
