"""`rules/disclosure.yaml` as rows: what each rule id of mart_disclosure says, and who says it.

Put here: that reading. Keep out: finding labels and judging them (features/disclosure.py makes the same ids).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

COLUMNS = ("rule_id", "jurisdiction", "verdict", "words", "label_language", "valid_from", "rule_source")
_OURS = "our reading"
_GRADES = {
    "ok": ("adequate", "{label} tells of the connection, where it is seen"),
    "ok_misplaced": ("weak", "{label} would do, but not where it stands: {place}"),
    "weak": ("weak", "{label} is a label, but not one that is recommended"),
    "refused": ("weak", "{label} is stated not to suffice"),
    "unstated": ("weak", "nothing says that {label} suffices here"),
}
_NO_BRAND = "{label} does not begin with the brand's name"


@cache
def rows() -> tuple[tuple[Any, ...], ...]:
    """One row a rule, in COLUMNS. `words` hold {label} for the label found; `valid_from` is a text, NULL where none is told."""
    rules = yaml.load(
        (files("microinf_pipeline") / "rules" / "disclosure.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return tuple(
        row for where in rules["jurisdictions"] for row in (*_without_label(rules, where), *_of_wordings(rules, where))
    )


def _without_label(rules: dict[str, Any], where: str) -> Iterator[tuple[Any, ...]]:
    alone = rules["platform_label_alone"].get(where, {"source": _OURS})["source"]
    kept = "no verdict without a known connection: our reading"
    for name, verdict, words, source in (
        ("connection_unknown", "not_assessable", "no connection to the brand is on record", kept),
        ("no_connection", "not_required", "known to have no connection to the brand", _OURS),
        ("own_account", "not_required", "the brand's own account tells whose post it is", rules["own_account"]["source"]),
        ("platform_label_alone", "weak", "only the network's label tells of it, no word of the author", alone),
        ("no_label", "missing", "no label in title or text", rules["place"][where]["source"]),
    ):
        yield (f"{where}.{name}", where, verdict, words, None, None, source)


def _of_wordings(rules: dict[str, Any], where: str) -> Iterator[tuple[Any, ...]]:
    place = _place(rules["place"][where], rules["pile_from"])
    for entry in rules["wordings"]:
        grade = entry["says"].get(where, "unstated")
        grades = [grade, *(["ok_misplaced"] if grade == "ok" else [])]
        for name in grades if "unstated" in grades or not entry.get("needs_brand") else [*grades, "unstated"]:
            verdict, words = _GRADES[name]
            if name == "unstated" and entry.get("needs_brand"):
                words = _NO_BRAND
            source = rules["place"][where]["source"] if name == "ok_misplaced" else entry["source"]
            yield (
                f"{where}.{entry['id']}.{name}", where, verdict, words.replace("{place}", place), entry["language"],
                str(entry["valid_from"]), source,
            )  # fmt: skip


def _place(rule: dict[str, Any], pile_from: int) -> str:
    if rule["rule"] == "at_start":
        return "it has to open the post"
    lines = f" and within {rule['lines']} lines" if "lines" in rule else ""
    return f"it has to stand before the fold{lines}, not behind the first of {pile_from} or more hashtags in a row"
