"""What cells become: typed values, NULL, or a reject with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline_tests.unit.sources.files.running import NOON, Outcome, read, spec_of, utc, written


def cells(tmp_path: Path, target: str, values: list[Any], rule: Any = None, **given: Any) -> Outcome:
    """One post a value, the value in the column `cell`; both forms of file must agree on what it becomes."""
    rule = {"column": "cell"} if rule is None else {"column": "cell", "as": rule}
    columns = {"post_id": "id", "created_at": {"constant": "2026-03-01"}} | {target: rule}
    records = [{"id": str(n), "cell": value} for n, value in enumerate(values)]
    lines = written(tmp_path, "a.ndjson", "".join(json.dumps(record) + "\n" for record in records))
    of_json = read(lines, columns=columns, **given)
    if all(isinstance(value, str) and "\n" not in value for value in values):
        quoted = (value.replace('"', '""') for value in values)
        table = "id,cell\n" + "".join(f'{n},"{value}"\n' for n, value in enumerate(quoted))
        of_csv = read(written(tmp_path, "a.csv", table), columns=columns, **given)
        strip = [{k: v for k, v in row.items() if k != "file"} for row in of_csv.posts]
        assert strip == [{k: v for k, v in row.items() if k != "file"} for row in of_json.posts]
        assert of_csv.reasons == of_json.reasons
    return of_json


def values(outcome: Outcome, name: str) -> dict[int, Any]:
    """Row number from 0 → value, of accepted rows."""
    return {row["row_number"] - 1: row[name] for row in outcome.posts}


def test_counts_are_whole_numbers_or_nothing(tmp_path: Path) -> None:
    given = [
        7,
        "7",
        "7.0",
        7.0,
        " 8 ",
        "",
        None,
        "-",
        "NA",
        "n/a",
        "null",
        "#VALUE!",
        True,
        "false",
        -1,
        "9007199254740993",
        "007",
        "1e3",
    ]
    outcome = cells(tmp_path, "likes", given)
    expected = [7, 7, 7, 7, 8, *[None] * 10, 9007199254740993, 7, 1000]
    assert values(outcome, "likes") == dict(enumerate(expected))


@pytest.mark.parametrize(
    "value", ["7.5", "many", "-3", "1,234", "221.7K", "12345678901234567890123", "7 likes", "[1]", "1e400"]
)
def test_a_count_that_is_no_whole_number_is_a_reject(value: str, tmp_path: Path) -> None:
    assert cells(tmp_path, "likes", [value, "1"]).reasons == [(1, "likes is not a number")]


def test_compact_numbers_say_whether_they_are_rounded(tmp_path: Path) -> None:
    given = {
        "221.7K": (221_700, "rounded"), "1.3M": (1_300_000, "rounded"), "2B": (2_000_000_000, "rounded"), "12,5k": (12_500, "rounded"),
        "3,4 Mio.": (3_400_000, "rounded"), "1,234": (1_234, "exact"), "1,234,567": (1_234_567, "exact"), "980": (980, "exact"),
        "980.0": (980, "exact"), "N/A'": (None, None), "#VALOR!": (None, None), "": (None, None),
    }  # fmt: skip
    outcome = cells(tmp_path, "followers", list(given), "compact_number")
    assert outcome.of("followers", "followers_precision") == list(given.values())
    assert cells(tmp_path, "followers", ["1.2.3K", "K", "1,23"], "compact_number").reasons == [
        (1, "followers is not a number"), (2, "followers is not a number"), (3, "followers is not a number"),
    ]  # fmt: skip


def test_followers_that_come_as_plain_numbers_are_exact(tmp_path: Path) -> None:
    assert cells(tmp_path, "followers", ["900", ""]).of("followers", "followers_precision") == [(900, "exact"), (None, None)]


def test_ids_beyond_what_a_double_holds_survive(tmp_path: Path) -> None:
    columns = {"post_id": "id", "account_id": "by.id", "created_at": {"constant": "2026-03-01"}}
    line = '{"id": 9007199254740993001, "by": {"id": 123456789012345678901234567890}}\n'
    outcome = read(written(tmp_path, "a.ndjson", line), columns=columns)
    assert outcome.of("post_id", "account_id") == [("9007199254740993001", "123456789012345678901234567890")]


TIMES = {
    "2026-02-28T10:00:00Z": utc(2026, 2, 28, 10), "2026-02-28 10:00": utc(2026, 2, 28, 10),
    "2026-02-28": utc(2026, 2, 28), "2026-02-28T10:00:00.25+02:00": utc(2026, 2, 28, 8, 0, 0, 250_000),
    "2026-02-28 10:00:00 -0800": utc(2026, 2, 28, 18), "2026-02-28 10:00:00+01": utc(2026, 2, 28, 9),
    "2026-02-28 10:00:00 UTC": utc(2026, 2, 28, 10), " 2026-02-28T10:00:00 ": utc(2026, 2, 28, 10),
}  # fmt: skip


def test_times_keep_the_zone_they_state(tmp_path: Path) -> None:
    assert cells(tmp_path, "edited_at", list(TIMES)).of("edited_at") == [(time,) for time in TIMES.values()]


def test_times_that_state_no_zone_are_in_the_sources(tmp_path: Path) -> None:
    given = ["2026-02-28T10:00:00", "2026-02-28T10:00:00Z", "2026-02-28 10:00:00-05:00", "2025-07-01 10:00"]
    expected = [utc(2026, 2, 28, 9), utc(2026, 2, 28, 10), utc(2026, 2, 28, 15), utc(2025, 7, 1, 8)]
    assert cells(tmp_path, "edited_at", given, timezone="Europe/Berlin").of("edited_at") == [(time,) for time in expected]


def test_times_by_a_format(tmp_path: Path) -> None:
    outcome = cells(tmp_path, "edited_at", ["28.02.2026 10:00"], {"strptime": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"})
    assert outcome.of("edited_at") == [(utc(2026, 2, 28, 9),)]
    zoned = cells(tmp_path, "edited_at", ["Sat Feb 28 10:00:00 -0800 2026"], {"strptime": "%a %b %d %H:%M:%S %z %Y"})
    assert zoned.of("edited_at") == [(utc(2026, 2, 28, 18),)]
    wrong = cells(tmp_path, "edited_at", ["2026-02-28", ""], {"strptime": "%d.%m.%Y"})
    assert wrong.reasons == [(1, "edited_at is not a time")]


def test_times_since_the_epoch(tmp_path: Path) -> None:
    seconds = cells(tmp_path, "edited_at", [1772272800, "1772272800.5", "1.7722728e9"], "unix_seconds")
    assert seconds.of("edited_at") == [(utc(2026, 2, 28, 10),), (utc(2026, 2, 28, 10, 0, 0, 500_000),), (utc(2026, 2, 28, 10),)]
    assert cells(tmp_path, "edited_at", [1772272800123], "unix_millis").of("edited_at") == [
        (utc(2026, 2, 28, 10, 0, 0, 123_000),)
    ]


@pytest.mark.parametrize(
    ("time", "form", "reason"),
    [
        ("", None, "no time"), (None, None, "no time"), ("yesterday", None, "created_at is not a time"),
        ("1772272800", None, "created_at is not a time"), ("0000-01-01T00:00:00Z", None, "time out of range"),
        ("1989-12-31T23:59:59Z", None, "time out of range"), ("2099-01-01", None, "time out of range"),
        ("2026-03-03T00:00:01Z", None, "time out of range"), ("1772272800000", "unix_seconds", "time out of range"),
        ("0", "unix_seconds", "time out of range"), ("99999999999999999999", "unix_seconds", "time out of range"),
        ("2026-02-30", None, "created_at is not a time"),
    ],
)  # fmt: skip
def test_posts_without_a_sound_time_are_rejects(time: str | None, form: str | None, reason: str, tmp_path: Path) -> None:
    record = json.dumps({"id": "1", "at": time, "text": "x"})
    rule = {"column": "at"} | ({"as": form} if form else {})
    outcome = read(written(tmp_path, "a.ndjson", f"{record}\n"), columns={"post_id": "id", "created_at": rule})
    assert outcome.reasons == [(1, reason)]
    assert json.loads(outcome.rejects[0]["raw"]) == {"id": "1", "at": time}


def test_a_post_may_be_at_most_a_day_later_than_its_night_or_its_observation(tmp_path: Path) -> None:
    table = (
        "id,at,seen\n1,2026-03-03T00:00:00Z,\n2,2026-03-01T12:00:00Z,2026-02-28T12:00:00Z\n"
        "3,2026-03-01T12:00:01Z,2026-02-28T12:00:00Z\n"
    )
    columns = {"post_id": "id", "created_at": "at", "observed_at": "seen"}
    outcome = read(written(tmp_path, "a.csv", table), columns=columns)
    assert (outcome.of("post_id"), outcome.reasons) == ([("1",), ("2",)], [(3, "time out of range")])


def test_flags_in_words_and_digits(tmp_path: Path) -> None:
    given = [True, "true", "1", "Yes", "ja", False, "FALSE", 0, "nein", "", None, "n/a"]
    assert cells(tmp_path, "is_paid_label", given, "bool").of("is_paid_label") == [(True,)] * 5 + [(False,)] * 4 + [(None,)] * 3
    assert cells(tmp_path, "is_paid_label", ["maybe"]).reasons == [(1, "is_paid_label is not true or false")]


def test_sentiment_in_numbers_words_and_percent(tmp_path: Path) -> None:
    assert cells(tmp_path, "sentiment", ["positive", "Neutral", "NEGATIVE", "0.25", "-0,5", ""]).of("sentiment") == [
        (1.0,), (0.0,), (-1.0,), (0.25,), (-0.5,), (None,),
    ]  # fmt: skip
    assert cells(tmp_path, "sentiment", ["45%", "-10 %"], "percent").of("sentiment") == [(0.45,), (-0.1,)]


def test_markup_becomes_text(tmp_path: Path) -> None:
    markup = ['<p>New <a href="https://acme.example">shoes</a> &amp; more<br/>today &lt;3</p><p>#acme</p>', "<p> </p>"]
    assert cells(tmp_path, "text", markup, "html").of("text") == [("New shoes & more\ntoday <3\n#acme",), (None,)]


def test_text_is_kept_as_written_and_blank_is_nothing(tmp_path: Path) -> None:
    outcome = cells(tmp_path, "text", ["  indented ", "  ", "", "0", "NULL", "@acme hi"])
    assert outcome.of("text") == [("  indented ",), (None,), (None,), ("0",), ("NULL",), ("@acme hi",)]


def test_lists_of_arrays_and_of_separated_text(tmp_path: Path) -> None:
    assert cells(tmp_path, "hashtags", [["#Acme", "Sommer "], [], None]).of("given_hashtags") == [
        (["Acme", "Sommer"],),
        ([],),
        (None,),
    ]
    assert cells(tmp_path, "hashtags", ["#acme, #sommer", "acme|sommer", '["a","b"]', "[ad] x", " "]).of("given_hashtags") == [
        (["acme", "sommer"],), (["acme", "sommer"],), (["a", "b"],), (["[ad]", "x"],), (None,),
    ]  # fmt: skip
    assert cells(tmp_path, "mentions", ["@anna / @ben"], "list(/)").of("given_mentions") == [(["anna", "ben"],)]


def test_kinds_of_media_are_told_in_the_catalogues_words(tmp_path: Path) -> None:
    outcome = cells(tmp_path, "media_types", ["photo, Video", "IMAGE image", ["animated_gif", "reel"], "hologram", ""])
    assert outcome.of("media_types") == [(["picture", "video"],), (["picture"],), (["gif", "video"],), ([],), (None,)]


def test_kinds_of_posts_are_told_in_the_catalogues_words_or_by_relations(tmp_path: Path) -> None:
    outcome = cells(tmp_path, "post_type", ["Retweet", "reply", "quote tweet", "Post", "", "sonnet"])
    assert outcome.of("post_type") == [("repost",), ("reply",), ("quote",), ("original",), (None,), (None,)]
    told = cells(tmp_path, "status", ["Live", "removed", "Private", "blocked", "", "somehow"])
    assert told.of("status") == [("available",), ("deleted",), ("protected",), ("withheld",), (None,), (None,)]
    assert cells(tmp_path, "reply_to", ["77", ""]).of("post_type", "reply_to_post_id") == [("reply", "77"), (None, None)]


def test_languages_and_countries_are_two_letters(tmp_path: Path) -> None:
    assert cells(tmp_path, "language", ["DE", "en-US", "pt_BR", "German", ""]).of("lang") == [
        ("de",),
        ("en",),
        ("pt",),
        (None,),
        (None,),
    ]
    assert cells(tmp_path, "country", ["de", " AT ", "Germany", "de-DE"]).of("country") == [("DE",), ("AT",), (None,), (None,)]


def test_handles_lose_their_sign_and_case(tmp_path: Path) -> None:
    assert cells(tmp_path, "handle", ["@Anna.Bauer", " BEN ", "@", "", "Zoë"]).of("handle") == [
        ("anna.bauer",),
        ("ben",),
        (None,),
        (None,),
        ("zoë",),
    ]


def test_maps_compare_without_case_and_leave_out_the_rest(tmp_path: Path) -> None:
    rule = {"map": {"Positive": 1, "bad": -1}}
    assert cells(tmp_path, "sentiment", ["positive", "BAD", "meh", ""], rule).of("sentiment") == [
        (1.0,),
        (-1.0,),
        (None,),
        (None,),
    ]
    with_default = {"map": {"RT": "repost"}, "default": "original"}
    assert cells(tmp_path, "post_type", ["rt", "x"], with_default).of("post_type") == [("repost",), ("original",)]


def test_a_conversion_that_does_not_suit_its_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match="as: unix_seconds does not suit text"):
        cells(tmp_path, "text", ["x"], "unix_seconds")
    with pytest.raises(FixConfigurationError, match="'roman' is not a conversion"):
        spec_of(tmp_path / "a.csv", columns={"likes": {"column": "cell", "as": "roman"}})


def test_a_target_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match="'like' is not a target of a file that holds posts"):
        spec_of(tmp_path / "a.csv", columns={"like": "cell"})


def test_posts_without_a_mapped_time_are_refused_before_reading(tmp_path: Path) -> None:
    with pytest.raises(FixConfigurationError, match="created_at is not mapped"):
        read(written(tmp_path, "a.csv", f"id,at\n1,{NOON}\n"), columns={"post_id": "id"})
