"""Pairs of posts that are copies: shared words and sketches tell which to look at, a second look at the texts which hold.

Put here: the order of it, a bounded stretch of posts at a time. Keep out: what alike means (`features/near_copies`), which
texts are compared (`features/shared_words`), nights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.features.folding import fold_written
from microinf_pipeline.features.near_copies import EDGE, TEXT, judged, likely
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.shared_words import Sequence, pairs_to_compare, stirred_up
from microinf_pipeline.features.signatures import normal_form
from microinf_pipeline.features.sketches import matrix
from microinf_pipeline.night.model_runs import sql_of

_POSTS_AT_ONCE = 250_000  # and those of the window before them
_PAIRS_AT_ONCE = 2_000_000  # pairs whose sketches are read together
_TEXTS_AT_ONCE = 100_000  # pairs whose texts are read together
_NUMBERS = {"no": pl.Int64()}
_PAIR = {"a": pl.Int64(), "b": pl.Int64()}


def find_pairs(engine: Engine, params: Mapping[str, Any]) -> None:
    """Make `found_edges` (columns of `_copy_edges`): per changed post, and per post that looks at one, its earlier copies.

    Needs `window_signatures` and `signatures_before` (columns of `_post_signatures`), `copy_changed` (network, post_id,
    posted_on), `copy_written` (network, post_id, posted_on, title, text). Also makes `looked_anew`: network, post_id, posted_on
    of posts whose earlier edges are void. `params`: window_days, first_on and last_on of the posts to look at.
    """
    engine.define_table("copy_posts", sql_of("copy_posts"), params)
    found, owners = [pl.DataFrame(schema=_PAIR)], [pl.DataFrame(schema=_NUMBERS)]
    for first_no, posts in _stretches(engine, params["window_days"]):
        owning, pairs = _looked_at(posts, first_no, params["window_days"])
        owners.append(owning)
        found += [_likely(engine, some) for some in _together(pairs)]
    engine.register_frame("copy_owners", pl.concat(owners))
    engine.define_table("looked_anew", _LOOKED_ANEW, {})
    engine.register_frame("near_edges", _alike(engine, pl.concat(found).sort("b", "a")))
    engine.define_table("found_edges", _FOUND, {})


_LOOKED_ANEW = (
    "SELECT p.network, p.post_id, p.posted_on FROM copy_posts AS p SEMI JOIN copy_owners AS o ON o.no = p.no"
    " UNION SELECT network, post_id, posted_on FROM copy_changed"
)
_FOUND = (
    "SELECT p.network, p.post_id, p.posted_on, e.network AS other_network, e.post_id AS other_post_id, e.posted_on AS other_on,"
    " m.similarity, m.is_form FROM (SELECT a, b, similarity, is_form FROM near_edges UNION ALL"
    " SELECT p.equal_no AS a, p.no AS b, 1.0 AS similarity, FALSE AS is_form FROM copy_posts AS p"
    " SEMI JOIN copy_owners AS o ON o.no = p.no WHERE p.equal_no IS NOT NULL) AS m"
    " INNER JOIN copy_posts AS p ON p.no = m.b INNER JOIN copy_posts AS e ON e.no = m.a"
)


def _stretches(engine: Engine, window_days: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Number of a stretch's first post, and its posts after those of the window before it, in order of their numbers."""
    last = engine.query("SELECT coalesce(max(no), 0) AS last FROM copy_posts").item()
    for first in range(1, last + 1, _POSTS_AT_ONCE):
        span = {"first_no": first, "last_no": first + _POSTS_AT_ONCE - 1, "window_days": window_days}
        span["from_no"] = engine.query(_FIRST_LOOKED_AT, span).item()
        if engine.query("SELECT count_if(is_stirred) FROM copy_posts WHERE no BETWEEN $from_no AND $last_no", span).item():
            yield first, engine.query(_STRETCH, span).sort("no")


_FIRST_LOOKED_AT = (
    "SELECT min(no) FROM copy_posts WHERE posted_on >= (SELECT posted_on FROM copy_posts WHERE no = $first_no) - $window_days"
)
_STRETCH = (
    "SELECT no, posted_on, copy_letters, copy_words, is_gone, is_stirred, is_leading, equal_no"
    " FROM copy_posts WHERE no BETWEEN $from_no AND $last_no"
)


def _looked_at(posts: pl.DataFrame, first_no: int, window_days: int) -> tuple[pl.DataFrame, Iterator[pl.DataFrame]]:
    """Numbers (no) of posts of the stretch whose copies are looked for anew, and the pairs (a, b: numbers) to compare."""
    number = posts["no"].to_numpy()
    words = posts["copy_words"].explode().to_numpy().reshape(posts.height, -1)
    seen = Sequence(words, posts["posted_on"].to_physical().to_numpy(), posts["is_leading"].to_numpy(), window_days)
    stirred = posts["is_stirred"].to_numpy()
    owning = (stirred if stirred.all() else stirred_up(seen, stirred)) & ~posts["is_gone"].to_numpy() & (number >= first_no)
    looking = owning & posts["equal_no"].is_null().to_numpy()
    pairs = (pl.DataFrame({"a": number[a], "b": number[b]}, _PAIR) for b, a in pairs_to_compare(seen, looking))
    return pl.DataFrame({"no": number[owning]}, _NUMBERS), pairs


def _together(pairs: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same pairs in larger frames."""
    waiting: list[pl.DataFrame] = []
    for some in pairs:
        waiting.append(some)
        if sum(frame.height for frame in waiting) >= _PAIRS_AT_ONCE:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)


def _likely(engine: Engine, pairs: pl.DataFrame) -> pl.DataFrame:
    """Of the pairs those whose sketches may be alike enough."""
    _want(engine, pairs)
    wanted = engine.query(_SKETCHES).sort("no")
    return likely(pairs, wanted["no"].to_numpy(), matrix(wanted["copy_sketch"]), wanted["copy_letters"].to_numpy())


def _want(engine: Engine, pairs: pl.DataFrame) -> None:
    """The relation `copy_wanted`: numbers of the posts of some pairs."""
    numbers = pl.concat([pairs["a"], pairs["b"]]).unique()
    engine.register_frame("copy_wanted", pl.DataFrame({"no": numbers}, _NUMBERS))


_SKETCHES = (
    "SELECT p.no, p.copy_letters, s.copy_sketch FROM copy_posts AS p SEMI JOIN copy_wanted AS n ON n.no = p.no"
    " INNER JOIN window_signatures AS s ON s.network = p.network AND s.post_id = p.post_id AND s.posted_on = p.posted_on"
)


def _alike(engine: Engine, pairs: pl.DataFrame) -> pl.DataFrame:
    """Of pairs those that hold, as EDGE; texts of a bounded number of pairs are read together."""
    found = [judged(part, _texts(engine, part)) for part in pairs.iter_slices(_TEXTS_AT_ONCE)]
    return pl.concat([pl.DataFrame(schema=EDGE), *found])


def _texts(engine: Engine, pairs: pl.DataFrame) -> pl.DataFrame:
    """TEXT of the posts of some pairs, by ascending number."""
    _want(engine, pairs)
    shown = engine.query(_WRITTEN, engine.query(_DAYS).row(0, named=True)).sort("no")
    written = said(shown)
    return pl.DataFrame({"no": shown["no"], "normal": normal_form(fold_written(written)), "written": written}, TEXT)


_DAYS = (
    "SELECT min(p.posted_on) AS first_on, max(p.posted_on) AS last_on FROM copy_posts AS p"
    " SEMI JOIN copy_wanted AS n ON n.no = p.no"
)
_WRITTEN = (  # days tell which files need not be read
    "SELECT p.no, w.title, w.text FROM copy_posts AS p SEMI JOIN copy_wanted AS n ON n.no = p.no"
    " INNER JOIN copy_written AS w ON w.network = p.network AND w.post_id = p.post_id AND w.posted_on = p.posted_on"
    " WHERE w.posted_on BETWEEN $first_on AND $last_on"
)
