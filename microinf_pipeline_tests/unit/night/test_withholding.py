"""Employees who have not opted in: whole nights, and what is handed out of them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import duckdb
import pytest

from microinf_pipeline.catalog.person_keys import PersonKey, person_keys
from microinf_pipeline.catalog.tables import PUBLISHED, TABLES
from microinf_pipeline.night import publishing
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.storage.hashing import partition_sha256, table_sha256
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

pytestmark = pytest.mark.nights

NIGHT = "2026-03-10"
STAFF = (
    "employee_id,network,account,brand_id,consent_on,consent_until,unit,valid_from,valid_to\n"
    "E1,instagram,silvana_quiet,acme,,,Lab,2020-01-01,\n"
    "E2,instagram,otto_open,acme,2026-01-01,,Lab,2020-01-01,\n"
    "E3,instagram,lately_in,acme,2026-03-10,,Lab,2020-01-01,\n"
    + "".join(f"C{n},instagram,silvanas_team{n},acme,,,Lab,2020-01-01,\n" for n in range(5))
)


def _by(user: str, day: str, post_id: str, **only: Any) -> dict[str, Any]:
    return a_post(NIGHT, post_id, user=user, uid=f"id_of_{user}", created=f"{day}T10:00:00Z", **only)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """Silvana never opted in, nor did her team of five, Otto did, a third did on the last day; Nora is nobody's, and reposts
    and quotes Silvana."""
    posts = [
        _by("silvana_quiet", "2026-03-08", "s1", likes=40),
        _by("otto_open", "2026-03-08", "o1", likes=5),
        _by("lately_in", "2026-03-09", "l1", likes=6),
        _by("lately_in", "2026-03-10", "l2", likes=7),
        _by("nora", "2026-03-08", "n1", likes=3),
        _by("nora", "2026-03-09", "n2", text="RT: I like #acme", kind="repost", repost_of="s1"),
        _by("nora", "2026-03-09", "n3", text="me too #acme", kind="quote", quote_of="s1"),
    ]
    posts += [_by(f"silvanas_team{n}", "2026-03-07", f"t{n}", likes=n) for n in range(5)]
    posts += [_by("nora", "2026-03-02", f"x{n}", text="a quiet day") for n in range(20)]
    posts += [_by("silvana_quiet", "no day at all", "s2")]  # a row that cannot be read, kept as received
    people = [a_profile(NIGHT, user=u, uid=f"id_of_{u}") for u in ("silvana_quiet", "otto_open", "lately_in", "nora")]
    folder = tmp_path_factory.mktemp("staff")
    made = SmallHome(folder, {"feed": posts}, people, lines="inputs: {employees: staff.csv}\n")
    (folder / "staff.csv").write_text(STAFF)
    made.run(NIGHT)
    publishing.publish(made.settings)
    return made


def _published(home: SmallHome, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.home.published / "microinf.duckdb"), read_only=True) as db:
        return db.execute(sql).fetchall()


def test_nothing_published_names_who_has_not_opted_in(home: SmallHome) -> None:
    files = [path for path in home.home.published.resolve().rglob("*") if path.is_file()]
    assert [path.name for path in files if path.suffix not in (".parquet", ".duckdb") and "silvana" in path.read_text()] == []
    for path in (path for path in files if path.suffix == ".parquet"):
        assert (
            duckdb.sql(f"SELECT t FROM read_parquet('{path}') AS t WHERE contains(CAST(t AS VARCHAR), 'silvana')").fetchall()
            == []
        )
    for table in PUBLISHED:
        assert _published(home, f"SELECT t FROM {table.name} AS t WHERE contains(CAST(t AS VARCHAR), 'silvana')") == []
    assert b"silvana" not in (home.home.published / "microinf.duckdb").read_bytes()


def test_rows_of_others_stay_without_the_reference(home: SmallHome) -> None:
    assert _published(home, "SELECT post_id, account_id, quote_of_post_id FROM core_posts WHERE post_id NOT LIKE 'x%' ORDER BY ALL") == [
        ("l2", "id_of_lately_in", None), ("n1", "id_of_nora", None), ("n3", "id_of_nora", None), ("o1", "id_of_otto_open", None)
    ]  # fmt: skip
    assert _published(home, "SELECT handle FROM core_accounts ORDER BY ALL") == [("lately_in",), ("nora",), ("otto_open",)]


def test_their_rows_stay_in_the_lake(home: SmallHome) -> None:
    held = {row["post_id"] for row in home.rows("core_posts", "post_id")}
    assert held >= {"s1", "o1", "l1", "l2", "n1", "n2", "n3", "t0", "t4"}
    assert "silvana_quiet" in str(home.rows("core_rejects", "raw"))


def test_the_manifest_counts_what_is_left_out(home: SmallHome) -> None:
    manifest = json.loads((home.home.published / "manifest.json").read_text())
    told = {name: table["withheld_rows"] for name, table in manifest["tables"].items() if table["withheld_rows"]}
    assert told["core_posts"] == 8  # s1, its repost n2, l1 of a day before consent, and five of the team
    assert told["core_accounts"] == 6
    assert manifest["withheld_rows"] == sum(told.values())


def test_hashes_are_of_the_rows_that_are_shown(home: SmallHome) -> None:
    folder = home.home.published
    manifest = json.loads((folder / "manifest.json").read_text())
    posts = TABLES["core_posts"]
    files = {path.name.rpartition("-")[0]: path for path in (folder / "tables" / posts.name).glob("*.parquet")}
    hashes = {month: partition_sha256(posts, path) for month, path in files.items()}
    assert manifest["tables"][posts.name]["data_sha256"] == table_sha256(hashes) != home.hashes()[posts.name]


def test_publishing_again_gives_the_same_hashes(home: SmallHome) -> None:
    first = json.loads((home.home.published / "manifest.json").read_text())["tables"]
    again = publishing.publish(home.settings).manifest["tables"]
    promised = [t.name for t in PUBLISHED if t.layer.value != "meta"]
    assert {n: again[n]["data_sha256"] for n in promised} == {n: first[n]["data_sha256"] for n in promised}


def test_cells_of_one_to_four_of_them_are_null_and_of_five_are_shown(home: SmallHome) -> None:
    cells = "SELECT relation, day, mentions, engagements, audience_high FROM mart_brand_daily WHERE relation = 'employee' ORDER BY ALL"
    assert _published(home, cells) == [
        ("employee", date(2026, 3, 7), 5, None, None),
        ("employee", date(2026, 3, 8), None, None, None),
        ("employee", date(2026, 3, 9), None, None, None),
        ("employee", date(2026, 3, 10), 1, None, 5000),
    ]
    assert _published(home, "SELECT DISTINCT mentions FROM mart_brand_daily WHERE relation = 'organic'") == [(1,)]


def _hidden(persons_of_days: dict[int, int]) -> set[tuple[str, int]]:
    """(period, persons in it) hidden of the 'employee' cells of a brand with so many persons on days of March 2026."""
    with duckdb.connect() as db:
        rows = [(f"p{day}.{n}", date(2026, 3, day)) for day, persons in persons_of_days.items() for n in range(persons)]
        db.execute("CREATE TABLE staff(person VARCHAR, day DATE)")
        db.executemany("INSERT INTO staff VALUES (?, ?)", rows)
        db.execute(
            "CREATE TABLE withheld_mentions AS SELECT person, 'acme' AS brand_id, 'x' AS network, 'nano' AS tier,"
            " 'employee' AS relation, day, CAST(NULL AS VARCHAR[]) AS campaign_ids FROM staff"
        )
        db.execute(
            "CREATE TABLE mart_kpi AS SELECT DISTINCT 'mentions' AS kpi, brand_id, '*' AS campaign_id, '*' AS network,"
            " '*' AS tier, '*' AS relation, unnest(['day', 'month']) AS period,"
            " unnest([day, CAST(date_trunc('month', day) AS DATE)]) AS period_start FROM withheld_mentions"
        )
        for name in ("cells_of_mart_brand_daily", "cells_of_mart_kpi"):
            db.execute(f"CREATE TABLE {name} AS {sql_of(name)}", {"fewest_persons": 5})
        found = db.execute("SELECT period, day(period_start) FROM cells_of_mart_kpi").fetchall()
        return set(found)


@pytest.mark.parametrize(
    ("persons_of_days", "hidden"),
    [
        ({2: 4}, {("day", 2), ("month", 1)}),
        ({2: 5}, set()),
        ({2: 4, 3: 6}, {("day", 2), ("month", 1)}),  # the month less the third would tell of the four
        ({2: 4, 3: 1}, {("day", 2), ("day", 3)}),  # the month is of five
    ],
)
def test_a_total_is_hidden_where_the_shown_cells_would_tell_of_under_five(
    persons_of_days: dict[int, int], hidden: set[tuple[str, int]]
) -> None:
    assert _hidden(persons_of_days) == hidden


def _cells(table: str, given: dict[str, str]) -> list[tuple[Any, ...]]:
    """The cells of a table that are hidden, from relations given as queries."""
    with duckdb.connect() as db:
        for name, sql in given.items():
            db.execute(f"CREATE TABLE {name} AS {sql}")
        sql = sql_of(f"cells_of_{table}")
        return db.execute(f"SELECT * FROM ({sql}) ORDER BY ALL", {"fewest_persons": 5}).fetchall()


def _staff_said(**by_network: int) -> str:
    """`withheld_mentions` of so many persons of the staff on each network, all pictures of nano accounts on one day."""
    persons = [f"('{network}', '{network}{n}')" for network, count in by_network.items() for n in range(count)]
    return (
        "SELECT person, 'acme' AS brand_id, network, 'nano' AS tier, DATE '2026-03-03' AS day, ['spring'] AS campaign_ids,"
        " CASE network WHEN 'x' THEN 'text' ELSE 'picture' END AS format, true AS is_mention, true AS counts_as_earned"
        f" FROM (VALUES {', '.join(persons)}) AS p(network, person)"
    )


_NO_MONEY = {
    "_money": "SELECT 'acme' AS brand_id, '' AS campaign_id, '' AS creator_id, '' AS currency, DATE '2026-03-01' AS month LIMIT 0",
    "withheld_creators": "SELECT '' AS creator_id LIMIT 0",
    "cells_of_mart_roi": "SELECT '' AS brand_id, '' AS campaign_id, '' AS currency, DATE '2026-03-01' AS month LIMIT 0",
}


def test_a_campaigns_total_is_hidden_where_its_shown_cells_would_tell_of_under_five() -> None:
    of_two = {("spring", "x", "*"), ("spring", "x", "nano")}
    totals = {("spring", "*", "*"), ("spring", "*", "nano")}
    # Six persons on Mastodon and two on X: the total less Mastodon would tell of the two.
    assert set(_cells("mart_campaign", _NO_MONEY | {"withheld_mentions": _staff_said(mastodon=6, x=2)})) == of_two | totals
    # Three on Mastodon and two on X: both are hidden, and together they are five.
    hidden = set(_cells("mart_campaign", _NO_MONEY | {"withheld_mentions": _staff_said(mastodon=3, x=2)}))
    assert hidden == of_two | {("spring", "mastodon", "*"), ("spring", "mastodon", "nano")}


def test_a_share_of_voice_is_hidden_over_all_networks_where_one_would_be_told() -> None:
    brands = "SELECT 'acme' AS brand_id, 'drinks' AS brand_set"
    found = _cells("mart_share_of_voice", {"withheld_mentions": _staff_said(mastodon=6, x=2), "core_brands": brands})
    assert {(network, period) for _, network, period, _ in found} == {(n, p) for n in ("*", "x") for p in ("week", "month")}


def test_a_benchmark_of_all_formats_is_hidden_where_one_format_would_be_told() -> None:
    said = f"SELECT * REPLACE ('x' AS network) FROM ({_staff_said(mastodon=6, x=2)})"
    assert _cells("mart_tier_benchmark", {"withheld_mentions": said}) == [
        ("x", "nano", "*", "own"), ("x", "nano", "text", "own"),
    ]  # fmt: skip


def test_money_of_one_to_four_of_the_staff_is_hidden_in_its_month_and_in_the_campaigns_total() -> None:
    # March: one of the staff and a creator; April: the creator alone; May: five of the staff.
    rows = [("c0", 3), ("nora", 3), ("nora", 4), *((f"c{n}", 5) for n in range(5))]
    values = ", ".join(f"('acme', 'spring', '{who}', 'EUR', DATE '2026-0{month}-01')" for who, month in rows)
    given = {
        "_money": f"SELECT * FROM (VALUES {values}) AS m(brand_id, campaign_id, creator_id, currency, month)",
        "withheld_creators": "SELECT 'c' || unnest(range(5)) AS creator_id",
    }
    hidden = _cells("mart_roi", given)
    assert hidden == [("acme", "spring", "EUR", date(2026, 3, 1))]
    given["cells_of_mart_roi"] = (
        "SELECT 'acme' AS brand_id, 'spring' AS campaign_id, 'EUR' AS currency, DATE '2026-03-01' AS month"
    )
    given["withheld_mentions"] = f"SELECT * FROM ({_staff_said(x=1)}) WHERE false"
    assert _cells("mart_campaign", given) == [("spring", "*", "*")]


def test_a_key_beside_its_own_network_is_theirs_and_a_reference_is_not() -> None:
    assert person_keys(TABLES["core_duplicates"]) == (
        PersonKey(("network", "post_id"), "withheld_posts", ("network", "post_id"), owns=True),
        PersonKey(("survivor_network", "survivor_post_id"), "withheld_posts", ("network", "post_id"), owns=False),
    )
    assert [key.columns for key in person_keys(TABLES["mart_brand_daily"])] == []
