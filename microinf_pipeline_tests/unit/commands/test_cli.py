"""The command line: what it accepts, what it tells, what it exits with."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline import cli, clock
from microinf_pipeline.commands.nights import nights_asked
from microinf_pipeline.errors import FixConfigurationError

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
FILE = "brands: [{id: acme}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with no configuration named from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MICROINF_CONFIG", raising=False)
    return tmp_path


class Call:
    """Runs the command line in this process, at a fixed time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.monkeypatch.setattr(sys, "argv", ["microinf", *arguments])
        self.monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
        with clock.frozen(NOON), pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self.capsys.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return Call(monkeypatch, capsys)


def test_help_names_every_command_that_is_built(call: Call) -> None:
    code, out, _ = call("--help")
    commands = (
        "init", "try", "doctor", "run", "replay", "rebuild", "accept", "publish", "report", "status", "clean", "explain",
        "forget", "draw", "dictionary", "ui",
    )  # fmt: skip
    assert code == 0
    assert [name for name in commands if f" {name} " not in out] == []


@pytest.mark.parametrize("command", ["erase", "rerun"])
def test_a_command_that_is_not_built_is_a_usage_error(call: Call, command: str) -> None:
    code, _, err = call(command)
    assert (code, "No such command" in err) == (2, True)


def test_help_loads_nothing_heavy() -> None:
    heavy = ("dagster", "duckdb", "polars", "pandas", "pydantic", "httpx", "great_expectations", "altair", "yaml")
    script = "import sys, microinf_pipeline.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in heavy if name in loaded] == []


def test_without_a_configuration_a_run_tells_how_to_get_one(call: Call, folder: Path) -> None:
    code, out, err = call("run")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "error: there is no configuration",
        f"  where: {folder}: no microinf.yaml, no --config, no MICROINF_CONFIG",
        "  fix:   `microinf init DIR` writes one, `microinf try FILE --brand NAME` guesses one from an export",
    ]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--night", "2026-03-10"], "the night 2026-03-10 has not ended yet"),
        (["--night", "2027-01-01"], "the night 2027-01-01 has not ended yet"),
        (["--from", "2026-03-01", "--to", "2026-03-10"], "the night 2026-03-10 has not ended yet"),
        (["--from", "2026-03-02", "--to", "2026-03-01"], "the range ends before it begins: 2026-03-02 to 2026-03-01"),
        (["--from", "2026-03-02"], "--from and --to go together"),
        (["--night", "2026-03-01", "--to", "2026-03-02"], "--night and --from/--to exclude each other"),
        (["--engine", "spark"], "the spark engine is not built in this version"),
    ],
)
def test_a_run_that_cannot_be_is_refused_with_2(call: Call, folder: Path, arguments: list[str], what: str) -> None:
    (folder / "microinf.yaml").write_text(FILE, encoding="utf-8")
    code, _, err = call("run", *arguments)
    assert (code, err.splitlines()[0]) == (2, f"error: {what}")


@pytest.mark.parametrize("arguments", [["--night", "yesterday"], ["--engine", "dask"], ["--nigth", "2026-01-01"]])
def test_misspelt_options_are_usage_errors(call: Call, folder: Path, arguments: list[str]) -> None:
    assert call("run", *arguments)[0] == 2


def test_the_default_night_is_yesterday_in_utc() -> None:
    with clock.frozen(NOON):
        assert nights_asked(None, None, None) == [date(2026, 3, 9)]


@given(start=st.dates(date(2010, 1, 1), date(2026, 3, 9)), length=st.integers(0, 60))
def test_a_range_is_every_night_of_it_ascending(start: date, length: int) -> None:
    end = min(start + timedelta(days=length), date(2026, 3, 9))
    first, last = (datetime.combine(d, time.min) for d in (start, end))
    with clock.frozen(NOON):
        nights = nights_asked(None, first, last)
    assert nights == [start + timedelta(days=n) for n in range((end - start).days + 1)]


def test_a_range_up_to_today_is_refused() -> None:
    with clock.frozen(NOON), pytest.raises(FixConfigurationError, match="has not ended"):
        nights_asked(None, *(datetime.combine(d, time.min) for d in (date(2026, 3, 1), date(2026, 3, 10))))


def test_global_options_may_stand_anywhere_but_after_a_double_dash() -> None:
    moved = cli.global_options_first(
        ["run", "--config", "a.yaml", "--night", "2026-01-01", "--debug", "--config=b", "--", "--debug"]
    )
    assert moved == ["--config", "a.yaml", "--debug", "--config=b", "run", "--night", "2026-01-01", "--", "--debug"]


def test_an_expected_error_shows_its_traceback_only_with_debug(folder: Path) -> None:
    def stderr(*arguments: str) -> tuple[int, str]:
        ended = subprocess.run(
            [sys.executable, "-m", "microinf_pipeline.cli", "doctor", "--config", "none.yaml", *arguments],
            capture_output=True, text=True, check=False, env={"PYTHONPATH": str(Path(cli.__file__).parents[1]), "PATH": ""},
        )  # fmt: skip
        return ended.returncode, ended.stderr

    quiet, loud = stderr(), stderr("--debug")
    assert (quiet[0], "Traceback" in quiet[1], "error: there is no such configuration file" in quiet[1]) == (2, False, True)
    assert "Traceback" in loud[1]


def test_an_unexpected_error_is_one_line_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    cli._unexpected(ZeroDivisionError, ZeroDivisionError("division by zero"), None)
    assert capsys.readouterr().err.splitlines() == [
        "error: unexpected ZeroDivisionError: division by zero",
        "  fix:   run again with --debug and report the traceback",
    ]


class TestInitAndDoctor:
    def test_a_new_project_passes_its_own_check(self, call: Call, folder: Path) -> None:
        assert call("init", "project")[0] == 0
        code, out, err = call("doctor", "--config", "project/microinf.yaml")
        assert (code, err) == (0, "")
        assert [line.split()[1] for line in out.splitlines() if line.startswith("ok")] == ["configuration", "home", "versions"]
        assert not (folder / "project" / "home").exists()

    def test_init_refuses_a_folder_that_has_one(self, call: Call, folder: Path) -> None:
        (folder / "microinf.yaml").write_text(FILE, encoding="utf-8")
        code, _, err = call("init", ".")
        assert (code, "nothing was written" in err) == (2, True)
        assert (folder / "microinf.yaml").read_text(encoding="utf-8") == FILE

    def test_doctor_tells_every_problem_with_its_line(self, call: Call, folder: Path) -> None:
        text = (
            "brands: [{id: acme}]\n"
            "sources:\n"
            "  - {name: gone, type: files, path: nowhere/*.csv, network: x, columns: {post_id: id}}\n"
            "inputs:\n"
            "  deals: deals.csv\n"
            "  jury: jury.csv\n"
            "home: taken/home\n"
            "enginee: {}\n"
        )
        (folder / "microinf.yaml").write_text(text, encoding="utf-8")
        (folder / "jury.csv").write_text("contest_id,network,post_id,jurror,points\n", encoding="utf-8")
        (folder / "taken").write_text("a file", encoding="utf-8")
        code, _, err = call("doctor")
        columns = "contest_id, network, post_id, juror, points"
        assert code == 2
        assert err.splitlines() == [
            f"problem  microinf.yaml:3: sources[0].path: there is no folder {folder}/nowhere (correct the path)",
            f"problem  microinf.yaml:5: inputs.deals: there is no file {folder}/deals.csv (correct the path, or remove the key)",
            f"problem  microinf.yaml:6: inputs.jury: jury.csv lacks the column 'juror'; is it 'jurror'? (columns: {columns})",
            f"problem  microinf.yaml:7: home: {folder}/taken is not a folder (name another home)",
            "problem  microinf.yaml:8: enginee: unknown key 'enginee' — did you mean 'engine'?",
        ]

    def test_doctor_tells_a_column_that_the_export_does_not_have(self, call: Call, folder: Path) -> None:
        source = "{name: s, type: files, path: '*.csv', network: x, columns: {post_id: idd, created_at: day, text: text}}"
        (folder / "microinf.yaml").write_text(f"brands: [{{id: acme}}]\nsources:\n  - {source}\n", encoding="utf-8")
        (folder / "posts.csv").write_text("id,day,text\n1,2026-03-01,hello\n", encoding="utf-8")
        code, _, err = call("doctor")
        assert (code, err.splitlines()[0].partition(" (")[0]) == (
            2,
            "problem  microinf.yaml:3: sources[0]: posts.csv has no column 'idd'",
        )


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "try needs a FILE or --hashtag, one of them"),
        (["a.csv", "--hashtag", "acme"], "try needs a FILE or --hashtag, one of them"),
        (["a.csv"], "whose mentions are in the file?"),
    ],
)
def test_try_says_what_it_needs(call: Call, folder: Path, arguments: list[str], what: str) -> None:
    code, _, err = call("try", *arguments)
    assert (code, err.splitlines()[0]) == (2, f"error: {what}")


def test_accept_wants_a_reason(call: Call, folder: Path) -> None:
    code, _, err = call("accept", "--night", "2026-03-01", "--gate", "g", "--reason", " ")
    assert (code, err.splitlines()[0]) == (2, "error: a gate is not accepted without a reason")
