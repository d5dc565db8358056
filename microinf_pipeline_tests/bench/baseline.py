"""What a person would write by hand: one DuckDB script over the same file. `python -m …bench.baseline FILE OUT FOLDER`.

Reads the lines with their types, keeps each post's last delivery, explodes hashtags, aggregates by creator and day.
No features, no features of time, no gates, no history, no partitions: the yardstick of the bench, not a rival.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

_SCRIPT = r"""
CREATE TABLE delivered AS
SELECT id, url, owner.id AS account_id, owner.username AS handle, owner.full_name AS name, owner.followers AS followers,
    text, language, media_type, CAST(created_at AS TIMESTAMP) AS created_at, CAST(fetched_at AS TIMESTAMP) AS fetched_at,
    metrics.likes AS likes, metrics.comments AS comments, metrics.shares AS shares, metrics.views AS views
FROM read_json($file, format = 'newline_delimited', columns = {
    id: 'VARCHAR', url: 'VARCHAR', created_at: 'VARCHAR', fetched_at: 'VARCHAR', language: 'VARCHAR', media_type: 'VARCHAR',
    owner: 'STRUCT(id VARCHAR, username VARCHAR, full_name VARCHAR, followers BIGINT)',
    metrics: 'STRUCT(likes BIGINT, comments BIGINT, shares BIGINT, views BIGINT)', text: 'VARCHAR'
});
CREATE TABLE posts AS SELECT * FROM delivered QUALIFY row_number() OVER (PARTITION BY id ORDER BY fetched_at DESC, rowid DESC) = 1;
DROP TABLE delivered;
CREATE TABLE post_hashtags AS
SELECT id, created_at::DATE AS day, unnest(list_distinct(regexp_extract_all(lower(text), '#([\p{L}\p{N}_]+)', 1))) AS hashtag FROM posts;
CREATE TABLE hashtag_daily AS
SELECT hashtag, day, count(*) AS posts, count(DISTINCT id) AS distinct_posts FROM post_hashtags GROUP BY hashtag, day;
CREATE TABLE creator_daily AS
SELECT account_id, created_at::DATE AS day, count(*) AS posts, sum(likes) AS likes, sum(comments) AS comments, sum(views) AS views,
    max(followers) AS followers, median(likes) AS median_likes
FROM posts GROUP BY account_id, day;
CHECKPOINT;
"""


def run(file: Path, database: Path, spill: Path) -> None:
    """Build the four tables in a new database file."""
    with duckdb.connect(str(database)) as db:
        db.execute(
            "SET memory_limit = '2GB'; SET threads = 2; SET preserve_insertion_order = false; SET enable_progress_bar = false"
        )
        db.execute("SET temp_directory = $spill", {"spill": str(spill)})
        for statement in _SCRIPT.split(";\n"):
            if statement.strip():
                db.execute(statement, {"file": str(file)} if "$file" in statement else {})


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:4]))
