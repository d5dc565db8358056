"""What the dialect refuses, with the line and the way out, and what it lets pass."""

from __future__ import annotations

import pytest

from microinf_pipeline.models.dialect import findings
from microinf_pipeline.models.files import Finding, ModelFile


def lint(sql: str, name: str = "_a_view") -> list[Finding]:
    return findings((ModelFile(name, "core", sql),))


@pytest.mark.parametrize(
    ("refused", "why", "instead"),
    [
        ("hash(text)", "hash: it changes between versions", "md5(text)"),
        ("regexp_matches(text, '\\w+')", r"\w knows ASCII only", "regexp_matches(text, '[\\p{L}\\p{N}_]+')"),
        ("regexp_matches(text, '\\bwe\\b')", r"\b knows ASCII only", "regexp_matches(text, 'we')"),
        ("regexp_extract(text, '\\d+')", r"\d knows ASCII only", "regexp_extract(text, '[0-9]+')"),
        ("quantile_cont(likes, 0.5)", "quantile_cont: Spark has no equal", "median(likes)"),
        ("approx_quantile(likes, 0.5)", "approx_quantile: its result is not exact", "median(likes)"),
        ("hashtags[-1]", "a negative list index", "hashtags[array_length(hashtags)]"),
        ("list_extract(hashtags, -1)", "a negative list index", "hashtags[1]"),
        ("len(hashtags)", "len: Spark has no equal", "array_length(hashtags)"),
        ("list_intersect(media, hashtags)", "list_intersect: Spark has no equal", "list_filter(media, lambda m: list_contains(hashtags, m))"),
        ("list_sum([likes, shares])", "list_sum: Spark has no equal", "likes + shares"),
        ("list_max([likes, shares])", "list_max: Spark has no equal", "greatest(likes, shares)"),
        ("regexp_full_match(text, 'a')", "regexp_full_match: Spark has no equal", "regexp_matches(text, '^a$')"),
        ("strip_accents(text)", "strip_accents: Spark has no equal", "lower(text)"),
        ("list(post_id ORDER BY likes)", "list(… ORDER BY …) loses its order", "list_sort(list(post_id))"),
        ("regexp_replace(text, 'a', 'b')", "regexp_replace without 'g'", "regexp_replace(text, 'a', 'b', 'g')"),
        ("regexp_replace(text, '(a)', '\\1', 'g')", "a group in a replacement", "regexp_extract(text, '(a)', 1)"),
        ("date_diff('day', created_at, last_seen_at)", "date_diff of moments", "date_diff('day', CAST(created_at AS DATE), CAST(last_seen_at AS DATE))"),
        ("date_diff('day', posted_on, last_seen_at)", "date_diff of moments", "date_diff('day', posted_on, CAST(last_seen_at AS DATE))"),
        ("CAST(sentiment AS INTEGER)", "CAST to integer rounds", "CAST(round(sentiment) AS INTEGER)"),
        ("(likes / 2)::BIGINT", "CAST to integer rounds", "CAST(floor(likes / 2) AS BIGINT)"),
        ("CAST(avg(likes) AS BIGINT)", "CAST to integer rounds", "CAST(likes AS BIGINT)"),
        ("likes / views", "division by views may be by zero", "likes / nullif(views, 0)"),
        ("likes // (views - 1)", "division by (views - 1) may be by zero", "likes // nullif(views - 1, 0)"),
        ("likes % views", "division by views may be by zero", "likes % 7"),
        ("list_filter(media, x -> x = 'video')", "a lambda with an arrow", "list_filter(media, lambda x: x = 'video')"),
        ("now()", "now: it differs from run to run", "$as_of"),
        ("current_date", "current_date: it differs from run to run", "$as_of"),
        ("random()", "random: it differs from run to run", "md5(post_id)"),
        ("mode(lang)", "mode: ties fall at random", "min(lang)"),
        ("arg_max(text, likes)", "arg_max by likes may have ties", "arg_max(text, struct_pack(n := likes, a := network, b := post_id))"),
        ("arg_max(text, created_at)", "arg_max by created_at may have ties", "arg_max(created_at, created_at)"),
        ("row_number() OVER (ORDER BY likes)", "by likes may have ties", "row_number() OVER (ORDER BY likes, network, post_id)"),
        ("lag(likes) OVER (PARTITION BY network ORDER BY day)", "by day, network may have ties", "lag(day) OVER (PARTITION BY network ORDER BY day)"),
        ("sum(likes) OVER (ORDER BY posted_on ROWS 3 PRECEDING)", "by posted_on may have ties", "sum(likes) OVER (ORDER BY posted_on)"),
        ("{{ text }}", "braces look like a template", "$as_of"),
        ("{'a': likes}", "a struct in braces", "struct_pack(a := likes)"),
    ],
)  # fmt: skip
def test_an_expression_is_refused_and_its_way_out_is_not(refused: str, why: str, instead: str) -> None:
    found = lint(f"SELECT\n    {refused} AS value\nFROM core_posts")
    assert any(why in finding.what for finding in found), [str(f) for f in found]
    assert lint(f"SELECT\n    {instead} AS value\nFROM core_posts") == []


@pytest.mark.parametrize(
    ("refused", "why", "instead"),
    [
        ("FROM core_posts SELECT post_id; SELECT 1 AS one", "is not one SELECT statement", "FROM core_posts SELECT post_id"),
        ("DELETE FROM core_posts", "is not one SELECT statement", "SELECT post_id FROM core_posts"),
        ("SELECT post_id FROM", "cannot be parsed", "SELECT post_id FROM core_posts"),
        ("SELECT a.post_id FROM core_posts AS a ASOF JOIN core_post_status AS b ON a.post_id = b.post_id", "ASOF: Spark has no equal",
         "SELECT a.post_id FROM core_posts AS a INNER JOIN core_post_status AS b ON a.post_id = b.post_id"),
        ("SELECT * FROM core_posts PIVOT (count(*) FOR network IN ('x'))", "PIVOT: Spark has no equal", "SELECT count(*) FILTER (WHERE network = 'x') AS x FROM core_posts"),
        ("INSERT INTO core_posts SELECT 1 AS one ON CONFLICT DO NOTHING", "is not one SELECT statement", "SELECT 1 AS one FROM core_posts"),
        ("SELECT * REPLACE (1 AS likes) FROM core_posts", "* REPLACE does not port", "SELECT * EXCLUDE (likes), 1 AS likes FROM core_posts"),
        ("SELECT unnest(hashtags) AS h, unnest(media) AS m FROM core_posts", "two unnests in one select", "SELECT unnest(hashtags) AS h FROM core_posts"),
        ("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 AS i FROM n) SELECT i FROM n", "RECURSIVE: Spark has no equal", "WITH n AS (SELECT 1 AS i) SELECT i FROM n"),
        ("SELECT network FROM core_posts UNION ALL BY NAME SELECT network FROM core_mentions", "UNION BY NAME does not port",
         "SELECT network FROM core_posts UNION ALL SELECT network FROM core_mentions"),
        ("SELECT network, post_id FROM core_posts UNION ALL SELECT post_id, network FROM core_mentions", "the branches of a union list other columns",
         "SELECT network, post_id FROM core_posts UNION ALL SELECT network, post_id FROM core_mentions"),
        ("SELECT i FROM range(10) AS r(i)", "range: as a relation it does not port", "SELECT unnest(generate_series(0, 9)) AS i"),
        ("SELECT p.media.kind kind FROM core_posts AS p", "alias kind without AS", "SELECT p.media.kind AS kind FROM core_posts AS p"),
        ("SELECT text FROM core_posts LIMIT 3", "LIMIT without ORDER BY", "SELECT text FROM core_posts ORDER BY network, post_id LIMIT 3"),
        ("SELECT text FROM core_posts ORDER BY likes LIMIT 3", "ORDER BY … LIMIT by likes may have ties", "SELECT text FROM core_posts ORDER BY likes, network, post_id LIMIT 3"),
        ("SELECT network FROM read_parquet('x.parquet')", "read_parquet: a model reads relations by name only", "SELECT network FROM core_posts"),
        ("SELECT network FROM core_postz", "reads core_postz, which is no table, view or given relation", "SELECT network FROM core_posts"),
    ],
)  # fmt: skip
def test_a_statement_is_refused_and_its_way_out_is_not(refused: str, why: str, instead: str) -> None:
    found = lint(refused)
    assert any(why in finding.what for finding in found), [str(f) for f in found]
    assert lint(instead) == []


def test_a_finding_says_file_line_and_fix() -> None:
    (finding,) = lint("SELECT\n    network,\n    hash(post_id) AS h\nFROM core_posts")
    assert (
        str(finding) == "models/core/_a_view.sql:3: hash: it changes between versions and engines\n    fix: md5(…) or sha256(…)"
    )


def test_text_in_quotes_and_comments_is_free() -> None:
    assert (
        lint("-- never hash(x), now() or x -> y\nSELECT 'hash(x) {{ pivot }}' AS value, post_id AS asof_id FROM core_posts")
        == []
    )


def test_a_count_of_a_group_is_never_zero() -> None:
    assert lint("SELECT network, sum(likes) / count(*) AS mean FROM core_posts GROUP BY network") == []
    assert len(lint("SELECT sum(likes) / count(*) AS mean FROM core_posts")) == 1
    assert len(lint("SELECT network, 1 / count(*) FILTER (WHERE likes > 1) AS mean FROM core_posts GROUP BY network")) == 1


@pytest.mark.parametrize(
    "total",
    [
        "SELECT row_number() OVER (PARTITION BY x.network ORDER BY x.night, x.file, x.row_number) AS n FROM observations AS x",
        "WITH g AS (SELECT lang, country FROM core_posts GROUP BY lang, country) SELECT row_number() OVER (PARTITION BY lang ORDER BY country) AS n FROM g",
        "WITH g AS (SELECT DISTINCT lang, country FROM core_posts) SELECT row_number() OVER (PARTITION BY lang ORDER BY country) AS n FROM g",
        "WITH o AS (SELECT likes, lang, row_number() OVER (PARTITION BY lang ORDER BY network, post_id) AS nth FROM core_posts) SELECT arg_max(likes, nth) AS n FROM o",
        "SELECT lag(likes) OVER w AS before FROM core_post_metrics WINDOW w AS (PARTITION BY network, post_id ORDER BY observed_on)",
        "-- unique: one handle a day\nSELECT row_number() OVER (ORDER BY handle) AS n FROM core_posts",
        "SELECT rank() OVER (ORDER BY likes) AS place FROM core_posts",
    ],
)
def test_a_total_order_is_known_by_its_key(total: str) -> None:
    assert lint(total) == []


def test_a_named_window_is_judged_like_any_other() -> None:
    (finding,) = lint(
        "SELECT lag(likes) OVER w AS before FROM core_posts WINDOW w AS (PARTITION BY network ORDER BY created_at)"
    )
    assert "by created_at, network may have ties" in finding.what


def test_words_that_may_follow_a_column_are_no_aliases() -> None:
    sql = (
        "SELECT p.created_at AT TIME ZONE 'UTC' AS at, rank() OVER (ORDER BY p.likes NULLS FIRST) AS place FROM core_posts AS p"
    )
    assert lint(sql) == []
