"""The linter of the restricted SQL dialect: what both engines understand alike, and every run alike.

`python -m microinf_pipeline.models.dialect` prints findings and ends with 1 when there are any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from microinf_pipeline.models import promises, shapes, ties, words
from microinf_pipeline.models.files import Finding, ModelFile, model_files, parsed


def findings(models: tuple[ModelFile, ...]) -> list[Finding]:
    """Everything wrong with the models, by file and line."""
    broken = [finding for model in models for finding in _unreadable(model)]
    readable = tuple(model for model in models if not any(_unreadable(model)))
    views = promises.views_among(readable)
    found = [
        finding
        for model in readable
        for finding in (
            *words.findings(model), *shapes.findings(model), *ties.findings(model), *promises.findings(model, views),
        )
    ]  # fmt: skip
    return sorted(broken + found, key=lambda f: (f.where, f.line or 0, f.what))


def _unreadable(model: ModelFile) -> Iterator[Finding]:
    """A text that is not one SELECT is judged no further."""
    try:
        statements = parsed(model.sql)
    except (ParseError, TokenError) as error:
        yield Finding(
            model.where, None, f"cannot be parsed: {str(error).splitlines()[0]}", "write one SELECT in DuckDB's dialect"
        )
        return
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        yield Finding(model.where, None, "is not one SELECT statement", "one file, one SELECT, one table")


def main() -> int:
    """Print what is wrong; 0 when nothing is."""
    models = model_files()
    found = findings(models)
    for finding in found:
        print(finding)  # noqa: T201
    print(f"{len(models)} models, {len(found)} findings")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
