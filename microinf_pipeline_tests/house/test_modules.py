"""Names, docstrings and sizes of modules."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import pytest

from microinf_pipeline_tests.house.source import modules, shown, tree_of

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core_utils", "tools", "stuff"}
LONGEST_MODULE = 300
LONG_FUNCTION = 40
#: Declarations and prose, one after another: they are looked up, not read through.
DECLARATIONS = ("microinf_pipeline/catalog/tables/", "microinf_pipeline/demo/texts.py", "microinf_pipeline/demo/config.py")


@pytest.mark.parametrize("module", modules(), ids=shown)
def test_a_module_says_what_it_is_for(module: Path) -> None:
    docstring = ast.get_docstring(tree_of(module)) or ""
    assert len(docstring) >= 20, f"{shown(module)}: what belongs here, and what stays out?"


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [shown(m) for m in modules() if EMPTY_NAMES & {m.stem, m.parent.name} or m.stem.endswith(("_v2", "_new", "_old"))]
    assert named == []


def test_modules_can_be_held_in_the_head() -> None:
    lines = {shown(m): len(m.read_text(encoding="utf-8").splitlines()) for m in modules()}
    assert {m: n for m, n in lines.items() if n > LONGEST_MODULE and not m.startswith(DECLARATIONS)} == {}


def test_long_functions_are_reported() -> None:
    """Length alone is no fault; the report shows where to look first."""
    for module in modules():
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > LONG_FUNCTION:
                    warnings.warn(f"{shown(module)}:{node.lineno}: {node.name} has {length} lines", stacklevel=1)
