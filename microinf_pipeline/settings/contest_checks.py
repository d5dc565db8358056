"""What a contest must say so that its entries can be told, frozen and drawn without a question left open.

Put here: checks of `contests:` against themselves and the rest of the file. Keep out: what campaigns are asked too (`checks`).
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from microinf_pipeline.settings.events import Contest
from microinf_pipeline.settings.fields import NETWORKS, nearest
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.model import Settings
from microinf_pipeline.settings.problems import Path

Finding = tuple[Path, str, str]


@cache
def reason_codes() -> tuple[str, ...]:
    """Every reason a rule may give for refusing or reviewing an entry (`rules/contests.toml`)."""
    rules = tomllib.loads((files("microinf_pipeline") / "rules" / "contests.toml").read_text(encoding="utf-8"))
    return tuple(rules["reasons"])


def contest_problems(settings: Settings) -> Iterator[Finding]:
    """(path, what, fix) of everything about contests that contradicts something."""
    known = [b.id for b in settings.brands]
    for index, contest in enumerate(settings.contests):
        path: Path = ("contests", index)
        if not (contest.hashtags.any or contest.hashtags.all or contest.accounts):
            yield (*path, "hashtags"), "no hashtag and no account brings an entry in", "name at least one"
        yield from _names(path, contest, settings)
        if contest.brand in known:
            yield from _moments(path, contest, settings)
        if contest.method == "jury" and settings.inputs.jury is None:
            yield (*path, "method"), "a jury's contest has no points to go by", "name the CSV: inputs: {jury: inputs/jury.csv}"
    yield from _overlapping(settings)


def _names(path: Path, contest: Contest, settings: Settings) -> Iterator[Finding]:
    """Networks, sources, reasons and countries must be known ones."""
    posts = [s.name for s in settings.sources if not (isinstance(s, FileSource) and s.holds == "profiles")]
    for key, names, there in (
        ("accounts", tuple(contest.accounts), NETWORKS), ("sources", contest.sources, posts),
        ("clauses", tuple(contest.clauses), reason_codes()),
    ):  # fmt: skip
        kind = {"accounts": "network", "sources": "source of posts", "clauses": "reason"}[key]
        for name in names:
            if name not in there:
                close = nearest(name, there)
                hint = f" — did you mean '{close}'?" if close else ""
                yield (*path, key), f"unknown {kind} '{name}'{hint}", f"known: {', '.join(there) or 'none'}"
    for country in contest.countries:
        if not re.fullmatch(r"[A-Z]{2}", country):
            yield (*path, "countries"), f"'{country}' is no country code", "write ISO 3166 alpha-2 codes such as DE"


def _moments(path: Path, contest: Contest, settings: Settings) -> Iterator[Finding]:
    end = settings.moment_utc(contest.brand, contest.end)
    seen_by = settings.moment_utc(contest.brand, contest.seen_by) if contest.seen_by else end
    if seen_by < end:
        yield (*path, "seen_by"), "entries would be late before the contest ends", "set it to the end or later"
    if contest.freeze_at and settings.moment_utc(contest.brand, contest.freeze_at) < max(seen_by, end):
        yield (*path, "freeze_at"), "entries would be frozen while they may still come in", "set it to seen_by or later"


def _overlapping(settings: Settings) -> Iterator[Finding]:
    """One post must not enter two contests: same brand, same way in, same time."""
    known = [b.id for b in settings.brands]
    contests = [(i, c) for i, c in enumerate(settings.contests) if c.brand in known]
    for (_, other), (index, contest) in itertools.combinations(contests, 2):
        if contest.brand == other.brand and _same_way_in(contest, other) and _same_time(contest, other, settings):
            what = f"a post could enter contest '{other.id}' as well: same hashtags or accounts, overlapping time"
            yield ("contests", index), what, "give them other hashtags, accounts or times"


def _same_time(one: Contest, other: Contest, settings: Settings) -> bool:
    starts = [settings.moment_utc(c.brand, c.start) for c in (one, other)]
    ends = [settings.moment_utc(c.brand, c.end) for c in (one, other)]
    return max(starts) < min(ends)


def _same_way_in(one: Contest, other: Contest) -> bool:
    tags = [{t.casefold() for t in (*c.hashtags.any, *c.hashtags.all)} for c in (one, other)]
    accounts = [{(n, h.casefold()) for n, handles in c.accounts.items() for h in handles} for c in (one, other)]
    return bool(tags[0] & tags[1]) or bool(accounts[0] & accounts[1])
