"""Campaign progress: every campaign beside its goals, and a line to the first goal of those that run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from microinf_pipeline.reporting import chart
from microinf_pipeline.reporting.chart import Figure
from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import BRAND_READS, Book, Parts, Section

CAMPAIGN_READS = {
    "core_campaigns": "campaign_id brand_id name starts_at ends_at goals",
    "mart_campaign": (
        "campaign_id network tier posts creators new_creators hashtag_adoption audience_low "
        "audience_high engagements goal goal_share completeness"
    ),
    "meta_data_as_of": "as_of",
} | BRAND_READS
_SERIES_READS = {
    "mart_kpi": "kpi campaign_id network tier relation period period_start value",
    "mart_creator_brand_daily": "creator_id relation day campaign_ids",
}
_CHARTS_SHOWN = 3

#: The campaign's local days and its total row; `elapsed` is the share of its time that has passed.
CAMPAIGNS = """
    SELECT c.campaign_id, c.name, c.brand_id, CAST(c.starts_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone AS DATE) AS first_day,
        CAST((c.ends_at AT TIME ZONE 'UTC' AT TIME ZONE b.timezone) - INTERVAL 1 SECOND AS DATE) AS last_day,
        c.goals, m.goal, m.goal_share, m.posts, m.creators, m.new_creators, m.hashtag_adoption, m.audience_low, m.audience_high,
        m.engagements, m.completeness, a.as_of >= c.starts_at AND a.as_of < c.ends_at AS is_running,
        least(1, epoch(a.as_of - c.starts_at) / epoch(c.ends_at - c.starts_at)) AS elapsed
    FROM mart_campaign AS m
    JOIN core_campaigns AS c ON c.campaign_id = m.campaign_id
    JOIN core_brands AS b ON b.brand_id = c.brand_id
    CROSS JOIN meta_data_as_of AS a
    WHERE m.network = '*' AND m.tier = '*'
    ORDER BY is_running DESC, c.starts_at DESC, c.campaign_id
"""

_DAILY_KPI = """
    SELECT period_start AS day, value FROM mart_kpi
    WHERE kpi = $kpi AND campaign_id = $campaign_id AND network = '*' AND tier = '*' AND relation = 'earned' AND period = 'day'
        AND value IS NOT NULL
    ORDER BY day
"""
#: A creator counts on the first day with the campaign's tags.
_DAILY_CREATORS = """
    WITH firsts AS (
        SELECT creator_id, min(day) AS day FROM mart_creator_brand_daily
        WHERE list_contains(from_json(campaign_ids, '["VARCHAR"]'), $campaign_id)
            AND relation IN ('organic', 'gifted', 'contest')
        GROUP BY creator_id
    )
    SELECT day, CAST(count(*) AS DOUBLE) AS value FROM firsts GROUP BY day ORDER BY day
"""
#: Goals that grow day by day; the KPI behind each.
_ADDITIVE = {"posts": "hashtag_use", "hashtag_use": "hashtag_use", "mentions": "hashtag_use", "engagements": "engagements"}

_COLUMNS = (
    Col("posts", "count", define="hashtag_use"),
    Col("creators", "count"),
    Col("new_creators", "count"),
    Col("hashtag_adoption", "share"),
    Col("engagements", "count"),
)


def _build(book: Book) -> Parts:
    rows = book.tables.rows(CAMPAIGNS)
    if not rows:
        return []
    columns = [
        Col("campaign", lambda row: _campaign(book, row)),
        *_COLUMNS,
        Col("audience", lambda row: _audience(book, row), define="audience_high", is_number=True),
        Col("goal_share", lambda row: _goal(book, row), is_number=True),
        Col("elapsed", "share"),
        Col("completeness", "share"),
    ]
    running = [row for row in rows if row["is_running"]][:_CHARTS_SHOWN]
    drawn = [] if book.tables.missing(_SERIES_READS) else [figure for row in running if (figure := _progress(book, row))]
    return [*drawn, book.grid("campaigns", rows, columns)]


def first_goal(row: Row) -> dict[str, Any] | None:
    """The goal that goal and goal_share of a campaign's row speak of."""
    goals = json.loads(row["goals"]) if row["goals"] else []
    return goals[0] if goals else None


def _campaign(book: Book, row: Row) -> Cell:
    days = f"{book.shown.day(row['first_day'])} – {book.shown.day(row['last_day'])}"
    return Cell(row["name"] or row["campaign_id"], small=f"{book.brand(row['brand_id'])} · {days}")


def _audience(book: Book, row: Row) -> Cell:
    return Cell(f"{book.shown.count(row['audience_low'])} – {book.shown.count(row['audience_high'])}")


def _goal(book: Book, row: Row) -> Cell:
    goal = first_goal(row)
    if goal is None:
        return Cell(book.say("campaigns.no_goal"))
    small = f"{book.say('campaigns.of')} {book.number(goal['metric'], row['goal'])} {book.definitions.metric(goal['metric'])}"
    return Cell(book.shown.share(row["goal_share"]), small=small, bar=row["goal_share"])


def _progress(book: Book, row: Row) -> Figure | None:
    """The way to the first goal, if it is one that grows and there are days enough to draw."""
    goal = first_goal(row)
    daily = [] if goal is None or row["goal"] is None else _daily(book, row["campaign_id"], goal["metric"])
    if len(daily) < chart.FEWEST_POINTS or goal is None:
        return None
    grown = [
        {"day": day, "value": value}
        for day, value in zip([one["day"] for one in daily], accumulate(one["value"] for one in daily), strict=True)
    ]
    points = [{"day": one["day"].isoformat(), "value": one["value"]} for one in grown]
    name, metric = row["name"] or row["campaign_id"], book.definitions.metric(goal["metric"])
    told = {
        "campaign": name,
        "metric": metric,
        "goal": book.shown.count(row["goal"]),
        "reached": book.shown.count(grown[-1]["value"]),
        "day": book.shown.day(grown[-1]["day"]),
    }
    return Figure(
        book.say("campaigns.chart", **told),
        chart.progress(points, row["goal"], _pace(row), book.wording.language),
        book.say("campaigns.chart_alt", **told),
        (
            (book.say("campaigns.key_reached"), chart.SERIES[0]),
            (book.say("campaigns.key_goal"), chart.SERIES[1]),
            (book.say("campaigns.key_pace"), "var(--soft)"),
        ),
        book.grid(
            f"progress_{row['campaign_id']}",
            grown,
            [Col("day", "day"), Col("value", "count", define=goal["metric"], label=metric)],
            caption=book.say("campaigns.chart", **told),
        ),
    )


def _daily(book: Book, campaign_id: str, metric: str) -> Sequence[Row]:
    if metric == "creators":
        return book.tables.rows(_DAILY_CREATORS, campaign_id=campaign_id)
    if metric in _ADDITIVE:
        return book.tables.rows(_DAILY_KPI, kpi=_ADDITIVE[metric], campaign_id=campaign_id)
    return []


def _pace(row: Row) -> list[dict[str, Any]]:
    """From nothing on the first day to the goal at the end of the last."""
    first: date = row["first_day"]
    after: date = row["last_day"] + timedelta(days=1)
    return [{"day": first.isoformat(), "value": 0}, {"day": after.isoformat(), "value": row["goal"]}]


SECTION = Section("campaigns", CAMPAIGN_READS, _build)
