"""What can only be said when all pages of a capture are read: references by local id, and one row for each post.

Every instance has its own ids and sees only part of what happens to a post. So ids are resolved inside one instance, and
of several sightings of a post the one of its home instance (the host of its uri) counts; without it the latest, with
the highest of each count. Put here: steps over whole frames. Keep out: reading pages (`mastodon_parse.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from microinf_pipeline.catalog.capture import Parsed
from microinf_pipeline.sources.frames import LOCATION
from microinf_pipeline.sources.html_text import html_links, html_text
from microinf_pipeline.sources.mastodon_records import Status

_POST_COUNTS: Final = ("likes", "comments", "shares", "quotes", "followers")
_ACCOUNT_COUNTS: Final = ("followers", "following", "post_count")
_ORDER: Final = ("observed_at", "file", "row_number")
_DOMAIN: Final = r"^(?:https?://|[^/@]+@)([^/]+)"  # of a uri or of a qualified handle
_SAID_BY_ANY: Final = ("reply_to_post_id", "reply_to_account_id")  # the same wherever it is known
_REFERENCES: Final = ("reply_to_post_id", "reply_to_account_id", "quote_of_post_id")

_Local = tuple[str, str]  # host of the instance, id there


@dataclass
class LocalIds:
    """The local ids seen in the pages, and the references that need them."""

    hosts: dict[str, str] = field(default_factory=dict)  # page name → host
    posts: dict[_Local, str] = field(default_factory=dict)  # → uri
    accounts: dict[_Local, str] = field(default_factory=dict)  # → account_id
    _references: list[tuple[str, int, _Local, _Local, _Local]] = field(default_factory=list)

    def add_page(self, name: str, host: str) -> None:
        self.hosts[name] = host

    def add_post(self, host: str, local_id: str, uri: str) -> None:
        self.posts[host, local_id] = uri

    def add_account(self, host: str, local_id: str, account_id: str) -> None:
        self.accounts[host, local_id] = account_id

    def add_reference(self, file: str, number: int, host: str, status: Status) -> None:
        """Remember what a status refers to by local id, to be looked up when all pages are read."""
        quote = status.quote
        quoted = quote.quoted_status_id if quote is not None and quote.state == "accepted" else None
        parent, author = status.in_reply_to_id, status.in_reply_to_account_id
        self._references.append((file, number, (host, parent or ""), (host, author or ""), (host, quoted or "")))

    def host_of_page(self) -> pl.DataFrame:
        """`file` and `host`."""
        columns = {"file": list(self.hosts), "host": list(self.hosts.values())}
        return pl.DataFrame(columns, dict.fromkeys(columns, pl.String()))

    def resolved(self) -> pl.DataFrame:
        """`file`, `row_number` and what of `_REFERENCES` could be found out."""
        rows = [
            (file, number, self.posts.get(parent), self.accounts.get(author), self.posts.get(quoted))
            for file, number, parent, author, quoted in self._references
        ]
        names = dict.fromkeys(_REFERENCES, pl.String())
        return pl.DataFrame(rows, {**LOCATION, **names}, orient="row")


def united(parsed: Parsed, local: LocalIds) -> Parsed:
    """The same deliveries with plain text, resolved references, one row a post and account, and marks of edits."""
    hosts = local.host_of_page()
    posts = _one_sighting(_with_references(parsed.posts, local.resolved()), hosts, ("post_id",), _POST_COUNTS)
    links = pl.concat_list(html_links(pl.col("text")).fill_null([]), "given_links").list.unique(maintain_order=True)
    posts = posts.with_columns(html_text(pl.col("text")).alias("text"), links.alias("given_links"))
    accounts = _one_sighting(parsed.accounts, hosts, ("account_id", "with_post"), _ACCOUNT_COUNTS)
    return Parsed(
        posts=posts,
        accounts=accounts.with_columns(html_text(pl.col("bio")).alias("bio")),
        statuses=_with_edits(parsed.statuses, posts),
        rejects=parsed.rejects,
    )


def _one_sighting(rows: pl.DataFrame, hosts: pl.DataFrame, key: tuple[str, ...], counts: tuple[str, ...]) -> pl.DataFrame:
    """One row for each key; the domain in the first column of the key tells the home instance."""
    if rows.select(key).is_unique().all():
        return rows
    if "capture_reason" in rows.columns:  # a mention is one on whatever page it stood besides: the reasons sort so
        rows = rows.with_columns(pl.col("capture_reason").min().over(key))
    home = pl.col("host") == pl.col(key[0]).str.extract(_DOMAIN)
    seen = rows.join(hosts, on="file", how="left").sort(_ORDER).unique([*key, "host"], keep="last", maintain_order=True)
    seen = seen.with_columns(home.fill_null(value=False).alias("home"))
    highest = [pl.when("home").then(name).otherwise(pl.col(name).max().over(key)).alias(name) for name in counts]
    any_of = [pl.col(name).max().over(key) for name in _SAID_BY_ANY if name in rows.columns]
    best = seen.with_columns(highest + any_of).sort("home", *_ORDER).unique(key, keep="last", maintain_order=True)
    return best.sort("file", "row_number").select(rows.columns)


def _with_references(posts: pl.DataFrame, resolved: pl.DataFrame) -> pl.DataFrame:
    if resolved.is_empty():
        return posts
    joined = posts.join(resolved, on=list(LOCATION), how="left", suffix="_found", maintain_order="left")
    return joined.with_columns(pl.coalesce(name, f"{name}_found").alias(name) for name in _REFERENCES).select(posts.columns)


def _with_edits(statuses: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Edit marks of the posts; a post that was found on purpose and has been edited is both available and edited."""
    edited = posts.filter(pl.col("edited_at").is_not_null()).select(
        "network", "post_id", "observed_at", pl.lit("edited").alias("status"),
        pl.format("edited_at {}", pl.col("edited_at").dt.to_string("iso:strict")).alias("evidence"), "file", "row_number",
    )  # fmt: skip
    found = statuses.join(edited.select("post_id"), on="post_id", how="semi").filter(pl.col("status") == "available")
    rest = statuses.join(found, on=["post_id", "file", "row_number"], how="anti")
    return pl.concat([rest.sort(_ORDER), edited.select(statuses.columns)])
