"""Tolerant reading of single fields of Bluesky posts: what authors wrote is checked by nobody, and much of it is odd.

Put here: facets, embeds, times, languages, references, with anything unknown passing through. Keep out: rows and
columns (`bluesky_parse.py`), shapes (`bluesky_records.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Raw

from microinf_pipeline.sources.bluesky_records import EmbedRecord, Facet, Feature, Quoted, ViewedEmbed
from microinf_pipeline.sources.frames import utc

POST_COLLECTION: Final = "/app.bsky.feed.post/"

#: Before it no microblog existed; such dates come from broken clients.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
#: How far a clock may be ahead of ours.
AHEAD: Final = timedelta(hours=24)


class Facets(NamedTuple):
    """What the facets of a post name."""

    tags: tuple[str, ...]
    mentions: tuple[str, ...]
    links: tuple[str, ...]


class Embed(NamedTuple):
    """What is attached to a post."""

    media_types: tuple[str, ...]
    links: tuple[str, ...]
    quoted_uri: str | None = None


_HASHES: Final = "#\uff03"  # the full-width form, too
_NO_FACETS: Final = Facets((), (), ())
_NO_EMBED: Final = Embed((), ())
_NULL: Final = b"null"
_facets = msgspec.json.Decoder(tuple[Facet, ...] | None)
_embed = msgspec.json.Decoder(EmbedRecord | None)
_viewed = msgspec.json.Decoder(ViewedEmbed | None)
_anything = msgspec.json.Decoder()

_MEDIA: Final = {
    "app.bsky.embed.images": "picture",
    "app.bsky.embed.gallery": "picture",
    "app.bsky.embed.video": "video",
    "app.bsky.embed.external": "link",
}
_GIF_HOSTS: Final = ("https://media.tenor.com/", "https://media.giphy.com/", "https://i.giphy.com/")


def read_facets(raw: Raw) -> Facets:
    """Tags (without '#'), mentioned DIDs and links, each once. Misspelt feature types count by their field."""
    if bytes(raw) == _NULL:
        return _NO_FACETS
    try:
        features: list[Any] = [feature for facet in _facets.decode(raw) or () for feature in facet.features]
    except msgspec.ValidationError:
        features = list(_loose_features(_anything.decode(raw)))
    tags, mentions, links = [], [], []
    for one in features:
        if one.tag and (tag := one.tag.strip().lstrip(_HASHES)):
            tags.append(tag)
        if one.did and one.did.startswith("did:"):
            mentions.append(one.did)
        if one.uri and is_link(one.uri):
            links.append(one.uri)
    return Facets(once(tags), once(mentions), once(links))


def _loose_features(facets: Any) -> Iterator[Feature]:
    """Every readable feature of a malformed facet list."""
    for facet in facets if isinstance(facets, list) else ():
        features = facet.get("features") if isinstance(facet, dict) else None
        for feature in features if isinstance(features, list) else ():
            if isinstance(feature, dict):
                yield Feature(*(value if isinstance(value := feature.get(k), str) else None for k in ("tag", "did", "uri")))


def read_embed(raw: Raw) -> Embed:
    """Attached media, links and the quoted post of a record's `embed`; unknown or malformed embeds attach nothing."""
    if bytes(raw) == _NULL:
        return _NO_EMBED
    try:
        embed = _embed.decode(raw)
    except msgspec.ValidationError:
        return _NO_EMBED
    if embed is None:
        return _NO_EMBED
    media = embed.media if embed.media is not None else embed
    kind = _MEDIA.get(media.type.removesuffix("#main"))
    uri = media.external.uri if media.external else ""
    if (kind == "video" and media.presentation == "gif") or (kind == "link" and uri.startswith(_GIF_HOSTS)):
        kind = "gif"
    return Embed((kind,) if kind else (), (uri,) if uri and is_link(uri) else (), _quoted_uri(embed.record))


def _quoted_uri(quoted: Quoted | None) -> str | None:
    """The quoted post; lists, feeds and starter packs are shown the same way but are no posts."""
    if quoted is None:
        return None
    uri = quoted.uri or (quoted.record.uri if quoted.record else None)
    return uri if uri and POST_COLLECTION in uri else None


def is_withdrawn(view: Raw) -> bool:
    """The author of the quoted post detached it from this quote (`viewDetached` in the embed of the *view*)."""
    if b"#viewDetached" not in bytes(view):
        return False
    try:
        embed = _viewed.decode(view)
    except msgspec.ValidationError:
        return False
    shown = embed.record if embed else None
    return any(one is not None and one.type.endswith("#viewDetached") for one in (shown, shown.record if shown else None))


def is_link(value: str | None) -> bool:
    """An absolute web address."""
    return value is not None and value.startswith(("https://", "http://"))


def once(values: Sequence[str]) -> tuple[str, ...]:
    """The values in order, each once."""
    return tuple(dict.fromkeys(values)) if len(values) > 1 else tuple(values)


def read_time(value: str | None) -> datetime | None:
    """RFC 3339 with any number of fractional digits, as UTC without zone; None when it is none (year 0000, no zone)."""
    if value is None or len(value) < len("2026-01-01T00:00Z") or value[10] != "T":
        return None
    try:
        if value[-1] == "Z":
            return datetime.fromisoformat(value[:-1])
        moment = datetime.fromisoformat(value)
        return utc(moment) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def from_microseconds(value: int) -> datetime | None:
    """Microseconds since 1970 as UTC without zone; None when no year holds them."""
    try:
        return datetime.fromtimestamp(value / 1_000_000, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def post_time(created_at: str, indexed_at: str, latest: datetime) -> datetime | None:
    """The author's time if it can be true, else the server's, else None. `latest` is the last possible moment."""
    created = read_time(created_at)
    if created is not None and EARLIEST <= created <= latest:
        return created
    indexed = read_time(indexed_at)
    return indexed if indexed is not None and EARLIEST <= indexed <= latest else None


def read_lang(langs: Any) -> str | None:
    """The first language as ISO 639-1; None when there is none or it has no two-letter code."""
    first = langs[0] if isinstance(langs, list) and langs else None
    return _iso_639_1(first) if isinstance(first, str) else None


@lru_cache(maxsize=1024)
def _iso_639_1(tag: str) -> str | None:
    code = tag.replace("_", "-").partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def read_references(reply: Any) -> tuple[str | None, str | None]:
    """`reply.parent.uri` and `reply.root.uri`, each when it is the address of a record."""
    return (_reference(reply, "parent"), _reference(reply, "root")) if isinstance(reply, dict) else (None, None)


def _reference(reply: dict[str, Any], name: str) -> str | None:
    reference = reply.get(name)
    uri = reference.get("uri") if isinstance(reference, dict) else None
    return uri if isinstance(uri, str) and uri.startswith("at://") and uri.count("/") >= 4 else None


def with_tags(tags: tuple[str, ...], more: Any) -> tuple[str, ...]:
    """The tags of facets and those of the record's `tags` field."""
    if not isinstance(more, list):
        return tags
    extra = [tag.strip().lstrip(_HASHES) for tag in more if isinstance(tag, str)]
    return once([*tags, *(tag for tag in extra if tag)])
