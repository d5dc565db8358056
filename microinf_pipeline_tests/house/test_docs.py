"""What is written about the project is true of it: pages fresh, links resolving, commands existing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from microinf_pipeline.cli import app
from microinf_pipeline.errors import MicroinfError
from microinf_pipeline_tests.house.pages import rendered
from microinf_pipeline_tests.house.source import PACKAGE, ROOT, pyproject, shown

README = ROOT / "README.md"
WRITTEN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GENERATED = rendered()
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands() -> set[str]:
    return set(typer.main.get_group(app).commands)


def codes(page: Path) -> list[str]:
    """Every piece of code of a page: inline and fenced."""
    return _CODE.findall(page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_a_generated_page_is_what_would_be_written_now(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.read_text(encoding="utf-8") == GENERATED[name], f"{shown(path)} is stale: make docs"


@pytest.mark.parametrize("page", WRITTEN, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = target.partition("#")
        if path.startswith(("https:", "mailto:")):
            continue
        to = (page.parent / path).resolve() if path else page
        if not to.exists() or (anchor and anchor not in anchors(to)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", WRITTEN, ids=shown)
def test_make_is_told_to_do_what_it_can(page: Path) -> None:
    asked = {target for code in codes(page) for target in re.findall(r"\bmake ([a-z][a-z-]*)", code)}
    assert asked - make_targets() == set()


@pytest.mark.parametrize("page", WRITTEN, ids=shown)
def test_the_command_line_has_every_command_a_page_names(page: Path) -> None:
    asked = {name for code in codes(page) for name in re.findall(r"\bmicroinf (?:--config \S+ )?([a-z]+)\b", code)}
    assert asked - commands() == set()


def test_the_readme_names_every_room_of_the_house() -> None:
    rooms = {f"{path.name}/" for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {room for room in rooms if f"`{room}`" not in README.read_text(encoding="utf-8")} == set()


def test_the_readme_tells_every_exit_code() -> None:
    kinds: list[type[MicroinfError]] = [MicroinfError, *MicroinfError.__subclasses__()]
    used = {kind.exit_code for kind in kinds}
    told = {int(code) for code in re.findall(r"^\| (\d) \|", README.read_text(encoding="utf-8"), re.MULTILINE)}
    assert used - told == set()


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## [{pyproject()['project']['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
