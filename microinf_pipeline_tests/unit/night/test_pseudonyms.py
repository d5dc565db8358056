from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import duckdb
import polars as pl
import pytest

from microinf_pipeline.catalog.tables import PUBLISHED, TABLES
from microinf_pipeline.night import publishing
from microinf_pipeline.night.pseudonyms import pseudonym, said
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

pytestmark = pytest.mark.nights

NIGHT = "2026-03-30"
#: Whatever could say who somebody is.
SECRETS = (
    "zyxanna",
    "uid-7731",
    "Zyxanna Quorn",
    "I adore qwertish shoes",
    "pst-90210",
    "baking since ninetyfour",
    "zyxbea",
    "uid-8842",
)
PUBLISH = "publish: {identity: pseudonymous, pseudonym_key_file: pseudonym.key}\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot under pseudonyms, after one with full identities."""
    post = a_post(
        NIGHT, "pst-90210", user="zyxanna", uid="uid-7731", name="Zyxanna Quorn", text="I adore qwertish shoes by #acme"
    )
    rows = [
        post | {"created": "2026-03-29T10:00:00Z", "url": "https://instagram.com/p/pst-90210"},
        a_post(NIGHT, "pst-2", user="zyxbea", uid="uid-8842", text="#acme #ad", created="2026-03-28T10:00:00Z"),
    ]
    profile = a_profile(NIGHT, user="zyxanna", uid="uid-7731", name="Zyxanna Quorn", bio="baking since ninetyfour")
    home = SmallHome(tmp_path_factory.mktemp("pseudonyms"), {"feed": rows}, [profile])
    home.run(NIGHT)
    publishing.publish(home.settings)
    (home.folder / "pseudonym.key").write_text("a-key-of-this-home", encoding="utf-8")
    home.config.write_text(home.config.read_text(encoding="utf-8") + PUBLISH, encoding="utf-8")
    return publishing.publish(home.settings).path


def test_nothing_published_names_a_person_in_any_file(published: Path) -> None:
    texts = {path: path.read_bytes() for path in published.rglob("*") if path.is_file()}
    for path in published.rglob("*.parquet"):  # compressed: what is in them is read
        texts[path] = pl.read_parquet(path).write_json().encode()
    with duckdb.connect(str(published / "microinf.duckdb"), read_only=True) as db:
        for table in PUBLISHED:
            texts[Path(table.name)] = db.execute(f"SELECT * FROM {table.name}").pl().write_json().encode()
    found = [(secret, str(path)) for path, text in texts.items() for secret in SECRETS if secret.encode() in text]
    assert found == []


def test_joins_hold_and_rows_stay(published: Path) -> None:
    with duckdb.connect(str(published / "microinf.duckdb"), read_only=True) as db:
        joined = db.execute(
            "SELECT count(*), count(DISTINCT c.creator_id), count(p.text) FROM core_mentions AS m JOIN core_posts AS p USING (network, post_id)"
            " JOIN core_accounts AS a USING (network, account_id) JOIN core_creators AS c ON c.creator_id = a.creator_id"
        ).fetchall()
        assert joined == [(2, 2, 0)]
        assert db.execute("SELECT count(*) FROM mart_disclosure AS d JOIN core_posts USING (network, post_id)").fetchall() == [
            (4,)
        ]


@pytest.mark.parametrize("key", ["short", "ü" * 100])
@pytest.mark.parametrize("value", ["anna", "ü 🐝", ""])
def test_a_pseudonym_is_hmac_under_the_key(key: str, value: str) -> None:
    [(made,)] = duckdb.execute(f"SELECT {pseudonym('v', key)} FROM (SELECT $1 AS v)", [value]).fetchall()
    assert made == hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]


def test_ids_get_pseudonyms_words_go_and_counts_stay() -> None:
    posts = TABLES["core_posts"]
    told = {
        name: said(posts, posts.column(name), "k") for name in ("account_id", "handle", "text", "likes", "sponsor_accounts")
    }
    assert told["account_id"] == pseudonym("account_id", "k")
    assert {name: told[name] for name in told if name != "account_id"} == {
        "handle": "CAST(NULL AS VARCHAR)", "text": "CAST(NULL AS VARCHAR)", "likes": "likes", "sponsor_accounts": "CAST(NULL AS VARCHAR)",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("core_accounts", "account_type_evidence"), ("core_accounts", "niche_evidence"), ("core_accounts", "authority_evidence"),
        ("mart_outreach", "contact_rule"), ("mart_outreach", "contact_parts"), ("mart_contest_entries", "reason"),
    ],
)  # fmt: skip
def test_words_that_quote_a_profile_or_a_decision_about_somebody_go(table: str, column: str) -> None:
    assert said(TABLES[table], TABLES[table].column(column), "k") == "CAST(NULL AS VARCHAR)"
