"""Reading a configuration: what is valid, and how everything that is not is told."""

from __future__ import annotations

import textwrap
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings import Settings, config_hash, empty_settings, find, load, read

FILE_SOURCE = """
    sources:
      - name: export
        type: files
        path: exports/*.csv
        network: x
        columns: {post_id: id}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "microinf.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def settings_of(folder: Path, text: str, **environ: str) -> Settings:
    reading = read(write(folder, text), environ)
    assert reading.problems == ()
    assert reading.settings is not None
    return reading.settings


def told(folder: Path, text: str, **environ: str) -> list[str]:
    """`line: where: what` of every problem."""
    return [f"{p.line}: {p.where}: {p.what}" for p in read(write(folder, text), environ).problems]


def test_an_empty_file_is_a_configuration_without_sources(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "")
    assert (settings.brands, settings.sources) == ((), ())
    assert settings.home == tmp_path / "home"
    assert settings.tiers.cuts == {"nano": 0, "micro": 10_000, "macro": 100_000}
    assert (settings.schedule.cron, settings.publish.keep, settings.gates.reject_share) == ("0 3 * * *", 3, 0.05)


def test_definitions_load_without_any_configuration() -> None:
    assert empty_settings().sources == ()


def test_shorthands_become_the_same_as_their_long_forms(tmp_path: Path) -> None:
    short = "brands: [{id: acme, keywords: [boots], hashtags: '#acme', handles: {x: '@acme'}, domains: [https://www.acme.example/]}]"
    long = "brands: [{id: acme, keywords: [{word: boots}], hashtags: [acme], handles: {x: [acme]}, domains: [acme.example]}]"
    assert settings_of(tmp_path, short).brands == settings_of(tmp_path, long).brands


def test_an_unknown_key_is_told_with_its_line_and_the_nearest_key(tmp_path: Path) -> None:
    text = """
    brands:
      - id: acme
        timzone: Europe/Berlin
    """
    path = write(tmp_path, text)
    with pytest.raises(FixConfigurationError) as caught:
        load(path)
    assert "microinf.yaml:4: brands[0].timzone: unknown key 'timzone' — did you mean 'timezone'?" in str(caught.value)


def test_every_problem_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
    brands:
      - id: acme
        timezone: Europe/Berlinn
        handles: {blusky: acme}
      - name: no id
    campaigns:
      - {id: spring, brand: acmee, hashtags: [spring], start: 2026-03-01, end: 2026-02-01}
    sources:
      - {name: yt, type: yootube}
      - {name: f, type: files, path: "${NOPE}/x.csv", network: xx, columns: {post_idd: id, text: {column: a, sql: b}}}
    schedule: {cron: "0 25 * * *"}
    enginee: {}
    """
    assert told(tmp_path, text) == [
        "3: brands[0].timezone: unknown time zone 'Europe/Berlinn'",
        "4: brands[0].handles.blusky: unknown network 'blusky' — did you mean 'bluesky'?",
        "5: brands[1]: required key 'id' is missing",
        "9: sources[0].type: unknown source type 'yootube' — did you mean 'youtube'?",
        "10: sources[1].columns.post_idd: unknown target 'post_idd' — did you mean 'post_id'?",
        "10: sources[1].columns.text: exactly one of column, path, constant, sql, first_of is needed: column and sql are given together",
        "10: sources[1].network: unknown network 'xx' — did you mean 'x'?",
        "10: sources[1].path: environment variable NOPE is not set",
        "11: schedule.cron: cron hour '25' is not within 0 to 23",
        "12: enginee: unknown key 'enginee' — did you mean 'engine'?",
    ]


@pytest.mark.parametrize(
    ("preset", "problem"),
    [
        ("talkwalkr", "unknown preset 'talkwalkr' — did you mean 'talkwalker'?"),
        ("hootsuite", "no header of a real export of hootsuite is known"),
    ],
)
def test_presets_that_are_not_there_are_problems_of_their_line(tmp_path: Path, preset: str, problem: str) -> None:
    text = f"sources: [{{name: n, type: files, path: a.csv, preset: {preset}}}]"
    assert told(tmp_path, text) == [f"1: sources[0].preset: {problem}"]


def test_a_preset_needs_no_columns(tmp_path: Path) -> None:
    assert told(tmp_path, "sources: [{name: n, type: files, path: a.csv, preset: talkwalker}]") == []


@pytest.mark.parametrize(
    ("service", "problems"),
    [
        ("https://proxy.example.test/api", []),
        ("http://127.0.0.1:8000/api", []),
        (
            "http://proxy.example.test",
            ["1: sources[0].service: is not written as it must be: https://…, or http:// to this machine alone"],
        ),
        (
            "http://127.0.0.1.example.test",
            ["1: sources[0].service: is not written as it must be: https://…, or http:// to this machine alone"],
        ),
    ],
)
def test_tokens_travel_in_clear_to_this_machine_alone(tmp_path: Path, service: str, problems: list[str]) -> None:
    line = f"sources: [{{name: y, type: youtube, api_key: '${{KEY}}', service: '{service}'}}]"
    assert told(tmp_path, line, KEY="of-this-test") == problems


def test_spark_is_named_as_not_built(tmp_path: Path) -> None:
    assert told(tmp_path, "engine: {name: spark}") == ["1: engine.name: the spark engine is not built in this version"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brands: [{id: a}, {id: A}]", ["1: brands[1].id: another of brands has the id 'A'"]),
        (
            "brands: [{id: a, handles: {x: acme}}, {id: b, handles: {x: ACME}}]",
            ["1: brands[1].handles.x: 'ACME' is already among the handles of brand 'a'"],
        ),
        ("brands: [{id: a, competitor_of: b}]", ["1: brands[0].competitor_of: there is no brand 'b'"]),
        ("brands: [{id: a, competitor_of: a}]", ["1: brands[0].competitor_of: a brand does not compete with itself"]),
        (
            "brands: [{id: a, keywords: [{word: x, exclude: X}]}]",
            ["1: brands[0].keywords: 'x' is both looked for and excluded"],
        ),
        ("brands: [{id: a, target: {tiers: [mega]}}]", ["1: brands[0].target.tiers: unknown tier 'mega'"]),
        ("tiers: {cuts: {nano: 10, micro: 5}}", ["1: tiers.cuts: tier cuts must begin at 0 and ascend"]),
        ("schedule: {alert: {digest: true}}", ["1: schedule.alert.digest: a digest needs a webhook to go to"]),
        ("schedule: {cron: '0 3 * *'}", ["1: schedule.cron: a cron schedule has five fields, '0 3 * *' has 4"]),
        ("schedule: {timezone: Mars}", ["1: schedule.timezone: unknown time zone 'Mars'"]),
        ("publish: {identity: pseudonymous}", ["1: publish: pseudonymous tables need a key"]),
        (
            "sources: [{name: m, type: mastodon, instances: [a.example, 'https://A.example/']}]",
            ["1: sources[0].instances: 'a.example' is named twice"],
        ),
        (
            "sources: [{name: b, type: bluesky, identifier: acme.example}]",
            ["1: sources[0]: search on Bluesky needs a log-in"],
        ),
        (
            "sources: [{name: f, type: files, path: a.csv, columns: {text: t}}]",
            ["1: sources[0].columns: the network of the rows is not said"],
        ),
        (
            "sources: [{name: f, type: files, path: a.csv, network: x, columns: {likes: l}}]",
            ["1: sources[0].columns: nothing tells one of the posts from another"],
        ),
        (
            "sources: [{name: f, type: files, path: a.csv, network: x, columns: {text: {column: t, as: unix_second}}}]",
            ["1: sources[0].columns.text.as: unknown form 'unix_second' — did you mean 'unix_seconds'?"],
        ),
        ("brands: [{id: 7}]", ["1: brands[0].id: must be text"]),
        ("brands: acme", ["1: brands: must be a list"]),
        ("- a", ["1: : must be a mapping of keys"]),
    ],
)
def test_contradictions_are_problems(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert told(tmp_path, text) == expected


def test_two_sources_reading_the_same_rows_are_a_problem(tmp_path: Path) -> None:
    source = "type: files, path: a.csv, network: x, columns: {post_id: i}"
    text = f"sources: [{{name: one, {source}}}, {{name: two, {source}}}]"
    assert told(tmp_path, text) == ["1: sources[1].path: source 'one' already reads the posts of this path"]


def test_contests_one_post_could_enter_both_are_a_problem(tmp_path: Path) -> None:
    text = """\
    brands: [{id: acme}]
    contests:
      - {id: one, brand: acme, hashtags: [Win], start: 2026-01-01, end: 2026-02-01}
      - {id: two, brand: acme, hashtags: [win], start: 2026-01-31, end: 2026-03-01}
      - {id: three, brand: acme, hashtags: [win], start: 2026-03-01, end: 2026-04-01}
    """
    assert told(tmp_path, text) == [
        "4: contests[1]: a post could enter contest 'one' as well: same hashtags or accounts, overlapping time"
    ]


def test_a_reference_to_a_brand_that_could_not_be_read_is_no_second_problem(tmp_path: Path) -> None:
    text = """\
    brands: [{id: "no spaces allowed"}, {id: other}]
    campaigns: [{id: c, brand: acme, hashtags: [t], start: 2026-01-01}]
    """
    assert told(tmp_path, text) == ["1: brands[0].id: is not written as it must be: letters, digits, _ and -, at most 64"]


def test_bounds_are_in_the_time_zone_of_the_brand(tmp_path: Path) -> None:
    text = """
    brands: [{id: acme, timezone: Europe/Berlin}]
    campaigns:
      - {id: a, brand: acme, hashtags: [t], start: 2026-03-28, end: 2026-03-30}
      - {id: b, brand: acme, hashtags: [t], start: 2026-03-28 12:00:00, end: 2026-03-28T12:00:00Z}
    """
    settings = settings_of(tmp_path, text)
    bounds = [
        (settings.moment_utc("acme", c.start), settings.moment_utc("acme", c.end or date.max)) for c in settings.campaigns
    ]
    assert bounds == [
        (datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (datetime(2026, 3, 28, 11, tzinfo=UTC), datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ]


def test_dates_that_run_backwards_only_in_the_brands_zone_are_a_problem(tmp_path: Path) -> None:
    text = """\
    brands: [{id: acme, timezone: America/New_York}]
    campaigns: [{id: a, brand: acme, hashtags: [t], start: 2026-03-28, end: 2026-03-28T04:00:00Z}]
    """
    assert told(tmp_path, text) == ["2: campaigns[0].end: the end is not after the start"]


@pytest.mark.parametrize("text", ["brands: [{id: a, hashtags: [#a, b]}]", "brands:\n  - id: a\n    hashtags: [b, #a]\n"])
def test_a_hashtag_that_breaks_the_yaml_is_explained(tmp_path: Path, text: str) -> None:
    assert [p.what for p in read(write(tmp_path, text), {}).problems] == ["this is not YAML: # begins a comment"]


def test_a_hashtag_read_as_a_comment_is_a_problem(tmp_path: Path) -> None:
    text = """\
    brands:
      - id: acme
        hashtags: #acme
    """
    assert told(tmp_path, text) == ["3: brands[0].hashtags: the hashtag is read as a comment"]


def test_a_key_written_twice_is_a_problem(tmp_path: Path) -> None:
    assert told(tmp_path, "home: a\nhome: b\n") == ["2: home: key 'home' is written twice, first on line 1"]


def test_an_alias_that_contains_itself_is_a_problem(tmp_path: Path) -> None:
    assert [line.partition(": ")[0] for line in told(tmp_path, "brands: &a [*a]\n")] == ["1"]


def test_merged_keys_keep_the_line_they_are_written_on(tmp_path: Path) -> None:
    text = """\
    brands:
      - &base {id: a, timezon: UTC}
      - {<<: *base, id: b}
    """
    assert [line[:24] for line in told(tmp_path, text)] == ["2: brands[0].timezon: un", "2: brands[1].timezon: un"]


class TestSecrets:
    TEXT = "sources: [{name: b, type: bluesky, identifier: acme.example, app_password: '${PASSWORD}'}]"

    def test_come_from_the_variable_and_are_never_shown(self, tmp_path: Path) -> None:
        settings = settings_of(tmp_path, self.TEXT, PASSWORD="open sesame")
        source = settings.sources[0]
        assert source.type == "bluesky"
        assert source.app_password is not None
        assert source.app_password.get_secret_value() == "open sesame"
        assert "open sesame" not in repr(settings) + settings.model_dump_json()

    def test_come_from_the_file_that_a_variable_names(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("open sesame\n", encoding="utf-8")
        by_fallback = settings_of(tmp_path, self.TEXT, PASSWORD_FILE=str(tmp_path / "secret"))
        by_name = settings_of(tmp_path, self.TEXT.replace("PASSWORD}", "PASSWORD_FILE}"), PASSWORD_FILE="secret")
        by_key = settings_of(tmp_path, self.TEXT.replace("app_password: '${PASSWORD}'", "app_password_file: secret"))
        assert by_fallback.sources == by_name.sources == by_key.sources

    def test_missing_variable_is_named(self, tmp_path: Path) -> None:
        assert told(tmp_path, self.TEXT) == ["1: sources[0].app_password: environment variable PASSWORD is not set"]

    def test_missing_file_is_told_without_its_path(self, tmp_path: Path) -> None:
        expected = ["1: sources[0].app_password: the file named by PASSWORD_FILE does not exist"]
        assert told(tmp_path, self.TEXT, PASSWORD_FILE="nowhere") == expected

    def test_written_out_are_refused_and_not_repeated(self, tmp_path: Path) -> None:
        path = write(tmp_path, self.TEXT.replace("${PASSWORD}", "open sesame"))
        with pytest.raises(FixConfigurationError) as caught:
            load(path)
        assert "a secret must not stand in the file" in str(caught.value)
        assert "sesame" not in str(caught.value)

    def test_variables_elsewhere_are_a_problem(self, tmp_path: Path) -> None:
        text = "brands: [{id: acme, name: '${NAME}'}]"
        assert told(tmp_path, text, NAME="Acme") == ["1: brands[0].name: a variable is not read here"]


def test_paths_are_relative_to_the_file_and_may_hold_variables(tmp_path: Path) -> None:
    text = "home: ${BASE}/home\ninputs: {employees: staff.csv}"
    settings = settings_of(tmp_path, text, BASE="/srv")
    assert (settings.home, settings.inputs.employees) == (Path("/srv/home"), tmp_path / "staff.csv")


class TestFind:
    def test_the_option_wins_over_the_variable_over_the_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        paths = [tmp_path / name for name in ("option.yaml", "variable.yaml", "microinf.yaml")]
        for path in paths:
            path.touch()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("MICROINF_CONFIG", str(paths[1]))
        found = [find(paths[0]), find(None)]
        monkeypatch.delenv("MICROINF_CONFIG")
        assert [*found, find(None)] == paths

    def test_nothing_is_found_in_an_empty_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("MICROINF_CONFIG", raising=False)
        assert find(None) is None

    def test_a_file_that_is_named_must_exist(self, tmp_path: Path) -> None:
        with pytest.raises(FixConfigurationError, match="no such configuration"):
            find(tmp_path / "none.yaml")


class TestHash:
    BASE = "brands: [{id: acme}]" + textwrap.dedent(FILE_SOURCE)

    def test_moves_with_what_changes_stored_tables_only(self, tmp_path: Path) -> None:
        base = settings_of(tmp_path, self.BASE)
        moved = settings_of(tmp_path, self.BASE.replace("exports/", "elsewhere/") + "    required: false\n")
        mapped = settings_of(tmp_path, self.BASE.replace("post_id: id", "post_id: key"))
        hashes = [config_hash(s, "sources") for s in (base, moved, mapped)]
        assert hashes[0] == hashes[1] != hashes[2]
        assert config_hash(base, "brands") == config_hash(mapped, "brands")

    def test_of_a_taxonomy_the_content_counts_and_not_the_place(self, tmp_path: Path) -> None:
        for name, text in (("one", "a"), ("copy", "a"), ("other", "b")):
            (tmp_path / f"{name}.yaml").write_text(text)
        named = [settings_of(tmp_path, f"{self.BASE}niches: {name}.yaml") for name in ("one", "copy", "other")]
        hashes = [config_hash(s, "niches") for s in (*named, settings_of(tmp_path, self.BASE))]
        assert hashes[0] == hashes[1]
        assert len(set(hashes)) == 3

    def test_knows_nothing_of_secrets(self, tmp_path: Path) -> None:
        one, two = (settings_of(tmp_path, TestSecrets.TEXT, PASSWORD=value) for value in ("a", "b"))
        assert config_hash(one, "sources") == config_hash(two, "sources")

    def test_does_not_depend_on_the_order_of_keys(self, tmp_path: Path) -> None:
        one = settings_of(tmp_path, "brands: [{id: acme, name: Acme, handles: {x: a, tiktok: b}}]")
        two = settings_of(tmp_path, "brands: [{handles: {tiktok: b, x: a}, name: Acme, id: acme}]")
        assert config_hash(one, "brands") == config_hash(two, "brands")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: " + "[" * 20_000 + "]" * 20_000, "brackets are nested without end"),
        ("home: h\nschedule: \x00", "this is not YAML: a control character"),
        ("? [a, b]\n: 1", "this is not YAML: a list or mapping stands as a key"),
        (
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)),
            "this is not YAML: too many values, or nested too deep",
        ),
    ],
    ids=["brackets", "control character", "list as key", "aliases of aliases"],
)
def test_text_that_is_no_configuration_is_one_problem(tmp_path: Path, text: str, what: str) -> None:
    assert [line.partition(": : ")[2] for line in told(tmp_path, text)] == [what]


def test_a_day_no_calendar_has_is_told_where_it_stands(tmp_path: Path) -> None:
    text = "brands: [{id: acme}]\ncampaigns:\n- {id: c, brand: acme, hashtags: [a], start: 2026-03-01, end: 2026-02-30}"
    assert all(line.startswith("3: campaigns[0].end: ") for line in told(tmp_path, text) if "brands" not in line)
    assert any("day value is outside expected range" in line for line in told(tmp_path, text))


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("type: mastodon, instances: []", "instances: needs at least one item"),
        ("type: facebook, access_token: '${S}', pages: {}", "pages: needs at least one item"),
        ("type: reddit, client_id: '', client_secret: '${S}', username: acme", "client_id: must not be empty"),
        (
            "type: facebook, access_token: '${S}', pages: {acme: acme-page}",
            "pages.acme: is not written as it must be: digits only",
        ),
        (
            "type: mastodon, instances: ['a b']",
            "instances[0]: is not written as it must be: a host name such as mastodon.social",
        ),
        (
            "type: threads, access_token: '${S}', username: acme, version: '1'",
            "version: is not written as it must be: v and two numbers, such as v1.0",
        ),
        (
            "type: reddit, client_id: i, client_secret: '${S}', username: u/acme",
            "username: is not written as it must be: 3 to 20 letters, digits, _ and -",
        ),
    ],
)
def test_a_value_of_the_wrong_form_is_told_in_words(tmp_path: Path, source: str, problem: str) -> None:
    text = f"sources: [{{name: s, {source}}}]"
    assert told(tmp_path, text, S="secret") == [f"1: sources[0].{problem}"]
