"""The first look: how an unknown export is cut, what its columns are taken for, what is written and shown."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from microinf_pipeline import clock
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.first_look import shapes
from microinf_pipeline.night.first_look.column_names import spoken
from microinf_pipeline.night.first_look.guess import Guess, guess
from microinf_pipeline.night.first_look.look import FirstLook, look_at_file, look_at_hashtag
from microinf_pipeline.night.first_look.sample import Form, Sample, sample_of
from microinf_pipeline.settings import load
from microinf_pipeline.settings.file_source import BrandRule, FileSource
from microinf_pipeline.sources.files.detect import SourceFile, source_files
from microinf_pipeline.sources.files.plan import plan_posts
from microinf_pipeline.sources.files.spec import FileSourceSpec

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
WALK = "Fjordwear boots carried me over the ridge today"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding, newline="")
    return path


def table(path: Path, rows: Sequence[Mapping[str, object]], delimiter: str = ",") -> Path:
    cells = [list(rows[0]), *([str(v) for v in row.values()] for row in rows)]
    return write(path, "".join(delimiter.join(f'"{c}"' for c in line) + "\n" for line in cells))


def guessed(path: Path, rows: Sequence[Mapping[str, object]]) -> Guess:
    return guess(sample_of(table(path, rows)))


def look(path: Path, brand: str = "Fjordwear") -> FirstLook:
    with clock.frozen(NOON):
        return look_at_file(path, brand)


def screen(shown: RenderableType) -> str:
    console = Console(width=160)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


class TestForm:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_found(self, tmp_path: Path, delimiter: str) -> None:
        text = (
            delimiter.join(["id", "text"]) + "\n" + "".join(delimiter.join([str(i), '"a, b; c | d"']) + "\n" for i in range(9))
        )
        sample = sample_of(write(tmp_path / "a.csv", text))
        assert (sample.form, sample.names, sample.rows[0]) == (
            Form(delimiter),
            ("id", "text"),
            {"id": "0", "text": "a, b; c | d"},
        )

    def test_quotes_that_are_plain_text_are_found(self, tmp_path: Path) -> None:
        lines = ["id\ttext", *(f'{i}\t"Fjordwear" are my boots' for i in range(5)), '5\t"never closed']
        sample = sample_of(write(tmp_path / "a.tsv", "\n".join(lines) + "\n"))
        assert sample.form == Form("\t", None)
        assert sample.rows[0]["text"] == '"Fjordwear" are my boots'

    def test_lines_before_the_header_are_skipped(self, tmp_path: Path) -> None:
        text = "Export of March\n\nid,text,likes\n" + "".join(f"{i},hello there,{i}\n" for i in range(5))
        sample = sample_of(write(tmp_path / "a.csv", text))
        assert (sample.names, len(sample.rows)) == (("id", "text", "likes"), 5)

    def test_a_file_without_header_gets_names(self, tmp_path: Path) -> None:
        text = "".join(f"https://x.com/kari/status/{i},{WALK} {i}\n" for i in range(5))
        sample = sample_of(write(tmp_path / "a.csv", text))
        assert (sample.names, len(sample.rows)) == (("column1", "column2"), 5)

    def test_line_breaks_within_quotes_stay_in_their_row(self, tmp_path: Path) -> None:
        sample = sample_of(write(tmp_path / "a.csv", 'id,text\n1,"one\ntwo"\n2,"three"\n'))
        assert [row["text"] for row in sample.rows] == ["one\ntwo", "three"]

    @pytest.mark.parametrize(("encoding", "expected"), [("cp1252", "cp1252"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")])
    def test_the_encoding_is_found(self, tmp_path: Path, encoding: str, expected: str) -> None:
        sample = sample_of(write(tmp_path / "a.csv", "id,text\n1,Grüße aus Köln\n2,ja\n", encoding))
        assert sample.form is not None
        assert (sample.form.encoding, sample.names, sample.rows[0]["text"]) == (expected, ("id", "text"), "Grüße aus Köln")

    def test_rows_with_too_many_fields_are_kept_apart(self, tmp_path: Path) -> None:
        sample = sample_of(write(tmp_path / "a.csv", "id,text\n1,a\n2,b,c\n3,d\n"))
        assert (len(sample.rows), sample.unreadable) == (2, ((2, "too many fields", "2,b,c"),))

    def test_records_of_every_kind_read_alike(self, tmp_path: Path) -> None:
        records = [{"id": str(i), "owner": {"username": "kari", "tags": ["a", "b"]}, "likes": i} for i in range(3)]
        lines = "".join(json.dumps(r) + "\n" for r in records)
        paths = [
            write(tmp_path / "a.jsonl", lines), write(tmp_path / "b.json", json.dumps(records)),
            tmp_path / "c.ndjson.gz", tmp_path / "d.parquet",
        ]  # fmt: skip
        paths[2].write_bytes(gzip.compress(lines.encode()))
        pl.DataFrame(records).write_parquet(paths[3])
        rows = [sample_of(path).rows for path in paths]
        assert rows == [({"id": "0", "owner.username": "kari", "owner.tags": "a,b", "likes": "0"}, *rows[0][1:])] * 4

    def test_a_broken_line_is_kept_apart(self, tmp_path: Path) -> None:
        sample = sample_of(write(tmp_path / "a.jsonl", '{"id": 1}\n{"id":\n{"id": 3}\n'))
        assert (len(sample.rows), sample.unreadable) == (2, ((2, "not JSON", '{"id":\n'),))

    @pytest.mark.parametrize(
        ("name", "text"), [("none.csv", None), ("empty.csv", ""), ("header.csv", "id,text\n"), ("x.pdf", "x")]
    )
    def test_a_file_with_nothing_to_read_is_told(self, tmp_path: Path, name: str, text: str | None) -> None:
        if text is not None:
            write(tmp_path / name, text)
        with pytest.raises(FixConfigurationError):
            sample_of(tmp_path / name)


class TestShapes:
    @pytest.mark.parametrize(
        ("values", "form"),
        [
            (["1480146151", "1481138281"], "unix_seconds"),
            (["1480146151000", "1481138281000"], "unix_millis"),
            (["2026-03-01T10:00:00Z", "2026-03-01 10:00:00"], "iso"),
            (["Thu Sep 08 10:00:00 +0000 2022"], "%a %b %d %H:%M:%S %z %Y"),
            (["24.12.2025 18:00"], "%d.%m.%Y %H:%M"),
            (["05/13/2025", "01/02/2025"], "%m/%d/%Y"),
            (["13/05/2025", "01/02/2025"], "%d/%m/%Y"),
            (["12", "900"], None),
            (["soon"], None),
            ([], None),
        ],
    )
    def test_times_are_known_by_their_form(self, values: list[str], form: str | None) -> None:
        assert shapes.time_form(values) == form

    @pytest.mark.parametrize(
        ("value", "number"),
        [("0", 0), ("1,234", 1234), ("1.234", 1234), ("221.7K", 221_700), ("1,3M", 1_300_000), ("many", None)],
    )
    def test_counts_are_read_as_people_write_them(self, value: str, number: int | None) -> None:
        assert shapes.read_count(value) == number

    @given(st.datetimes(*(m.replace(tzinfo=None) for m in (NOON.replace(2001), NOON.replace(2090))), timezones=st.just(UTC)))
    def test_a_time_reads_back_from_every_form(self, moment: datetime) -> None:
        whole = moment.replace(microsecond=0)
        written = {
            "unix_seconds": str(int(whole.timestamp())),
            "iso": whole.isoformat(),
            "%d.%m.%Y %H:%M:%S": f"{whole:%d.%m.%Y %H:%M:%S}",
        }
        assert {shapes.read_time(text, form) for form, text in written.items()} == {whole}


class TestMeaning:
    @pytest.mark.parametrize(
        ("written", "words"),
        [
            ("ownerUsername", "owner username"),
            ("owner.username", "owner username"),
            ("Gefällt-mir-Angaben", "gefaellt mir angaben"),
            ("#Followers", "followers"),
        ],
    )
    def test_names_are_compared_as_words(self, written: str, words: str) -> None:
        assert spoken(written) == words

    def test_an_english_export(self, tmp_path: Path) -> None:
        rows = [
            {"Post URL": f"https://www.instagram.com/p/C{i}", "Username": "kari.walks", "Caption": WALK, "Posted at": "2026-03-01 10:00:00",
             "Likes": "1.2K", "Comments": 4, "Followers": "12,300", "Sponsored?": "no"}
            for i in range(4)
        ]  # fmt: skip
        found = guessed(tmp_path / "export.csv", rows)
        assert (found.holds, found.network) == ("posts", {"from": "url"})
        assert found.columns == {
            "url": "Post URL", "created_at": {"column": "Posted at", "as": "iso"}, "text": "Caption", "handle": "Username",
            "likes": {"column": "Likes", "as": "compact_number"}, "comments": "Comments",
            "followers": {"column": "Followers", "as": "compact_number"},
        }  # fmt: skip

    def test_a_german_export(self, tmp_path: Path) -> None:
        rows = [
            {"Datum": "01.03.2026 10:00", "Plattform": "Twitter" if i else "Forum", "Benutzername": "kari_w", "Beitragstext": WALK,
             "Gefällt mir": i, "Kommentare": 0, "Geteilt": 1, "Abonnenten": 300, "Sprache": "de"}
            for i in range(4)
        ]  # fmt: skip
        found = guessed(tmp_path / "bericht.csv", rows)
        assert found.network == {"column": "Plattform", "map": {"Forum": "forum", "Twitter": "x"}, "default": "other"}
        assert found.columns == {
            "created_at": {"column": "Datum", "as": {"strptime": "%d.%m.%Y %H:%M"}}, "text": "Beitragstext", "handle": "Benutzername",
            "likes": "Gefällt mir", "comments": "Kommentare", "shares": "Geteilt", "followers": "Abonnenten", "language": "Sprache",
        }  # fmt: skip

    def test_nested_records_keep_the_authors_numbers_from_the_posts(self, tmp_path: Path) -> None:
        record = {
            "id": "71", "desc": WALK, "createTime": 1772359200, "author": {"id": "9", "uniqueId": "kari", "nickname": "Kari W", "signature": WALK},
            "stats": {"diggCount": 5, "commentCount": 1, "playCount": 90}, "authorStats": {"followerCount": 1200, "diggCount": 77},
        }  # fmt: skip
        found = guess(sample_of(write(tmp_path / "items.json", json.dumps([record] * 3))))
        assert (found.network, found.columns) == (
            "tiktok",
            {
                "created_at": {"column": "createTime", "as": "unix_seconds"}, "text": "desc", "post_id": "id", "account_id": "author.id",
                "handle": "author.uniqueId", "display_name": "author.nickname", "likes": "stats.diggCount", "comments": "stats.commentCount",
                "views": "stats.playCount", "followers": "authorStats.followerCount",
            },
        )  # fmt: skip

    def test_columns_without_telling_names_are_told_by_their_values(self, tmp_path: Path) -> None:
        rows = [{"a": f"https://x.com/kari/status/{i}", "b": WALK, "c": 1772359200 + i, "d": "true"} for i in range(4)]
        found = guessed(tmp_path / "dump.csv", rows)
        assert found.columns == {"url": "a", "created_at": {"column": "c", "as": "unix_seconds"}, "text": "b"}
        assert found.reasons == {
            "url": "its values",
            "created_at": "its values",
            "text": "its values",
            "network": "addresses in 'a'",
        }

    def test_a_name_alone_does_not_make_a_column_what_it_says(self, tmp_path: Path) -> None:
        rows = [{"id": str(i), "text": WALK, "likes": "quite some", "url": "none"} for i in range(4)]
        assert guessed(tmp_path / "x.csv", rows).columns == {"text": "text", "post_id": "id"}

    def test_a_named_column_of_times_and_counts_may_hold_some_that_are_none(self, tmp_path: Path) -> None:
        told = [("13.02.2026", "1.2K"), ("01.03.2026", "7"), ("soon", "many")]
        rows = [{"id": str(i), "text": WALK, "published": day, "likes": likes} for i, (day, likes) in enumerate(told)]
        columns = guessed(tmp_path / "x.csv", rows).columns
        assert columns["created_at"] == {"column": "published", "as": {"strptime": "%d.%m.%Y"}}
        assert columns["likes"] == {"column": "likes", "as": "compact_number"}

    def test_a_list_of_creators_is_profiles(self, tmp_path: Path) -> None:
        rows = [{"Username": "kari", "Category": "outdoor", "#Followers": 900, "#Followees": 10, "#Posts": 4} for _ in range(3)]
        found = guessed(tmp_path / "instagram.csv", rows)
        assert (found.holds, found.network) == ("profiles", "instagram")
        assert found.columns == {
            "handle": "Username", "followers": "#Followers", "following": "#Followees", "post_count": "#Posts", "category": "Category",
        }  # fmt: skip

    def test_markup_in_texts_is_seen(self, tmp_path: Path) -> None:
        rows = [{"id": str(i), "content": f"<p>{WALK}</p>"} for i in range(3)]
        assert guessed(tmp_path / "x.csv", rows).columns["text"] == {"column": "content", "as": "html"}

    def test_a_lone_author_is_a_handle_if_it_is_one_word_and_else_a_name(self, tmp_path: Path) -> None:
        one, two = ([{"id": str(i), "text": WALK, "author": name} for i in range(3)] for name in ("kari_w", "Kari Walks"))
        found = [guessed(tmp_path / "x.csv", rows).columns for rows in (one, two)]
        assert [(c.get("handle"), c.get("display_name")) for c in found] == [("author", None), (None, "author")]

    @given(st.permutations(["id", "text", "username", "created_at", "likes", "url"]))
    def test_the_order_of_columns_does_not_matter(self, order: list[str]) -> None:
        values = {
            "id": "1",
            "text": WALK,
            "username": "kari",
            "created_at": "2026-03-01",
            "likes": "3",
            "url": "https://x.com/kari/status/1",
        }
        sample = Sample(_file(), tuple(order), tuple({name: values[name] for name in order} for _ in range(3)))
        assert guess(sample).columns == {
            "url": "url", "created_at": {"column": "created_at", "as": "iso"}, "text": "text", "post_id": "id", "handle": "username", "likes": "likes",
        }  # fmt: skip


def _file() -> SourceFile:
    return SourceFile(Path("posts.csv"), "posts.csv", "csv", None, "", whole=True, has_nul=False)


class TestConfiguration:
    ROWS = (
        {
            "id": 1,
            "user": "kari_w",
            "text": "New @fjord_wear boots, thank you Fjord Wear!",
            "created_at": "2026-03-01 10:00:00",
            "likes": 3,
        },
        {
            "id": 2,
            "user": "ola",
            "text": "[bold]Fjord Wear[/bold] in the rain",
            "created_at": "2026-03-04 23:30:00-05:00",
            "likes": 5,
        },
        {"id": 3, "user": "siri", "text": "Fjord Wear, warm as ever", "created_at": "later", "likes": 7},
    )

    def test_loads_without_problems_and_says_what_was_guessed(self, tmp_path: Path) -> None:
        rows = [*self.ROWS[:2]] * 20 + [self.ROWS[2]]
        found = look(table(tmp_path / "tweets export.csv.txt", rows), "Fjord Wear")
        settings = load(found.config)
        brand, source = settings.brands[0], settings.sources[0]
        assert isinstance(source, FileSource)
        assert (brand.id, brand.name, brand.hashtags, brand.handles) == (
            "fjord_wear",
            "Fjord Wear",
            ("fjordwear",),
            {"x": ("fjord_wear",)},
        )
        spec = FileSourceSpec.from_mapping(source.as_given())
        assert sorted(spec.columns) == ["created_at", "handle", "likes", "post_id", "text"]
        assert [plan.notes for plan in plan_posts(spec, source_files(spec), found.nights[0])] == [()]
        assert source.brand is not None
        assert source.brand.constant == "fjord_wear"
        assert found.nights == (date(2026, 3, 5),)
        assert "then: microinf --config <this file> run --night 2026-03-05" in found.config.read_text(encoding="utf-8")

    def test_is_written_beside_the_data_and_never_over_anything(self, tmp_path: Path) -> None:
        path = table(tmp_path / "posts.csv", self.ROWS)
        first, again = look(path), look(path)
        first.config.write_text("mine", encoding="utf-8")
        other = look(path)
        assert [f.config.name for f in (first, again, other)] == [
            "posts.microinf.yaml",
            "posts.microinf.yaml",
            "posts-2.microinf.yaml",
        ]
        assert first.config.read_text(encoding="utf-8") == "mine"

    def test_only_texts_that_name_the_brand_count_where_some_do(self, tmp_path: Path) -> None:
        rows = [{"id": i, "text": WALK if i == 0 else "Something else altogether"} for i in range(4)]
        source = load(look(table(tmp_path / "tweets.csv", rows)).config).sources[0]
        assert isinstance(source, FileSource)
        assert source.brand is None

    def test_posts_without_a_time_are_given_the_night_and_it_says_so(self, tmp_path: Path) -> None:
        found = look(table(tmp_path / "tweets.csv", [{"id": i, "text": WALK} for i in range(3)]))
        assert 'created_at: {constant: "2026-03-09"}  # no time in the file' in found.config.read_text(encoding="utf-8")
        source = load(found.config).sources[0]
        assert isinstance(source, FileSource)
        assert source.columns["created_at"].constant == "2026-03-09"

    def test_posts_of_the_future_do_not_move_the_night_past_yesterday(self, tmp_path: Path) -> None:
        rows = [{"id": i, "text": WALK, "created_at": day} for i, day in enumerate(["2026-03-01", "2026-03-10", "2031-01-01"])]
        assert look(table(tmp_path / "tweets.csv", rows)).nights == (date(2026, 3, 1),)

    def test_names_and_values_that_mean_something_in_yaml_survive(self, tmp_path: Path) -> None:
        rows = [{"yes: no # id": i, "Text": f"{WALK} {i}", "user": "kari"} for i in range(3)]
        path = table(tmp_path / "1 - tweets: #1.csv", rows)
        settings = load(look(path, 'No "limits": #1').config)
        assert (settings.brands[0].name, settings.brands[0].keywords[0].word) == ('No "limits": #1', 'No "limits": #1')

    def test_a_file_whose_rows_cannot_be_told_apart_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(FixConfigurationError, match="no column could be taken for post_id or url or text"):
            look(table(tmp_path / "a.csv", [{"likes": 1, "created_at": "2026-01-01"}] * 3))
        assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


class TestScreen:
    def test_shows_five_rows_as_read_and_what_cannot_be(self, tmp_path: Path) -> None:
        rows = [{"id": i, "user": f"kari{i}", "text": f"[bold]{WALK}", "date": 1772359200, "likes": "1.2K"} for i in range(7)]
        text = screen(look(table(tmp_path / "tweets.csv", rows)).shown)
        assert [name in text for name in ("kari4", "kari5", "2026-03-01 10:00", "1,200", "[bold]Fjordwear")] == [
            True,
            False,
            True,
            True,
            True,
        ]
        assert "Each of the first 7 rows can be read." in text

    def test_counts_rejects_by_reason_with_an_example(self, tmp_path: Path) -> None:
        good = [{"id": i, "text": WALK, "date": "2026-03-01"} for i in range(30)]
        path = table(tmp_path / "tweets.csv", [*good, {"id": 30, "text": WALK, "date": "someday"}])
        with path.open("a", encoding="utf-8") as file:
            file.write('"31","a","2026-03-01","extra"\n')
        lines = [line.split() for line in screen(look(path).shown).splitlines()]
        assert ["Cannot", "be", "read:", "2", "of", "the", "first", "32", "rows"] in lines
        assert ["│", "too", "many", "fields", "│", "1", "│", "32", "│", "31,a,2026-03-01,extra", "│"] in lines
        assert ["│", "time", "cannot", "be", "read", "│", "1", "│", "31", "│", "someday", "│"] in lines

    def test_says_what_could_not_be_told(self, tmp_path: Path) -> None:
        text = screen(look(table(tmp_path / "a.csv", [{"text": WALK, "mood": "good"}] * 3)).shown)
        said = ("no network could be told", "no time of posting", "no author", "no follower counts", "not used: mood")
        assert [s for s in said if s not in text] == []


class TestHashtag:
    def test_reads_public_tag_timelines_of_yesterday(self, tmp_path: Path) -> None:
        with clock.frozen(NOON):
            found = look_at_hashtag("#Fjordwear", tmp_path)
        settings = load(found.config)
        source = settings.sources[0]
        assert source.type == "mastodon"
        assert (found.config.name, found.nights, len(source.instances)) == ("Fjordwear.microinf.yaml", (date(2026, 3, 9),), 4)
        assert (settings.brands[0].id, settings.brands[0].hashtags) == ("fjordwear", ("Fjordwear",))

    @pytest.mark.parametrize("tag", ["", "#", "two words", "2026", "a/b"])
    def test_what_is_no_hashtag_is_refused(self, tmp_path: Path, tag: str) -> None:
        with pytest.raises(FixConfigurationError, match="is no hashtag"):
            look_at_hashtag(tag, tmp_path)


class TestExportOfAKnownTool:
    def test_it_is_read_by_its_preset_and_shown_as_it_will_be(self, tmp_path: Path) -> None:
        path = write(
            tmp_path / "march.csv",
            "url,published,tags_internal,matched_profile,content_snippet,root_url,content,source_type,parent_url\n"
            "https://twitter.com/anna_k/status/17001,09/03/26 10:00:00,,SEARCH / Fjordwear,,,Fjordwear boots,TWITTER,\n"
            "https://twitter.com/ben/status/17002,31/02/26 10:00:00,,SEARCH / Fjordwear,,,Fjordwear hats,TWITTER,\n",
        )
        first = look(path)
        (source,) = load(first.config).sources
        assert isinstance(source, FileSource)
        assert (source.preset, source.brand) == ("talkwalker", BrandRule(constant="fjordwear"))
        assert first.nights == (date(2026, 3, 9),)
        assert "then: microinf --config <this file> run --night 2026-03-09" in first.config.read_text(encoding="utf-8")
        told = " ".join(screen(first.shown).split())
        assert "read as an export of talkwalker" in told
        assert "2026-03-09 10:00:00" in told
        assert "created_at is not a time" in told
