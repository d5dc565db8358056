"""The user's SQL is one expression over the row; anything that reaches further is refused before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.expressions import column
from microinf_pipeline.sources.files.user_sql import scalar
from microinf_pipeline_tests.unit.sources.files.running import NOON, read, written

REFUSED = [
    "", "  ", "a, b", "a AS b", "*", "COLUMNS(*)", "$a", "a FROM t", "a) FROM t; DROP TABLE t; --", "a) WHERE (b", "a) UNION SELECT (1",
    "a; SELECT 1", "(SELECT 1)", "a IN (SELECT 1)", "EXISTS (SELECT 1)", "a = ANY (SELECT 1)", "count(*)", "sum(a)", "max(a)",
    "row_number() OVER ()", "unnest([1])", "read_text('/etc/hostname')", "read_blob('x')", "READ_CSV('x')", "glob('*')",
    "query('SELECT 1')", "query_table('t')", "getenv('HOME')", "getvariable('x')", "current_setting('threads')", "current_date",
    "current_timestamp", "now()", "today()", "random()", "uuid()", "gen_random_uuid()", "nextval('s')", "'open", "a b c",
    "list_transform([1], x -> (SELECT x))", "upper(read_text('x'))", "utc_timestamp()", "utc_date()", "age(a)", "age(a::TIMESTAMP)",
    "stats(a)", "histogram(a)", "entropy(a)", "COLUMNS('a')",
]  # fmt: skip


@pytest.mark.parametrize("expression", REFUSED)
def test_what_reaches_beyond_the_row_is_refused(expression: str) -> None:
    with pytest.raises(FixConfigurationError, match="cannot be used"):
        scalar(expression, "source export", column)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a", '("<a>")'),
        ("\"A b\" || 'x'", "(\"<A b>\" || 'x')"),
        ("owner.id", '("<owner.id>")'),
        ("a::INT + 1", '(TRY_CAST("<a>" AS INT) + 1)'),
        ("list_transform(a, x -> x || b)", '(LIST_TRANSFORM("<a>", LAMBDA x : x || "<b>"))'),
        ("a = '1' OR b = '2'", "(\"<a>\" = '1' OR \"<b>\" = '2')"),
        ("a -- '; DROP TABLE t", '("<a>")'),
        ("age(a::DATE, b::DATE)", '(AGE(TRY_CAST("<a>" AS DATE), TRY_CAST("<b>" AS DATE)))'),
    ],
)
def test_columns_are_resolved_and_casts_made_lenient(expression: str, expected: str) -> None:
    assert scalar(expression, "source export", lambda name: column(f"<{name}>")).sql == expected


def test_conditions_keep_their_meaning_when_they_are_built_in(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"id,at,a,b\n1,{NOON},1,0\n2,{NOON},0,1\n3,{NOON},0,0\n")
    outcome = read(path, columns={"post_id": "id", "created_at": "at"}, where="a = '1' OR b = '1'")
    assert outcome.of("post_id") == [("1",), ("2",)]


def test_names_and_values_of_the_user_are_no_sql(tmp_path: Path) -> None:
    odd = 'it\'s "odd"; DROP TABLE staging; --'
    header = odd.replace('"', '""')
    path = written(tmp_path, "it's.csv", f'id,at,"{header}"\n1,{NOON},fine\n')
    columns = {
        "post_id": "id",
        "created_at": "at",
        "text": {"column": odd, "as": {"map": {"fine": "it's"}}},
        "title": {"constant": "'); --"},
    }
    assert read(path, columns=columns).of("text", "title") == [("it's", "'); --")]


def test_a_column_in_sql_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"id,at\n1,{NOON}\n")
    with pytest.raises(FixConfigurationError, match=r"a\.csv has no column 'lang'"):
        read(path, columns={"post_id": "id", "created_at": "at"}, where="lang = 'de'")
