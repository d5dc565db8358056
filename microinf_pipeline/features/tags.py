"""What a text points at: hashtags, handles, sites; and whether it says anything beyond the handles it starts with.

Put here: reading these from a text and joining them with those a source gave apart. Keep out: what they mean (brands,
campaigns) and how texts are folded.

Every function takes *written* texts (`folding.written`) and aligned lists, and returns one row per text. Only the rows
that hold a sign of the thing sought are taken apart.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from microinf_pipeline.features.folding import WORD, fold_written, on_rows, written
from microinf_pipeline.features.links import links_in, may_hold_link, sites_of, without_links

HANDLE: Final = rf"[\p{{L}}\p{{N}}_](?:[{WORD}.·-]*[\p{{L}}\p{{N}}_])?(?:@[\p{{L}}\p{{N}}.-]+\.\p{{L}}{{2,}})?"
#: The run of handles a reply starts with. `.@acme` is not one: the dot makes it public on purpose.
LEADING_HANDLES: Final = rf"^(?:\s*@{HANDLE}[\s,:;]*)+"

# A tag needs a letter (`#1` is a rank) and must not hang on a word, an HTML entity or a path.
_HASHTAG: Final = rf"(?:^|[^{WORD}&/])#[\p{{N}}_]*\p{{L}}[{WORD}]*"
# A letter of an alphabet with word spacing before the @ makes it an e-mail; Chinese and Japanese put no blank there.
_MENTION: Final = rf"(?:^|[^\p{{Latin}}\p{{Greek}}\p{{Cyrillic}}\p{{N}}_@/])@{HANDLE}"
_WORD_CHARACTER: Final = r"[\p{L}\p{N}]"
# What a handle may consist of, where a network allows less than the pattern above: the rest is punctuation.
_HANDLE_OF: Final = {
    "x": r"^[a-z0-9_]+",
    "instagram": r"^[a-z0-9_]+(?:\.+[a-z0-9_]+)*",
    "threads": r"^[a-z0-9_]+(?:\.+[a-z0-9_]+)*",
    "tiktok": r"^[a-z0-9_]+(?:\.+[a-z0-9_]+)*",
    "facebook": r"^[a-z0-9_]+(?:\.+[a-z0-9_]+)*",
}
_LISTS: Final = pl.List(pl.String)


def hashtags(texts: pl.Series, given: pl.Series) -> pl.DataFrame:
    """`hashtags` (folded, each once, in order; the text's before the given) and the parallel `hashtags_as_written`."""
    tagged = _where(texts, texts.str.contains("#", literal=True))
    found = _found(tagged["row"], without_links(tagged["value"]).str.extract_all(_HASHTAG), given, "#")
    as_written = found["value"]
    return _lists(found.select("row", hashtags=fold_written(as_written), hashtags_as_written=as_written), len(texts))


def mentioned(texts: pl.Series, given: pl.Series, networks: pl.Series) -> pl.Series:
    """Folded handles a text names, without @, each once, in order; given ones (handles or account ids) behind them."""
    naming = _where(texts, texts.str.contains("@", literal=True))
    text = without_links(naming["value"])
    text = on_rows(text, text.str.contains("/@", literal=True), _slashes_opened)
    found = _found(naming["row"], text.str.extract_all(_MENTION), given, "@")
    handles = fold_written(found["value"])
    of = networks.gather(found["row"])
    from_text = found["from_text"]
    for network, pattern in _HANDLE_OF.items():
        handles = on_rows(handles, (of == network) & from_text, partial(_extracted, pattern))
    return _lists(found.select("row", mentioned=handles), len(texts))["mentioned"]


def link_hosts(texts: pl.Series, given: pl.Series) -> pl.Series:
    """Registrable domains of a text's links and of the given ones, deeper hosts behind theirs; each once, in order."""
    linking = _where(texts, may_hold_link(texts))
    found = _found(linking["row"], links_in(linking["value"]), given)
    sites = sites_of(found["value"]).select(link_hosts=pl.concat_list("domain", "host")).to_series()
    lines = pl.DataFrame({"row": found["row"], "link_hosts": sites}).explode(
        "link_hosts", empty_as_null=False, keep_nulls=False
    )
    return _lists(lines, len(texts))["link_hosts"]


def words_beyond_handles(texts: pl.Series) -> pl.Series:
    """Whether a text says a word (or tag) beyond the handles it starts with (source: kpis.md K11). Links, emoji and
    punctuation are no words. NULL where there is no text."""
    special = _where(texts, texts.str.starts_with("@") | may_hold_link(texts))
    body = without_links(special["value"].str.replace(LEADING_HANDLES, ""))
    return texts.str.contains(_WORD_CHARACTER).scatter(special["row"], body.str.contains(_WORD_CHARACTER))


def _slashes_opened(texts: pl.Series) -> pl.Series:
    """`//@acme` and `@anna/@bob` set handles apart; `site.example/@acme` is the path of an address."""
    return texts.str.replace_all(r"(^|[\s/])/+@", "$1 @").str.replace_all(rf"(@[{WORD}]+)/@", "$1 @")


def _extracted(pattern: str, values: pl.Series) -> pl.Series:
    return values.str.extract(pattern, 0)


def _where(values: pl.Series, mask: pl.Series) -> pl.DataFrame:
    rows = mask.arg_true()
    return pl.DataFrame({"row": rows, "value": values.gather(rows)})


def _found(rows: pl.Series, in_text: pl.Series, given: pl.Series, sign: str = "") -> pl.DataFrame:
    """row, value, from_text: one line per thing found, those in the text first, tidy and without their sign."""
    told = _where(given, given.list.len() > 0)
    text, source = (
        pl.DataFrame({"row": at, "value": values.cast(_LISTS)}).explode("value", empty_as_null=False, keep_nulls=False)
        for at, values in ((rows, in_text), (told["row"], told["value"]))
    )
    bare = pl.col("value").str.replace(rf"(?s)^.?{sign}", "") if sign else pl.col("value")
    told_bare = written(source["value"]).str.strip_prefix(sign)
    return pl.concat([text.with_columns(bare, from_text=pl.lit(True)), source.with_columns(told_bare, from_text=pl.lit(False))])


def _lists(found: pl.DataFrame, height: int) -> pl.DataFrame:
    """Lists per row, from lines of (row, value, …): each first value once, in order; nothing found is an empty list."""
    key, *_ = names = [name for name in found.columns if name != "row"]
    told = found.filter(pl.col(key).is_not_null() & (pl.col(key) != "")).sort("row", maintain_order=True)
    told = told.filter(pl.struct("row", key).is_first_distinct())
    ends = np.cumsum(np.bincount(told["row"].to_numpy(), minlength=height)[:height])
    return pl.DataFrame({name: _cut(told[name], ends) for name in names}, schema=dict.fromkeys(names, _LISTS))


def _cut(values: pl.Series, ends: npt.NDArray[np.int64]) -> pl.Series:
    """Lists of values that lie one behind the other, by where each list ends."""
    flat = values.to_arrow(compat_level=pl.CompatLevel.oldest())
    lists = pl.from_arrow(pa.LargeListArray.from_arrays(np.concatenate([[0], ends]), flat))
    assert isinstance(lists, pl.Series)
    return lists
