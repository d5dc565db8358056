"""What is installed is what is imported, pinned and shipped."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from microinf_pipeline_tests.house.source import PACKAGE, ROOT, imported_roots, modules, pyproject, shown

PROJECT = pyproject()["project"]
REQUIRED = [Requirement(line) for line in PROJECT["dependencies"]]
DEVELOPED_WITH = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)$")


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [_PIN.match(line) for line in lines if line and not line.startswith("#")]
    assert None not in found, "constraints.txt holds pins and comments only"
    return {canonicalize_name(m[1]): m[2] for m in found if m}


def test_every_requirement_is_pinned_inside_its_range() -> None:
    pinned = pins()
    wrong = [
        str(r) for r in (*REQUIRED, *DEVELOPED_WITH) if not r.specifier.contains(pinned.get(canonicalize_name(r.name), "0"))
    ]
    assert wrong == []


def test_every_library_imported_is_required() -> None:
    required = {canonicalize_name(r.name) for r in REQUIRED}
    distributions = packages_distributions()
    missing = {
        (shown(module), name)
        for module in modules()
        for name in imported_roots(module)
        if name not in sys.stdlib_module_names
        and name not in (PACKAGE.name, "pyspark", "pydantic_core", "click")  # the extra; parts of pydantic and typer
        and not required & {canonicalize_name(d) for d in distributions.get(name, [])}
    }
    assert sorted(missing) == []


def test_every_data_file_is_shipped() -> None:
    patterns = pyproject()["tool"]["setuptools"]["package-data"]["*"]
    data = [f for f in PACKAGE.rglob("*") if f.is_file() and f.suffix not in (".py", ".pyc")]
    assert sorted(shown(f) for f in data if not any(Path(f.name).match(p) for p in patterns)) == []
