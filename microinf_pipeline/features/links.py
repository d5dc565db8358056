"""Addresses: when two of them name the same content, and whose site they lead to.

Put here: the canonical form of a URL and registrable domains, without any network. Keep out: the lists of parameters,
hosts and content addresses (`rules/links.toml`, with reasons) and following short links.
"""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import Any, Final

import idna
import polars as pl
import tldextract

from microinf_pipeline.features.folding import on_rows

_OTHER_SCHEME: Final = r"(?i)^(?:[a-z][a-z0-9+.-]*://|(?:mailto|tel|sms|urn|did|data|javascript):)"
LINK: Final = r"(?i:https?://|(?-u:\b)www\.)[^\s<>\"]+"  # an ASCII boundary: the Unicode one is slow in this engine
_HOST_OF_LINK: Final = r"(?i)^(?:https?:)?(?://)?(?:[^\s/?#@]*@)?([\p{L}\p{M}\p{N}_.-]+)"
_DISTINCT_HOSTS_KEPT: Final = 1 << 17


def canonical_urls(urls: pl.Series) -> pl.Series:
    """One address for all addresses of the same content; NULL and empty stay NULL.

    `https://host/path?query#fragment` with: scheme differences, `www.` and device labels, user names, default ports,
    trailing slashes, tracking parameters and in-page fragments gone; the host in lower-case ASCII; parameters sorted;
    a network's several addresses of one post made one (`rules/links.toml`). What is not http(s) is kept as it is.
    Applying it twice changes nothing (source: interface.md, file source and rule 3 of identity).
    """
    trimmed = urls.str.strip_chars()
    usual = trimmed.str.strip_prefix("https://").str.strip_prefix("http://")
    odd = ~(trimmed.str.starts_with("https://") | trimmed.str.starts_with("http://"))
    bare = on_rows(usual, odd, lambda rows: rows.str.replace(r"(?i)^(?:https?:)?//", ""))
    foreign = odd & bare.str.contains(_OTHER_SCHEME)
    return on_rows(_canonical(bare), foreign, lambda _: trimmed.filter(foreign))


def links_in(texts: pl.Series) -> pl.Series:
    """List[str] per text: the links written in it (`http://…`, `https://…`, `www.…`)."""
    return texts.str.extract_all(LINK)


def without_links(texts: pl.Series) -> pl.Series:
    """Texts with every written link replaced by a blank."""
    return on_rows(texts, may_hold_link(texts), lambda rows: rows.str.replace_all(LINK, " "))


def may_hold_link(texts: pl.Series) -> pl.Series:
    """A cheap first look: false where there is surely no link."""
    return texts.str.contains_any(["://", "www."], ascii_case_insensitive=True).fill_null(False)


def sites_of(links: pl.Series) -> pl.DataFrame:
    """`domain` (registrable) and `host` of each link; both NULL for IP numbers and names without a public suffix."""
    hosts = links.str.extract(_HOST_OF_LINK, 1).str.to_lowercase()
    distinct = [host for host in hosts.drop_nulls().unique() if registrable_domain(host)]
    sites = pl.DataFrame({
        "of": distinct, "domain": [registrable_domain(h) for h in distinct], "host": [canonical_host(h) for h in distinct],
    }, dict.fromkeys(("of", "domain", "host"), pl.String))  # fmt: skip
    return hosts.to_frame("of").join(sites, on="of", how="left", maintain_order="left").select("domain", "host")


@lru_cache(_DISTINCT_HOSTS_KEPT)
def registrable_domain(host: str) -> str | None:
    """`shop.acme.co.uk` → `acme.co.uk`; `acme.myshopify.com` stays whole, for its suffix is shared by tenants. Below an
    unlisted top level (`.example`, `.internal`) the last two labels, as the public suffix list's own default rule has it."""
    name = _suffixes().extract_str(canonical_host(host))
    if name.suffix or name.ipv4 or not name.subdomain:
        return name.top_domain_under_public_suffix or None
    return f"{name.subdomain.rpartition('.')[2]}.{name.domain}"


@lru_cache(_DISTINCT_HOSTS_KEPT)
def canonical_host(host: str) -> str:
    """Lower-case ASCII host without user, default port, device labels; the site's present name."""
    name = re.sub(r":(?:80|443)?$", "", host.rpartition("@")[2].lower()).rstrip(".")
    if not name.isascii():
        with suppress(idna.IDNAError):  # not a name that could be registered: nothing to make equal
            name = idna.encode(name, uts46=True).decode()
    rules = _rules()["hosts"]
    name = re.sub(rf"^(?:(?:{'|'.join(rules['drop_labels'])})\.)+(?=[^.]+\.[^.])", "", name)
    return str(rules["same_site"].get(name, name))


def post_ids(networks: pl.Series, canonical: pl.Series) -> pl.Series:
    """The platform's post id where the canonical address holds it, else NULL."""
    read = [
        pl.when(pl.col("network") == network).then(pl.col("url").str.extract(pattern, 1))
        for network, pattern in _rules()["post_id"].items()
    ]
    return pl.DataFrame({"network": networks, "url": canonical}).select(pl.coalesce(read)).to_series()


def _canonical(bare: pl.Series) -> pl.Series:
    """Canonical form of addresses without scheme; NULL where there is no host."""
    first = bare.to_frame("bare").select(pl.col("bare").str.splitn("/", 2).struct.field("field_0")).to_series()
    host = on_rows(first, first.str.contains(r"^$|[?#]"), lambda rows: rows.str.extract(r"^([^?#]+)", 1))
    rest = pl.DataFrame({"bare": bare, "host": host}).select(pl.col("bare").str.strip_prefix(pl.col("host"))).to_series()
    distinct = host.unique().drop_nulls()
    names = pl.Series([canonical_host(name) for name in distinct], dtype=pl.String)
    host = host.replace_strict(distinct, names, default=None, return_dtype=pl.String)
    address = host + rest
    named = _content_addresses(host, address)
    usual = named == address
    plain = on_rows(named, (usual & address.str.ends_with("/")).fill_null(False), lambda rows: rows.str.strip_chars_end("/"))
    return "https://" + on_rows(plain, (usual & plain.str.contains(r"[?#]")).fill_null(False), _cleaned)


def _content_addresses(host: pl.Series, address: pl.Series) -> pl.Series:
    """Addresses of content that a network serves under several, made one; the first fitting pattern of a host wins."""
    for site, patterns in _content_patterns().items():
        address = on_rows(address, (host == site).fill_null(False), partial(_first_fitting, patterns=patterns))
    return address


def _first_fitting(rows: pl.Series, *, patterns: tuple[tuple[str, str], ...]) -> pl.Series:
    address = pl.col("address")
    fitting = [pl.when(address.str.contains(old)).then(address.str.replace(old, new)) for old, new in patterns]
    return pl.DataFrame({"address": rows}).select(pl.coalesce(*fitting, address)).to_series()


def _cleaned(addresses: pl.Series) -> pl.Series:
    """Addresses, host first, without trailing slashes, tracking parameters and in-page fragments."""
    parts = addresses.str.extract_groups(r"^(?<host>[^/?#]+)(?<path>[^?#]*)\??(?<query>[^#]*)#?(?<fragment>.*)$")
    asked = parts.struct.unnest()
    for host, drop in [(None, _rules()["parameters"]["drop"]), *_rules()["parameters"]["drop_on"].items()]:
        here = asked["query"] != "" if host is None else asked["host"] == host
        asked = asked.with_columns(query=on_rows(asked["query"], here, partial(_without, drop=tuple(drop))))
    kept = pl.col("fragment").str.contains(rf"^(?:{'|'.join(_rules()['fragments']['keep'])})$")
    return asked.select(
        pl.col("host")
        + pl.col("path").str.strip_chars_end("/")
        + pl.when(pl.col("query") != "").then("?" + pl.col("query")).otherwise(pl.lit(""))
        + pl.when(kept).then("#" + pl.col("fragment")).otherwise(pl.lit(""))
    ).to_series()


def _without(queries: pl.Series, *, drop: tuple[str, ...]) -> pl.Series:
    """Queries without the named parameters and empty ones, in sorted order."""
    fenced = "&" + queries.str.replace_all("&", "&&", literal=True) + "&"  # each parameter between two of its own
    kept = fenced.str.replace_all(rf"(?i)&(?:{'|'.join(drop)})(?:=[^&]*)?&", "")
    plain = kept.str.strip_chars("&").str.replace_all("&&+", "&")
    several = plain.str.contains("&", literal=True)
    return on_rows(plain, several, lambda rows: rows.str.split("&").list.eval(pl.element().sort()).list.join("&"))


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((files("microinf_pipeline") / "rules" / "links.toml").read_text(encoding="utf-8"))


@cache
def _content_patterns() -> dict[str, tuple[tuple[str, str], ...]]:
    rules = _rules()["content"]
    hosts = dict.fromkeys(rule["host"] for rule in rules)
    return {host: tuple((rule["pattern"], rule["to"]) for rule in rules if rule["host"] == host) for host in hosts}


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
