"""What `microinf plan` tells before a night's first call: requests per source, what will not fit, what stays empty.

No source is asked, no lock is taken, nothing of the lake changes. Put here: that. Keep out: how many requests a question takes
(`sources`), what a network never gives (`catalog.capabilities`), what a mart needs (`catalog.needs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Final

from microinf_pipeline.catalog.capabilities import CAPABILITIES
from microinf_pipeline.catalog.capture import PlannedCalls, QuotaState, Usual
from microinf_pipeline.catalog.needs import NEEDS
from microinf_pipeline.catalog.policies import BEFORE_MARTS, WITHHELD_FROM, refused_capabilities
from microinf_pipeline.catalog.prices import price_of
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.capturing import is_captured, task_of
from microinf_pipeline.night.policies import held_policies
from microinf_pipeline.night.run import NightRun, engine_of, open_run
from microinf_pipeline.night.sections import Section, said, size
from microinf_pipeline.night.sources import file_spec, network_source
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.sources import NetworkSection, Source
from microinf_pipeline.sources.files.detect import matching_files
from microinf_pipeline.storage.raw import closed_nights

#: Earlier nights that tell what is usual.
_NIGHTS: Final = 8
#: Characters of a question that are shown: those of X have hundreds.
_LONGEST_RULE: Final = 48


def plan(settings: Settings, night: date) -> list[Section]:
    """The sections of `plan`: one a source, what networks never give, and marts that will hold nothing."""
    engine = engine_of(settings)
    try:
        run = open_run(settings, engine, [night])
        asked = [_source(run, source, night) for source in settings.sources]
        return [*asked, *_never(settings), *_refused(settings), *_empty(settings)]
    finally:
        engine.close()


def _source(run: NightRun, source: Source, night: date) -> Section:
    title = f"{source.name}: {source.type}, night {night}"
    if is_captured(run, source, night):
        return Section(title, ("its raw is kept: nothing is asked again (unless --recapture)",))
    if isinstance(source, FileSource):
        return _files(title, source)
    client, usual = network_source(source, run.home), _usual(run, source, night)
    calls = client.plan(task_of(run, source, night), usual)
    spent = _spent(run.home.raw, source.name, night)
    return _calls(title, source, calls, client.quota.states(), usual, spent)


def _files(title: str, source: FileSource) -> Section:
    _, found = matching_files(file_spec(source).path)
    total = size(sum(path.stat().st_size for path in found))
    if not found:
        return Section(title, (f"no file matches {source.path}",), is_alarm=True)
    return Section(title, (f"no calls: {len(found)} file(s) of {total}; those a night has taken already are left out",))


def _calls(
    title: str, source: NetworkSection, calls: Sequence[PlannedCalls], quotas: Sequence[QuotaState] = (),
    usual: Usual | None = None, spent: Sequence[int] = (),
) -> Section:  # fmt: skip
    least, budget = sum(c.calls for c in calls), source.max_requests
    over = (
        [f"{least - budget:,} will not fit: they wait for the next night, and completeness says so"] if least > budget else []
    )
    lines = [f"at least {least:,} of {budget:,} requests a night may spend (max_requests)", *over]
    if spent:
        lines.append(f"the last {len(spent)} night(s) spent {median(spent):,.0f} on the median, {max(spent):,} at most")
    needs = {quota.unit: sum(amount for c in calls for unit, amount in c.spends if unit == quota.unit) for quota in quotas}
    for quota in quotas:
        lines.append(_quota(quota, needs[quota.unit]))
        over += [quota.unit] if needs[quota.unit] > quota.left else []
    lines += _money(source.type, needs)
    rows = tuple(
        (c.brand_id or "–", _shortened(c.rule), _count(c, usual or {}), c.will_not or "")
        for c in calls
        if c.calls or c.will_not
    )
    return Section(title, tuple(lines), ("brand", "question", "requests", "will not"), rows, is_alarm=bool(over))


def _money(network: str, needs: Mapping[str, int]) -> Iterable[str]:
    """What the night's reads cost at the network's list price, by currency."""
    known = [(price, need) for unit, need in needs.items() if (price := price_of(network, unit)) is not None]
    for currency in dict.fromkeys(price.currency for price, _ in known):
        told = [(price, need) for price, need in known if price.currency == currency]
        total = sum((price.amount * need for price, need in told), Decimal(0))
        parts = " + ".join(f"{need:,} {price.unit} × {price.amount}" for price, need in told)
        yield f"at least {total:,.2f} {currency} at list price: {parts} ({told[0][0].source})"


def _shortened(rule: str) -> str:
    return rule if len(rule) <= _LONGEST_RULE else f"{rule[: _LONGEST_RULE - 1]}…"


def _quota(quota: QuotaState, need: int) -> str:
    told = f"at least {need:,} of {quota.left:,} {quota.unit} that are left of {quota.amount:,}"
    back = f"more from {quota.resets_at:%Y-%m-%d %H:%M} UTC"
    return told if need <= quota.left else f"{told}: {need - quota.left:,} will not fit; {back}"


def _count(calls: PlannedCalls, usual: Usual) -> str:
    """Where earlier nights tell how much a question brings, that many; else at least one page."""
    if not calls.is_least:
        return said(calls.calls)
    known = (calls.brand_id, calls.rule) in usual
    return f"about {calls.calls:,}" if known else f"{calls.calls:,} or more"


def _spent(raw: Path, source: str, night: date) -> list[int]:
    """Requests of the last nights that were captured whole, all attempts of a night together."""
    earlier = [(at, ms) for at, ms in closed_nights(raw, source).items() if at < night]
    whole = [(at, ms) for at, ms in earlier if any(one.status == "complete" for one in ms)]
    return [sum(one.requests for one in ms) for _, ms in sorted(whole, key=lambda one: one[0])[-_NIGHTS:]]


_USUAL = """
SELECT brand_id, rule, CAST(round(median(captured)) AS BIGINT) AS posts
FROM (
    SELECT brand_id, rule, night, captured FROM captures
    WHERE source = $source AND rule <> '*' AND state = 'complete' AND night < $night
    QUALIFY dense_rank() OVER (ORDER BY night DESC) <= 8
)
GROUP BY ALL
ORDER BY ALL
"""


def _usual(run: NightRun, source: Source, night: date) -> Usual:
    """What each question brought on the median of up to eight earlier nights."""
    run.candidate.register(run.engine, TABLES["captures"], accepted=True)
    rows = run.engine.query(_USUAL, {"source": source.name, "night": night}).iter_rows()
    return {(None if brand == "*" else brand, rule): posts for brand, rule, posts in rows}


def _never(settings: Settings) -> Iterable[Section]:
    origins = {"*", *(source.origin for source in settings.sources)}
    rows = tuple(
        (c.origin, c.metric, c.availability, c.why) for c in CAPABILITIES if c.origin in origins and c.availability != "allowed"
    )
    if rows:
        yield Section("what no night will bring", (), ("origin", "what", "is", "why"), rows)


def _refused(settings: Settings) -> Iterable[Section]:
    """What policies take away from the origins of the sources."""
    origins = {source.origin for source in settings.sources}
    held = {origin: policy for origin, policy in held_policies(settings).items() if origin in origins}
    rows = tuple((c.origin, c.metric, c.why) for c in refused_capabilities(held, settings.policies))
    duties = {duty for policy in held.values() for duty in policy.refuses} & set(BEFORE_MARTS)
    tables = sorted({table for duty in duties for table in WITHHELD_FROM[duty]})
    lines = (f"rows of theirs are left out of {', '.join(tables)}, and counted in mart_policy_refusals",) if tables else ()
    if rows:
        yield Section("what policies refuse", lines, ("origin", "what", "why"), rows)


def _empty(settings: Settings) -> Iterable[Section]:
    rows = tuple(
        (need.table, need.why, f"give {(' or ' if need.any_of else ' and ').join(need.keys)}")
        for need in NEEDS
        if need.table in TABLES and not _given(settings, need.keys, any_of=need.any_of)
    )
    if rows:
        yield Section("tables that will hold nothing", (), ("table", "because", "to fill it"), rows)


def _given(settings: Settings, keys: Sequence[str], *, any_of: bool) -> bool:
    given = [_is_given(settings, key) for key in keys]
    return any(given) if any_of else all(given)


def _is_given(settings: Settings, key: str) -> bool:
    """Whether a dotted key of microinf.yaml holds something; for a list, in any of its entries."""
    values: list[object] = [settings]
    for part in key.split("."):
        values = [getattr(value, part) for value in values]
        values = [one for value in values for one in (value if isinstance(value, tuple | list) else [value])]
    return any(value not in (None, "", {}) for value in values)
