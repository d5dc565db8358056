"""Raw pages without the words of posts that were withdrawn: the record keeps its form, its key, its author and its times.

So a page still parses to the same rows in the same places, and no text, title, tag, link or description of such a post is
left in it. Pure but for the files. Put here: that. Keep out: which posts (`night.withdrawing`), erased accounts
(`storage.erasing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from microinf_pipeline.storage.raw import PageFolder

#: Keys whose value may be the id of the record.
_KEYS: Final = ("id", "uri", "name", "post_id", "video_id", "item_id", "cid", "pk")
#: Keys of whoever wrote it: an author is no word of the post.
_AUTHORS: Final = frozenset({"account", "author", "user", "owner", "from"})
#: Below these stand posts of their own.
_POSTS: Final = frozenset({"replies", "comments", "children", "reblog", "quote", "quoted_status", "parent", "root"})
#: Keys that hold words or what was read from them, whatever they look like.
_WORDS: Final = frozenset({
    "tag", "tags", "hashtags", "hashtag", "text", "title", "caption", "description", "message", "body", "selftext", "content",
    "facets", "entities", "keywords", "hashtag_names", "topics", "altText", "alt_text",
})  # fmt: skip
#: Keys whose value, a single word, says who or what kind it is.
_STAYS: Final = frozenset({
    "$type", "type", "kind", "visibility", "language", "lang", "langs", "media_type", "media_product_type", "post_type",
    "author", "username", "acct", "handle", "subreddit", "collection", "operation", "region_code",
})  # fmt: skip
#: Of keys that tell of the author, or that and why a post is gone; and what stands where its words stood.
_OF_AUTHOR: Final = re.compile(r"author|channel|creator|owner|username|handle|display_?name")
_OF_STATE: Final = re.compile(r"status|state|removed|deleted|withheld|privacy|reason")
_GONE: Final = re.compile(r"\[ ?(deleted|removed)[^\]]*\]", re.IGNORECASE)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+.{0,6})?|\d{1,19}(\.\d+)?|\w{3} \w{3} \d\d .{1,30}")
_SLUG: Final = re.compile(r"(/comments/\w+)/[^?#]*")


@dataclass(frozen=True)
class Posts:
    """Posts by the ids observations have, and the last parts of these, as raw records and addresses name them."""

    ids: frozenset[str]
    bare: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bare", frozenset(re.split(r"[/]|(?<=^t\d)_", one)[-1] for one in self.ids))

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is one of them."""
        named = [record.get(key) for key in _KEYS]
        inner = record.get("id")
        if isinstance(inner, Mapping):
            named += [inner.get("videoId")]
        commit = record.get("commit")
        if isinstance(commit, Mapping):
            named.append(f"at://{record.get('did')}/{commit.get('collection')}/{commit.get('rkey')}")
        return any(str(one) in self.ids for one in named if isinstance(one, str | int))


def blank_posts(folder: Path, ids: frozenset[str]) -> int:
    """Rewrite the stored pages of a folder `pages` that hold words of these posts. Returns how many."""
    pages, posts, changed = PageFolder(folder), Posts(ids), 0
    for name in pages.naming(posts.bare):
        page = pages.load(name)
        body = blanked_body(page.body, posts)
        if body != page.body:
            pages.save(replace(page, body=body))
            changed += 1
    if changed:
        pages.force()
    return changed


def blanked_body(body: str, posts: Posts) -> str:
    """A page's body, one JSON document or one a line, without the words of the posts."""
    try:
        return _written(json.loads(body), body, posts)
    except ValueError:
        return "".join(_line(line, posts) for line in body.splitlines(keepends=True))


def _line(line: str, posts: Posts) -> str:
    try:
        return _written(json.loads(line), line, posts) + ("\n" if line.endswith("\n") else "")
    except ValueError:
        return line


def _written(found: Any, as_it_was: str, posts: Posts) -> str:
    clean = without_words(found, posts)
    return as_it_was.rstrip("\n") if clean == found else json.dumps(clean, ensure_ascii=False)


def without_words(value: Any, posts: Posts) -> Any:
    """A decoded JSON value in which records of the posts say nothing any more."""
    if isinstance(value, Mapping):
        blank = posts.holds(value)
        return {key: _blanked(key, one, posts, top=True) if blank else without_words(one, posts) for key, one in value.items()}
    if isinstance(value, list):
        return [without_words(one, posts) for one in value]
    return value


def _blanked(key: str, value: Any, posts: Posts, *, top: bool = False) -> Any:
    if key in _AUTHORS and isinstance(value, Mapping):
        return value
    if isinstance(value, Mapping):
        if key in _POSTS or (value.keys() & _AUTHORS and value.keys() & set(_KEYS) and not posts.holds(value)):
            return without_words(value, posts)
        return {name: _blanked(name, one, posts) for name, one in value.items()}
    if isinstance(value, list):
        if key in _WORDS:
            return []
        return without_words(value, posts) if key in _POSTS else [_blanked(key, one, posts) for one in value]
    return _kept(key, value, posts.bare, top=top) if isinstance(value, str) else value


def _kept(key: str, value: str, bare: Collection[str], *, top: bool) -> str:
    """What stays of a text: who, when, what kind, and addresses of the post itself."""
    low = key.lower()
    if low in _STAYS or _OF_AUTHOR.search(low) or _OF_STATE.search(low) or _MOMENT.fullmatch(value) or _GONE.fullmatch(value):
        return value
    if low in _WORDS or re.search(r"\s", value):
        return ""
    if value.startswith(("http://", "https://", "/")):
        return _SLUG.sub(r"\1/", value) if top and any(one in value for one in bare) else ""
    return value if low in _KEYS or low.endswith(("id", "uri", "at", "cid", "fullname", "_time", "key")) else ""
