"""`microinf try`: from a file nobody has described, or a hashtag, to a configuration and a first impression.

Put here: the YAML a first look writes, the nights it covers, the tables it shows. Keep out: guesses about form
(`sample`) and meaning (`guess`), and running the nights (the command does, as for any other configuration).
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from microinf_pipeline import clock
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.first_look import shapes
from microinf_pipeline.night.first_look.configuration import (
    INSTANCES,
    export_configuration,
    file_configuration,
    hashtag_configuration,
    inline,
    stem,
    write_beside,
)
from microinf_pipeline.night.first_look.export import Export, read_export, tool_of
from microinf_pipeline.night.first_look.guess import Guess, column_of, guess, time_form_of
from microinf_pipeline.night.first_look.guess_network import Rule
from microinf_pipeline.night.first_look.sample import Row, Sample, all_values, sample_of
from microinf_pipeline.night.sections import said

_SHOWN_ROWS: Final = 5
_SHOWN: Final = (
    "handle", "display_name", "created_at", "text", "title", "bio", "likes", "comments", "shares", "views", "followers",
)  # fmt: skip
_COUNTS: Final = ("likes", "comments", "shares", "saves", "views", "followers", "following", "post_count")


@dataclass(frozen=True)
class FirstLook:
    """A configuration ready to run: where it lies, for which nights, and what to show before."""

    config: Path
    nights: tuple[date, ...]
    shown: RenderableType


def look_at_file(path: Path, brand: str) -> FirstLook:
    """Guess how an export is read and write the configuration beside it; nothing is ever overwritten.

    Raises FixConfigurationError when the file cannot be read, or its rows cannot be told apart.
    """
    if path.is_file() and (tool := tool_of(path)) is not None:
        return _look_at_export(path, brand, read_export(path, tool))
    sample = sample_of(path)
    guessed = guess(sample)
    _refuse_nameless(path, guessed)
    night = night_of(sample, guessed)
    config = write_beside(path.parent, stem(path), file_configuration(path, brand, sample, guessed, night))
    return FirstLook(
        config,
        (night,),
        Group(mapping_table(guessed), preview(sample, guessed), rejects(sample, guessed), _notes(guessed.notes)),
    )


def _look_at_export(path: Path, brand: str, export: Export) -> FirstLook:
    networks = sorted(export.posts["network"].unique().drop_nulls())
    text = export_configuration(path, brand, export.tool, export.night, networks)
    shown = [name for name in _SHOWN if name in export.posts.columns and export.posts[name].null_count() < export.posts.height]
    table = _rows_table(f"The first rows of {path.name}, read as an export of {export.tool}", shown)
    for row in export.posts.select(shown).head(_SHOWN_ROWS).iter_rows():
        table.add_row(*(Text(_cell(value)) for value in row))
    raw = export.rejects.select("reason", "row_number", "raw").iter_rows()
    found = [(reason, number, raw or "") for reason, number, raw in raw]
    told = _rejects_table(found, export.posts.height + export.rejects.height)
    return FirstLook(write_beside(path.parent, stem(path), text), (export.night,), Group(table, told))


def _cell(value: object) -> str:
    return "" if value is None else " ".join(said(value).split())[:80]


def look_at_hashtag(tag: str, folder: Path, brand: str | None = None) -> FirstLook:
    """Write a configuration that reads a tag's public timelines; nothing is ever overwritten."""
    bare = tag.strip().lstrip("#")
    if not re.fullmatch(r"\w+", bare) or bare.isdecimal():
        raise FixConfigurationError(f"'{tag}' is no hashtag", where="--hashtag", fix="one word of letters and digits")
    config = write_beside(folder, bare, hashtag_configuration(bare, brand or bare))
    text = Text(f"#{bare} on {', '.join(INSTANCES)}: public posts of yesterday (UTC), no account needed")
    return FirstLook(config, (clock.last_closed_night(),), text)


def night_of(sample: Sample, guessed: Guess) -> date:
    """The UTC day of the newest post in the file, at most yesterday: one night that holds all of it."""
    rule = guessed.columns.get("created_at") if guessed.holds == "posts" else None
    form = time_form_of(rule)
    if not isinstance(rule, dict) or form is None:
        return clock.last_closed_night()
    times = (shapes.read_time(value, form) for value in all_values(sample, rule["column"]))
    newest = max((t for t in times if t is not None and t.date() <= clock.last_closed_night()), default=None)
    return newest.date() if newest else clock.last_closed_night()


def mapping_table(guessed: Guess) -> Table:
    """What was taken for what."""
    table = Table(title=f"Read as {guessed.holds}", title_justify="left")
    for heading in ("target", "from the file's", "read as", "told by"):
        table.add_column(heading)
    for target, rule in {"network": guessed.network, **guessed.columns}.items():
        form = rule.get("as", "") if isinstance(rule, dict) else ""
        source = (
            rule["column"] if isinstance(rule, dict) and "column" in rule else inline(rule) if isinstance(rule, dict) else rule
        )
        table.add_row(target, Text(source), Text(inline(form) if form else ""), guessed.reasons[target])
    return table


def preview(sample: Sample, guessed: Guess) -> Table:
    """Five rows as they will be read."""
    targets = [t for t in _SHOWN if t in guessed.columns]
    if "handle" in targets and "display_name" in targets:
        targets.remove("display_name")
    table = _rows_table(f"The first rows of {sample.file.name}", targets)
    for row in sample.rows[:_SHOWN_ROWS]:
        table.add_row(*(Text(parsed(target, guessed.columns[target], row)) for target in targets))
    return table


def _rows_table(title: str, targets: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for target in targets:
        prose = target in ("text", "bio", "title")
        table.add_column(
            target, justify="right" if target in _COUNTS else "left", overflow="ellipsis",
            no_wrap=not prose, min_width=10 if prose else None, max_width=40,
        )  # fmt: skip
    return table


def parsed(target: str, rule: Rule, row: Row) -> str:
    """A value as it will be read, cut for a table; '' where there is none, '?' where it cannot be read."""
    value = (row.get(column_of(rule)) or "").strip()
    if not value:
        return ""
    form = time_form_of(rule)
    if target in ("created_at", "edited_at", "observed_at") and form:
        time = shapes.read_time(value, form)
        return f"{time:%Y-%m-%d %H:%M}" if time else "?"
    if target in _COUNTS:
        number = shapes.read_count(value)
        return "?" if number is None else f"{number:,}"
    if form == "html":
        value = html.unescape(re.sub(r"<[^>]*>", " ", value))
    return " ".join(value.split())[:80]


def rejects(sample: Sample, guessed: Guess) -> RenderableType:
    """Rows of the sample that cannot be read, by reason, each with an example."""
    found = [(reason, number, raw) for number, reason, raw in sample.unreadable]
    rule = guessed.columns.get("created_at")
    form = time_form_of(rule)
    if isinstance(rule, dict) and form:
        for number, row in enumerate(sample.rows, 1):
            value = row.get(rule["column"]) or ""
            if value.strip() and shapes.read_time(value, form) is None:
                found.append(("time cannot be read", number, value))
    return _rejects_table(found, len(sample.rows) + len(sample.unreadable))


def _rejects_table(found: Sequence[tuple[str, int, str]], total: int) -> RenderableType:
    if not found:
        return Text(f"Each of the first {total} rows can be read.")
    table = Table(title=f"Cannot be read: {len(found)} of the first {total} rows", title_justify="left")
    for heading in ("reason", "rows", "first at row", "as received"):
        table.add_column(heading)
    for reason, rows in Counter(reason for reason, _, _ in found).most_common():
        number, raw = next((n, r) for why, n, r in found if why == reason)
        table.add_row(reason, str(rows), str(number), Text(raw[:80]))
    return table


def _refuse_nameless(path: Path, guessed: Guess) -> None:
    wanted = ("post_id", "url", "text") if guessed.holds == "posts" else ("account_id", "handle")
    if not any(target in guessed.columns for target in wanted):
        raise FixConfigurationError(
            f"no column could be taken for {' or '.join(wanted)}",
            where=str(path),
            fix="write a source with `columns:` yourself (`microinf init` shows one), or rename a column",
        )


def _notes(notes: Iterable[str]) -> RenderableType:
    return Group(*(Text(f"note: {note}") for note in notes))
