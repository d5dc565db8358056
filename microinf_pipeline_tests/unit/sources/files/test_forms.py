"""Every form of file gives the same rows, and what is broken in it becomes rejects beside the rest."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import zstandard

from microinf_pipeline.catalog.observed import ACCOUNT_DELIVERY, POST_DELIVERY
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline_tests.unit.sources.files.running import NIGHT, NOON, counts, plans_of, read, spec_of, utc, written

RECORDS: list[dict[str, Any]] = [
    {"id": "1001", "text": "Grüße, „Acme“ ☀️", "at": NOON, "likes": 7},
    {"id": "9007199254740993001", "text": "two\nlines", "at": "2026-03-01 12:00:00", "likes": "7"},
]
EXPECTED = [
    ("1001", "Grüße, „Acme“ ☀️", utc(2026, 3, 1, 12), 7),
    ("9007199254740993001", "two\nlines", utc(2026, 3, 1, 12), 7),
]
ND = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
CSV = (
    'id,text,at,likes\n1001,"Grüße, „Acme“ ☀️",2026-03-01T12:00:00Z,7\n9007199254740993001,"two\nlines",2026-03-01 12:00:00,7\n'
)


def _xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    sheet = book.create_sheet("Posts")
    sheet.append(["id", "text", "at", "likes"])
    for record in RECORDS:
        sheet.append([record["id"], record["text"], record["at"], record["likes"]])
    sheet.append([None, None, None, None])
    book.save(path)


FORMS: dict[str, tuple[str, Callable[[Path], Any], dict[str, Any]]] = {
    "ndjson": ("a.ndjson", lambda p: p.write_text(ND), {}),
    "jsonl with a byte order mark and line ends of Windows": (
        "a.jsonl", lambda p: p.write_bytes(b"\xef\xbb\xbf" + ND.replace("\n", "\r\n").encode()), {}),
    "one object a line under the name .json": ("a.json", lambda p: p.write_text(ND), {}),
    "json array": ("a.json", lambda p: p.write_text(json.dumps(RECORDS, indent=2)), {}),
    "json array inside an object": (
        "a.json", lambda p: p.write_text(json.dumps({"data": {"items": RECORDS}})), {"records": "data.items"}),
    "gzip": ("a.ndjson.gz", lambda p: p.write_bytes(gzip.compress(ND.encode())), {}),
    "gzip in two members": (
        "a.ndjson.gz", lambda p: p.write_bytes(b"".join(gzip.compress(x.encode()) for x in ND.splitlines(True))), {}),
    "zstd": ("a.ndjson.zst", lambda p: p.write_bytes(zstandard.compress(ND.encode())), {}),
    "csv": ("a.csv", lambda p: p.write_text(CSV), {}),
    "csv.gz": ("a.csv.gz", lambda p: p.write_bytes(gzip.compress(CSV.encode())), {}),
    "csv.zst": ("a.csv.zst", lambda p: p.write_bytes(zstandard.compress(CSV.encode())), {}),
    "csv with a byte order mark": ("a.csv", lambda p: p.write_text("\ufeff" + CSV), {}),
    "csv with semicolons, found by itself": (
        "a.csv", lambda p: p.write_text(CSV.replace("Grüße,", "Grüße§").replace(",", ";").replace("Grüße§", "Grüße,")), {}),
    "csv with a delimiter of two characters": (
        "a.csv", lambda p: p.write_text(CSV.replace("Grüße,", "Grüße§").replace(",", "||").replace("Grüße§", "Grüße,")),
        {"csv": {"delimiter": "||"}}),
    "csv with single quotes": ("a.csv", lambda p: p.write_text(CSV.replace('"', "'")), {"csv": {"quote": "'"}}),
    "csv in UTF-16": ("a.csv", lambda p: p.write_bytes(CSV.encode("utf-16")), {}),
    "csv after a preamble": (
        "a.csv", lambda p: p.write_text(f'Export of "Acme"\n\n{CSV}'), {"csv": {"skip_rows": 2}}),
    "csv with the header in its third row": (
        "a.csv", lambda p: p.write_text(f"Export\nunits,,count\n{CSV}"), {"csv": {"header_row": 3, "delimiter": ","}}),
    "csv without a header": (
        "a.csv", lambda p: p.write_text(CSV.split("\n", 1)[1]), {"csv": {"header": ["id", "text", "at", "likes"]}}),
    "csv with a line break in its header": (
        "a.csv", lambda p: p.write_text(CSV.replace("text,at", '"text\n",at')), {}),
    "csv with a column more, blank lines and trailing delimiters": (
        "a.csv", lambda p: p.write_text('id,extra,text,at,likes\n1001,x,"Grüße, „Acme“ ☀️",2026-03-01T12:00:00Z,7,\n\n'
                                        '9007199254740993001,,"two\nlines",2026-03-01 12:00:00,7\n'), {}),
    "tsv": ("a.tsv", lambda p: p.write_text(CSV.replace("Grüße,", "Grüße§").replace(",", "\t").replace("§", ",")), {}),
    "parquet": ("a.parquet", lambda p: pl.DataFrame(
        {"id": [1001, 9007199254740993001], "text": [r["text"] for r in RECORDS], "at": [utc(2026, 3, 1, 12)] * 2,
         "likes": [7.0, 7.0]}).write_parquet(p), {}),
    "xlsx": ("a.xlsx", _xlsx, {"sheet": "Posts"}),
}  # fmt: skip


def test_a_preamble_whose_lines_end_otherwise_than_the_rows_costs_no_row(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "Export of Acme\n\nMentions\n" + CSV.replace("\n", "\r\n"))
    outcome = read(path, csv={"skip_rows": 3})
    assert (outcome.of("post_id"), outcome.ways) == ([("1001",), ("9007199254740993001",)], ["careful"])


@pytest.mark.parametrize("form", FORMS)
def test_the_same_rows_come_out_of_every_form(form: str, tmp_path: Path) -> None:
    name, write, given = FORMS[form]
    write(tmp_path / name)
    outcome = read(tmp_path / name, **given)
    assert outcome.of("post_id", "text", "created_at", "likes") == EXPECTED
    assert outcome.counts == counts(2, 2)
    assert [(row["file"], row["row_number"], row["night"]) for row in outcome.posts] == [(name, 1, NIGHT), (name, 2, NIGHT)]


def test_old_encodings_are_read(tmp_path: Path) -> None:
    for encoding, word in (("latin-1", "Grüße"), ("cp1252", "„Grüße“ 5 €")):
        path = written(tmp_path, "a.csv", f"id,text,at\n1,{word},{NOON}\n".encode(encoding))
        outcome = read(path, csv={"encoding": encoding}, columns={"post_id": "id", "text": "text", "created_at": "at"})
        assert outcome.of("text") == [(word,)]


def test_delivered_columns_are_those_of_the_catalogue_in_order(tmp_path: Path) -> None:
    outcome = read(
        written(tmp_path, "a.ndjson", ND),
        columns={"post_id": "id", "handle": "text", "display_name": "text", "created_at": "at"},
    )
    assert list(outcome.posts[0]) == [*POST_DELIVERY, "file", "row_number", "night"]
    assert list(outcome.accounts[0]) == [*ACCOUNT_DELIVERY, "file", "row_number", "night"]


def test_a_malformed_line_is_a_reject_and_the_rest_loads(tmp_path: Path) -> None:
    lines = [ND.splitlines()[0], '{"id": "3", "text": ', "[1]", '"text"', '{"id":"4"} {"id":"5"}', "", ND.splitlines()[1]]
    outcome = read(written(tmp_path, "a.ndjson", "\n".join(lines)))
    assert outcome.ways == ["careful"]
    assert outcome.reasons == [(2, "not JSON"), (3, "not a JSON object"), (4, "not a JSON object"), (5, "not JSON")]
    assert outcome.rejects[0]["raw"] == '{"id": "3", "text":'
    assert outcome.of("post_id", "row_number") == [("1001", 1), ("9007199254740993001", 6)]


def test_bytes_that_are_no_text_reject_their_row_alone(tmp_path: Path) -> None:
    good, bad = f'{{"id":"1","at":"{NOON}"}}\n'.encode(), f'{{"id":"2\xff","at":"{NOON}"}}\n'.encode("latin-1")
    columns = {"post_id": "id", "created_at": "at"}
    outcome = read(written(tmp_path, "a.ndjson", good + bad + good), columns=columns)
    assert (outcome.of("row_number"), outcome.reasons) == ([(1,), (3,)], [(2, "not utf-8")])
    table = b"id,at\n1,2026-03-01\n2\xff,2026-03-01\n3,2026-03-01\n"
    outcome = read(written(tmp_path, "a.csv", table), columns=columns)
    assert (outcome.of("post_id"), outcome.reasons) == ([("1",), ("3",)], [(2, "not utf-8")])
    assert outcome.rejects[0]["raw"] == "2\ufffd,2026-03-01"


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
@pytest.mark.parametrize("ending", ["ndjson", "csv"])
def test_a_file_cut_in_half_keeps_the_rows_before_the_cut(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes], ending: str
) -> None:
    import random

    texts = random.Random(1)
    noise = ["".join(texts.choices("abcdefghijklmnop", k=400)) for _ in range(3_000)]
    if ending == "ndjson":
        whole = "".join(f'{{"id":"{n}","text":"{t}","at":"{NOON}","likes":1}}\n' for n, t in enumerate(noise))
    else:
        whole = "id,text,at,likes\n" + "".join(f"{n},{t},{NOON},1\n" for n, t in enumerate(noise))
    packed = pack(whole.encode())
    outcome = read(written(tmp_path, f"a.{ending}.{suffix}", packed[: len(packed) // 2]))
    read_ids = [int(post_id) for (post_id,) in outcome.of("post_id")]
    assert read_ids == list(range(len(read_ids)))
    assert 200 < len(read_ids) < 3_000
    assert outcome.reasons == [(len(read_ids) + 1, "file ends early")]


def test_a_gzip_cut_between_two_rows_is_noticed(tmp_path: Path) -> None:
    packed = gzip.compress(ND.encode())[:-8]  # the rows are all there, the check sum is not
    outcome = read(written(tmp_path, "a.ndjson.gz", packed))
    assert outcome.reasons == [(3, "file ends early")]
    assert len(outcome.posts) == 2


def test_a_file_that_is_no_gzip_is_a_reject_and_no_crash(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(ND.encode() * 50))
    packed[60:70] = b"\xff" * 10
    outcome = read(written(tmp_path, "a.ndjson.gz", bytes(packed)))
    assert [reason for _, reason in outcome.reasons] == ["file is damaged"]


def test_zero_bytes_leave_the_texts(tmp_path: Path) -> None:
    record = json.dumps({"id": "1", "text": "a\0b", "at": NOON, "likes": 1})
    raw_zero = f'{{"id":"2","text":"a\0b","at":"{NOON}"}}'
    outcome = read(written(tmp_path, "a.ndjson", f"{record}\n{raw_zero}\n"))
    assert (outcome.of("text"), outcome.reasons) == ([("ab",)], [(2, "not JSON")])
    table = read(written(tmp_path, "a.csv", f"id,text,at,likes\n1,a\0b,{NOON},1\n"))
    assert table.of("text") == [("ab",)]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.ndjson", "a.json", "a.jsonl"])
def test_an_empty_file_has_no_rows_and_no_error(name: str, tmp_path: Path) -> None:
    assert read(written(tmp_path, name, "")).counts == counts(0, 0)


def test_a_table_of_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a.csv", "id,text,at,likes\n")).counts == counts(0, 0)
    assert read(written(tmp_path, "b.json", "[]")).counts == counts(0, 0)


def test_very_long_texts_are_kept(tmp_path: Path) -> None:
    longest, long = "ä" * 8_500_000, "ä" * 500_000  # above what the engine's JSON reader takes, and a usual extreme
    for name, content, text in (
        ("a.ndjson", f'{{"id":"1","text":"{longest}","at":"{NOON}","likes":1}}\n', longest),
        ("b.csv", f'id,text,at,likes\n1,"{long}",{NOON},1\n', long),
    ):
        assert read(written(tmp_path, name, content)).of("text") == [(text,)]


def test_rows_of_another_width_are_rejects_unless_what_is_missing_is_not_used(tmp_path: Path) -> None:
    table = f"id,at,note,more\n1,{NOON},a,b\n2,{NOON},a,b,c\n3,{NOON}\n4\n5,{NOON},a,b\n"
    outcome = read(written(tmp_path, "a.csv", table), columns={"post_id": "id", "created_at": "at"})
    assert outcome.of("post_id") == [("1",), ("3",), ("5",)]
    assert outcome.reasons == [(2, "too many fields"), (4, "too few fields")]
    assert outcome.rejects[1]["raw"] == "4"


def test_a_stray_quote_costs_its_line_and_not_the_rest_of_the_file(tmp_path: Path) -> None:
    rows = "".join(f"{n},plain,{NOON},1\n" for n in range(3, 60))
    table = f'id,text,at,likes\n1,"never closed,{NOON},1\n2,"said ""yes""",{NOON},1\n{rows}'
    outcome = read(written(tmp_path, "a.csv", table))
    assert outcome.reasons == [(1, "not CSV")]
    assert outcome.of("post_id") == [(str(n),) for n in range(2, 60)]


def test_quotes_are_ordinary_where_there_is_no_quoting(tmp_path: Path) -> None:
    table = f'a "b" c\t{NOON}\t1\n"d\t{NOON}\t2\n'
    csv = {"quote": "none", "header": ["text", "at", "id"]}
    outcome = read(written(tmp_path, "a.tsv", table), csv=csv, columns={"text": "text", "created_at": "at", "post_id": "id"})
    assert outcome.of("text") == [('a "b" c',), ('"d',)]


def test_repeated_and_padded_column_names_can_be_told_apart(tmp_path: Path) -> None:
    head = 'id, Subscribers,Subscribers,at,"Engagement\r\naverage "\r\n'
    path = written(tmp_path, "a.csv", f"{head}1,1.2K,1200,{NOON},5\r\n")
    columns = {"post_id": "ID", "created_at": "at", "likes": "Subscribers_1", "views": "Engagement average"}
    assert read(path, columns=columns).of("likes", "views") == [(1200, 5)]


def test_a_column_that_is_not_there_is_named_with_its_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"id,text,at,like_count\n1,x,{NOON},1\n")
    with pytest.raises(FixConfigurationError) as caught:
        read(path, columns={"post_id": "id", "created_at": "at", "likes": "likes_count"})
    assert caught.value.what == "a.csv has no column 'likes_count'"
    assert caught.value.fix == "did you mean 'like_count'? columns there: 'id', 'text', 'at', 'like_count'"


def test_a_key_that_no_record_has_is_an_error_only_where_nothing_works_without_it(tmp_path: Path) -> None:
    path = written(tmp_path, "a.ndjson", ND)
    outcome = read(path, columns={"post_id": "id", "created_at": "at", "likes": "like"})
    assert outcome.of("likes") == [(None,), (None,)]
    assert outcome.notes == ["a.ndjson: none of the first rows has 'like'; did you mean 'likes'? its values are NULL"]
    with pytest.raises(FixConfigurationError, match="no column 'created'"):
        read(path, columns={"post_id": "id", "created_at": "created"})


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    _xlsx(tmp_path / "a.xlsx")
    with pytest.raises(FixConfigurationError) as caught:
        plans_of(spec_of(tmp_path / "a.xlsx", sheet="Sheet0"))
    assert caught.value.fix == "sheets there: 'Cover', 'Posts'"


def test_a_broken_document_is_one_reject(tmp_path: Path) -> None:
    outcome = read(
        written(tmp_path, "a.json", '[{"id": 1}, {"id"'), columns={"post_id": "id", "created_at": {"constant": NOON}}
    )
    assert (outcome.counts, outcome.reasons) == (counts(1, 0), [(1, "not JSON")])
    outcome = read(
        written(tmp_path, "b.json", '{"rows": []}'),
        records="items",
        columns={"post_id": "id", "created_at": {"constant": NOON}},
    )
    assert outcome.reasons == [(1, "no such records path")]
