"""Imports point one way, and heavy libraries live in one room each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from microinf_pipeline_tests.house.source import PACKAGE, ROOT, shown


def lint_imports(where: Path) -> tuple[int, str]:
    """Exit code and words of import-linter over the package in a folder."""
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=where, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(where), "PATH": ""},
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


PLANTED = {
    "quality/planted.py": "from microinf_pipeline.sources import http",
    "catalog/planted.py": "from microinf_pipeline.quality import verdict",
    "attic/__init__.py": "",
    "night/planted.py": "import dagster",
    "people/planted.py": "import duckdb",
    "sources/planted.py": "def f() -> None:\n    import httpx",
    "features/planted.py": "import great_expectations",
}


@pytest.fixture(scope="module")
def broken_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """What import-linter says of a copy of the package with imports planted where they may not be."""
    where = tmp_path_factory.mktemp("house")
    shutil.copytree(PACKAGE, where / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", where)
    for name, line in PLANTED.items():
        module = where / PACKAGE.name / name
        module.parent.mkdir(exist_ok=True)
        module.write_text(line + "\n", encoding="utf-8")
    return lint_imports(where)


def test_the_arrows_hold() -> None:
    code, words = lint_imports(ROOT)
    assert code == 0, words


@pytest.mark.parametrize(
    "complaint",
    [
        "microinf_pipeline.quality.planted -> microinf_pipeline.sources.http",
        "microinf_pipeline.catalog.planted -> microinf_pipeline.quality.verdict",
        "microinf_pipeline.attic",
        "microinf_pipeline.night.planted -> dagster",
        "microinf_pipeline.people.planted -> duckdb",
        "microinf_pipeline.sources.planted -> httpx",
        "microinf_pipeline.features.planted -> great_expectations",
    ],
)
def test_a_planted_import_is_found(broken_house: tuple[int, str], complaint: str) -> None:
    code, words = broken_house
    assert code == 1
    assert complaint in words


def test_every_room_is_a_package() -> None:
    folders = {module.parent for module in PACKAGE.rglob("*.py")}
    assert [shown(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []
