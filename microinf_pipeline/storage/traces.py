"""What an account is known by in stored bytes, and texts without it.

Two kinds of places name somebody: a record that is theirs (a post, a profile: everything in it goes), and a record of somebody
else that mentions them (the mention goes). Pure. Put here: finding and taking out. Keep out: which files there are
(`storage.erasing`), what an account is called (`night.forgetting`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

#: What stands where an id or a handle stood, so that a record keeps its form and can still be read, and withheld.
ERASED: Final = "erased"
ERASED_DID: Final = "did:plc:erased"
_ERASED_KEY: Final = re.compile(r"(h:)?@?(erased(@.*)?|did:plc:erased)")

#: Keys whose value says whose record it is.
_OWN_KEYS: Final = frozenset({
    "id", "did", "uri", "url", "acct", "handle", "username", "user_name", "screen_name", "ownerusername", "account", "author",
    "account_id", "accountid", "author_id", "authorid", "user_id", "userid", "uid", "owner_id", "ownerid", "channelid",
    "authorchannelid", "customurl", "permalink", "name", "user", "owner",
})  # fmt: skip
#: Keys whose record, if it is theirs, makes the record around it theirs.
_OWNERS: Final = frozenset({"account", "author", "user", "owner", "from", "snippet", "channel", "authorchannelid"})
_KEPT_KEYS: Final = frozenset({"$type", "type", "kind", "visibility", "language", "lang", "status", "media_type", "post_type"})
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?|\d{1,19}|\w{3} \w{3} \d\d .*|\d\d?[./]\d\d?[./]\d{2,4}.*")
_EDGE_BEFORE, _EDGE_AFTER = r"(?<![\w.-])", r"(?![\w-]|\.\w)"
_SHORTEST_BARE: Final = 5
_SHORTEST_TEXT: Final = 12
_LONG: Final = 10_000  # characters from which one pass for all words is worth its setting up


@dataclass(frozen=True)
class Traces:
    """An account: `ids` the platform's, `handles` without @, `posts` ids and addresses of its posts, `said` their texts."""

    ids: frozenset[str]
    handles: frozenset[str]
    posts: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    _exact: frozenset[str] = field(init=False, repr=False, default=frozenset())
    _needles: tuple[str, ...] = field(init=False, repr=False, default=())
    _written: tuple[str, ...] = field(init=False, repr=False, default=())
    _anywhere: re.Pattern[str] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        names = {name.lower() for name in (*self.ids, *self.handles) if name}
        object.__setattr__(self, "_exact", frozenset(names))
        unnamed = [post for post in self.posts if not any(name in post.lower() for name in names)]
        hosted = [
            f"{name.partition('@')[2]}/{at}{name.partition('@')[0]}" for name in names if "@" in name for at in ("@", "users/")
        ]
        object.__setattr__(self, "_needles", (*names, *hosted, *(post.lower() for post in unnamed)))
        written = [form for text in self.said if len(text) >= _SHORTEST_TEXT for form in _forms(text)]
        object.__setattr__(self, "_written", tuple(dict.fromkeys(written)))
        object.__setattr__(self, "_anywhere", _pattern(names, unnamed))

    def are(self, value: object) -> bool:
        """Whether a value is one of the account's names, as a whole."""
        return isinstance(value, str | int) and str(value).strip().lstrip("@").lower().removeprefix("h:") in self._exact

    def found_in(self, text: str | None) -> bool:
        """Whether a text names the account or a post of it."""
        if text is None or self._anywhere is None:
            return False
        maybe = self.may_name(text) if len(text) < _LONG else self.which_may_name([text])[0]
        return maybe and bool(self._anywhere.search(text))

    def may_name(self, text: str) -> bool:
        """Whether a closer look is worth it: the pattern is hundreds of times slower than looking for words."""
        folded = text.lower()
        return any(needle in folded for needle in self._needles)

    def may_be_in(self, stored: str) -> bool:
        """Whether stored bytes, plain or JSON, name the account or repeat a text of it: worth a closer look."""
        if self.may_name(stored):
            return True
        return any(form in stored for form in self._written)

    def stored_forms(self) -> tuple[str, ...] | None:
        """Words of which every stored page that names the account or repeats a text of it holds one, in some case of ASCII
        letters. None: its names have other letters, whose cases no quick look knows."""
        if not all(name.isascii() for name in self._needles):
            return None
        told = [*self._needles, *self._written]
        return tuple(dict.fromkeys(form for one in told for body in _forms(one) for form in (body, *_forms(body)[1:])))

    def which_may_name(self, stored: Sequence[str]) -> list[bool]:
        """`may_be_in` of many texts: all words are looked for in one pass over each."""
        try:
            texts = pl.Series(stored, dtype=pl.String)
        except UnicodeEncodeError:  # bytes that were no UTF-8, or half an emoji: no name has such
            texts = pl.Series([one.encode(errors="replace").decode() for one in stored], dtype=pl.String)
        return (_holding(texts.str.to_lowercase(), self._needles) | _holding(texts, self._written)).to_list()

    def without(self, text: str) -> str:
        """The text with the account's names and addresses taken out; nothing of one that is the account's own."""
        if text.strip() in self.said:
            return ""
        return self._anywhere.sub(_marker, text) if self._anywhere is not None and self.may_name(text) else text

    def __bool__(self) -> bool:
        return bool(self._exact)


def united(several: Iterable[Traces]) -> Traces:
    """The names of several as those of one."""
    all_ = tuple(several)
    return Traces(*(frozenset().union(*(getattr(one, of) for one in all_)) for of in ("ids", "handles", "posts", "said")))


def is_erased(key: str | None) -> bool:
    """Whether an account's key is what stands for an erased one."""
    return key is not None and _ERASED_KEY.fullmatch(key) is not None


def _holding(texts: pl.Series, words: Sequence[str]) -> pl.Series:
    if not words:  # polars takes no empty list
        return pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True)
    return texts.str.contains_any(list(words))


def _forms(text: str) -> tuple[str, ...]:
    """A text as files write it: as it is, and inside a JSON string."""
    return text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]


def _marker(found: re.Match[str]) -> str:
    return ERASED_DID if found.group().lower().startswith("did:") else ERASED


def _pattern(names: Iterable[str], posts: Iterable[str]) -> re.Pattern[str] | None:
    """What is taken out anywhere: ids and addresses as they are; a bare word of letters alone only after @, / or as h:."""
    parts = [re.escape(post) for post in sorted(posts, key=len, reverse=True) if len(post) >= _SHORTEST_BARE]
    for name in sorted(names, key=len, reverse=True):
        told = re.escape(name)
        user, at, host = name.partition("@")
        if at and "." in host:  # user@host is also the address host/@user
            parts += [rf"{re.escape(host)}/(?:@|users/){re.escape(user)}{_EDGE_AFTER}"]
        if len(name) >= _SHORTEST_BARE and re.search(r"[^a-z]", name):
            parts.append(f"{_EDGE_BEFORE}{told}{_EDGE_AFTER}")
        else:
            parts.append(rf"(?<=[@/]){told}{_EDGE_AFTER}|(?<=\bh:){told}{_EDGE_AFTER}")
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def cleaned(value: Any, traces: Traces, own: frozenset[str] = frozenset()) -> Any:
    """A decoded JSON value: records of the account keep their form and nothing of what they say, others lose the mention.

    `own`: further keys, in lower case, whose value says whose record it is.
    """
    if isinstance(value, Mapping):
        if _is_theirs(value, traces, own):
            return {name: _emptied(name, inner, traces) for name, inner in value.items()}
        return {name: cleaned(inner, traces, own) for name, inner in value.items()}
    if isinstance(value, list):
        return [cleaned(inner, traces, own) for inner in value]
    if isinstance(value, str):
        return traces.without(value)
    return value


def redacted(value: Any, traces: Traces) -> Any:
    """A decoded JSON value with every mention taken out, whosever record it is."""
    if isinstance(value, Mapping):
        return {name: redacted(inner, traces) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(inner, traces) for inner in value]
    return traces.without(value) if isinstance(value, str) else value


def _is_theirs(record: Mapping[str, Any], traces: Traces, own: frozenset[str]) -> bool:
    for name, value in record.items():
        key = name.lower()
        is_named = traces.are(value) or (isinstance(value, str) and key != "name" and traces.found_in(value))
        if is_named and (key in _OWN_KEYS or key in own):
            return True
        if key in _OWNERS and isinstance(value, Mapping) and _is_theirs(value, traces, own):
            return True
    return False


def _emptied(name: str, value: Any, traces: Traces) -> Any:
    if isinstance(value, Mapping):
        return {key: _emptied(key, inner, traces) for key, inner in value.items()}
    if isinstance(value, list):
        return [_emptied(name, inner, traces) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if not isinstance(value, str):
        return 0 if traces.are(value) else value
    return emptied_text(name, value, traces)


def emptied_text(name: str, value: str, traces: Traces) -> str:
    """A text of a record that is theirs: times and kinds stay, a name becomes the marker, all else is empty."""
    key = name.lower().rpartition(".")[2]
    if traces.are(value):
        return ERASED_DID if value.lower().startswith("did:") else ERASED
    if traces.found_in(value):
        return traces.without(value) if key in _OWN_KEYS else ""
    if key in _KEPT_KEYS or _MOMENT.fullmatch(value):
        return value
    return ERASED if key in _OWN_KEYS and key not in ("url", "uri", "name", "permalink") else ""
