"""The five sentences a morning begins with: who is new, who waits, what to amplify, goal against target, what was restated.

Plain text: the report opens with them and the digest is nothing else. Put here: their facts. Keep out: their words
(`wording.toml`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from microinf_pipeline.reporting.published import Reads, Row
from microinf_pipeline.reporting.sections import content, restated, waiting
from microinf_pipeline.reporting.sections.accounts import with_names
from microinf_pipeline.reporting.sections.book import BRAND_READS, Book
from microinf_pipeline.reporting.sections.campaigns import CAMPAIGN_READS, CAMPAIGNS, first_goal

_NAMED = 3


@dataclass(frozen=True)
class Sentence:
    """One of the five: its heading, what it says, and the section that shows the rows behind it."""

    name: str
    title: str
    text: str
    section: str


def five_sentences(book: Book) -> tuple[Sentence, ...]:
    """The sentences, each with its facts or with the reason why it has none."""
    return tuple(
        Sentence(name, book.say(f"summary.{name}_title"), _said(book, reads, facts), section)
        for name, section, reads, facts in _SENTENCES
    )


def _said(book: Book, reads: Reads, facts: Callable[[Book], str]) -> str:
    missing = book.tables.missing(reads)
    return book.say("page.not_published", tables=", ".join(missing)) if missing else facts(book)


_OWN = "brand_id IN (SELECT brand_id FROM core_brands WHERE competitor_of IS NULL)"
#: K5, of persons: the first earned mention lies in the week before the end of the data, and the past is long enough to say so.
_NEW = f"""
    WITH firsts AS (
        SELECT d.brand_id, d.creator_id, min(d.day) AS first_day, max(d.followers_at_post) AS followers
        FROM mart_creator_brand_daily AS d
        WHERE d.relation IN ('organic', 'gifted', 'contest') AND d.{_OWN} GROUP BY d.brand_id, d.creator_id
    )
    SELECT f.creator_id FROM firsts AS f
    JOIN core_brands AS b ON b.brand_id = f.brand_id CROSS JOIN meta_data_as_of AS a
    WHERE f.first_day >= CAST(a.as_of AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) - 7
        AND b.history_from + 90 <= f.first_day
    GROUP BY f.creator_id ORDER BY max(f.followers) >= 100000, max(f.followers) DESC NULLS LAST, f.creator_id
"""
_HISTORY = (
    f"SELECT brand_id FROM core_brands CROSS JOIN meta_data_as_of WHERE {_OWN} AND history_from + 97 <= CAST(as_of AS DATE)"
)
_OPEN = f"""
    SELECT count(*) AS n, max(hours_open) AS longest, count(*) FILTER (WHERE sentiment <= -$feeling) AS negative
    FROM mart_open_mentions WHERE {_OWN}
"""
_SHOWABLE = f"""
    SELECT count(*) AS n, count(*) FILTER (WHERE rights_status = 'granted') AS granted FROM mart_content_library
    WHERE is_proposed AND amplified_on IS NULL AND coalesce(safety_flags, '[]') = '[]' AND {_OWN}
"""
#: A night run late, or again, is news as well: what counts is when it ended. Without an earlier report: the last to end.
_RESTATED = """
    WITH news AS (
        SELECT night FROM meta_runs
        WHERE finished_at > $since OR ($since IS NULL AND finished_at = (SELECT max(finished_at) FROM meta_runs))
    )
    SELECT reason, count(*) AS n FROM mart_restatements
    WHERE night IN (SELECT night FROM news) GROUP BY reason ORDER BY n DESC, reason
"""

_NEW_READS = {
    "mart_creator_brand_daily": "brand_id creator_id relation day followers_at_post",
    "meta_data_as_of": "as_of",
} | BRAND_READS


def _new(book: Book) -> str:
    if not book.tables.rows(_HISTORY):
        return book.say("summary.new_unknown")
    rows = book.tables.rows(_NEW)
    if not rows:
        return book.say("summary.new_none")
    names = [_name(row) for row in with_names(book.tables, rows[:_NAMED])]
    return book.say("summary.new", n=len(rows), names=book.wording.listed(names))


def _name(row: Row) -> str:
    return f"@{row['handle']}" if row["handle"] else str(row["creator_id"])


def _waiting(book: Book) -> str:
    row = book.tables.rows(_OPEN, feeling=waiting.feeling())[0]
    if not row["n"]:
        return book.say("summary.waiting_none")
    told = book.say("summary.waiting", n=row["n"], longest=book.shown.hours(row["longest"]))
    return f"{told[:-1]}; {book.say('summary.negative', n=row['negative'])}" if row["negative"] else told


def _amplify(book: Book) -> str:
    row = book.tables.rows(_SHOWABLE)[0]
    if not row["n"]:
        return book.say("summary.amplify_none")
    return book.say("summary.amplify", n=row["n"], granted=book.shown.count(row["granted"]))


def _goal(book: Book) -> str:
    running = [row for row in book.tables.rows(CAMPAIGNS) if row["is_running"]]
    told = [_of_campaign(book, row) for row in running if first_goal(row) is not None]
    return book.say("summary.goal", campaigns="; ".join(told)) if told else book.say("summary.goal_none")


def _of_campaign(book: Book, row: Row) -> str:
    goal = first_goal(row) or {}
    told = {
        "campaign": row["name"] or row["campaign_id"],
        "metric": book.definitions.metric(goal["metric"]),
        "elapsed": book.shown.share(row["elapsed"]),
    }
    if row["goal_share"] is None:
        return book.say("summary.goal_unknown", **told)
    return book.say(
        f"summary.goal_{_state(goal['metric'], row)}",
        reached=book.number(goal["metric"], round(row["goal_share"] * row["goal"], 6)),
        goal=book.number(goal["metric"], row["goal"]),
        share=book.shown.share(row["goal_share"]),
        **told,
    )


#: A cost is to stay below its goal, from the first day to the last.
_LESS_IS_BETTER: Final = frozenset({"cost", "cpe", "cpc", "cpa"})


def _state(metric: str, row: Row) -> str:
    if metric in _LESS_IS_BETTER:
        return "within" if row["goal_share"] <= 1 else "over"
    return "ahead" if row["goal_share"] >= row["elapsed"] else "behind"


def _restated(book: Book) -> str:
    rows = book.tables.rows(_RESTATED, since=book.since)
    if not rows:
        return book.say("summary.restated_none")
    reasons = [f"{book.wording.value(row['reason'])} ({book.shown.count(row['n'])})" for row in rows]
    return book.say("summary.restated", n=sum(row["n"] for row in rows), reasons=book.wording.listed(reasons))


_SENTENCES: tuple[tuple[str, str, Reads, Callable[[Book], str]], ...] = (
    ("new", "outreach", _NEW_READS, _new),
    ("waiting", "waiting", waiting.READS | BRAND_READS, _waiting),
    ("amplify", "content", content.READS | BRAND_READS, _amplify),
    ("goal", "campaigns", CAMPAIGN_READS, _goal),
    ("restated", "restated", restated.READS | {"meta_runs": "night finished_at"}, _restated),
)
