"""Rules that need more than one value: references, duplicates, overlaps, order of dates.

Put here: checks of a whole, well-shaped `Settings`. Keep out: the shape of single values (`fields`, the sections) and what
only contests (`contest_checks`) and networks (`network_checks`) are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from microinf_pipeline.settings.contest_checks import contest_problems
from microinf_pipeline.settings.events import Campaign, Contest
from microinf_pipeline.settings.fields import NETWORKS, nearest
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.model import Brand, Settings
from microinf_pipeline.settings.network_checks import unwatching
from microinf_pipeline.settings.networks.bluesky import BlueskySource
from microinf_pipeline.settings.networks.facebook import FacebookSource
from microinf_pipeline.settings.networks.instagram import InstagramSource
from microinf_pipeline.settings.networks.mastodon import MastodonSource
from microinf_pipeline.settings.problems import Path
from microinf_pipeline.settings.sources import NetworkSection

Finding = tuple[Path, str, str]


def cross_problems(settings: Settings) -> Iterator[Finding]:
    """(path, what, fix) of everything that contradicts something else in the file."""
    yield from _double("brands", "id", settings.brands)
    yield from _double("campaigns", "id", settings.campaigns)
    yield from _double("contests", "id", settings.contests)
    yield from _double("sources", "name", settings.sources)
    yield from _brand_references(settings)
    yield from _network_names(settings)
    yield from _shared_accounts(settings.brands)
    for path, event in _events(settings):
        yield from _event(path, event, settings)
    yield from contest_problems(settings)
    yield from _source_contents(settings)
    yield from _targets(settings)
    if settings.publish.identity == "pseudonymous" and settings.publish.pseudonym_key is None:
        yield ("publish",), "pseudonymous tables need a key", "add pseudonym_key: ${MICROINF_PSEUDONYM_KEY}"


def _double(section: str, key: str, items: Iterable[Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        name = getattr(item, key)
        if name.casefold() in seen:
            yield (section, index, key), f"another of {section} has the {key} '{name}'", "case does not tell them apart"
        seen.add(name.casefold())


def _brand_references(settings: Settings) -> Iterator[Finding]:
    for path, brand_id in _referenced_brands(settings):
        known = [b.id for b in settings.brands]
        if brand_id in known:
            continue
        close = nearest(brand_id, known)
        hint = f" — did you mean '{close}'?" if close else ""
        yield path, f"there is no brand '{brand_id}'{hint}", f"brands here: {', '.join(known) or 'none'}"


def _referenced_brands(settings: Settings) -> Iterator[tuple[Path, str]]:
    for index, brand in enumerate(settings.brands):
        for other in brand.competitor_of:
            yield ("brands", index, "competitor_of"), other
    for path, event in _events(settings):
        yield (*path, "brand"), event.brand
    for index, source in enumerate(settings.sources):
        if not isinstance(source, FileSource):
            for key, brand_ids in _brands_of(source):
                for brand_id in brand_ids:
                    yield ("sources", index, key), brand_id
        elif source.brand is not None:
            constant = () if source.brand.constant is None else (source.brand.constant,)
            for brand_id in (*constant, *(source.brand.map or {}).values()):
                yield ("sources", index, "brand"), brand_id


def _brands_of(source: NetworkSection) -> Iterator[tuple[str, Iterable[str]]]:
    """Keys of a network source that name brands."""
    yield "brands", source.brands
    if isinstance(source, InstagramSource):
        yield "accounts", source.accounts
    elif isinstance(source, FacebookSource):
        yield "pages", source.pages


def _network_names(settings: Settings) -> Iterator[Finding]:
    for index, brand in enumerate(settings.brands):
        for key, accounts in (("handles", brand.handles), ("owned_accounts", brand.owned_accounts)):
            for network in accounts:
                if network not in NETWORKS:
                    close = nearest(network, NETWORKS)
                    hint = f" — did you mean '{close}'?" if close else ""
                    yield ("brands", index, key, network), f"unknown network '{network}'{hint}", ", ".join(NETWORKS)


def _shared_accounts(brands: tuple[Brand, ...]) -> Iterator[Finding]:
    """An account, handle or domain belongs to one brand, else its posts would count for two as owned."""
    holders: dict[tuple[str, str, str], Brand] = {}
    for index, brand in enumerate(brands):
        for kind, network, name in _belongings(brand):
            first = holders.setdefault((kind, network, name.casefold()), brand)
            if first is not brand:
                path: Path = ("brands", index, kind, network) if network else ("brands", index, kind)
                yield path, f"'{name}' is already among the {kind} of brand '{first.id}'", "leave it with one brand"
        if brand.id in brand.competitor_of:
            yield ("brands", index, "competitor_of"), "a brand does not compete with itself", "name another brand"
        both = {k.word.casefold() for k in brand.keywords} & {e.casefold() for k in brand.keywords for e in k.exclude}
        for word in sorted(both):
            yield ("brands", index, "keywords"), f"'{word}' is both looked for and excluded", "keep one of the two"


def _belongings(brand: Brand) -> Iterator[tuple[str, str, str]]:
    by_kind: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = (
        ("handles", brand.handles), ("owned_accounts", brand.owned_accounts), ("domains", {"": brand.domains}),
    )  # fmt: skip
    for kind, accounts in by_kind:
        for network, names in accounts.items():
            for name in names:
                yield kind, network, name


def _events(settings: Settings) -> Iterator[tuple[Path, Campaign | Contest]]:
    for index, campaign in enumerate(settings.campaigns):
        yield ("campaigns", index), campaign
    for index, contest in enumerate(settings.contests):
        yield ("contests", index), contest


def _event(path: Path, event: Campaign | Contest, settings: Settings) -> Iterator[Finding]:
    if event.id == "unattributed":
        yield (*path, "id"), "'unattributed' is the name of what no campaign explains", "choose another id"
    if isinstance(event, Campaign) and not event.hashtags.any and not event.hashtags.all:
        yield (*path, "hashtags"), "no hashtag brings a post in", "name at least one under any or all"
    if event.brand not in [b.id for b in settings.brands]:
        return
    start = settings.moment_utc(event.brand, event.start)
    if event.end is not None and settings.moment_utc(event.brand, event.end) <= start:
        yield (*path, "end"), "the end is not after the start", "the end is exclusive: the day after the last day"


def _source_contents(settings: Settings) -> Iterator[Finding]:
    first: dict[tuple[Any, ...], FileSource] = {}
    for index, source in enumerate(settings.sources):
        if not isinstance(source, FileSource):
            yield from unwatching(index, source, settings)
        if isinstance(source, FileSource):
            earlier = first.setdefault((source.path, source.sheet, source.holds, source.where), source)
            if earlier is not source:
                what = f"source '{earlier.name}' already reads the {source.holds} of this path"
                yield ("sources", index, "path"), what, "keep one of the two, or tell them apart with where:"
        elif isinstance(source, BlueskySource):
            if source.identifier is None or source.app_password is None:
                fix = "write identifier: and app_password: ${BLUESKY_APP_PASSWORD}"
                yield ("sources", index), "search on Bluesky needs a log-in", fix
        elif isinstance(source, MastodonSource):
            hosts = [i.host.split("//")[-1].rstrip("/").casefold() for i in source.instances]
            for host in sorted({h for h in hosts if hosts.count(h) > 1}):
                yield ("sources", index, "instances"), f"'{host}' is named twice", "keep one of the two"


def _targets(settings: Settings) -> Iterator[Finding]:
    for index, brand in enumerate(settings.brands):
        for key, names, known in (
            ("tiers", brand.target.tiers, tuple(settings.tiers.cuts)), ("networks", brand.target.networks, NETWORKS),
        ):  # fmt: skip
            for name in names:
                if name not in known:
                    yield ("brands", index, "target", key), f"unknown {key[:-1]} '{name}'", f"known: {', '.join(known)}"
