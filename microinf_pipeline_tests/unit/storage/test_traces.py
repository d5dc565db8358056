"""Names are taken out of stored pages so that the pages can still be read, and what is read is known to be an erased account's."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.bluesky_parse import parse_pages as parse_bluesky
from microinf_pipeline.sources.mastodon_parse import parse_pages as parse_mastodon
from microinf_pipeline.sources.youtube_parse import parse_pages as parse_youtube
from microinf_pipeline.storage.erasing import erase_pages
from microinf_pipeline.storage.kept_files import without_account
from microinf_pipeline.storage.raw import PageFolder
from microinf_pipeline.storage.traces import Traces, is_erased
from microinf_pipeline_tests.unit.sources import bluesky_pages, mastodon_pages
from microinf_pipeline_tests.unit.sources.fake_youtube import a_channel, a_video

ANNA = Traces(frozenset({"did:plc:anna"}), frozenset({"anna.example.test"}), said=frozenset({"I like AcmeCola"}))


def after(folder: Path, page: Page, traces: Traces) -> Page:
    pages = PageFolder(folder / "pages")
    pages.folder.mkdir()
    pages.save(page)
    assert erase_pages(pages.folder, traces) == 1
    assert erase_pages(pages.folder, traces) == 0
    return pages.load(page.name)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("thanks @anna.example.test!", "thanks @erased!"),
        ("see https://bsky.app/profile/did:plc:anna/post/3k1", "see https://bsky.app/profile/did:plc:erased/post/3k1"),
        ("joanna.example.test is another", "joanna.example.test is another"),
        ("ANNA.example.test", "erased"),
    ],
)
def test_a_mention_goes_and_the_rest_of_the_text_stays(text: str, left: str) -> None:
    assert ANNA.without(text) == left


def test_a_handle_of_letters_alone_goes_only_where_it_is_a_handle() -> None:
    coffee = Traces(frozenset(), frozenset({"coffee"}))
    told = "@coffee makes coffee, https://x.example/coffee"
    assert coffee.without(told) == "@erased makes coffee, https://x.example/erased"


def test_a_bluesky_page_is_read_again_and_its_author_is_known_to_be_erased(tmp_path: Path) -> None:
    reply = bluesky_pages.post(
        "3k2", bluesky_pages.BEN, text="so true",
        reply={"root": {"uri": bluesky_pages.uri("3k1"), "cid": "b"}, "parent": {"uri": bluesky_pages.uri("3k1"), "cid": "b"}},
    )  # fmt: skip
    page = bluesky_pages.page("search", {"posts": [bluesky_pages.post(), reply]})
    clean = after(tmp_path, page, ANNA)
    assert [word for word in ("did:plc:anna", "anna.example", "Anna", "I like") if word in clean.body] == []
    posts = parse_bluesky([clean]).posts
    assert [(is_erased(row["account_id"]), row["text"]) for row in posts.sort("text").iter_rows(named=True)] == [
        (True, ""),
        (False, "so true"),
    ]


def test_a_mastodon_page_is_read_again_and_its_author_is_known_to_be_erased(tmp_path: Path) -> None:
    ann = Traces(frozenset({"ann@social.example"}), frozenset({"ann@social.example"}))
    ben = mastodon_pages.account("ben", id="8", url="https://social.example/@ben", display_name="Ben", note="")
    answer = mastodon_pages.status(
        2, account=ben, uri="https://social.example/users/ben/statuses/2", url="https://social.example/@ben/2",
        mentions=[{"id": "7", "username": "ann", "acct": "ann", "url": "https://social.example/@ann"}],
    )  # fmt: skip
    clean = after(tmp_path, mastodon_pages.page(mastodon_pages.status(), answer), ann)
    assert [word for word in ("@ann", '"ann"', "users/ann", "Ann", "trains", "AcmeCola 1") if word in clean.body] == []
    posts = parse_mastodon([clean]).posts
    assert {row["account_id"]: is_erased(row["account_id"]) for row in posts.iter_rows(named=True)} == {
        "erased@social.example": True, "ben@social.example": False,
    }  # fmt: skip


def test_a_youtube_page_is_read_again_and_its_author_is_known_to_be_erased(tmp_path: Path) -> None:
    traces = Traces(frozenset({"UCk1"}), frozenset({"annabrews"}))
    body = json.dumps({"items": [a_video("k1"), a_video("k2")]})
    seen = bluesky_pages.RECEIVED
    clean = after(tmp_path, Page("videos-1", "videos", "acme", "#acme", {"params": []}, 200, seen, body), traces)
    posts = parse_youtube([clean]).posts
    assert sorted((row["account_id"], row["title"]) for row in posts.iter_rows(named=True)) == [
        ("UCk2", "Acme & coffee k2"), ("erased", ""),
    ]  # fmt: skip
    assert a_channel("k1")["snippet"]["customUrl"] == "@AnnaBrews"


ROWS: list[dict[str, Any]] = [
    {"id": "p1", "user": "lena.topf", "net": "instagram", "text": "Mein Rezept", "likes": "5", "at": "2026-03-01T10:00:00Z"},
    {"id": "p2", "user": "ben", "net": "instagram", "text": "mit @lena.topf", "likes": "7", "at": "2026-03-01T11:00:00Z"},
]
LENA = Traces(frozenset({"771234"}), frozenset({"lena.topf"}))


def test_a_row_of_a_csv_keeps_its_place_and_what_others_say_as_well(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    pl.DataFrame(ROWS).write_csv(tmp_path / "x.csv")
    path.write_bytes(gzip.compress((tmp_path / "x.csv").read_bytes()))
    assert without_account(path, LENA, frozenset({"user"}))
    told = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert told == [
        "id,user,net,text,likes,at", "erased,erased,instagram,,5,2026-03-01T10:00:00Z",
        "p2,ben,instagram,mit @erased,7,2026-03-01T11:00:00Z",
    ]  # fmt: skip


def test_a_name_goes_though_another_account_bears_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "user,network_name,full_name,about,at\nlena.topf,instagram,Lena,Lena who bakes,2026-03-01 10:00:00\n"
        "lenas_other,instagram,Lena,Lena who bakes,2026-03-01 10:00:00\n"
    )
    assert without_account(path, LENA, frozenset({"user"}))
    assert path.read_text().splitlines()[1] == "erased,instagram,,,2026-03-01 10:00:00"


@pytest.mark.parametrize("form", ["parquet", "xlsx", "ndjson"])
def test_other_forms_lose_the_names_too(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"x.{form}"
    frame = pl.DataFrame(ROWS)
    if form == "parquet":
        frame.write_parquet(path)
    elif form == "xlsx":
        frame.to_pandas().to_excel(path, index=False)
    else:
        path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n")
    assert without_account(path, LENA, frozenset({"user"}))
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        "parquet": pl.read_parquet,
        "xlsx": pl.read_excel,
        "ndjson": pl.read_ndjson,
    }
    read = readers[form](path)
    assert [(row["user"], row["text"] or "") for row in read.iter_rows(named=True)] == [("erased", ""), ("ben", "mit @erased")]


def test_a_quick_look_at_many_texts_finds_what_a_closer_one_finds() -> None:
    texts = ["by ANNA.example.test", "nobody", 'said "I like AcmeCola"', "i like acmecola", "", "\udce9 did:plc:anna"]
    assert ANNA.which_may_name(texts) == [ANNA.may_be_in(one) for one in texts] == [True, False, True, False, False, True]


@pytest.mark.parametrize("body", [json.dumps({"t": 'Ann "ä" likes'}), json.dumps({"t": 'Ann "ä" likes'}, ensure_ascii=False)])
def test_pages_that_repeat_a_text_are_found_however_it_is_escaped(tmp_path: Path, body: str) -> None:
    pages = PageFolder(tmp_path)
    page = mastodon_pages.page(name="one")
    pages.save(replace(page, body=body))
    pages.save(replace(page, name="two"))
    said = Traces(frozenset({"a-1"}), frozenset(), said=frozenset({'Ann "ä" likes'}))
    assert list(pages.naming(said.stored_forms() or ())) == ["one"]


def test_names_of_other_letters_are_looked_for_on_every_page() -> None:
    assert Traces(frozenset({"á-1"}), frozenset()).stored_forms() is None
