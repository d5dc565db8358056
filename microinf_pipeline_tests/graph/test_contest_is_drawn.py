"""A contest from its entries to its winners, by the command line, on one small home: what is refused on the way and what stays."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from microinf_pipeline import cli, clock
from microinf_pipeline.night.contests.records import forget_entrants
from microinf_pipeline_tests.homes import SmallHome, a_post

pytestmark = pytest.mark.nights

FIRST, SECOND, THIRD = "2026-03-01", "2026-03-02", "2026-03-03"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "contests.md"
CONTESTS = """\
contests:
  - {id: win, name: Win, brand: acme, hashtags: [winacme], start: 2026-03-01, end: 2026-03-03, winners: 2, alternates: 2,
     budget: {amount: 100, currency: EUR}, terms: https://acme.example/terms, clauses: {vested: "4.2"}}
  - {id: nobody, brand: acme, hashtags: [nobodywins], start: 2026-03-01, end: 2026-03-03}
  - {id: best, brand: acme, hashtags: [bestacme], start: 2026-03-01, end: 2026-03-03, method: jury}
inputs: {vested: vested.csv, decisions: decisions.csv, contest_entries: claims.csv, jury: jury.csv}
gates: {reject_share: 0.5}
"""
DECISIONS = "decided_on,brand_id,subject,decision,network,account,post_id,decided_by,reason,contest_id\n"
STOLEN = "My grandmother walked from Bergen to Trondheim in these shoes and never once complained about the rain #winacme"
RUNNING = datetime(2026, 3, 2, 12, tzinfo=UTC)
FREEZING = datetime(2026, 3, 3, 12, tzinfo=UTC)
DRAWING = FREEZING + timedelta(hours=2)
VALUE = "5eed" * 16


def posts() -> list[dict[str, object]]:
    """Eight people enter; the brand itself, an agency, a repost and a copied text do as well. One row has no time."""
    people = ["ben", "cy", "dee", "eve", "fay", "gus"]
    words = [
        "Red laces again, as every spring", "Found this photograph in a drawer", "Took the long way home today",
        "Mud everywhere and no regrets", "My brother has two left feet", "The dog ran off with one of them",
    ]  # fmt: skip
    entries = [
        a_post(FIRST, f"p-{user}", user=user, uid=f"id-{user}", text=f"{what} #winacme")
        for user, what in zip(people, words, strict=True)
    ]
    return [
        *entries,
        a_post(FIRST, "p-ann", user="ann", uid="id-ann", text=STOLEN),
        a_post(SECOND, "p-ann-2", user="ann", uid="id-ann", text="And once more, with feeling #winacme"),
        a_post(SECOND, "p-hal", user="hal", uid="id-hal", text=STOLEN.replace("Bergen", "Molde")),
        a_post(FIRST, "p-own", user="acme_official", uid="id-own", text="Take part #winacme"),
        a_post(FIRST, "p-agency", user="ida", uid="id-ida", text="So proud of this one #winacme"),
        a_post(SECOND, "p-repost", user="kim", uid="id-kim", text="Entering #winacme", kind="repost", repost_of="p-ben"),
        a_post(FIRST, "p-untimed", user="lou", uid="id-lou", text="Me too #winacme", created="soon"),
        *(a_post(FIRST, f"j-{u}", user=u, uid=f"id-{u}", text=f"{u} runs #bestacme") for u in ("ben", "cy")),
        a_post(THIRD, "p-late", user="mo", uid="id-mo", text="Late #winacme", created=f"{SECOND}T10:00:00Z"),
    ]


@dataclass
class Told:
    """What a call ended with and said."""

    code: int
    out: str
    err: str


@dataclass
class Story:
    """The home, and the command line at a moment."""

    home: SmallHome

    def call(self, at: datetime, *arguments: str) -> Told:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, clock.frozen(at):
            patch.setattr(sys, "argv", ["microinf", "--config", str(self.home.config), *arguments])
            patch.setattr(sys, "excepthook", sys.__excepthook__)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
                cli.main()
        return Told(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    def protocol(self) -> Path:
        return self.home.home.published / "contests" / "win"

    def decide(self, *lines: str) -> None:
        (self.home.folder / "decisions.csv").write_text(DECISIONS + "".join(f"{line}\n" for line in lines))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Two nights are accepted; the agency is on the list of vested people, a postcard on that of claimed entries."""
    folder = tmp_path_factory.mktemp("contest")
    home = SmallHome(folder, {"feed": posts()}, lines=CONTESTS)
    (folder / "vested.csv").write_text("network,account,brand_id\ninstagram,ida,acme\n")
    (folder / "claims.csv").write_text("contest_id,network,account,entered_at\nwin,web,postcard 7,2026-03-02T09:00\n")
    (folder / "jury.csv").write_text("contest_id,network,post_id,juror,points\n")
    told = Story(home)
    told.decide()
    home.run(FIRST, SECOND)
    return told


def entries(story: Story) -> dict[str, tuple[str, str | None]]:
    rows = story.home.rows("mart_contest_entries", "post_id, eligibility, reason_code, contest_id")
    return {
        "e" if row["post_id"].startswith("e:") else row["post_id"]: (row["eligibility"], row["reason_code"])
        for row in rows
        if row["contest_id"] == "win"
    }


MAY = ("eligible", None)
NIGHTLY = {
    **{f"p-{user}": MAY for user in ("ann", "ben", "cy", "dee", "eve", "fay", "gus")},
    "e": MAY,
    "p-ann-2": ("ineligible", "second_entry"),
    "p-hal": ("needs_review", "near_copy"),
    "p-own": ("ineligible", "owned"),
    "p-agency": ("ineligible", "vested"),
    "p-repost": ("ineligible", "repost"),
}


def test_a_night_tells_who_may_win_and_why_others_may_not(story: Story) -> None:
    assert entries(story) == NIGHTLY
    [agency] = [r for r in story.home.rows("mart_contest_entries") if r["post_id"] == "p-agency"]
    assert (agency["terms_clause"], agency["decided_by"]) == ("4.2", "rule")


@pytest.mark.parametrize(
    ("at", "arguments", "code", "said"),
    [
        (RUNNING, ("win", "freeze"), 5, "cannot be frozen yet"),
        (FREEZING, ("win", "freeze"), 5, "1 reviews are open"),
        (FREEZING, ("wim", "freeze"), 2, "did you mean 'win'"),
        (FREEZING, ("nobody", "freeze"), 5, "no entries at all"),
        (FREEZING, ("win", "draw", "--value", VALUE), 5, "not frozen"),
        (FREEZING, ("win", "verify"), 5, "not frozen"),
        (FREEZING, ("win", "draw", "--seed", "7"), 5, "a seed is never chosen"),
    ],
)
def test_before_the_freeze(story: Story, at: datetime, arguments: tuple[str, ...], code: int, said: str) -> None:
    told = story.call(at, "draw", *arguments)
    assert (told.code, said in told.err) == (code, True), told.err
    assert not (story.home.home.contests / "win").exists()


def test_a_decision_without_a_name_is_not_taken(story: Story) -> None:
    story.decide(f"{THIRD},acme,entry,eligible,instagram,,p-hal,,looks fine,win")
    told = story.call(FREEZING, "draw", "win", "freeze")
    assert (told.code, "an empty decided_by in line 2" in told.err) == (2, True)


def test_a_source_that_lost_a_row_is_frozen_only_with_a_reason(story: Story) -> None:
    story.decide(f"{THIRD},acme,entry,ineligible,instagram,,p-hal,mia,ann's words,win")
    refused = story.call(FREEZING, "draw", "win", "freeze")
    assert (refused.code, "feed: 1 of 3 nights short" in refused.err) == (5, True), refused.err
    frozen = story.call(FREEZING, "draw", "win", "freeze", "--reason", "the row has no time, its author was told")
    assert (frozen.code, "its author was told" in frozen.out) == (0, True), frozen.err
    assert entries(story) == {**NIGHTLY, "p-hal": ("ineligible", "decided")}
    again = story.call(FREEZING, "draw", "win", "freeze", "--reason", "again")
    assert (again.code, "frozen already" in again.err) == (5, True)


def test_what_is_frozen_is_published_without_anybody_in_it(story: Story) -> None:
    assert sorted(path.name for path in story.protocol().iterdir()) == ["freeze.json", "leaves.txt"]
    freeze = json.loads((story.protocol() / "freeze.json").read_text())
    assert (freeze["count"], freeze["winners"], freeze["gaps_reason"]) == (8, 2, "the row has no time, its author was told")
    assert freeze["refused"] == {"connected": 2, "decided": 1, "repost": 1, "second_entry": 1}
    text = "".join(path.read_text() for path in story.protocol().iterdir())
    assert [name for name in ("ann", "ben", "p-", "id-", "postcard") if re.search(rf'["/ ]{name}', text)] == []
    private = story.home.home.contests / "win" / "private"
    assert (private.stat().st_mode & 0o777, (private / "entries.json").stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize(
    ("at", "value", "code", "said"),
    [
        (FREEZING, VALUE, 5, "does not exist yet"),
        (DRAWING, "7", 2, "64 hexadecimal digits"),
        (DRAWING, None, 2, "the value of the beacon is needed"),
    ],
)
def test_a_value_must_be_the_beacons(story: Story, at: datetime, value: str | None, code: int, said: str) -> None:
    told = story.call(at, "draw", "win", "draw", *(["--value", value] if value else []))
    assert (told.code, said in told.err) == (code, True), told.err


def test_the_draw_is_made_once_and_its_tables_are_published(story: Story) -> None:
    drawn = story.call(DRAWING, "draw", "win", "draw", "--value", VALUE)
    assert drawn.code == 0, drawn.err
    again = story.call(DRAWING, "draw", "win", "draw", "--value", "0" * 64)
    assert (again.code, "drawn already" in again.err) == (5, True)
    places = story.home.rows("mart_contest_draw", "place, role, status", "place")
    assert [tuple(p.values()) for p in places] == [
        (1, "winner", "drawn"), (2, "winner", "drawn"), (3, "alternate", "drawn"), (4, "alternate", "drawn"),
    ]  # fmt: skip
    [contest] = [r for r in story.home.rows("mart_contest") if r["contest_id"] == "win"]
    assert (contest["stage"], contest["entries"], contest["eligible"], contest["cost_per_entry"]) == ("drawn", 13, 8, 7.6923)
    assert contest["still_posting_90d"] is None
    manifest = json.loads((story.home.home.published / "manifest.json").read_text())
    assert manifest["tables"]["mart_contest_draw"]["rows"] == 4


def script(story: Story, folder: Path) -> subprocess.CompletedProcess[str]:
    """The script of the documentation, on a folder."""
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert "microinf" not in code
    assert len([line for line in code.splitlines() if line]) <= 23
    file = story.home.folder / "verify.py"
    file.write_text(code)
    return subprocess.run([sys.executable, "-I", str(file), str(folder)], capture_output=True, text=True, check=False)


def test_the_script_of_the_documentation_comes_to_the_same_winners(story: Story, tmp_path: Path) -> None:
    told = script(story, story.protocol())
    assert (told.returncode, told.stdout.startswith("holds: 8 entries")) == (0, True), told.stderr
    for name in ("leaves.txt", "freeze.json", "draw.json"):
        copied = tmp_path / name
        copied.mkdir()
        for path in story.protocol().iterdir():
            (copied / path.name).write_bytes(path.read_bytes())
        text = (copied / name).read_text()
        word = re.findall("[0-9a-f]{64}", text)[-1]
        (copied / name).write_text(text.replace(word, word[::-1]))
        assert script(story, copied).returncode != 0, name


def test_verify_recomputes_and_tells_a_changed_record(story: Story) -> None:
    told = story.call(DRAWING, "draw", "win", "verify")
    assert (told.code, "the protocol holds (8 leaves, 8 entries, 4 places)" in told.out) == (0, True), told.err
    order = story.home.home.contests / "win" / "order.txt"
    kept = order.read_text()
    order.write_text("".join(reversed(kept.splitlines(keepends=True))))
    changed = story.call(DRAWING, "draw", "win", "verify")
    order.write_text(kept)
    assert (changed.code, "order.txt: not the order that follows" in changed.err) == (5, True)


def test_an_erased_winner_leaves_the_protocol_whole(story: Story) -> None:
    first = story.home.rows("mart_contest_draw", "entry_hash", "place")[0]["entry_hash"]
    assert forget_entrants(story.home.home, lambda entry: entry.leaf == first) == {"win": 1}
    told = story.call(DRAWING, "draw", "win", "verify")
    assert (told.code, "8 leaves, 7 entries" in told.out) == (0, True), told.err
    assert script(story, story.protocol()).returncode == 0


def test_the_next_night_rewrites_nothing_lets_nobody_in_and_moves_an_alternate_up(story: Story) -> None:
    before = {path.name: path.read_bytes() for path in story.protocol().iterdir()}
    story.home.run(THIRD)
    assert story.call(DRAWING, "publish").code == 0
    assert entries(story)["p-late"] == ("ineligible", "after_freeze")
    assert {path.name: path.read_bytes() for path in story.protocol().iterdir()} == before
    places = story.home.rows("mart_contest_draw", "status, place", "place")
    assert [place["status"] for place in places] == ["erased", "drawn", "moved_up", "drawn"]


def test_a_rebuild_makes_the_same_tables(story: Story) -> None:
    hashes = story.home.hashes()
    assert story.call(DRAWING, "rebuild").code == 0
    assert story.home.hashes() == hashes


def test_a_jury_decides_by_points_and_leaves_nothing_open(story: Story) -> None:
    reason = ("--reason", "the lost row was no entry")
    assert story.call(FREEZING, "draw", "best", "freeze", *reason).code == 0
    jury = story.home.folder / "jury.csv"
    header = "contest_id,network,post_id,juror,points\n"
    for lines, said in (
        ("", "no points yet"),
        ("best,instagram,j-ben,ada,3\nbest,instagram,j-cy,ada,3\n", "equal points at places 1 and 2"),
        ("best,instagram,j-ben,ada,3\nbest,instagram,j-cy,ada,2\nbest,instagram,j-cy,bo,1\n", "bo: 1 missing"),
        ("best,instagram,p-ben,ada,3\n", "not among the frozen entries"),
    ):
        jury.write_text(header + lines)
        told = story.call(DRAWING, "draw", "best", "draw")
        assert (told.code, said in told.err) == (5, True), told.err
    jury.write_text(header + "best,instagram,j-ben,ada,3\nbest,instagram,j-cy,ada,3.5\n")
    assert story.call(DRAWING, "draw", "best", "draw").code == 0
    assert story.call(DRAWING, "draw", "best", "verify").code == 0
    [place] = [r for r in story.home.rows("mart_contest_draw") if r["contest_id"] == "best"]
    [entry] = [r for r in story.home.rows("mart_contest_entries") if r["entry_hash"] == place["entry_hash"]]
    assert (entry["post_id"], place["seed"]) == ("j-cy", None)
