"""The reference of every key, as Markdown, from the models themselves (`docs/configuration.md`).

Put here: how the reference is written. Keep out: what keys mean (their descriptions stand with the fields).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from microinf_pipeline.settings.file_source import POST_TARGETS, PROFILE_TARGETS, Conversion
from microinf_pipeline.settings.inputs import INPUT_FILES
from microinf_pipeline.settings.model import Settings
from microinf_pipeline.settings.sources import SOURCE_SECTIONS

_HEAD: Final = """# `microinf.yaml`

Every key, from the models that read it (do not edit: `settings/reference.py` writes this file).
Unknown keys are errors that name the nearest key. Relative paths are relative to the file. Secrets are written
`${NAME}` and read from the variable NAME, or from the file that NAME_FILE names, or with `<key>_file: path`; `${NAME}`
also works in paths, and nowhere else. A date is written 2026-01-31. A `#` begins a comment: quote hashtags, or leave
the `#` out.
"""


def render() -> str:
    """The whole reference."""
    parts = [_HEAD]
    for title, model in _sections():
        parts.append(f"## {title}\n\n{(model.__doc__ or '').strip()}\n\n{_table(model)}")
    parts.append(_targets())
    parts.append(_input_files())
    return "\n".join(parts)


def _sections() -> list[tuple[str, type[BaseModel]]]:
    """Every model, each once, in the order of the file."""
    found: dict[type[BaseModel], str] = {Settings: "The file"}
    for model in found.copy():
        _collect(model, "", found)
    return [(title, model) for model, title in found.items()]


def _collect(model: type[BaseModel], prefix: str, found: dict[type[BaseModel], str]) -> None:
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        for inner in _models_in(field.annotation):
            if inner in found:
                continue
            kind = inner.model_fields["type"].default if inner in SOURCE_SECTIONS else None
            found[inner] = f"`{key}:` of type `{kind}`" if kind else f"`{key}:`"
            _collect(inner, "" if kind else f"{key}: ", found)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _table(model: type[BaseModel]) -> str:
    rows = ["| key | default | meaning |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{field.alias or name}` | {_default(field)} | {meaning} |")
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", (), {}) or isinstance(value, BaseModel):
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def _targets() -> str:
    posts, profiles = (" ".join(f"`{t}`" for t in targets) for targets in (POST_TARGETS, PROFILE_TARGETS))
    forms = (Conversion.__doc__ or "").strip()
    return f"## Targets of `columns:`\n\nPosts: {posts}\n\nProfiles: {profiles}\n\n`as:` {re.sub(r'^How', 'says how', forms)}\n"


def _input_files() -> str:
    rows = ["| file | holds | columns | optional columns |", "|---|---|---|---|"]
    for key, file in INPUT_FILES.items():
        required, optional = (" ".join(f"`{c}`" for c in columns) for columns in (file.required, file.optional))
        rows.append(f"| `{key}` | {file.meaning} | {required} | {optional} |")
    rules = "Dates are 2026-01-31; `valid_from` is inclusive, `valid_to` exclusive; an empty cell is unknown or open."
    return f"## Columns of the input files\n\n{rules}\n\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
